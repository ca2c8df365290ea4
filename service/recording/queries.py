"""Every statement about items that could not be read: those that still wait, how many, and clearing away those
that were recorded since.
"""

from collections.abc import Collection, Sequence
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, delete, func, or_, select
from sqlmodel import Session, col

from service.db.columns import table_of
from service.ledger.bodies import StreamKey
from service.ledger.queries import EVENT
from service.recording.models import UnreadEvent
from service.rest import Cursor, select_page

UNREAD_EVENT: Final = table_of(UnreadEvent)
_U: Final = UNREAD_EVENT.c


class WaitingItem(NamedTuple):
    """Whose it is, and what it is known by."""

    stream_kind: str
    stream_id: UUID
    account_id: UUID
    digest: bytes


def _is_recorded() -> ColumnElement[bool]:
    """Whether an event with its id came into its stream since."""
    return (
        select(EVENT.c.id)
        .where(
            EVENT.c.county_code == _U.county_code,
            EVENT.c.id == _U.event_id,
            EVENT.c.stream_kind == _U.stream_kind,
            EVENT.c.stream_id == _U.stream_id,
            EVENT.c.recorded_at >= _U.received_at,
        )
        .correlate(UNREAD_EVENT)
        .exists()
    )


def _of_streams(county_code: str, streams: Collection[StreamKey]) -> ColumnElement[bool]:
    either = [
        and_(_U.stream_kind == str(each.kind), _U.stream_id == each.id) for each in sorted(streams)
    ]
    return and_(_U.county_code == county_code, or_(*either))


def delete_recorded(session: Session, county_code: str, streams: Collection[StreamKey]) -> None:
    """Those that wait no longer."""
    session.execute(delete(UNREAD_EVENT).where(_of_streams(county_code, streams), _is_recorded()))


def list_waiting(
    session: Session, county_code: str, streams: Collection[StreamKey]
) -> list[WaitingItem]:
    """What is kept of these streams."""
    statement = select(_U.stream_kind, _U.stream_id, _U.account_id, _U.digest)
    rows = session.execute(statement.where(_of_streams(county_code, streams)))
    return [WaitingItem(*row) for row in rows]


def count_unread(session: Session, county_code: str, stream: StreamKey) -> int:
    statement = select(func.count()).select_from(UNREAD_EVENT)
    return int(session.execute(_choose(statement, county_code, stream)).scalar_one())


def list_unread(
    session: Session, county_code: str, stream: StreamKey, *, cursor: Cursor
) -> Sequence[UnreadEvent]:
    """A page of those that wait, in the order of arrival."""
    page = select_page(_select(county_code, stream), cursor=cursor, key=col(UnreadEvent.id))
    return session.execute(page).scalars().all()


def get_unread(
    session: Session, county_code: str, stream: StreamKey, *, unread_id: UUID
) -> UnreadEvent | None:
    """None also for one that was recorded since."""
    statement = _select(county_code, stream).where(col(UnreadEvent.id) == unread_id)
    return session.execute(statement).scalar_one_or_none()


def _select(county_code: str, stream: StreamKey) -> "Select[tuple[UnreadEvent]]":
    return _choose(select(UnreadEvent), county_code, stream)


def _choose(statement: "Select[Any]", county_code: str, stream: StreamKey) -> "Select[Any]":
    return statement.where(_of_streams(county_code, [stream]), ~_is_recorded())

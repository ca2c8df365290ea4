"""Every SELECT of lists of who rode with whom: by question and id, their people, which are unanswered, and on
which trips people are.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import func, select
from sqlmodel import Session
from sqlmodel import select as select_models

from service.context import Work
from service.db.bulk import load_rows, read_rows
from service.db.columns import table_of
from service.inquiries.models import ContactList, ContactPerson
from service.rest import Cursor, select_page

LIST = table_of(ContactList)
PERSON = table_of(ContactPerson)


class Asked(NamedTuple):
    """People of one trip of whom nobody has answered: how many, and since when that is waited for."""

    since: datetime
    people: int


def load_open(
    session: Session, county_code: str, *, trip_ids: Collection[UUID] | None = None
) -> dict[UUID, Asked]:
    """Trip → its people without an answer, of all trips or of these: one statement."""
    mine = PERSON.c.county_code == county_code
    statement = (
        select(PERSON.c.trip_id, func.min(PERSON.c.asked_at), func.count())
        .where(mine, PERSON.c.answered_at.is_(None))
        .group_by(PERSON.c.trip_id)
    )
    if trip_ids is not None:
        statement = statement.where(PERSON.c.trip_id.in_(sorted(trip_ids)))
    return {row[0]: Asked(row[1], row[2]) for row in session.execute(statement)}


def get_list_of_question(session: Session, county_code: str, mac: bytes) -> ContactList | None:
    statement = select_models(ContactList).where(
        ContactList.county_code == county_code, ContactList.question_mac == mac
    )
    return session.exec(statement).one_or_none()


def get_list(session: Session, county_code: str, list_id: UUID) -> ContactList | None:
    return session.get(ContactList, (county_code, list_id))


class PersonRow(NamedTuple):
    """A line of a list, sealed."""

    list_id: UUID
    id: UUID
    trip_id: UUID
    present_code: str | None
    asked_at: datetime
    who_sealed: bytes
    answered_at: datetime | None
    answer_sealed: bytes | None


def list_people(session: Session, county_code: str, list_ids: Iterable[UUID]) -> list[PersonRow]:
    """All lines of these lists."""
    return load_rows(
        session, PersonRow, PERSON, county_code=county_code, column="list_id", keys=list_ids
    )


class ListRow(NamedTuple):
    """A list that was asked for."""

    id: UUID
    purpose: str
    asked_at: datetime
    content_sealed: bytes


def list_lists(work: Work, *, cursor: Cursor, is_open: bool) -> list[ListRow]:
    """One page and a row more, by id, in the account's scope. `is_open`: with somebody unanswered."""
    people = select(PERSON.c.list_id).where(PERSON.c.county_code == work.county_code)
    statement = select(*(LIST.c[name] for name in ListRow._fields)).where(
        LIST.c.county_code == work.county_code
    )
    if is_open:
        statement = statement.where(LIST.c.id.in_(people.where(PERSON.c.answered_at.is_(None))))
    if (trip_ids := work.actor.scope.trip_ids) is not None:
        outside = people.where(PERSON.c.trip_id.not_in(sorted(trip_ids)))
        statement = statement.where(LIST.c.id.not_in(outside))
    paged = select_page(statement, cursor=cursor, key=LIST.c.id)
    return read_rows(ListRow, work.session.execute(paged))

"""The people of a trip as rows: who is on it, and who sat where at a moment."""

from collections.abc import Iterator, Sequence

from cli.names import get_name, join_names
from cli.papers.marks import show_seat
from cli.times import show_time
from cli.trips.texts import Text, get_text
from schemas.events.kinds import EventKind
from schemas.events.payloads_passengers import NoticeOutcome
from schemas.passengers import AboardLine, AboardOut, PassengerOut

_HEADINGS = (
    *(Text.SEAT, Text.NAME, Text.ROLE, Text.STATE, Text.CUSTODY, Text.SINCE),
    *(Text.NOTICE, Text.EXCEPTIONS, Text.ID),
)
_ABOARD_HEADINGS = (Text.SEAT, Text.NAME, Text.FROM, Text.TO, Text.SOURCE, Text.ID)


def tabulate_passengers(passengers: Sequence[PassengerOut]) -> tuple[list[str], list[list[str]]]:
    headings = [get_text(heading) for heading in _HEADINGS]
    return headings, [list(_show_passenger(each)) for each in passengers]


def _show_passenger(passenger: PassengerOut) -> Iterator[str]:
    yield show_seat(passenger.seat_label, passenger.seat_row, passenger.seat_column)
    yield passenger.name or ""
    yield get_name(passenger.role)
    yield get_name(passenger.status)
    yield get_name(passenger.custody.party)
    yield show_time(passenger.custody.since)
    yield _show_notice(passenger.notice)
    yield join_names(passenger.exceptions)
    yield str(passenger.id)


def _show_notice(notice: str | None) -> str:
    if notice is None:
        return ""
    known = notice in {each.value for each in NoticeOutcome}
    return get_name(NoticeOutcome(notice)) if known else notice


def tabulate_aboard(aboard: AboardOut) -> tuple[list[str], list[list[str]]]:
    headings = [get_text(heading) for heading in _ABOARD_HEADINGS]
    return headings, [list(_show_stay(line)) for line in aboard.people]


def _show_stay(line: AboardLine) -> Iterator[str]:
    yield show_place(line.seat_row, line.seat_column)
    yield line.name or ""
    yield show_time(line.from_at)
    yield show_time(line.to_at)
    yield _show_source(line.source)
    yield str(line.passenger_id)


def show_place(row: int | None, column: int | None) -> str:
    """第5排第1座: where a label is not known, or would be another one by now."""
    if row is None or column is None:
        return ""
    return get_text(Text.SEAT_AT, row=row, column=column)


def _show_source(source: str) -> str:
    known = source in {each.value for each in EventKind}
    return get_name(EventKind(source)) if known else source

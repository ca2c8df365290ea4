"""The people of a trip as rows: who is on it, and who sat where at a moment."""

from collections.abc import Iterator, Sequence

from cli.names import get_name, join_names
from cli.papers.marks import show_seat
from cli.times import show_time
from cli.trips.texts import Text, get_text
from schemas.events.kinds import EventKind
from schemas.events.payloads_passengers import NoticeOutcome
from schemas.passengers import AboardLine, AboardOut, PassengerOut
from schemas.texts import Language

_HEADINGS = (
    *(Text.SEAT, Text.NAME, Text.ROLE, Text.STATE, Text.CUSTODY, Text.SINCE),
    *(Text.NOTICE, Text.EXCEPTIONS, Text.ID),
)
_ABOARD_HEADINGS = (Text.SEAT, Text.NAME, Text.FROM, Text.TO, Text.SOURCE, Text.ID)


def tabulate_passengers(
    passengers: Sequence[PassengerOut], language: Language
) -> tuple[list[str], list[list[str]]]:
    headings = [get_text(heading, language) for heading in _HEADINGS]
    return headings, [list(_show_passenger(each, language)) for each in passengers]


def _show_passenger(passenger: PassengerOut, language: Language) -> Iterator[str]:
    yield show_seat(passenger.seat_label, passenger.seat_row, passenger.seat_column)
    yield passenger.name or ""
    yield get_name(passenger.role, language)
    yield get_name(passenger.status, language)
    yield get_name(passenger.custody.party, language)
    yield show_time(passenger.custody.since)
    yield _show_notice(passenger.notice, language)
    yield join_names(passenger.exceptions, language)
    yield str(passenger.id)


def _show_notice(notice: str | None, language: Language) -> str:
    if notice is None:
        return ""
    known = notice in {each.value for each in NoticeOutcome}
    return get_name(NoticeOutcome(notice), language) if known else notice


def tabulate_aboard(aboard: AboardOut, language: Language) -> tuple[list[str], list[list[str]]]:
    headings = [get_text(heading, language) for heading in _ABOARD_HEADINGS]
    return headings, [list(_show_stay(line, language)) for line in aboard.people]


def _show_stay(line: AboardLine, language: Language) -> Iterator[str]:
    yield show_place(line.seat_row, line.seat_column, language)
    yield line.name or ""
    yield show_time(line.from_at)
    yield show_time(line.to_at)
    yield _show_source(line.source, language)
    yield str(line.passenger_id)


def show_place(row: int | None, column: int | None, language: Language) -> str:
    """第5排第1座: where a label is not known, or would be another one by now."""
    if row is None or column is None:
        return ""
    return get_text(Text.SEAT_AT, language, row=row, column=column)


def _show_source(source: str, language: Language) -> str:
    known = source in {each.value for each in EventKind}
    return get_name(EventKind(source), language) if known else source

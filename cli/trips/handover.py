"""人员交接单 (handover sheet), one sheet for each handover point: heading, columns, boxes and which status
ticks them, who was not carried, sums, signatures.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from typing import Final

from cli import output
from cli.names import get_name, show_balance, show_signatures
from cli.papers import (
    Book,
    Column,
    ListMark,
    PaperSheet,
    PaperText,
    is_locked,
    join_uses,
    list_rides,
    name_kind,
    open_book,
    show_version,
    write_label,
)
from cli.times import show_time
from schemas.events.payloads_passengers import LeftEnd
from schemas.fleets import VehicleKind
from schemas.passengers import HandoverLine, HandoverOut, HandoverPoint
from schemas.texts import say
from schemas.trips import PassengerStatus

_S = PassengerStatus
_TICKS: Final = (PaperText.RECEIVED, PaperText.REFUSED, PaperText.GIVEN_ON, PaperText.OTHER)
_ENDS: Final = {
    _S.RECEIVED: PaperText.RECEIVED,
    _S.REFUSED: PaperText.REFUSED,
    _S.LEFT: PaperText.OTHER,
    _S.MISSING: PaperText.OTHER,
    _S.MOVED: PaperText.OTHER,
    _S.RETURNED: PaperText.OTHER,
}
_BOX, _TICK = "□", "√"
_NOT_CARRIED: Final = frozenset({_S.STAND_BY, _S.DENIED, _S.NO_SHOW, _S.REMOVED, _S.EXPECTED})
_COLUMNS: Final = (
    (PaperText.NUMBER, 5, True),
    (PaperText.SEAT, 6, True),
    (PaperText.NAME, 11, False),
    (PaperText.ID_END, 11, True),
    (PaperText.PHONE, 13, True),
    (PaperText.EMPLOYER, 26, False),
    (PaperText.STATUS, 15, True),
    (PaperText.RECEIVED, 7, True),
    (PaperText.REFUSED, 7, True),
    (PaperText.GIVEN_ON, 9, True),
    (PaperText.OTHER, 7, True),
    (PaperText.TEMPERATURE, 7, True),
    (PaperText.SIGNATURE, 14, True),
    (PaperText.SIGNED, 10, True),
    (PaperText.REMARK, 18, False),
)


def make_handover(handover: HandoverOut, *, printed_at: datetime) -> bytes:
    """The whole workbook. `handover` has at least one point."""
    mark = ListMark(
        title=say(PaperText.HANDOVER),
        number=handover.number,
        plate=handover.plate,
        on_rails=handover.vehicle_kind is VehicleKind.CARRIAGE,
        version=show_version(handover.state, handover.list_version),
        digest=handover.list_hash if is_locked(handover.state, handover.list_version) else None,
        printed_at=printed_at,
    )
    buffer = BytesIO()
    with open_book(buffer, mark) as book:
        for point in handover.points:
            _write_point(book, point, handover, mark)
    return buffer.getvalue()


def _write_point(book: Book, point: HandoverPoint, handover: HandoverOut, mark: ListMark) -> None:
    columns = [Column(say(text), width, centred) for text, width, centred in _COLUMNS]
    sheet = book.add_sheet(point.point.name, columns)
    sheet.write_title(mark.title)
    _write_heading(sheet, point, handover, mark)
    _write_people(sheet, point.lines)
    _write_footer(sheet, point, handover)
    sheet.finish()


def _write_heading(
    sheet: PaperSheet, point: HandoverPoint, handover: HandoverOut, mark: ListMark
) -> None:
    plates = join_uses(list_rides(handover.vehicles), alone=mark.plate)
    sheet.write_facts(
        write_label(PaperText.TRIP, mark.number),
        "  ".join(
            (
                write_label(mark.plate_label, plates),
                write_label(PaperText.VEHICLE, name_kind(handover.vehicle_kind)),
            )
        ),
        write_label(PaperText.CODE, point.code),
    )
    sheet.write_facts(
        write_label(PaperText.HANDOVER_POINT, f"{point.point.ordinal}. {point.point.name}"),
        write_label(PaperText.PLANNED_AT, show_time(point.point.planned_at)),
        mark.version,
    )
    sheet.write_facts(
        write_label(PaperText.CARRIER, handover.carrier),
        write_label(PaperText.HASH, mark.digest),
    )
    sheet.write_headings()


def _write_people(sheet: PaperSheet, lines: list[HandoverLine]) -> None:
    """First those to be handed over; who did not travel is named below, without boxes."""
    carried = [line for line in lines if line.status not in _NOT_CARRIED]
    others = [line for line in lines if line.status in _NOT_CARRIED]
    for number, line in enumerate(carried, start=1):
        sheet.write_row(*_show_person(number, line, list(_show_ticks(line))))
    if others:
        sheet.write_band(say(PaperText.NOT_CARRIED))
    for number, line in enumerate(others, start=1):
        sheet.write_row(*_show_person(number, line, [""] * len(_TICKS)))


def _show_ticks(line: HandoverLine) -> Iterator[str]:
    """A box for each end; what is recorded already is ticked."""
    end = PaperText.GIVEN_ON if line.end is LeftEnd.GIVEN_ON else _ENDS.get(line.status)
    yield from (_TICK if tick is end else _BOX for tick in _TICKS)


def _show_person(number: int, line: HandoverLine, ticks: list[str]) -> Iterator[str]:
    yield str(number)
    yield line.seat_label or ""
    yield line.name or ""
    yield line.id_number_end or ""
    yield line.phone or ""
    yield line.employer or ""
    yield get_name(line.status)
    yield from ticks
    yield from ("", "")
    yield get_name(line.signed) if line.signed else ""
    receiver = [say(PaperText.ONLY_TO, who=line.receiver)] if line.receiver else []
    unseen = [say(PaperText.PAPER_UNSEEN)] if line.paper_seen is False else []
    yield " ".join([*receiver, *unseen])


def _write_footer(sheet: PaperSheet, point: HandoverPoint, trip: HandoverOut) -> None:
    sheet.write_facts(_count(point.lines))
    sheet.write_facts(
        say(PaperText.POINT_SUM, line=show_balance(point.balance)),
        say(PaperText.IN_ALL, line=show_balance(trip.balance)),
        bold=True,
    )
    sheet.write_facts(say(PaperText.POINT_SIGNED, line=show_signatures(point)), bold=True)
    if trip.exceptions:
        names = output.join_clauses(get_name(each) for each in trip.exceptions)
        sheet.write_facts(say(PaperText.POINT_EXCEPTIONS, names=names))
    sheet.write_facts(say(PaperText.EXPLAINED))
    sheet.write_signatures(
        say(PaperText.HANDED_BY),
        say(PaperText.SIGN_DRIVER),
        say(PaperText.RECEIVER),
    )


def _count(lines: list[HandoverLine]) -> str:
    counted = Counter(line.status for line in lines)
    named = output.join_clauses(
        f"{get_name(status)} {counted[status]}" for status in _S if counted[status]
    )
    return say(PaperText.HANDOVER_COUNTS, people=len(lines), counts=named or "0")

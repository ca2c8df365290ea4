"""人员交接单: one sheet for each handover point, to be ticked and signed by whoever takes over."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from typing import Final

from cli.names import get_name, show_balance
from cli.papers.marks import ListMark, is_locked, show_version
from cli.papers.sheet import Book, Column, PaperSheet, open_book
from cli.papers.texts import Text, get_text, say
from cli.times import show_time
from schemas.passengers import HandoverLine, HandoverOut, HandoverPoint
from schemas.texts import get_language
from schemas.trips import BalanceOut, PassengerStatus

_S = PassengerStatus
_TICKS: Final = (Text.RECEIVED, Text.REFUSED, Text.TRANSFERRED, Text.OTHER)
_ENDS: Final = {
    _S.RECEIVED: Text.RECEIVED,
    _S.REFUSED: Text.REFUSED,
    _S.TRANSFERRED: Text.TRANSFERRED,
    _S.LEFT: Text.OTHER,
    _S.MISSING: Text.OTHER,
    _S.MOVED: Text.OTHER,
    _S.RETURNED: Text.OTHER,
}
_BOX, _TICK = "□", "√"
_NOT_CARRIED: Final = frozenset({_S.STAND_BY, _S.DENIED, _S.NO_SHOW, _S.REMOVED, _S.EXPECTED})
_COLUMNS: Final = (
    (Text.NUMBER, 5, True),
    (Text.SEAT, 6, True),
    (Text.NAME, 11, False),
    (Text.ID_END, 11, True),
    (Text.PHONE, 13, True),
    (Text.EMPLOYER, 26, False),
    (Text.STATUS, 15, True),
    (Text.RECEIVED, 7, True),
    (Text.REFUSED, 7, True),
    (Text.TRANSFERRED, 9, True),
    (Text.OTHER, 7, True),
    (Text.TEMPERATURE, 7, True),
    (Text.SIGNATURE, 14, True),
    (Text.SIGNED, 10, True),
    (Text.REMARK, 18, False),
)


def make_handover(handover: HandoverOut, *, printed_at: datetime) -> bytes:
    """The whole workbook. `handover` has at least one point."""
    mark = ListMark(
        title=get_text(Text.HANDOVER),
        number=handover.number,
        plate=handover.plate,
        version=show_version(handover.state, handover.list_version),
        digest=handover.list_hash if is_locked(handover.state, handover.list_version) else None,
        printed_at=printed_at,
    )
    buffer = BytesIO()
    with open_book(buffer, mark) as book:
        for point in handover.points:
            _write_point(book, point, handover.balance, mark)
    return buffer.getvalue()


def _write_point(book: Book, point: HandoverPoint, in_all: BalanceOut, mark: ListMark) -> None:
    columns = [Column(get_text(text), width, centred) for text, width, centred in _COLUMNS]
    sheet = book.add_sheet(point.point.name, columns)
    sheet.write_title(mark.title)
    _write_heading(sheet, point, mark)
    _write_people(sheet, point.lines)
    _write_footer(sheet, point, in_all)
    sheet.finish()


def _write_heading(sheet: PaperSheet, point: HandoverPoint, mark: ListMark) -> None:
    sheet.write_facts(
        say(Text.TRIP, mark.number),
        say(Text.PLATE, mark.plate),
        say(Text.CODE, point.code),
    )
    sheet.write_facts(
        say(Text.HANDOVER_POINT, f"{point.point.ordinal}. {point.point.name}"),
        say(Text.PLANNED_AT, show_time(point.point.planned_at)),
        mark.version,
    )
    sheet.write_facts(say(Text.HASH, mark.digest))
    sheet.write_headings()


def _write_people(sheet: PaperSheet, lines: list[HandoverLine]) -> None:
    """First those to be handed over; who did not travel is named below, without boxes."""
    carried = [line for line in lines if line.status not in _NOT_CARRIED]
    others = [line for line in lines if line.status in _NOT_CARRIED]
    for number, line in enumerate(carried, start=1):
        sheet.write_row(*_show_person(number, line, list(_show_ticks(line))))
    if others:
        sheet.write_band(get_text(Text.NOT_CARRIED))
    for number, line in enumerate(others, start=1):
        sheet.write_row(*_show_person(number, line, [""] * len(_TICKS)))


def _show_ticks(line: HandoverLine) -> Iterator[str]:
    """A box for each end; what is recorded already is ticked."""
    end = _ENDS.get(line.status)
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
    yield ""


def _write_footer(sheet: PaperSheet, point: HandoverPoint, in_all: BalanceOut) -> None:
    sheet.write_facts(_count(point.lines))
    sheet.write_facts(
        get_text(Text.POINT_SUM, line=show_balance(point.balance)),
        get_text(Text.IN_ALL, line=show_balance(in_all)),
        bold=True,
    )
    sheet.write_facts(get_text(Text.EXPLAINED))
    sheet.write_signatures(
        get_text(Text.HANDED_BY),
        get_text(Text.SIGN_DRIVER),
        get_text(Text.RECEIVER),
    )


def _count(lines: list[HandoverLine]) -> str:
    counted = Counter(line.status for line in lines)
    joint = ", " if get_language() == "en" else "，"
    named = joint.join(f"{get_name(status)} {counted[status]}" for status in _S if counted[status])
    return get_text(Text.HANDOVER_COUNTS, people=len(lines), counts=named or "0")

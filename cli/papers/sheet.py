"""A sheet that is printed: A4 landscape, one page wide, the heading on each page, all cells text.

The workbook is made in memory: it holds whole identity numbers, and a temporary file would stay
behind where a program is killed.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final

from cli.exports import open_workbook, write_text
from cli.papers.marks import ListMark
from cli.papers.texts import Text, get_text
from cli.times import CHINA, show_time

_A4: Final = 9
_FONT: Final = {"font_name": "宋体", "font_size": 10, "num_format": "@", "valign": "vcenter"}
_LINE_HEIGHT: Final = 13.5
_PADDING: Final = 4.5
_BODY_HEIGHT: Final = 24
_HEADING_HEIGHT: Final = 18
_TITLE_HEIGHT: Final = 30
_SIGNATURE_HEIGHT: Final = 36
_MAX_MARGIN_TEXT: Final = 250
_FORBIDDEN: Final = str.maketrans(dict.fromkeys("[]:*?/\\", "_"))
_MAX_SHEET_NAME: Final = 31


@dataclass(frozen=True, slots=True)
class Column:
    heading: str
    width: int
    centred: bool = False


class Book:
    """A workbook in memory and the formats of its sheets."""

    def __init__(self, buffer: BytesIO, mark: ListMark) -> None:
        self._book = open_workbook(buffer)
        created = mark.printed_at.astimezone(CHINA).replace(tzinfo=None)
        self._book.set_properties({"title": f"{mark.title} {mark.number}", "created": created})
        self._mark = mark
        self._sheets = 0

    def add_sheet(self, name: str, columns: Sequence[Column]) -> "PaperSheet":
        """`name` is cut to what a spreadsheet takes; from the second sheet on it is numbered."""
        self._sheets += 1
        clean = name.translate(_FORBIDDEN).strip("'")
        number = "" if self._sheets == 1 else f"{self._sheets}."
        sheet = self._book.add_worksheet(f"{number}{clean}"[:_MAX_SHEET_NAME] or "1")
        return PaperSheet(self._book, sheet, columns, self._mark)

    def close(self) -> None:
        self._book.close()


@contextmanager
def open_book(buffer: BytesIO, mark: ListMark) -> Iterator[Book]:
    book = Book(buffer, mark)
    yield book
    book.close()


class PaperSheet:
    """Written from top to bottom. Every text passes `_put`: never a formula, a link or a number."""

    def __init__(self, book: Any, sheet: Any, columns: Sequence[Column], mark: ListMark) -> None:
        self._sheet, self._columns, self._line = sheet, columns, 0
        self._title = book.add_format({**_FONT, "font_size": 16, "bold": True, "align": "center"})
        self._plain = book.add_format({**_FONT, "text_wrap": True})
        self._bold = book.add_format({**_FONT, "text_wrap": True, "bold": True})
        ruled = {**_FONT, "border": 1, "text_wrap": True}
        self._cell = book.add_format(ruled)
        self._centred = book.add_format({**ruled, "align": "center"})
        self._heading = book.add_format({**ruled, "align": "center", "bold": True})
        self._band = book.add_format({**ruled, "bold": True, "bg_color": "#EDEDED"})
        for place, column in enumerate(columns):
            sheet.set_column(place, place, column.width, self._plain)
        self._set_page(mark)

    def _set_page(self, mark: ListMark) -> None:
        sheet = self._sheet
        sheet.set_landscape()
        sheet.set_paper(_A4)
        sheet.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.7)
        sheet.center_horizontally()
        sheet.fit_to_pages(1, 0)
        left = f"{mark.number} {mark.plate or ''}".strip()
        sheet.set_header(_margin(left, mark.title, mark.version))
        printed = get_text(Text.PRINTED, at=show_time(mark.printed_at))
        listed = f"{mark.version} {mark.digest or ''}".strip()
        sheet.set_footer(_margin(listed, get_text(Text.PAGE), printed))

    def write_title(self, text: str) -> None:
        self._merge(0, len(self._columns) - 1, text, self._title)
        self._end_line(_TITLE_HEIGHT)

    def write_facts(self, *texts: str, bold: bool = False) -> None:
        """One line of texts side by side, each with its share of the width."""
        form = self._bold if bold else self._plain
        lines = 1
        for (first, last), text in zip(self._split(len(texts)), texts, strict=True):
            self._merge(first, last, text, form)
            lines = max(lines, self._count_lines(text, first, last))
        self._end_line(max(_HEADING_HEIGHT, _LINE_HEIGHT * lines + _PADDING))

    def write_signatures(self, *texts: str) -> None:
        """Places to sign, with room for a stamp."""
        for (first, last), text in zip(self._split(len(texts)), texts, strict=True):
            self._merge(first, last, text, self._plain)
        self._end_line(_SIGNATURE_HEIGHT)

    def write_headings(self) -> None:
        """The columns' names, which are printed again on each page."""
        for place, column in enumerate(self._columns):
            self._put(place, column.heading, self._heading)
        self._sheet.repeat_rows(self._line)
        self._end_line(_BODY_HEIGHT)
        self._sheet.freeze_panes(self._line, 0)

    def write_row(self, *texts: str) -> None:
        lines = 1
        for place, (column, text) in enumerate(zip(self._columns, texts, strict=True)):
            self._put(place, text, self._centred if column.centred else self._cell)
            lines = max(lines, self._count_lines(text, place, place))
        self._end_line(max(_BODY_HEIGHT, _LINE_HEIGHT * lines + _PADDING))

    def write_band(self, text: str) -> None:
        """A line across the table that begins another part of it."""
        self._merge(0, len(self._columns) - 1, text, self._band)
        self._end_line(_HEADING_HEIGHT)

    def finish(self) -> None:
        self._sheet.print_area(0, 0, self._line - 1, len(self._columns) - 1)

    def _end_line(self, height: float) -> None:
        self._sheet.set_row(self._line, height)
        self._line += 1

    def _put(self, place: int, text: str, form: Any) -> None:
        if text:
            write_text(self._sheet, self._line, place, text, form)
        else:
            self._sheet.write_blank(self._line, place, None, form)

    def _merge(self, first: int, last: int, text: str, form: Any) -> None:
        if first < last:
            self._sheet.merge_range(self._line, first, self._line, last, "", form)
        self._put(first, text, form)

    def _count_lines(self, text: str, first: int, last: int) -> int:
        """How many lines the text takes; merged cells do not grow by themselves."""
        width = sum(column.width for column in self._columns[first : last + 1])
        return sum(-(-(_measure(part) + 1) // width) for part in text.split("\n"))

    def _split(self, parts: int) -> list[tuple[int, int]]:
        """First and last column of each of so many shares of about the same width."""
        total = sum(column.width for column in self._columns)
        shares: list[list[int]] = [[] for _ in range(parts)]
        done = 0
        for place, column in enumerate(self._columns):
            middle = done + column.width / 2
            shares[min(parts - 1, int(middle * parts / total))].append(place)
            done += column.width
        return [(share[0], share[-1]) for share in shares]


def _measure(text: str) -> int:
    """Han characters are two wide, as GBK counts them."""
    return len(text.encode("gbk", "replace"))


def _margin(left: str, centre: str, right: str) -> str:
    """A header or footer; in the texts from outside & is no command."""
    joined = f"&L{_escape(left)}&C{centre}&R{_escape(right)}"
    return joined[:_MAX_MARGIN_TEXT]


def _escape(text: str) -> str:
    return text.replace("&", "&&")

"""Printed papers: the texts of manifest, handover sheet and letter of request; in which states a list counts
as locked; seat labels; the A4 landscape sheet with headings, margins, heights and formats.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any, Final, NamedTuple

from cli.exports import open_workbook, write_text
from cli.names import get_name
from cli.times import CHINA, show_time
from schemas.fleets import VehicleKind
from schemas.passengers import PersonUse, VehicleRide
from schemas.texts import Text, choose, say
from schemas.trips import TripState


class PaperText(Text):
    ABOARD_LINE = (
        "实点 ______ 人    未到 ______ 人    候补顶替 ______ 人    发车时车上 ______ 人",
        "counted ______    no-show ______    stand-bys aboard ______    at departure ______",
    )
    ARRIVAL = ("计划到达", "planned arrival")
    BATCH = ("批次", "batch")
    BOARDING_POINTS = ("上车点", "boarding")
    CAPTAIN = ("车长", "captain")
    CARRIAGE = ("车厢", "carriage")
    CARRIER = ("承运单位", "carrier")
    CHARTER_SIGN = ("包车标志牌号", "charter sign")
    CLEARANCE = ("核验", "cleared")
    CODE = ("交接码", "handover code")
    COMPANION = ("由{who}照看", "with {who}")
    CONTACT = ("联系人", "contact")
    CREDIT_CODE = ("统一社会信用代码", "credit code")
    DAY = ("{year}年{month}月{day}日", "{year}-{month:02}-{day:02}")
    DEPARTURE = ("计划发车", "planned departure")
    DESTINATION = ("目的地", "destination")
    DRIVERS = ("驾驶员", "drivers")
    DUTY_PHONE = ("值班电话", "duty phone")
    EMPLOYER = ("用工单位", "employer")
    EMPLOYER_ADDRESS = ("企业地址", "address")
    ESCORT = ("领队", "escort")
    EXPLAINED = (
        "应交 ______ 人    实交 ______ 人    相差 ______ 人    差额说明：",
        "due ______    handed over ______    difference ______    explained:",
    )
    GENDER = ("性别", "sex")
    HANDED_BY = (
        "移交人（领队）：______________  时间：____________",
        "handed over by (escort): ______________  time: ____________",
    )
    GIVEN_ON = ("途中移交", "given on")
    HANDOVER = ("人员交接单", "Handover sheet")
    HANDOVER_COUNTS = ("名单 {people} 人：{counts}", "{people} people: {counts}")
    HANDOVER_POINT = ("交接点", "handover point")
    HANDOVER_POINTS = ("交接点", "handover")
    HASH = ("名册哈希", "list hash")
    IDENTITY = ("证件", "identity")
    ID_END = ("证件末四位", "id, last 4")
    ID_NUMBER = ("身份证号", "id number")
    IN_ALL = ("全车：{line}", "whole trip: {line}")
    KIN = ("{phone}（家人）", "{phone} (family)")
    LETTER = ("协助函", "Letter of request")
    LETTER_BODY = (
        (
            "　　{here}用工企业报来下列员工{count}人，户籍在贵地，目前尚未返岗，{here}花名册中没有"
            "登记。为做好返岗服务保障，请贵局协助核实其联系方式、所在地和返岗意愿，并为有意愿的"
            "员工返岗提供便利；核实结果请告知我局联系人。"
        ),
        (
            "Enterprises here expect back the {count} people below, who are at home in your "
            "county and in none of our rosters. Please help to find out how they can be reached, "
            "where they are and whether they want to return, and tell our contact."
        ),
    )
    LETTER_CARE = (
        "　　名单含个人信息，仅供本次核实使用，请妥善保管。",
        "The list holds personal data: for this purpose only, please keep it safe.",
    )
    LETTER_FROM = (
        "{sender}人力资源和社会保障局（盖章）",
        "Human Resources and Social Security Bureau of {sender} (stamp)",
    )
    LETTER_NUMBER = ("编号", "number")
    LETTER_TO = (
        "致：{bureau}人力资源和社会保障局",
        "To: Human Resources and Social Security Bureau of {bureau}",
    )
    LET_PASS = ("破例放行", "let pass")
    LICENSED_PLACES = ("核定载客", "licensed places")
    MANIFEST = ("乘客信息登记表", "Passenger list")
    MANIFEST_COUNTS = (
        "乘车 {people} 人，候补 {stand_bys} 人",
        "{people} passengers, {stand_bys} stand-bys",
    )
    NAME = ("姓名", "name")
    NO_SUCH_SEAT = (
        "座位带“?”的（如 9-5?，即第9排第5座）：车上没有这个座位，请核对。",
        "A seat with “?” (9-5? is row 9, seat 5): the vehicle has no such seat.",
    )
    NOT_CARRIED = ("以下人员未随车", "Not carried")
    NOT_LOCKED = ("名册未锁定", "list not locked")
    NOT_LOCKED_LINE = (
        "名册尚未锁定，仅供核对，不得据此组织上车。",
        "The list is not locked: for checking only, nobody boards by it.",
    )
    NOW_AT = ("现在地", "now at")
    NUMBER = ("序号", "no.")
    ORGANISER = ("组织方", "organiser")
    OTHER = ("其他", "other")
    PAGE = ("第 &P 页 共 &N 页", "page &P of &N")
    PASS_NUMBER = ("通行证号", "pass no.")
    PHONE = ("联系电话", "phone")
    PLANNED_AT = ("计划时间", "planned")
    PLANNED_RETURN = ("计划返岗", "planned return")
    PLATE = ("车牌", "plate")
    POINT_EXCEPTIONS = ("本趟例外：{names}", "exceptions of this trip: {names}")
    POINT_SIGNED = ("签收：{line}", "signatures: {line}")
    POINT_SUM = ("本点：{line}", "this point: {line}")
    PRINTED = ("打印 {at}", "printed {at}")
    RECEIVED = ("接收", "received")
    RECEIVER = (
        "接收人（单位盖章）：______________  时间：____________",
        "received by (stamp): ______________  time: ____________",
    )
    RECEPTION = ("输入地接站", "reception")
    REFUSED = ("未接收", "refused")
    ONLY_TO = ("只交给{who}", "only to {who}")
    PAPER_UNSEEN = ("未见签字件", "paper not seen")
    REMARK = ("备注", "remarks")
    ROLL_CALL = ("点名", "present")
    ROUTE = ("路线", "route")
    SEAT = ("座位", "seat")
    SIGNATURE = ("签名", "signature")
    SIGNED = ("已签收", "signed")
    SIGN_DRIVER = (
        "驾驶员签字：______________  时间：____________",
        "driver: ______________  time: ____________",
    )
    SIGN_ORGANISER = (
        "组织方签字：______________  时间：____________",
        "organiser: ______________  time: ____________",
    )
    SIGN_RECEIVER = (
        "接收方签字：______________  时间：____________",
        "receiver: ______________  time: ____________",
    )
    STAND_BYS = (
        "候补人员（有人未到时，按此顺序顶替）",
        "Stand-bys (in this order, when somebody does not come)",
    )
    STATUS = ("状态", "state")
    TEMPERATURE = ("体温", "temp.")
    TRIP = ("趟次", "trip")
    USED = ("{who}（{begun}至{ended}）", "{who} ({begun} to {ended})")
    USED_FROM = ("{who}（{begun}起）", "{who} (from {begun})")
    USED_UNTIL = ("{who}（至{ended}）", "{who} (until {ended})")
    VEHICLE = ("车型", "vehicle")
    VERSION = ("名册第 {version} 版", "list version {version}")
    VILLAGE = ("乡镇、村", "township, village")
    YOUNG_WORKER = ("未成年工", "under 18")


def write_label(label: PaperText, value: object) -> str:
    """`车牌：辽M12345`; without a value a line to write on."""
    colon = choose("：", ": ")
    return f"{say(label)}{colon}{value or '____________'}"


class Use(NamedTuple):
    """A vehicle, driver or escort, from when to when; None: since the plan, or still."""

    who: str
    begun: datetime | None
    ended: datetime | None


def join_uses(uses: Sequence[Use], *, alone: str | None) -> str:
    """`辽M12345（至03-24 11:00）；辽M30030（03-24 11:00起）`; without times where there was no other."""
    if len(uses) < 2:
        return alone or ""
    return "；".join(_show_use(each) for each in uses)


def _show_use(use: Use) -> str:
    times = {"begun": show_time(use.begun), "ended": show_time(use.ended)}
    if use.begun is None:
        return say(PaperText.USED_UNTIL, who=use.who, **times) if use.ended else use.who
    form = PaperText.USED if use.ended else PaperText.USED_FROM
    return say(form, who=use.who, **times)


def list_rides(rides: Iterable[VehicleRide]) -> list[Use]:
    return [Use(each.plate or "", each.from_at, each.to_at) for each in rides]


def list_people(people: Iterable[PersonUse]) -> list[Use]:
    return [Use(each.who, each.from_at, each.to_at) for each in people]


_UNLOCKED: Final = frozenset({TripState.DRAFT, TripState.READY, TripState.FILED})


def is_locked(state: TripState, list_version: int) -> bool:
    """Before locking, and after an unlocking, the list may change: no version covers it."""
    return list_version > 0 and state not in _UNLOCKED


def show_version(state: TripState, list_version: int) -> str:
    if not is_locked(state, list_version):
        return say(PaperText.NOT_LOCKED)
    return say(PaperText.VERSION, version=list_version)


def show_seat(label: str | None, row: int | None, column: int | None) -> str:
    """The label painted on the seat; `9-1?` where the vehicle has no such seat."""
    if label:
        return label
    return f"{row}-{column}?" if row and column else ""


@dataclass(frozen=True, slots=True)
class ListMark:
    """Stands in the heading and on the margin of each page. `digest` None: not locked. `on_rails`: the
    plate is the designation of a railway carriage.
    """

    title: str
    number: str
    plate: str | None
    version: str
    digest: str | None
    printed_at: datetime
    on_rails: bool = False

    @property
    def plate_label(self) -> PaperText:
        return PaperText.CARRIAGE if self.on_rails else PaperText.PLATE


def name_kind(kind: VehicleKind | None) -> str:
    return get_name(kind) if kind else ""


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
        printed = say(PaperText.PRINTED, at=show_time(mark.printed_at))
        listed = f"{mark.version} {mark.digest or ''}".strip()
        sheet.set_footer(_margin(listed, say(PaperText.PAGE), printed))

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

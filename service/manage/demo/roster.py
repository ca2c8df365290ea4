"""The sample roster of the demo: three villages, sixty synthetic people, some rows wrong on purpose.

合成测试数据: nobody in it exists. Numbers are made by the check-digit rule, phones from a range
that is not given out.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import xlsxwriter

from schemas.identity import compute_check_character

HEADINGS = (
    "序号",
    "姓 名",
    "性别",
    "身份证号码",
    "联系电话",
    "家庭电话",
    "返岗目的地",
    "务工企业",
    "拟返岗时间",
    "人员类型",
    "监护人身份证号",
    "备注",
)
ELECTRONICS = "苏州示例电子有限公司"
CAR_PARTS = "昆山示例汽配有限公司"
DESTINATIONS = {ELECTRONICS: "江苏省苏州市", CAR_PARTS: "江苏省苏州市昆山市"}
VILLAGES = {"东兴村": 22, "新立村": 20, "松山村": 18}
PEOPLE = sum(VILLAGES.values())
WRONG_ROWS = 5
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高"
_GIVEN_NAMES = """
国强 秀英 建军 桂兰 志刚 玉梅 永福 春花 海涛 丽华 文斌 淑珍 德胜 红霞 长山 晓燕
"""
_GIVEN = _GIVEN_NAMES.split()


@dataclass(frozen=True, slots=True)
class Line:
    """One row as the village wrote it; `id_cell` may be a number (that is one of the mistakes)."""

    village: str
    name: str
    id_cell: str | float
    phone: str
    home_phone: str
    employer: str
    day: str
    kind: str = "务工人员"
    guardian: str = ""
    remark: str = ""


def id_number(birth: str, sequence: int) -> str:
    """211221 + birth (YYYYMMDD) + sequence + check character."""
    first17 = f"211221{birth}{sequence:03d}"
    return first17 + compute_check_character(first17)


def list_people(today: date) -> list[Line]:
    """Sixty lines. Families share the telephone at home; one child travels with a parent."""
    lines = list(_ordinary(today))
    child_guardian = str(lines[4].id_cell)
    day = lines[4].day
    lines[5] = Line(
        "东兴村", "王小宝", id_number(f"{today.year - 9}0601", 511), "", lines[4].home_phone,
        lines[4].employer, day, "儿童", child_guardian, "随父母",
    )  # fmt: skip
    return [_spoil(place, line) for place, line in enumerate(lines)]


def _ordinary(today: date) -> Iterator[Line]:
    number = 0
    for village, count in VILLAGES.items():
        for _ in range(count):
            birth = f"{1968 + number * 7 % 33}{1 + number % 12:02d}{1 + number % 28:02d}"
            employer = CAR_PARTS if number % 5 == 3 else ELECTRONICS
            yield Line(
                village=village,
                name=_SURNAMES[number % len(_SURNAMES)] + _GIVEN[number * 3 % len(_GIVEN)],
                id_cell=id_number(birth, 100 + number),
                phone=f"154{10_000_000 + number * 137:08d}",
                home_phone=f"154{90_000_000 + number // 2:08d}",
                employer=employer,
                day=(today + timedelta(days=1)).isoformat() if number % 9 else "待定",
            )
            number += 1


def _spoil(place: int, line: Line) -> Line:
    """Five mistakes that villages really make (and that no program may repair by itself)."""
    text = str(line.id_cell)
    wrong: dict[int, tuple[str | float, str]] = {
        16: (float(text[:17] + "0"), line.kind),  # stored as a number: the last digits are lost
        23: (text[:-1] + ("1" if text[-1] != "1" else "2"), line.kind),  # a typing error
        31: (text[:6] + text[8:17], line.kind),  # a first-generation number
        38: (id_number("20180301", 520), line.kind),  # a child entered as a worker
        45: ("", line.kind),  # nothing there
    }
    if place not in wrong:
        return line
    cell, kind = wrong[place]
    return Line(
        line.village, line.name, cell, line.phone, line.home_phone, line.employer, line.day, kind
    )


def write_roster(path: Path, today: date) -> None:
    """A workbook as a township keeps it: a title above the table, one sheet for each village."""
    with xlsxwriter.Workbook(path) as book:
        bold = book.add_format({"bold": True, "align": "center"})
        people = list_people(today)
        for village in VILLAGES:
            sheet = book.add_worksheet(village)
            sheet.merge_range(
                0, 0, 0, len(HEADINGS) - 1, "凡河镇外出务工人员返岗花名册（合成）", bold
            )
            sheet.write_row(1, 0, ["填报单位：凡河镇人社所"])
            sheet.write_row(2, 0, HEADINGS, bold)
            mine = [line for line in people if line.village == village]
            for row, line in enumerate(mine, start=3):
                _write_line(sheet, row, line)
            sheet.write_row(3 + len(mine), 0, ["合计", f"{len(mine)}人"])
            sheet.set_column(3, 5, 22)


def _write_line(sheet: xlsxwriter.worksheet.Worksheet, row: int, line: Line) -> None:
    sheet.write_number(row, 0, row - 2)
    cells = (
        line.name,
        "",
        line.id_cell,
        line.phone,
        line.home_phone,
        DESTINATIONS[line.employer],
        line.employer,
        line.day,
        line.kind,
        line.guardian,
        line.remark,
    )
    for column, value in enumerate(cells, start=1):
        if isinstance(value, float):
            sheet.write_number(row, column, value)
        elif value:
            sheet.write_string(row, column, value)

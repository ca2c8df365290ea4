"""Synthetic people and sheets. Every identity number here is computed, nobody's."""

from collections.abc import Mapping, Sequence
from datetime import date

from schemas.identity import compute_check_character
from schemas.roster.cells import MergedRange, RawCell, RawSheet, Row
from schemas.roster.parsing import parse_rows
from schemas.roster.report import RosterReport

AS_OF = date(2020, 3, 24)
HEADINGS = ("序号", "姓名", "身份证号", "手机号码")


def make_id(sequence: int = 1, *, born: str = "19780512", area: str = "211221") -> str:
    """A valid number; an odd sequence is a man's."""
    first17 = f"{area}{born}{sequence:03d}"
    return first17 + compute_check_character(first17)


def make_phone(sequence: int = 1) -> str:
    return f"154{sequence:08d}"


def make_person(sequence: int = 1, **cells: RawCell) -> dict[str, RawCell]:
    """The cells of one row by heading: serial, name, id and phone, and whatever is given."""
    person: dict[str, RawCell] = {
        "序号": str(sequence),
        "姓名": "张三",
        "身份证号": make_id(sequence),
        "手机号码": make_phone(sequence),
    }
    return person | cells


def make_sheet(
    *people: Mapping[str, RawCell],
    name: str = "花名册",
    own_name: str = "",
    merged: Sequence[MergedRange] = (),
    hidden: bool = False,
    counts_from_1904: bool = False,
) -> RawSheet:
    """A sheet with a header in row 1 made of all keys, and one row for each person."""
    headings = list(dict.fromkeys(key for person in people for key in person)) or list(HEADINGS)
    rows: list[Row] = [(1, headings)]
    rows += [
        (number, [person.get(heading) for heading in headings])
        for number, person in enumerate(people, start=2)
    ]
    return RawSheet(
        name,
        rows,
        own_name=own_name,
        merged=merged,
        hidden=hidden,
        counts_from_1904=counts_from_1904,
    )


def make_raw_sheet(*rows: Sequence[RawCell], name: str = "花名册", **facts: object) -> RawSheet:
    """A sheet given line by line, from row 1."""
    return RawSheet(name, list(enumerate(rows, start=1)), **facts)  # type: ignore[arg-type]  # the facts of RawSheet


def check(*sheets: RawSheet, **options: object) -> RosterReport:
    return parse_rows(sheets, **({"as_of": AS_OF} | options))  # type: ignore[arg-type]  # the options of parse_rows


def check_people(*people: Mapping[str, RawCell]) -> RosterReport:
    return check(make_sheet(*people))


def get_codes(report: RosterReport) -> dict[int, list[tuple[str, str]]]:
    """Row → (field, code) of its errors and warnings."""
    found: dict[int, list[tuple[str, str]]] = {}
    for rejected in report.rejected:
        found[rejected.row] = [(error.field, error.code) for error in rejected.errors]
    for warning in report.warnings:
        found.setdefault(warning.row, []).append((warning.field, warning.code))
    return found

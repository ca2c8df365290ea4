import pytest

from schemas.roster.cells import CellError, CellKind, RawCell
from schemas.roster.codes import WarningCode
from schemas.roster.readings import PhoneReading, read_emergency_phone, read_phone

A, B, C = "15400001234", "15400005678", "15404599063"
LINE = "024-74840000"
MISSING = PhoneReading(code=WarningCode.PHONE_MISSING)


def invalid(text: str | None) -> PhoneReading:
    return PhoneReading(text=text, code=WarningCode.PHONE_INVALID)


def several(*others: str, phone: str = A, text: str | None = None) -> PhoneReading:
    return PhoneReading(phone, others, text, WarningCode.PHONE_SEVERAL)


@pytest.mark.parametrize(
    ("cell", "reading"),
    [
        (A, PhoneReading(A)),
        ("+86 154-0000-1234", PhoneReading(A)),
        ("'15400001234", PhoneReading(A)),
        ('="15400001234"', PhoneReading(A)),
        ("\t15400001234", PhoneReading(A)),
        (15400001234.0, PhoneReading(A)),
        (15400001234, PhoneReading(A)),
        (8615400001234.0, PhoneReading(A)),
        ("15400001234.0", PhoneReading(A)),
        (f"{A} {A}", PhoneReading(A)),
        (None, MISSING),
        ("", MISSING),
        (" \u3000", MISSING),
        ("无", MISSING),
        ("没有", MISSING),
        ("-", MISSING),
        ("N/A", MISSING),
        (0.0, MISSING),
        ("同上", invalid("同上")),
        (" 问村长 ", invalid("问村长")),
        ("1.54E+10", invalid("1.54E+10")),
        ("1540000123", invalid("1540000123")),
        ("12345678901", invalid("12345678901")),
        ("74840000", invalid("74840000")),
        (2474840000.0, invalid("2474840000")),
        (1.5400001234e16, invalid("1.54E+16")),
        (True, invalid("TRUE")),
        (A + B, invalid(A + B)),
        (CellError(CellKind.ERROR, "#N/A"), invalid("#N/A")),
        (CellError(CellKind.FORMULA), invalid(None)),
        (LINE, PhoneReading(None, (LINE,), None, WarningCode.PHONE_LANDLINE)),
        (
            "02474840000/0411-80000000",
            PhoneReading(None, (LINE, "0411-80000000"), None, WarningCode.PHONE_LANDLINE),
        ),
        (f"{A}/{B}", several(B)),
        (f"{A}、{B}", several(B)),
        (f"{A},{B}", several(B)),
        (f"{A}，{B}", several(B)),
        (f"{A};{B}", several(B)),
        (f"{A}；{B}", several(B)),
        (f"{A} {B}", several(B)),
        (f"{A}\n{B}", several(B)),
        (f"{A}或{B}", several(B)),
        ("154 0000 1234 / 154-0000-5678", several(B)),
        (f"0411-80000000、{A}、{C}", several("0411-80000000", C)),
        (f"024 74840000 {A}", several(LINE)),
        (f"{A}(妻)", PhoneReading(A, None, f"{A}(妻)")),
        (f"本人{A} 妻{B}", several(B, text=f"本人{A} 妻{B}")),
    ],
)
def test_read_phone(cell: RawCell, reading: PhoneReading) -> None:
    assert read_phone(cell) == reading


@pytest.mark.parametrize(
    ("cell", "reading"),
    [
        (A, (A, None)),
        (15400001234.0, (A, None)),
        ("", (None, None)),
        ("无", (None, None)),
        (f"{A}/{LINE}", (f"{A}、{LINE}", None)),
        (LINE, (LINE, None)),
        ("村长家", ("村长家", None)),
        (f"{A}(妻)", (f"{A}(妻)", None)),
        (CellError(CellKind.ERROR, "#N/A"), (None, WarningCode.PHONE_INVALID)),
    ],
)
def test_read_emergency_phone(
    cell: RawCell, reading: tuple[str | None, WarningCode | None]
) -> None:
    assert read_emergency_phone(cell) == reading

import io
import struct
import zipfile
from datetime import date

import pytest

from cli.sheets.opening import FileKind, open_table
from cli.sheets.refusals import FileRefusedError
from schemas.roster.codes import Detail, FileCode, WarningCode
from schemas.roster.parsing import parse_rows
from schemas.roster.report import FileWarning
from tests.cli.workbook_factories import make_biff_text, make_xls, make_xlsx, make_zip
from tests.schemas.roster_factories import AS_OF, make_id

ROWS = [["姓名", "身份证号", "手机号码"], ["张三", make_id(1), "15400001234"]]
BOOK = make_xlsx({"花名册": ROWS})
OLD_BOOK = make_xls(
    *(make_biff_text(r, c, text) for r, row in enumerate(ROWS) for c, text in enumerate(row)),
    name="Sheet1",
)
PICTURE = b"\x89PNG\r\n\x1a\n"


def refuse(data: bytes) -> tuple[FileCode, Detail | None]:
    with pytest.raises(FileRefusedError) as caught:
        [list(sheet.rows) for sheet in open_table(data).sheets]
    return caught.value.error.code, caught.value.error.detail


# --- what a zip is -------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("parts", "detail"),
    [
        ({"[Content_Types].xml": "x", "word/document.xml": "x"}, Detail.WORD),
        ({"[Content_Types].xml": "x", "ppt/presentation.xml": "x"}, Detail.PRESENTATION),
        ({"[Content_Types].xml": "x", "xl/workbook.bin": "x"}, Detail.XLSB),
        (
            {"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "x"},
            Detail.WORD,
        ),
        ({"a.png": PICTURE, "readme.txt": "姓名"}, Detail.ARCHIVE),
        ({"inner.zip": make_zip({"a.xlsx": BOOK})}, Detail.ARCHIVE),
        ({}, Detail.ARCHIVE),
    ],
)
def test_zips_that_are_no_roster(parts: dict[str, bytes | str], detail: Detail) -> None:
    assert refuse(make_zip(parts)) == (FileCode.FILE_TYPE_UNSUPPORTED, detail)


def test_a_bundle_of_workbooks() -> None:
    table = open_table(
        make_zip(
            {
                "东兴村.xlsx": BOOK,
                "旧/红旗村.xls": OLD_BOOK,
                "名单.csv": "姓名,身份证号,手机号码\n".encode("gbk"),
                "照片.png": PICTURE,
                "说明.txt": "请查收",
                "空.xlsx": "",
                "里面.zip": make_zip({"a.xlsx": BOOK}),
            }
        )
    )
    assert table.kind is FileKind.ZIP
    assert [(sheet.name, sheet.own_name) for sheet in table.sheets] == [
        ("东兴村.xlsx/花名册", "花名册"),
        ("旧/红旗村.xls/Sheet1", "Sheet1"),
        ("名单.csv/csv", "csv"),
    ]
    assert table.warnings == tuple(
        FileWarning(name, WarningCode.ENTRY_IGNORED)
        for name in ("照片.png", "说明.txt", "空.xlsx", "里面.zip")
    )


def test_doubles_are_found_across_a_bundle() -> None:
    table = open_table(make_zip({"a.xlsx": BOOK, "b.xls": OLD_BOOK}))
    report = parse_rows(table.sheets, as_of=AS_OF)
    assert [(row.sheet, row.row) for row in report.accepted] == [("a.xlsx/花名册", 2)]
    assert [(row.sheet, row.reason) for row in report.ignored] == [("b.xls/Sheet1", "same-row")]


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        (BOOK[: len(BOOK) // 2], FileCode.FILE_CORRUPT),
        (
            make_xls(before_sheets=struct.pack("<HH", 0x2F, 2) + b"\0\0"),
            FileCode.FILE_ENCRYPTED,
        ),
    ],
)
def test_a_workbook_of_a_bundle_that_cannot_be_read_refuses_all(
    entry: bytes, code: FileCode
) -> None:
    assert refuse(make_zip({"a.xlsx": BOOK, "b.xlsx": entry}))[0] is code


def test_names_in_gbk_are_understood() -> None:
    name = "东兴村.xlsx"
    data = make_zip({"xxxxxx.xlsx": BOOK}).replace(b"xxxxxx.xlsx", name.encode("gbk"))
    assert [sheet.name for sheet in open_table(data).sheets] == ["东兴村.xlsx/花名册"]


@pytest.mark.parametrize("in_front", ["东兴村.xlsx".encode("gbk"), b"x\\yyyyy.xlsx"])
def test_the_name_in_front_of_the_data_may_be_another(in_front: bytes) -> None:
    """As some programs write it: in GBK or with backslashes, but not so in the directory."""
    name = b"x/yyyyy.xlsx"[: len(in_front)]
    data = make_zip({name.decode(): BOOK}).replace(name, in_front, 1)
    assert [sheet.name for sheet in open_table(data).sheets] == [f"{name.decode()}/花名册"]


def test_a_misnamed_file_is_read_by_its_content() -> None:
    assert open_table(BOOK).kind is FileKind.XLSX
    assert open_table(OLD_BOOK).kind is FileKind.XLS
    assert open_table("姓名,身份证号".encode()).kind is FileKind.TEXT


# --- damage and traps ----------------------------------------------------------------------------
@pytest.mark.parametrize("share", [0.05, 0.3, 0.6, 0.95])
def test_truncated_files(share: float) -> None:
    assert refuse(BOOK[: int(len(BOOK) * share)]) == (FileCode.FILE_CORRUPT, Detail.TRUNCATED)


def _find(name: str) -> zipfile.ZipInfo:
    with zipfile.ZipFile(io.BytesIO(BOOK)) as archive:
        return archive.getinfo(name)


def test_a_flipped_byte_is_found_by_the_checksum() -> None:
    info = _find("xl/worksheets/sheet1.xml")
    place = info.header_offset + 30 + len(info.filename) + info.compress_size // 2
    data = bytearray(BOOK)
    data[place] ^= 0xFF
    assert refuse(bytes(data))[0] is FileCode.FILE_CORRUPT


def _rewrite_size(data: bytes, name: str, size: int) -> bytes:
    """The directory's word for how large a part is, falsified."""
    encoded = name.encode()
    at = data.rindex(encoded) - 46
    assert data[at : at + 4] == b"PK\x01\x02"
    return data[: at + 24] + struct.pack("<I", size) + data[at + 28 :]


def test_a_directory_that_lies_about_sizes_is_found() -> None:
    bomb = make_zip({"xl/workbook.xml": "x", "xl/worksheets/sheet1.xml": " " * 3_000_000})
    lying = _rewrite_size(bomb, "xl/worksheets/sheet1.xml", 100)
    assert refuse(lying)[0] is FileCode.FILE_CORRUPT
    for part in ("xl/worksheets/sheet1.xml", "xl/styles.xml", "xl/sharedStrings.xml"):
        assert refuse(_rewrite_size(BOOK, part, 100)) == (FileCode.FILE_CORRUPT, Detail.UNSAFE)


@pytest.mark.parametrize(
    "parts",
    [
        {"xl/workbook.xml": "x", "xl/worksheets/sheet1.xml": b" " * 300_000_000},
        {"xl/workbook.xml": "x", "xl/worksheets/sheet1.xml": b" " * 20_000_000},
        {f"{number}.csv": "" for number in range(5_001)},
    ],
    ids=["size", "ratio", "entries"],
)
def test_bombs_are_refused_by_the_directory(parts: dict[str, bytes | str]) -> None:
    assert refuse(make_zip(parts)) == (FileCode.FILE_TOO_LARGE, Detail.INFLATED_SIZE)


def test_encrypted_zips() -> None:
    data = bytearray(make_zip({"a.xlsx": BOOK}))
    for magic, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(magic) + offset] |= 1
    assert refuse(bytes(data)) == (FileCode.FILE_ENCRYPTED, None)


def test_an_entry_without_a_name_is_damage() -> None:
    data = bytearray(make_zip({"a": BOOK}))
    directory = data.rindex(b"PK\x01\x02")
    data[directory + 28 : directory + 30] = b"\0\0"
    assert refuse(bytes(data)) == (FileCode.FILE_CORRUPT, Detail.TRUNCATED)


def test_an_encrypted_ods() -> None:
    manifest = "<manifest:encryption-data/>"
    data = make_zip(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "META-INF/manifest.xml": manifest,
            "content.xml": b"\x8f\x01",
        }
    )
    assert refuse(data) == (FileCode.FILE_ENCRYPTED, None)


def test_two_parts_of_one_name_are_unsafe() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("xl/workbook.xml", "x")
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("xl/workbook.xml", "y")
    assert refuse(buffer.getvalue()) == (FileCode.FILE_CORRUPT, Detail.UNSAFE)


def test_two_parts_at_one_place_are_unsafe() -> None:
    data = bytearray(make_zip({"a.xlsx": BOOK, "b.xlsx": b""}))
    struct.pack_into("<I", data, data.rindex(b"PK\x01\x02") + 42, 0)
    assert refuse(bytes(data)) == (FileCode.FILE_CORRUPT, Detail.UNSAFE)


@pytest.mark.parametrize("missing", ["xl/workbook.xml", "xl/_rels/workbook.xml.rels"])
def test_a_workbook_without_its_plan_is_corrupt(missing: str) -> None:
    with zipfile.ZipFile(io.BytesIO(BOOK)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist() if name != missing}
    assert refuse(make_zip(parts))[0] is FileCode.FILE_CORRUPT


def test_a_file_over_the_limit_is_refused_unopened() -> None:
    assert refuse(b"," * (64 * 1024 * 1024 + 1)) == (FileCode.FILE_TOO_LARGE, Detail.FILE_SIZE)


def test_a_date_stays_a_date_whatever_the_container() -> None:
    data = make_xlsx({"a": [["日期"], [date(2020, 3, 28)]]})
    (sheet,) = open_table(make_zip({"b.xlsx": data})).sheets
    assert [list(cells) for _, cells in sheet.rows] == [["日期"], [date(2020, 3, 28)]]

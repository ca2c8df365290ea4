"""Files that are made to hurt, small where they lie on a disk: name → bytes and what is said of them."""

import io
import os
import struct
import zipfile
from collections.abc import Mapping
from typing import Final

from tests.cli.sheet_readings import make_table
from tests.cli.workbook_factories import (
    make_biff_record,
    make_biff_text,
    make_ods,
    make_ods_row,
    make_ole,
    make_raw_xlsx,
    make_row_xml,
    make_sheet_xml,
    make_xls,
    make_xlsx,
    make_zip,
)
from tests.schemas.roster_factories import make_id, make_phone

READ: Final = "read"
TOO_LARGE, CORRUPT, ENCRYPTED = "file-too-large", "file-corrupt", "file-encrypted"
UNSUPPORTED, EMPTY, UNKNOWN = "file-type-unsupported", "file-empty", "encoding-unknown"
HEADINGS: Final = ("姓名", "身份证号", "手机号码")
PERSON: Final = ("张三", make_id(1), make_phone(1))
BOOK: Final = make_xlsx({"花名册": [HEADINGS, PERSON]})
TEXT: Final = "\r\n".join(map(",".join, (HEADINGS, PERSON))).encode("gb18030")
OLD_BOOK: Final = make_xls(
    *(
        make_biff_text(r, c, t)
        for r, row in enumerate((HEADINGS, PERSON))
        for c, t in enumerate(row)
    )
)
OPEN_BOOK: Final = make_ods(make_table(make_ods_row(*HEADINGS), make_ods_row(*PERSON)))
BUNDLE: Final = make_zip({"东兴村.xlsx": BOOK, "西沟村.xls": OLD_BOOK})
WHOLE: Final = {
    "xlsx": BOOK,
    "xls": OLD_BOOK,
    "ods": OPEN_BOOK,
    "csv": TEXT,
    "zip": BUNDLE,
}
_ROWS: Final = make_row_xml(1, *HEADINGS), make_row_xml(2, *PERSON)
_FAR: Final = '<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row>'
_ENTITIES: Final = "<!DOCTYPE x [" + "".join(
    f'<!ENTITY a{n + 1} "{f"&a{n};" * 10}">' for n in range(9)
)


def make_hostile() -> dict[str, tuple[bytes, str]]:
    return {**_make_workbooks(), **_make_zips(), **_make_old(), **_make_open(), **_make_texts()}


def _make_workbooks() -> dict[str, tuple[bytes, str]]:
    far = make_sheet_xml(*_ROWS, _FAR)
    merged = "".join(['<mergeCell ref="A3:A9"/>'] * 3_000_000)
    diagonal = (f'<row r="{n}"><c r="{_letter(n)}{n}"><v>1</v></c></row>' for n in range(1, 40_000))
    return {
        "far": (make_raw_xlsx(far), READ),
        "far, spelled oddly": (make_raw_xlsx(far.replace(' r="', "\n r = '").replace('">', "'>")), CORRUPT),
        "far, behind a comment": (make_raw_xlsx(far.replace("<sheetData>", "<!-- --><sheetData>")), READ),
        "beyond all sheets": (make_raw_xlsx(far.replace("XFD1048576", "XFD110485761")), CORRUPT),
        "diagonal": (make_raw_xlsx(make_sheet_xml(*diagonal)), TOO_LARGE),
        "merged": (_pad(make_raw_xlsx(make_sheet_xml(*_ROWS, tail=merged))), TOO_LARGE),
        "entities": (make_raw_xlsx(f"{_ENTITIES}]>{make_sheet_xml(*_ROWS)}"), CORRUPT),
        "entities in texts": (_replace(BOOK, "xl/sharedStrings.xml", f"{_ENTITIES}]><sst/>"), CORRUPT),
        "promised texts": (_replace(BOOK, "xl/sharedStrings.xml", '<sst uniqueCount="99999999"/>'), CORRUPT),
        "texts of nothing": (_replace(BOOK, "xl/sharedStrings.xml", "<sst"), CORRUPT),
        "infinite": (make_raw_xlsx(make_sheet_xml(*_ROWS, _make_odd_numbers())), READ),
    }  # fmt: skip


def _stuff_bundle() -> bytes:
    """Workbooks that are harmless one by one, and inflate to 2 GB together."""
    book = make_zip({"xl/workbook.xml": "x", "xl/worksheets/sheet1.xml": b" " * 16_000_000})
    return make_zip({f"{number}.xlsx": book for number in range(128)})


def _make_odd_numbers() -> str:
    numbers = ("1E999", "-1E999", "NaN", "1E-400")
    cells = [f"<c r='{'ABCD'[place]}3'><v>{text}</v></c>" for place, text in enumerate(numbers)]
    return f'<row r="3">{"".join(cells)}</row>'


def _make_zips() -> dict[str, tuple[bytes, str]]:
    sheet = "xl/worksheets/sheet1.xml"
    bomb = make_zip({"xl/workbook.xml": "x", sheet: b" " * 280_000_000})
    return {
        "bomb": (bomb, TOO_LARGE),
        "bomb in a bundle": (make_zip({"东兴村.xlsx": bomb}), TOO_LARGE),
        "bomb in bombs": (make_zip({"a.zip": make_zip({"b.zip": bomb})}), UNSUPPORTED),
        "books in a bundle": (_stuff_bundle(), TOO_LARGE),
        "many entries": (make_zip({f"{n}.csv": "" for n in range(5_001)}), TOO_LARGE),
        "size too small": (_lie(BOOK, sheet, size=100), CORRUPT),
        "size too large": (_lie(BOOK, sheet, size=1_000_000), CORRUPT),
        "packed too small": (_lie(BOOK, sheet, packed=10), CORRUPT),
        "packed too large": (_lie(BOOK, sheet, packed=0x7FFFFFFF), CORRUPT),
        "encrypted zip": (_encrypt(BUNDLE), ENCRYPTED),
    }


def _make_old() -> dict[str, tuple[bytes, str]]:
    dimensions = make_biff_record(0x200, struct.pack("<IIHH2x", 0, 2**31, 0, 4))
    texts = make_biff_record(0xFC, struct.pack("<II", 1, 2**31))
    merged = make_biff_record(0xE5, struct.pack("<H", 0xFFFF)) * 9
    return {
        "far, old": (make_xls(make_biff_text(0, 0, "姓名"), make_biff_text(65_535, 255, "x")), TOO_LARGE),
        "bounds, old": (make_xls(dimensions, make_biff_text(0, 0, "x")), CORRUPT),
        "texts, old": (make_xls(before_sheets=texts), CORRUPT),
        "merged, old": (make_xls(merged, make_biff_text(0, 0, "x")), TOO_LARGE),
        "encrypted, old": (make_xls(before_sheets=make_biff_record(0x2F, bytes(6))), ENCRYPTED),
        "encrypted, new": (make_ole({"EncryptionInfo": b"x", "EncryptedPackage": b"y"}), ENCRYPTED),
        "a circle of sectors": (_close_circle(OLD_BOOK), CORRUPT),
        "a circle of tables": (_point_to_tables(OLD_BOOK, count=0, tables=1), CORRUPT),
        "tables without end": (_point_to_tables(OLD_BOOK, count=2**25, tables=127 * 2**25), CORRUPT),
        "many streams": (_begin_directory_at(make_ole({"Workbook": bytes(700_000)}), 0), TOO_LARGE),
        "streams in a row": (make_ole({f"{n}": b"" for n in range(1_500)}), CORRUPT),
        "far, in the first of two": (_make_twins(), TOO_LARGE),
    }  # fmt: skip


def _make_twins() -> bytes:
    """Two streams of one name, the second one harmless."""
    far = make_xls(make_biff_text(0, 0, "姓名"), make_biff_text(65_535, 255, "x"))
    streams = {"Workbook": far[512:4_608], "Workb00k": OLD_BOOK[512:4_608]}
    return make_ole(streams).replace("Workb00k".encode("utf-16-le"), "Workbook".encode("utf-16-le"))


def _make_open() -> dict[str, tuple[bytes, str]]:
    def repeat(text: str, across: int, down: int) -> bytes:
        cell = (
            '<table:table-cell office:value-type="string" '
            f'table:number-columns-repeated="{across}"><text:p>{text}</text:p></table:table-cell>'
        )
        row = make_ods_row(cell, attributes=f'table:number-rows-repeated="{down}"')
        return make_ods(make_table(make_ods_row(*HEADINGS), row))

    return {
        "everywhere": (repeat("x", 16_384, 1_048_576), TOO_LARGE),
        "many copies": (repeat("x", 1_000, 3_900), TOO_LARGE),
        "long copies": (repeat("x" * 5_000, 1_000, 500), TOO_LARGE),
        "endless count": (repeat("x", 10**30, 1), CORRUPT),
        "entities, open": (_replace(OPEN_BOOK, "content.xml", f"{_ENTITIES}]><x/>"), CORRUPT),
    }


def _make_texts() -> dict[str, tuple[bytes, str]]:
    header = ",".join(HEADINGS).encode()
    return {
        "commas": (b"," * 50_000_000, TOO_LARGE),
        "commas below a header": (header + b"\n" + b"," * 30_000_000, TOO_LARGE),
        "commas in lines": (header + (b"\n" + b"," * 2_000) * 10_500, TOO_LARGE),
        "one quote": (header + b'\n"' + b"x\n" * 400_000, CORRUPT),
        "quotes": (b'"' * 20_000_001, TOO_LARGE),
        "rows": (header + b"\nx,1,2" * 5_000_000, TOO_LARGE),
        "newlines": (header + b"\n" * 5_000_000, TOO_LARGE),
        "blank": (b" \n" * 1_000_000, EMPTY),
        "half a character": (TEXT + "王".encode("gb18030")[:1], UNKNOWN),
        "zeros": (b"\0" * 1_000_000, UNSUPPORTED),
        "noise": (b"x" + bytes(range(256)) * 1_000, UNSUPPORTED),
        "a picture, misnamed": (b"\x89PNG\r\n\x1a\n" + bytes(100), UNSUPPORTED),
        "a page, misnamed": (b"<html><table><tr><td>x", UNSUPPORTED),
    }


def _letter(number: int) -> str:
    """Two letters, each in turn."""
    return chr(65 + number % 26) + chr(65 + number // 26 % 26)


def _pad(data: bytes) -> bytes:
    """With bytes that do not pack, so that the ratio of the whole is an honest file's."""
    buffer = io.BytesIO(data)
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_STORED) as archive:
        archive.writestr("xl/media/image1.png", os.urandom(600_000))
    return buffer.getvalue()


def _replace(data: bytes, part: str, content: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts: Mapping[str, bytes] = {name: archive.read(name) for name in archive.namelist()}
    return make_zip({**parts, part: content})


def _lie(data: bytes, part: str, *, size: int | None = None, packed: int | None = None) -> bytes:
    """The directory's word for one part's sizes, falsified."""
    at = data.rindex(part.encode()) - 46
    changed = bytearray(data)
    if packed is not None:
        struct.pack_into("<I", changed, at + 20, packed)
    if size is not None:
        struct.pack_into("<I", changed, at + 24, size)
    return bytes(changed)


def _encrypt(data: bytes) -> bytes:
    changed = bytearray(data)
    for magic, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        changed[changed.index(magic) + offset] |= 1
    return bytes(changed)


def _point_to_tables(data: bytes, *, count: int, tables: int) -> bytes:
    """The list of allocation tables goes on in the first sector, which leads back to itself."""
    changed = bytearray(data)
    struct.pack_into("<I", changed, 44, tables)
    struct.pack_into("<II", changed, 68, 0, count)
    struct.pack_into("<I", changed, 512 + 508, 0)
    return bytes(changed)


def _begin_directory_at(data: bytes, sector: int) -> bytes:
    changed = bytearray(data)
    struct.pack_into("<I", changed, 48, sector)
    return bytes(changed)


def _close_circle(data: bytes) -> bytes:
    """The first chain of the allocation table leads back to its beginning."""
    changed = bytearray(data)
    (table,) = struct.unpack_from("<I", data, 76)
    struct.pack_into("<I", changed, (table + 1) * 512, 0)
    return bytes(changed)

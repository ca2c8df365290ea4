"""Small files of every kind, made in memory."""

import io
import struct
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape

import xlsxwriter

Cells = Sequence[Sequence[Any]]
_CONTENT = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def make_xlsx(sheets: Mapping[str, Cells], **options: Any) -> bytes:
    """Values as xlsxwriter writes them: texts as texts, numbers, dates with a format."""
    buffer = io.BytesIO()
    settings = {"strings_to_formulas": False, "default_date_format": "yyyy-mm-dd"} | options
    with xlsxwriter.Workbook(buffer, settings) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return buffer.getvalue()


def make_zip(parts: Mapping[str, bytes | str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def make_raw_xlsx(sheet_xml: str | bytes, *, workbook_attributes: str = "") -> bytes:
    """A workbook around one worksheet written by hand."""
    return make_zip(
        {
            "[Content_Types].xml": (
                f'<Types xmlns="{_PACKAGE}/content-types">'
                '<Default Extension="xml" ContentType="application/xml"/>'
                f'<Override PartName="/xl/workbook.xml" ContentType="{_CONTENT}.sheet.main+xml"/>'
                "</Types>"
            ),
            "_rels/.rels": (
                f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
                f'Type="{_RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
            ),
            "xl/workbook.xml": (
                f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}">'
                f"<workbookPr {workbook_attributes}/><sheets>"
                '<sheet name="花名册" sheetId="1" r:id="rId1"/></sheets></workbook>'
            ),
            "xl/_rels/workbook.xml.rels": (
                f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
                f'Type="{_RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
            ),
            "xl/worksheets/sheet1.xml": sheet_xml,
        }
    )


def make_sheet_xml(*rows: str, head: str = "", tail: str = "") -> str:
    return (
        f'<worksheet xmlns="{_MAIN}">{head}<sheetData>{"".join(rows)}</sheetData>{tail}</worksheet>'
    )


def make_row_xml(number: int, *texts: str) -> str:
    """A row of inline texts from column A; a text that begins with < is XML as it stands."""
    cells = [
        text
        if text.startswith("<")
        else f'<c r="{chr(65 + place)}{number}" t="inlineStr"><is><t>{escape(text)}</t></is></c>'
        for place, text in enumerate(texts)
    ]
    return f'<row r="{number}">{"".join(cells)}</row>'


def make_ods(*tables: str) -> bytes:
    """Tables given as XML, with the prefixes that LibreOffice uses."""
    prefix = "urn:oasis:names:tc:opendocument:xmlns"
    content = (
        f'<office:document-content xmlns:office="{prefix}:office:1.0" '
        f'xmlns:table="{prefix}:table:1.0" xmlns:text="{prefix}:text:1.0" '
        f'xmlns:style="{prefix}:style:1.0" '
        'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0">'
        '<office:automatic-styles><style:style style:name="hidden" style:family="table">'
        '<style:table-properties table:display="false"/></style:style></office:automatic-styles>'
        f"<office:body><office:spreadsheet>{''.join(tables)}</office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    return make_zip(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "META-INF/manifest.xml": (
                f'<manifest:manifest xmlns:manifest="{prefix}:manifest:1.0"/>'
            ),
            "content.xml": content,
        }
    )


def make_ods_row(*cells: str, attributes: str = "") -> str:
    """A row of texts; a text that begins with < is XML as it stands."""
    written = [
        cell
        if cell.startswith("<")
        else '<table:table-cell office:value-type="string">'
        f"<text:p>{escape(cell)}</text:p></table:table-cell>"
        for cell in cells
    ]
    return f"<table:table-row {attributes}>{''.join(written)}</table:table-row>"


def make_biff_record(kind: int, body: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def make_biff_text(row: int, column: int, text: str) -> bytes:
    """A LABEL record: a text in the cell itself."""
    encoded = text.encode("utf-16-le")
    body = struct.pack("<HHHHB", row, column, 0, len(text), 1) + encoded
    return make_biff_record(0x204, body)


def make_biff_number(row: int, column: int, number: float) -> bytes:
    return make_biff_record(0x203, struct.pack("<HHHd", row, column, 0, number))


def make_biff_error(row: int, column: int, code: int) -> bytes:
    return make_biff_record(0x205, struct.pack("<HHHBB", row, column, 0, code, 1))


def make_biff_formula_error(row: int, column: int, code: int) -> bytes:
    """A FORMULA record (1/0 in tokens) whose stored result is an error."""
    result = struct.pack("<BBBBBBH", 2, 0, code, 0, 0, 0, 0xFFFF)
    tokens = b"\x1e\x01\x00\x1e\x00\x00\x06"
    body = struct.pack("<HHH", row, column, 0) + result + struct.pack("<HIH", 0, 0, len(tokens))
    return make_biff_record(0x06, body + tokens)


def make_xls(
    *cells: bytes, name: str = "花名册", before_sheets: bytes = b"", stream_name: str = "Workbook"
) -> bytes:
    """An .xls of one sheet, its records given."""
    begin = struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0x0600)
    sheet_begin = struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0x0600)
    encoded = name.encode("utf-16-le")
    sheet_bytes = 4 + 8 + len(encoded)
    offset = len(make_biff_record(0x809, begin)) + len(before_sheets) + sheet_bytes + 4
    bound = struct.pack("<IBBBB", offset, 0, 0, len(name), 1) + encoded
    stream = (
        make_biff_record(0x809, begin)
        + before_sheets
        + make_biff_record(0x85, bound)
        + make_biff_record(0x0A)
        + make_biff_record(0x809, sheet_begin)
        + b"".join(cells)
        + make_biff_record(0x0A)
    )
    return make_ole({stream_name: stream})


def make_ole(streams: Mapping[str, bytes]) -> bytes:
    """A compound file of 512-byte sectors. Streams are padded beyond the mini stream's limit."""
    fat: list[int] = []
    sectors: list[bytes] = []

    def add(content: bytes) -> int:
        first = len(sectors)
        parts = [content[at : at + 512].ljust(512, b"\0") for at in range(0, len(content), 512)]
        sectors.extend(parts)
        fat.extend([*range(first + 1, first + len(parts)), 0xFFFFFFFE])
        return first

    entries = [_make_entry("Root Entry", 5, 0xFFFFFFFE, 0, child=1)]
    for number, (name, content) in enumerate(streams.items(), start=1):
        padded = content.ljust(4_096, b"\0")
        right = number + 1 if number < len(streams) else 0xFFFFFFFF
        entries.append(_make_entry(name, 2, add(padded), len(padded), right=right))
    directory = add(b"".join(entries))
    fat_count = (len(fat) + 1) // 128 + 1
    starts = range(len(sectors), len(sectors) + fat_count)
    fat.extend([0xFFFFFFFD] * fat_count)
    table = struct.pack(f"<{len(fat)}I", *fat).ljust(fat_count * 512, b"\xff")
    header = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + bytes(16)
        + struct.pack(
            "<HHHHH6xIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, fat_count, directory, 0, 4_096, 0xFFFFFFFE
        )
        + struct.pack("<III", 0, 0xFFFFFFFE, 0)
    )
    difat = struct.pack(f"<{fat_count}I", *starts).ljust(436, b"\xff")
    return header + difat + b"".join(sectors) + table


def _make_entry(
    name: str, kind: int, start: int, size: int, *, child: int = 0xFFFFFFFF, right: int = 0xFFFFFFFF
) -> bytes:
    encoded = name.encode("utf-16-le") + b"\0\0"
    return (
        encoded.ljust(64, b"\0")
        + struct.pack("<HBB", len(encoded), kind, 1)
        + struct.pack("<III", 0xFFFFFFFF, right, child)
        + bytes(36)
        + struct.pack("<IQ", start, size)
    )

"""Which kind a file is, by its content and never by its name; what is refused as no table (PDF, picture, Word,
slides, HTML, .xlsb, archives); which parts of a zip of rosters are read.

The content decides, never the ending of the name.

Names lie: there are .xls files that are HTML, and .xlsx files that are renamed documents.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from cli.sheets.archives import Archive
from cli.sheets.ods import open_ods
from cli.sheets.refusals import (
    MAX_FILE_BYTES,
    MAX_INFLATED_BYTES,
    FileRefusedError,
    too_large,
    unsupported,
)
from cli.sheets.text_tables import open_text
from cli.sheets.xls import open_xls
from cli.sheets.xlsx import open_xlsx
from schemas.identity import mask_label
from schemas.roster.cells import RawSheet
from schemas.roster.codes import Detail, FileCode, WarningCode
from schemas.roster.report import FileWarning


class FileKind(StrEnum):
    ODS = "ods"
    TEXT = "csv"
    XLS = "xls"
    XLSX = "xlsx"
    ZIP = "zip"


_MAGIC: Final[tuple[tuple[bytes, Detail], ...]] = (
    (b"%PDF", Detail.PDF),
    (b"\x89PNG", Detail.PICTURE),
    (b"\xff\xd8\xff", Detail.PICTURE),
    (b"GIF8", Detail.PICTURE),
    (b"BM", Detail.PICTURE),
    (b"II*\x00", Detail.PICTURE),
    (b"MM\x00*", Detail.PICTURE),
    (b"RIFF", Detail.PICTURE),
    (b"Rar!", Detail.ARCHIVE),
    (b"7z\xbc\xaf", Detail.ARCHIVE),
    (b"\x1f\x8b", Detail.ARCHIVE),
    (b"{\\rtf", Detail.WORD),
)
_OLE_MAGIC: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP_MAGIC: Final = (b"PK\x03\x04", b"PK\x05\x06")
# A tag, a comment or an entity at the beginning; a table or page within the first piece.
_MARKUP: Final = re.compile(
    rb"\s*(?:<[a-z!?/]|&[a-z#]+\d*;\s*<|MIME-Version:)|.*?<(?:html|body|table|tbody|td)[\s>]",
    re.IGNORECASE | re.DOTALL,
).match
_MARKUP_BYTES: Final = 4_096
_BOMS: Final = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_PICTURE_BMP: Final = b"BM"
_TEXT_ENDINGS: Final = (".csv", ".tsv")


@dataclass(frozen=True, slots=True)
class Table:
    """An opened file. `sheets` can be read once; `warnings` name the parts of a zip that are no rosters."""

    kind: FileKind
    sheets: Iterable[RawSheet]
    warnings: tuple[FileWarning, ...] = ()


def open_table(data: bytes) -> Table:
    """Raises FileRefusedError with code and message. Sheets and rows come lazily, so it may be raised
    while they are read, too. Numbers in the names of sheets are masked.
    """
    table = _open(data)
    return replace(table, sheets=_mask_names(table.sheets))


def _mask_names(sheets: Iterable[RawSheet]) -> Iterator[RawSheet]:
    """No two masked ones alike: rows are found again by the name of their sheet."""
    given: set[str] = set()
    for sheet in sheets:
        name = masked = mask_label(sheet.name)
        while masked != sheet.name and name in given:
            name = f"{masked}({len(given)})"
        given.add(name)
        if name == sheet.name:
            yield sheet
        else:
            yield replace(sheet, name=name, own_name=mask_label(sheet.own_name))


def _open(data: bytes) -> Table:
    if not data or data.isspace():
        raise FileRefusedError(FileCode.FILE_EMPTY)
    if len(data) > MAX_FILE_BYTES:
        raise too_large(Detail.FILE_SIZE)
    kind = _find_kind(data)
    if kind is FileKind.TEXT:
        return Table(kind, (open_text(data),))
    if kind is FileKind.XLS:
        return Table(kind, open_xls(data))
    archive = Archive(data)
    kind = _find_zip_kind(archive)
    if kind is FileKind.ZIP:
        return _open_bundle(archive)
    return Table(kind, open_ods(archive) if kind is FileKind.ODS else open_xlsx(archive))


def _find_kind(data: bytes) -> FileKind:
    """By the first bytes; what has no known beginning is text. Refuses what is known to be no table.

    ZIP stands for every zip, also for an .xlsx or .ods: see `_find_zip_kind`.
    """
    if data.startswith(_ZIP_MAGIC):
        return FileKind.ZIP
    if data.startswith(_OLE_MAGIC):
        return FileKind.XLS
    for magic, detail in _MAGIC:
        if data.startswith(magic) and (magic != _PICTURE_BMP or b"\x00" in data[:16]):
            raise unsupported(detail)
    if _MARKUP(_get_beginning(data)):
        raise unsupported(Detail.HTML)
    return FileKind.TEXT


def _get_beginning(data: bytes) -> bytes:
    """The first bytes without a byte order mark, ASCII in UTF-16 as ASCII."""
    start = data[:_MARKUP_BYTES]
    for mark in _BOMS:
        start = start.removeprefix(mark)
    return start.replace(b"\x00", b"") if data.startswith(_BOMS[1:]) else start


def _find_zip_kind(archive: Archive) -> FileKind:
    """By the names of its parts. Refuses documents, presentations and .xlsb."""
    names = archive.entries.keys()
    if any(name.startswith("xl/") for name in names):
        if "xl/workbook.bin" in names:
            raise unsupported(Detail.XLSB)
        return FileKind.XLSX
    if any(name.startswith("word/") for name in names):
        raise unsupported(Detail.WORD)
    if any(name.startswith("ppt/") for name in names):
        raise unsupported(Detail.PRESENTATION)
    if "mimetype" in names and "content.xml" in names:
        return _find_opendocument_kind(archive)
    return FileKind.ZIP


def _find_opendocument_kind(archive: Archive) -> FileKind:
    mimetype = archive.read("mimetype").strip()
    if b"opendocument.spreadsheet" in mimetype:
        return FileKind.ODS
    if b"opendocument.text" in mimetype:
        raise unsupported(Detail.WORD)
    is_slides = b"opendocument.presentation" in mimetype
    raise unsupported(Detail.PRESENTATION if is_slides else Detail.OTHER)


# --- zips of rosters -----------------------------------------------------------------------------
def _open_bundle(archive: Archive) -> Table:
    """The sheets of its workbooks as `file/sheet`. Other parts are ignored, each with a warning.

    Refused when it holds no roster, or when all together inflates to more than one file may.
    """
    tables: list[tuple[str, Table]] = []
    warnings = []
    inflated = archive.inflated_bytes
    for name in archive.entries:
        table, size = _open_entry(name, archive)
        inflated += size
        if inflated > MAX_INFLATED_BYTES:
            raise too_large(Detail.INFLATED_SIZE)
        if table is None:
            warnings.append(FileWarning(mask_label(name), WarningCode.ENTRY_IGNORED))
        else:
            tables.append((name, table))
    if not tables:
        raise unsupported(Detail.ARCHIVE)
    return Table(FileKind.ZIP, _chain(tables), tuple(warnings))


def _open_entry(name: str, archive: Archive) -> tuple[Table | None, int]:
    """The table, and the bytes that it inflates to. None for what is no table, or a zip of zips.

    A table that is damaged, encrypted or too large refuses the whole file.
    """
    try:
        data = archive.read(name)
        kind = _find_kind(data) if data else None
        if kind is None or (kind is FileKind.TEXT and not _is_text_table(name)):
            return None, 0
        inner = Archive(data) if kind is FileKind.ZIP else None
        if inner is not None and _find_zip_kind(inner) is FileKind.ZIP:
            return None, 0
        return open_table(data), inner.inflated_bytes if inner else 0
    except FileRefusedError as refused:
        if refused.error.code is FileCode.FILE_TYPE_UNSUPPORTED:
            return None, 0
        raise


def _is_text_table(name: str) -> bool:
    return name.lower().endswith(_TEXT_ENDINGS)


def _chain(tables: list[tuple[str, Table]]) -> Iterator[RawSheet]:
    for name, table in tables:
        for sheet in table.sheets:
            yield replace(sheet, name=f"{name}/{sheet.name}")

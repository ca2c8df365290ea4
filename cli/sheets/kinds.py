"""What a file is, by its content: names lie (an .xls that is HTML, an .xlsx renamed from .docx)."""

import re
from enum import StrEnum
from typing import Final

from cli.sheets.archives import Archive
from cli.sheets.refusals import FileRefusedError
from schemas.roster.codes import Detail, FileCode


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
OLE_MAGIC: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP_MAGIC: Final = (b"PK\x03\x04", b"PK\x05\x06")
_MARKUP: Final = re.compile(
    rb"\s*<(?:\?xml|!doctype|!--|html|head|body|table|meta|style|script|div|worksheet|workbook)|"
    rb"\s*MIME-Version:",
    re.IGNORECASE,
).match
_UTF8_BOM: Final = b"\xef\xbb\xbf"
_PICTURE_BMP: Final = b"BM"


def unsupported(detail: Detail) -> FileRefusedError:
    return FileRefusedError(FileCode.FILE_TYPE_UNSUPPORTED, detail)


def find_kind(data: bytes) -> FileKind:
    """Text is whatever is nothing else; a zip is told apart by its parts (see find_zip_kind)."""
    if data.startswith(_ZIP_MAGIC):
        return FileKind.ZIP
    if data.startswith(OLE_MAGIC):
        return FileKind.XLS
    for magic, detail in _MAGIC:
        if data.startswith(magic) and (magic != _PICTURE_BMP or b"\x00" in data[:16]):
            raise unsupported(detail)
    if _MARKUP(data.removeprefix(_UTF8_BOM)[:512]):
        raise unsupported(Detail.HTML)
    return FileKind.TEXT


def find_zip_kind(archive: Archive) -> FileKind:
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

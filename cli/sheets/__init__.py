"""A file on disk → raw rows with sheet, Excel row and kind of cell. Nothing else opens workbooks.

`open_table` decides by content, never by the name's ending, and raises FileRefusedError with the
code and message for the reader. Sheets come lazily: a refusal may also come while reading on.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from cli.sheets.archives import Archive
from cli.sheets.kinds import FileKind, find_kind, find_zip_kind, unsupported
from cli.sheets.refusals import MAX_FILE_BYTES, MAX_INFLATED_BYTES, FileRefusedError
from cli.sheets.texts import open_text
from cli.sheets.workbooks import open_ods, open_xls, open_xlsx
from schemas.roster.cells import RawSheet
from schemas.roster.codes import Detail, FileCode, WarningCode
from schemas.roster.report import FileWarning

__all__ = ["FileKind", "FileRefusedError", "Table", "open_table"]

_TEXT_ENDINGS: Final = (".csv", ".tsv")


@dataclass(frozen=True, slots=True)
class Table:
    """An opened file. `sheets` can be read once; `warnings` name what a zip held beside."""

    kind: FileKind
    sheets: Iterable[RawSheet]
    warnings: tuple[FileWarning, ...] = ()


def open_table(data: bytes) -> Table:
    if not data or data.isspace():
        raise FileRefusedError(FileCode.FILE_EMPTY)
    if len(data) > MAX_FILE_BYTES:
        raise FileRefusedError(FileCode.FILE_TOO_LARGE, Detail.FILE_SIZE)
    kind = find_kind(data)
    if kind is not FileKind.ZIP:
        return Table(kind, _open_plain(kind, data))
    archive = Archive(data)
    kind = find_zip_kind(archive)
    if kind is FileKind.ZIP:
        return _open_bundle(archive)
    return Table(kind, _open_container(kind, archive))


def _open_plain(kind: FileKind, data: bytes) -> Iterable[RawSheet]:
    if kind is FileKind.TEXT:
        return (open_text(data),)
    return open_xls(data)


def _open_container(kind: FileKind, archive: Archive) -> Iterable[RawSheet]:
    return open_ods(archive) if kind is FileKind.ODS else open_xlsx(archive)


def _open_bundle(archive: Archive) -> Table:
    """A zip of workbooks is one file: its sheets are `file/sheet`, other entries are ignored."""
    tables: list[tuple[str, Table]] = []
    warnings = []
    inflated = archive.inflated_bytes
    for name in archive.entries:
        table, size = _open_entry(name, archive)
        inflated += size
        if inflated > MAX_INFLATED_BYTES:
            raise FileRefusedError(FileCode.FILE_TOO_LARGE, Detail.INFLATED_SIZE)
        if table is None:
            warnings.append(FileWarning(name, WarningCode.ENTRY_IGNORED))
        else:
            tables.append((name, table))
    if not tables:
        raise unsupported(Detail.ARCHIVE)
    return Table(FileKind.ZIP, _chain(tables), tuple(warnings))


def _open_entry(name: str, archive: Archive) -> tuple[Table | None, int]:
    """With the bytes that it inflates to. None for what is no workbook, a zip among it (nobody looks
    into zips without end); a workbook that cannot be read refuses the whole file.
    """
    try:
        data = archive.read(name)
        kind = find_kind(data) if data else None
        if kind is None or (kind is FileKind.TEXT and not _is_text_table(name)):
            return None, 0
        inner = Archive(data) if kind is FileKind.ZIP else None
        if inner is not None and find_zip_kind(inner) is FileKind.ZIP:
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

"""The guards of an .xlsx: every part inflated and checked, every sheet's extent known."""

import io
import posixpath
import zipfile
from dataclasses import dataclass, field
from typing import Final
from xml.etree import ElementTree as ET

from cli.sheets.archives import Archive
from cli.sheets.extents import (
    SheetScan,
    UnsafeXmlError,
    UnusualXmlError,
    guard_xml,
    search_sheet,
)
from cli.sheets.refusals import MAX_DENSE_CELLS, FileRefusedError, is_sparse
from cli.sheets.sheetxml import CompactSheet, SheetParser
from schemas.roster.cells import CellError
from schemas.roster.codes import Detail, FileCode

_WORKBOOK: Final = "xl/workbook.xml"
_RELATIONS: Final = "xl/_rels/workbook.xml.rels"
_MAX_SMALL_PART: Final = 16 * 1024 * 1024
_RELATION_ID: Final = "}id"
_COMPRESSION: Final = 1


@dataclass(slots=True)
class GuardedWorkbook:
    """What calamine may be given, and what it will not tell. Sheets are keyed by their names."""

    data: bytes
    errors: dict[str, dict[tuple[int, int], CellError]] = field(default_factory=dict)
    compact: dict[str, CompactSheet] = field(default_factory=dict)
    counts_from_1904: bool = False


def guard_xlsx(archive: Archive) -> GuardedWorkbook:
    try:
        return _guard(archive)
    except UnsafeXmlError as error:
        raise FileRefusedError(FileCode.FILE_CORRUPT, Detail.UNSAFE) from error
    except (ET.ParseError, KeyError) as error:
        raise FileRefusedError(FileCode.FILE_CORRUPT, Detail.TRUNCATED) from error


def _guard(archive: Archive) -> GuardedWorkbook:
    workbook = _read_xml(archive, _WORKBOOK)
    parts = _find_parts(archive, workbook)
    guarded = GuardedWorkbook(archive.data, counts_from_1904=_counts_from_1904(workbook))
    for entry in archive.entries:
        if entry not in parts:
            _inflate_through(archive, entry)
    for part, sheet in parts.items():
        scan = _scan(archive, part)
        guarded.errors[sheet] = scan.errors
        if _must_be_compacted(scan):
            guarded.compact[sheet] = _compact(archive, part)
    if guarded.compact:
        replaced = {
            part: guarded.compact[s].xml for part, s in parts.items() if s in guarded.compact
        }
        guarded.data = _write_archive(archive, replaced)
    return guarded


def _read_xml(archive: Archive, name: str) -> ET.Element:
    if archive.entries[name].file_size > _MAX_SMALL_PART:
        raise FileRefusedError(FileCode.FILE_TOO_LARGE, Detail.INFLATED_SIZE)
    content = b"".join(guard_xml(archive.inflate(name)))
    parser = ET.XMLParser(encoding="utf-8")  # noqa: S314 - no DOCTYPE gets through guard_xml
    return ET.XML(content, parser)


def _find_parts(archive: Archive, workbook: ET.Element) -> dict[str, str]:
    """Part → sheet name, for every sheet of the workbook that is stored."""
    targets = {
        relation.get("Id"): relation.get("Target", "")
        for relation in _read_xml(archive, _RELATIONS)
    }
    parts = {}
    for sheet in workbook.iter():
        if sheet.tag.rpartition("}")[2] != "sheet":
            continue
        identifiers = [v for k, v in sheet.attrib.items() if k.endswith(_RELATION_ID)]
        target = targets["".join(identifiers)]
        part = target.lstrip("/") if target.startswith("/") else posixpath.join("xl", target)
        parts[posixpath.normpath(part)] = sheet.attrib["name"]
    return {part: name for part, name in parts.items() if part in archive.entries}


def _counts_from_1904(workbook: ET.Element) -> bool:
    return any(
        element.tag.rpartition("}")[2] == "workbookPr"
        and element.get("date1904", "0").lower() in ("1", "true", "on")
        for element in workbook.iter()
    )


def _inflate_through(archive: Archive, entry: str) -> None:
    """Count and check what calamine may inflate; parts of XML must be safe as well."""
    chunks = archive.inflate(entry)
    is_xml = entry.lower().endswith((".xml", ".rels"))
    for _ in guard_xml(chunks) if is_xml else chunks:
        pass


def _scan(archive: Archive, part: str) -> SheetScan:
    try:
        return search_sheet(guard_xml(archive.inflate(part)))
    except UnusualXmlError:
        parser = SheetParser()
        parser.feed(guard_xml(archive.inflate(part)))
        return parser.scan


def _must_be_compacted(scan: SheetScan) -> bool:
    dense = scan.rows * scan.columns
    return is_sparse(scan.rows, scan.columns, scan.cells) or dense > MAX_DENSE_CELLS


def _compact(archive: Archive, part: str) -> CompactSheet:
    parser = SheetParser(keep=True)
    parser.feed(guard_xml(archive.inflate(part)))
    return parser.compact()


def _write_archive(archive: Archive, replaced: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=_COMPRESSION) as out:
        for entry in archive.entries:
            out.writestr(entry, replaced.get(entry) or b"".join(archive.inflate(entry)))
    return buffer.getvalue()

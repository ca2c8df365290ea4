"""The container of an .xls (MS-CFB), read by olefile within limits."""

import io
import struct
from collections.abc import Collection, Sequence
from typing import Any, Final

import olefile

from cli.sheets.refusals import MAX_ENTRIES, FileRefusedError, corrupt, too_large, unsupported
from schemas.roster import Detail, FileCode

_SECTOR_SHIFTS: Final = (9, 12)
_MINI_SECTOR_SHIFT: Final = 6
_HEADER_BYTES: Final = 512
_ENTRY_BYTES: Final = 128
_HEADER_FAT_SECTORS: Final = 109
_FIRST_SPECIAL_SECTOR: Final = 0xFFFFFFFA
_END_OF_CHAIN: Final = 0xFFFFFFFE
_WORKBOOKS: Final = ("Workbook", "Book")
# What olefile raises for damage, besides its own OSErrors; a very deep directory is a RecursionError.
_DAMAGE: Final = (OSError, IndexError, OverflowError, RecursionError, ValueError, struct.error)


def check_header(data: bytes) -> int:
    """Bytes of a sector. Refuses a header for which olefile or calamine would read without end."""
    if len(data) < _HEADER_BYTES:
        raise corrupt(Detail.TRUNCATED)
    sector_shift, mini_shift = struct.unpack_from("<HH", data, 30)
    if sector_shift not in _SECTOR_SHIFTS or mini_shift != _MINI_SECTOR_SHIFT:
        raise corrupt(Detail.TRUNCATED)
    sector_bytes: int = 1 << sector_shift
    (fat_sectors,) = struct.unpack_from("<I", data, 44)
    difat_start, difat_count = struct.unpack_from("<II", data, 68)
    # olefile reads as many as are given here, over and over if they are in a circle. A file of this size
    # needs half of the limit: a FAT sector describes as many sectors as it has numbers of 4 bytes.
    most_fat_sectors = _HEADER_FAT_SECTORS + 2 * len(data) // sector_bytes // (sector_bytes // 4)
    if difat_count and fat_sectors > most_fat_sectors:
        raise corrupt(Detail.TRUNCATED)
    # calamine follows this chain whatever its count is.
    if not difat_count and difat_start < _FIRST_SPECIAL_SECTOR:
        raise corrupt(Detail.TRUNCATED)
    return sector_bytes


class _Container(olefile.OleFileIO):  # type: ignore[misc]  # olefile has no types
    """A compound file. `streams` are the entries of its directory by name, as calamine finds them.

    Refused are chains without an end, and what olefile and calamine would read differently.
    """

    def __init__(self, data: bytes) -> None:
        self.streams: dict[str, Any] = {}
        self._is_fat_ended = False
        super().__init__(io.BytesIO(data))

    def loadfat_sect(self, sect: bytes | Sequence[int]) -> int | None:
        """A part of the list of FAT sectors. Refuses a part after one that is not full: calamine has all
        sectors of both, olefile passes over what is behind a free place.
        """
        entries = self.sect2array(sect) if isinstance(sect, bytes) else sect
        is_used = [entry < _FIRST_SPECIAL_SECTOR for entry in entries]
        if self._is_fat_ended and any(is_used):
            raise corrupt(Detail.TRUNCATED)
        self._is_fat_ended = not all(is_used)
        last: int | None = super().loadfat_sect(sect)
        return last

    def loaddirectory(self, sect: int) -> None:
        """All entries, also those that no other entry names: calamine finds a stream among all.

        Refuses a directory of more than 5,000 entries: olefile compares each with all others.
        """
        if _count_chain(self.fat, sect) * self.sectorsize > MAX_ENTRIES * _ENTRY_BYTES:
            raise too_large(Detail.INFLATED_SIZE)
        super().loaddirectory(sect)
        for place, entry in enumerate(self.direntries):
            if entry is None:
                self._load_direntry(place)
        # Of two entries with one name calamine takes the first.
        for entry in reversed(self.direntries):
            self.streams[_decode_name(entry.name_raw)] = entry
        # Of these olefile needs none for a large stream, but calamine follows them.
        _count_chain(self.fat, self.root.isectStart)
        _count_chain(self.fat, self.first_mini_fat_sector)

    def read_stream(self, name: str) -> bytes:
        """Its chain is followed before it is read: it may have no end, and a size of 4 GB."""
        entry = self.streams[name]
        is_mini = entry.size < self.minisectorcutoff
        if is_mini:
            self.loadminifat()
        _count_chain(self.minifat if is_mini else self.fat, entry.isectStart)
        content: bytes = self._open(entry.isectStart, entry.size).read()
        return content


def _count_chain(table: Sequence[int], start: int) -> int:
    """Sectors of the chain from `start`. Refuses one that leaves the table or never ends."""
    count = 0
    while start < _END_OF_CHAIN:
        if start >= len(table) or count >= len(table):
            raise corrupt(Detail.TRUNCATED)
        start = table[start]
        count += 1
    return count


def _decode_name(raw: bytes) -> str:
    return raw.decode("utf-16-le", "replace").partition("\0")[0]


def read_workbook(data: bytes) -> bytes:
    """The stream of records. Refuses a container in which there is none."""
    try:
        container = _Container(data)
        if "EncryptedPackage" in container.streams:
            raise FileRefusedError(FileCode.FILE_ENCRYPTED)
        name = next((name for name in _WORKBOOKS if name in container.streams), None)
        if name is None:
            raise _name_other(container.streams)
        return container.read_stream(name)
    except _DAMAGE as error:
        raise corrupt(Detail.TRUNCATED) from error


def _name_other(names: Collection[str]) -> FileRefusedError:
    if "WordDocument" in names:
        return unsupported(Detail.WORD)
    is_slides = "PowerPoint Document" in names
    return unsupported(Detail.PRESENTATION if is_slides else Detail.OTHER)

"""The compound file container of .xls and .et (MS-CFB), as far as a guard needs it."""

import struct
from typing import Final

from cli.sheets.refusals import FileRefusedError
from schemas.roster.codes import Detail, FileCode

_END_OF_CHAIN: Final = 0xFFFFFFFE
_FREE: Final = 0xFFFFFFFF
_ENTRY_BYTES: Final = 128
_STREAM, _ROOT = 2, 5
_HEADER_DIFAT_ENTRIES: Final = 109


class CompoundFile:
    """Streams by name. Every chain is bounded by the number of sectors: a loop ends as corrupt."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        try:
            self._read_header()
            self.streams = self._read_directory()
        except struct.error as error:
            raise _truncated() from error

    def _read_header(self) -> None:
        data = self._data
        sector_shift, mini_shift = struct.unpack_from("<HH", data, 30)
        if sector_shift not in (9, 12) or mini_shift != 6:
            raise _truncated()
        self._sector_bytes, self._mini_bytes = 1 << sector_shift, 1 << mini_shift
        self._directory_start, _, self._mini_cutoff, mini_fat_start = struct.unpack_from(
            "<IIII", data, 48
        )
        difat_start, difat_count = struct.unpack_from("<II", data, 68)
        self._limit = len(data) // self._sector_bytes + 1
        self._fat = self._read_fat(difat_start, difat_count)
        self._mini_fat = _integers(self._read_chain(mini_fat_start))

    def _read_fat(self, difat_start: int, difat_count: int) -> tuple[int, ...]:
        sectors = list(struct.unpack_from(f"<{_HEADER_DIFAT_ENTRIES}I", self._data, 76))
        sector = difat_start
        for _ in range(min(difat_count, self._limit)):
            entries = _integers(self._get_sector(sector))
            sectors += entries[:-1]
            sector = entries[-1]
        parts = [self._get_sector(sector) for sector in sectors if sector < _END_OF_CHAIN]
        return _integers(b"".join(parts))

    def _get_sector(self, sector: int) -> bytes:
        start = (sector + 1) * self._sector_bytes
        part = self._data[start : start + self._sector_bytes]
        if not part:
            raise _truncated()
        return part.ljust(self._sector_bytes, b"\x00")

    def _follow(self, start: int, table: tuple[int, ...]) -> list[int]:
        chain: list[int] = []
        while start < _END_OF_CHAIN:
            if start >= len(table) or len(chain) > len(table):
                raise _truncated()
            chain.append(start)
            start = table[start]
        return chain

    def _read_chain(self, start: int) -> bytes:
        if start in (_END_OF_CHAIN, _FREE):
            return b""
        return b"".join(map(self._get_sector, self._follow(start, self._fat)))

    def _read_directory(self) -> dict[str, tuple[int, int]]:
        directory = self._read_chain(self._directory_start)
        streams = {}
        self._mini_stream = b""
        for offset in range(0, len(directory), _ENTRY_BYTES):
            entry = directory[offset : offset + _ENTRY_BYTES]
            name_bytes, kind = struct.unpack_from("<HB", entry, 64)
            start, size = struct.unpack_from("<II", entry, 116)
            name = entry[: max(min(name_bytes, 64) - 2, 0)].decode("utf-16-le", "replace")
            if kind == _ROOT:
                self._mini_stream = self._read_chain(start)[:size]
            elif kind == _STREAM:
                streams[name] = (start, size)
        return streams

    def read(self, name: str) -> bytes:
        start, size = self.streams[name]
        if size >= self._mini_cutoff:
            return self._read_chain(start)[:size]
        width = self._mini_bytes
        parts = (
            self._mini_stream[sector * width : (sector + 1) * width]
            for sector in self._follow(start, self._mini_fat)
        )
        return b"".join(parts)[:size]


def _integers(data: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(data) // 4}I", data[: len(data) // 4 * 4])


def _truncated() -> FileRefusedError:
    return FileRefusedError(FileCode.FILE_CORRUPT, Detail.TRUNCATED)

"""Zip containers, verified before anybody else inflates them.

The directory of a zip can lie, and calamine believes it: here every byte is inflated once, counted
and checked, so that what is handed on is known to be finite and whole.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import Final

from cli.sheets.refusals import (
    MAX_ENTRIES,
    MAX_INFLATE_RATIO,
    MAX_INFLATED_BYTES,
    MIN_RATIO_BYTES,
    FileRefusedError,
)
from schemas.roster.codes import Detail, FileCode

_CHUNK: Final = 1024 * 1024
_PACKED_CHUNK: Final = 128 * 1024
_LOCAL_HEADER: Final = struct.Struct("<4s22xHH")
# What zipfile raises for a damaged directory; an entry without a name is an IndexError.
_DAMAGE: Final = (
    zipfile.BadZipFile,
    IndexError,
    NotImplementedError,
    OverflowError,
    ValueError,
    struct.error,
)
_ENCRYPTED_FLAG: Final = 0x1
_UTF8_FLAG: Final = 0x800


def _corrupt(detail: Detail) -> FileRefusedError:
    return FileRefusedError(FileCode.FILE_CORRUPT, detail)


class Archive:
    """The parts of a zip. `inflate` raises FileRefusedError for whatever the directory hid."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as directory:
                infos = [info for info in directory.infolist() if not info.is_dir()]
        except _DAMAGE as error:
            raise _corrupt(Detail.TRUNCATED) from error
        self.inflated_bytes = sum(info.file_size for info in infos)
        self._check_directory(infos)
        self.entries = {_decode_name(info): info for info in infos}
        if len(self.entries) != len(infos):
            raise _corrupt(Detail.UNSAFE)

    def _check_directory(self, infos: list[zipfile.ZipInfo]) -> None:
        if any(info.flag_bits & _ENCRYPTED_FLAG for info in infos):
            raise FileRefusedError(FileCode.FILE_ENCRYPTED)
        total = self.inflated_bytes
        is_bomb = total > MIN_RATIO_BYTES and total > MAX_INFLATE_RATIO * len(self.data)
        if total > MAX_INFLATED_BYTES or is_bomb or len(infos) > MAX_ENTRIES:
            raise FileRefusedError(FileCode.FILE_TOO_LARGE, Detail.INFLATED_SIZE)
        if sum(info.compress_size for info in infos) > len(self.data):
            raise _corrupt(Detail.UNSAFE)

    def read(self, name: str) -> bytes:
        return b"".join(self.inflate(name))

    def inflate(self, name: str) -> Iterator[bytes]:
        """The part's bytes in chunks; size and checksum are compared at the end."""
        info = self.entries[name]
        size, checksum = 0, 0
        for chunk in self._inflate_raw(info):
            size += len(chunk)
            if size > info.file_size:
                raise _corrupt(Detail.UNSAFE)
            checksum = zlib.crc32(chunk, checksum)
            yield chunk
        if size != info.file_size or checksum != info.CRC:
            raise _corrupt(Detail.TRUNCATED)

    def _inflate_raw(self, info: zipfile.ZipInfo) -> Iterator[bytes]:
        packed = self._get_packed(info)
        if info.compress_type == zipfile.ZIP_STORED:
            for start in range(0, len(packed), _CHUNK):
                yield bytes(packed[start : start + _CHUNK])
            return
        if info.compress_type != zipfile.ZIP_DEFLATED:
            raise _corrupt(Detail.UNSAFE)
        inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            for start in range(0, len(packed), _PACKED_CHUNK):
                yield from _drain(inflater, packed[start : start + _PACKED_CHUNK])
            yield from _drain(inflater, b"")
        except zlib.error as error:
            raise _corrupt(Detail.TRUNCATED) from error

    def _get_packed(self, info: zipfile.ZipInfo) -> memoryview:
        start = info.header_offset
        header = self.data[start : start + _LOCAL_HEADER.size]
        if len(header) < _LOCAL_HEADER.size:
            raise _corrupt(Detail.TRUNCATED)
        magic, name_length, extra_length = _LOCAL_HEADER.unpack(header)
        start += _LOCAL_HEADER.size + name_length + extra_length
        if magic != b"PK\x03\x04" or start + info.compress_size > len(self.data):
            raise _corrupt(Detail.TRUNCATED)
        return memoryview(self.data)[start : start + info.compress_size]


def _drain(inflater: "zlib._Decompress", packed: bytes | memoryview) -> Iterator[bytes]:
    """What one piece inflates to, never more than a chunk at a time."""
    chunk = inflater.decompress(packed, _CHUNK)
    while chunk:
        yield chunk
        chunk = inflater.decompress(inflater.unconsumed_tail, _CHUNK)


def _decode_name(info: zipfile.ZipInfo) -> str:
    """Chinese Windows writes names in GBK without saying so; Python then reads them as CP437."""
    if info.flag_bits & _UTF8_FLAG:
        return info.filename
    try:
        raw = info.filename.encode("cp437")
    except UnicodeEncodeError:
        return info.filename
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return info.filename

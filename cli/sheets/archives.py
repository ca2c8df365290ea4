"""Zip containers (.xlsx, .ods, zips of rosters): sizes, ratio, number of parts, checksums and encryption are
checked; unsafe XML (DOCTYPE, UTF-16, false counts) is refused; names in UTF-8 or GBK.

calamine believes the directory of a zip, and the directory can be false. Every part is therefore
inflated here once before calamine sees the file: its bytes are counted against the size that the
directory gives, its checksum is compared, and parts of XML are searched for what makes calamine or
an XML parser reserve memory without limit.
"""

import copy
import io
import re
import struct
import sys
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
    corrupt,
    too_large,
)
from schemas.roster.codes import Detail, FileCode

_CHUNK: Final = 1024 * 1024
# What zipfile raises for damage, besides its own exception; an entry without a name is an IndexError.
_DAMAGE: Final = (
    zipfile.BadZipFile,
    EOFError,
    IndexError,
    NotImplementedError,
    OverflowError,
    ValueError,
    struct.error,
    zlib.error,
)
_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED_FLAG: Final = 0x1
_UTF8_FLAG: Final = 0x800
_DOCTYPE: Final = b"<!DOCTYPE"
_UTF16_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")
# A count of shared texts that is no number of at most seven digits.
_COUNT: Final = b"uniqueCount"
_BAD_COUNT_AT_END: Final = re.compile(_COUNT + rb"(?!=(?:\"\d{1,7}\"|'\d{1,7}'))").search
# Within a piece it counts only with enough behind it; else the next piece decides.
_BAD_COUNT: Final = re.compile(_COUNT + rb"(?!=(?:\"\d{1,7}\"|'\d{1,7}')).{20}", re.DOTALL).search
_OVERLAP: Final = 64


class Archive:
    """The parts of a zip by name, with slashes whatever the zip has. `data` is the zip itself,
    `inflated_bytes` the sum of the sizes that its directory gives.

    Raises FileRefusedError for a directory that is damaged (file-corrupt), for encrypted parts
    (file-encrypted), and for sizes, a ratio or a number of parts over the limits (file-too-large).
    """

    def __init__(self, data: bytes) -> None:
        self.data = data
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
            infos = [info for info in self._zip.infolist() if not info.is_dir()]
        except _DAMAGE as error:
            raise corrupt(Detail.TRUNCATED) from error
        self.inflated_bytes = sum(info.file_size for info in infos)
        self._check_directory(infos)
        self.entries = {_decode_name(info).replace("\\", "/"): info for info in infos}
        if len(self.entries) != len(infos):
            raise corrupt(Detail.UNSAFE)

    def _check_directory(self, infos: list[zipfile.ZipInfo]) -> None:
        if any(info.flag_bits & _ENCRYPTED_FLAG for info in infos):
            raise FileRefusedError(FileCode.FILE_ENCRYPTED)
        total = self.inflated_bytes
        is_bomb = total > MIN_RATIO_BYTES and total > MAX_INFLATE_RATIO * len(self.data)
        if total > MAX_INFLATED_BYTES or is_bomb or len(infos) > MAX_ENTRIES:
            raise too_large(Detail.INFLATED_SIZE)
        is_overlapping = len({info.header_offset for info in infos}) != len(infos)
        if is_overlapping or sum(info.compress_size for info in infos) > len(self.data):
            raise corrupt(Detail.UNSAFE)

    def read(self, name: str) -> bytes:
        """The whole part, checked as by `inflate`."""
        return b"".join(self.inflate(name))

    def inflate(self, name: str) -> Iterator[bytes]:
        """The part in pieces of 1 MB, the last one shorter. KeyError for a name that is not there.

        file-corrupt as soon as there are more bytes than the directory says, and at the end if there
        are fewer or the checksum is another. zipfile would cut a part off at the size given by the
        directory, and compare its name with the one in front of the data: its stream gets an entry
        without that size and with any name.
        """
        info = self.entries[name]
        if info.compress_type not in _METHODS:
            raise corrupt(Detail.UNSAFE)
        endless = copy.copy(info)
        endless.file_size = sys.maxsize
        endless.orig_filename = _AnyName(info.orig_filename)
        size = 0
        try:
            with self._zip.open(endless) as stream:
                while chunk := stream.read(_CHUNK):
                    size += len(chunk)
                    if size > info.file_size:
                        raise corrupt(Detail.UNSAFE)
                    yield chunk
        except _DAMAGE as error:
            raise corrupt(Detail.TRUNCATED) from error
        if size != info.file_size:
            raise corrupt(Detail.TRUNCATED)

    def inflate_xml(self, name: str) -> Iterator[bytes]:
        """As `inflate`. file-corrupt also for XML that is not safe to hand on: a document type (its
        entities can multiply), UTF-16 (in which nothing would be found), or a number of shared texts
        over 9,999,999 or not readable (calamine reserves memory for as many).
        """
        tail = b""
        for chunk in self.inflate(name):
            if not tail and chunk.startswith(_UTF16_MARKS):
                raise corrupt(Detail.UNSAFE)
            for piece in (tail + chunk[:_OVERLAP], chunk):
                if _DOCTYPE in piece or (_COUNT in piece and _BAD_COUNT(piece)):
                    raise corrupt(Detail.UNSAFE)
            tail = chunk[-_OVERLAP:]
            yield chunk
        if _BAD_COUNT_AT_END(tail):
            raise corrupt(Detail.UNSAFE)


class _AnyName(str):
    """Equal to every name. There are zips whose directory has a name in UTF-8 or with slashes that is in
    GBK or with backslashes in front of the data; zipfile refuses them, calamine and others do not.
    """

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return True

    def __ne__(self, other: object) -> bool:
        return False

    __hash__ = str.__hash__


def _decode_name(info: zipfile.ZipInfo) -> str:
    """Names without the UTF-8 flag: zipfile decodes them as CP437, but Chinese Windows writes GBK."""
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

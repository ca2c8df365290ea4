"""What an attachment is, told by its content: jpg, png or pdf up to 10 MB; which parts of a picture are kept
(none that tells place, time or owner, but how it is turned); how many one trip and one account may have.

A picture is not decoded: its structure is walked through, and only the parts that are needed to show it
are copied. A PDF is kept as it is, whatever it holds.
"""

import hashlib
import re
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, NamedTuple

from schemas.attachments import MAX_ATTACHMENT_BYTES, MediaType
from schemas.errors import ErrorCode
from service.errors import DomainError

MOST_PIECES: Final = 20_000
"""Segments of a JPEG or chunks of a PNG; pictures have some tens, of 10 MB some thousands."""


@dataclass(frozen=True, slots=True)
class Content:
    """What is kept."""

    media_type: MediaType
    content: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()

    @property
    def size(self) -> int:
        return len(self.content)


def read_content(sent: bytes) -> Content:
    """Raises DomainError: attachment-too-large, attachment-type for what is none of the three, and
    attachment-damaged for what begins like one and is none.
    """
    if len(sent) > MAX_ATTACHMENT_BYTES:
        raise DomainError(ErrorCode.ATTACHMENT_TOO_LARGE)
    media_type = recognise(sent)
    if media_type is None:
        raise DomainError(ErrorCode.ATTACHMENT_TYPE)
    try:
        return Content(media_type, _READERS[media_type](sent))
    except _DamagedError as error:
        raise DomainError(ErrorCode.ATTACHMENT_DAMAGED) from error


def recognise(content: bytes) -> MediaType | None:
    """By its first bytes."""
    return next((each for mark, each in _MARKS if content.startswith(mark)), None)


_PNG_START: Final = b"\x89PNG\r\n\x1a\n"
_MARKS: Final = (
    (b"\xff\xd8\xff", MediaType.JPEG),
    (_PNG_START, MediaType.PNG),
    (b"%PDF-", MediaType.PDF),
)


class _DamagedError(Exception):
    """The structure is not the one that the beginning promises."""


def _require(condition: object) -> None:
    if not condition:
        raise _DamagedError


# --- JPEG (ITU-T T.81, annex B) -------------------------------------------------------------------
_JPEG_START: Final = b"\xff\xd8"
_JPEG_END: Final = b"\xff\xd9"
_SCAN: Final = 0xDA
_END: Final = 0xD9
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_TABLES: Final = frozenset({0xC4, 0xCC, 0xDA, 0xDB, 0xDC, 0xDD, 0xDE, 0xDF})
_EXIF: Final = b"Exif\0\0"
_AFTER_SCAN: Final = re.compile(rb"\xff+[\x01-\xcf\xd8-\xfe]")
"""The next marker: within a scan 0xFF stands before 0 (it is picture) and before a restart."""


class _Segment(NamedTuple):
    """`data` without its length; `scan`: the picture that follows a scan's header."""

    marker: int
    data: bytes
    scan: bytes = b""


def _read_jpeg(sent: bytes) -> bytes:
    """Frames, tables and scans as they are; of the rest only what colours and turning need. What follows
    the end (films, further pictures) is left out.
    """
    parts, is_turned = [_JPEG_START], False
    frames = scans = 0
    for segment in _iterate_segments(sent):
        frames += segment.marker in _FRAMES and _is_frame(segment.data)
        scans += bool(segment.scan)
        kept = _keep_segment(segment, is_turned=is_turned)
        if kept is not None:
            is_turned = is_turned or kept.data.startswith(_EXIF)
            parts.append(_write_segment(kept))
    _require(frames and scans)
    return b"".join([*parts, _JPEG_END])


def _iterate_segments(sent: bytes) -> Iterator[_Segment]:
    """From the start to the end marker."""
    place = len(_JPEG_START)
    for _ in range(MOST_PIECES):
        marker, place = _read_marker(sent, place)
        if marker == _END:
            return
        length = int.from_bytes(sent[place : place + 2], "big")
        data = sent[place + 2 : place + length]
        _require(length >= 2 and len(data) == length - 2)
        place += length
        if marker != _SCAN:
            yield _Segment(marker, data)
            continue
        following = _AFTER_SCAN.search(sent, place)
        if following is None:
            break
        yield _Segment(marker, data, sent[place : following.start()])
        place = following.start()
    raise _DamagedError


def _read_marker(sent: bytes, place: int) -> tuple[int, int]:
    """The marker, and where what follows it begins. Any number of 0xFF may stand before it."""
    _require(sent[place : place + 1] == b"\xff")
    while sent[place : place + 1] == b"\xff":
        place += 1
    _require(place < len(sent) and 0xC0 <= sent[place] <= 0xFE)
    _require(not 0xD0 <= sent[place] <= 0xD8)
    return sent[place], place + 1


def _is_frame(data: bytes) -> bool:
    """Precision, height (0: told later), width, and three bytes for each component."""
    return len(data) >= 9 and len(data) == 6 + 3 * data[5] and data[3:5] != b"\0\0"


def _keep_segment(segment: _Segment, *, is_turned: bool) -> _Segment | None:
    marker, data, _ = segment
    if marker in _FRAMES or marker in _TABLES:
        return segment
    if marker == 0xE0 and data.startswith(b"JFIF\0") and len(data) >= 14:
        return _Segment(marker, data[:12] + bytes(2))  # without the small picture in it
    if marker == 0xE1 and data.startswith(_EXIF) and not is_turned:
        turned = _keep_turning(data.removeprefix(_EXIF))
        return _Segment(marker, _EXIF + turned) if turned else None
    if marker == 0xE2 and data.startswith(b"ICC_PROFILE\0"):
        return segment
    if marker == 0xEE and data.startswith(b"Adobe") and len(data) >= 12:
        return _Segment(marker, data[:12])
    return None


def _write_segment(segment: _Segment) -> bytes:
    head = struct.pack(">BBH", 0xFF, segment.marker, len(segment.data) + 2)
    return b"".join((head, segment.data, segment.scan))


# --- Exif: how the picture is turned --------------------------------------------------------------
_ORIENTATION: Final = 0x0112
_SHORT: Final = 3
_UPRIGHT: Final = 1


def _keep_turning(tiff: bytes) -> bytes | None:
    """A directory with nothing but the orientation; None where the picture is upright, or where it
    cannot be told.
    """
    try:
        orientation = _read_orientation(tiff)
    except struct.error:
        return None
    if orientation is None or orientation == _UPRIGHT or not 1 <= orientation <= 8:
        return None
    return struct.pack(">2sHIHHHIHHI", b"MM", 42, 8, 1, _ORIENTATION, _SHORT, 1, orientation, 0, 0)


def _read_orientation(tiff: bytes) -> int | None:
    order = {b"MM": ">", b"II": "<"}.get(tiff[:2])
    if order is None:
        return None
    (first,) = struct.unpack_from(f"{order}I", tiff, 4)
    (count,) = struct.unpack_from(f"{order}H", tiff, first)
    for number in range(count):
        tag, kind, several, value = struct.unpack_from(
            f"{order}HHIH", tiff, first + 2 + 12 * number
        )
        if (tag, kind, several) == (_ORIENTATION, _SHORT, 1):
            return int(value)
    return None


# --- PNG (ISO/IEC 15948) --------------------------------------------------------------------------
_CRITICAL: Final = frozenset({b"IHDR", b"PLTE", b"IDAT", b"IEND"})
_COLOURS: Final = frozenset(
    {b"bKGD", b"cHRM", b"cICP", b"gAMA", b"iCCP", b"pHYs", b"sBIT", b"sRGB", b"tRNS"}
)


class _Chunk(NamedTuple):
    kind: bytes
    data: bytes


def _read_png(sent: bytes) -> bytes:
    """The critical chunks and those of colours as they are. What follows the end is left out."""
    chunks = list(_iterate_chunks(sent))
    first = chunks[0]
    _require(first.kind == b"IHDR" and len(first.data) == 13)
    _require(first.data[:4] != bytes(4) and first.data[4:8] != bytes(4))
    _require(any(each.kind == b"IDAT" and each.data for each in chunks))
    kept = (_keep_chunk(each) for each in chunks)
    return b"".join([_PNG_START, *(_write_chunk(each) for each in kept if each is not None)])


def _iterate_chunks(sent: bytes) -> Iterator[_Chunk]:
    """To the end chunk, each with its sum checked."""
    place = len(_PNG_START)
    for _ in range(MOST_PIECES):
        length, kind = int.from_bytes(sent[place : place + 4], "big"), sent[place + 4 : place + 8]
        end = place + 8 + length
        _require(len(kind) == 4 and kind.isalpha() and end + 4 <= len(sent))
        data, summed = sent[place + 8 : end], int.from_bytes(sent[end : end + 4], "big")
        _require(zlib.crc32(data, zlib.crc32(kind)) == summed)
        _require(kind in _CRITICAL or kind[:1].islower())
        yield _Chunk(kind, data)
        if kind == b"IEND":
            return
        place = end + 4
    raise _DamagedError


def _keep_chunk(chunk: _Chunk) -> _Chunk | None:
    if chunk.kind in _CRITICAL or chunk.kind in _COLOURS:
        return chunk
    turned = _keep_turning(chunk.data) if chunk.kind == b"eXIf" else None
    return _Chunk(chunk.kind, turned) if turned else None


def _write_chunk(chunk: _Chunk) -> bytes:
    summed = zlib.crc32(chunk.data, zlib.crc32(chunk.kind))
    head = struct.pack(">I4s", len(chunk.data), chunk.kind)
    return b"".join((head, chunk.data, struct.pack(">I", summed)))


# --- PDF (ISO 32000) ------------------------------------------------------------------------------
_PDF_TAIL_BYTES: Final = 2048
_PDF_TABLE: Final = re.compile(rb"startxref\s+([0-9]{1,10})\s+%%EOF")
_PDF_AT_TABLE: Final = re.compile(rb"\s*(xref\b|[0-9]{1,10}\s+[0-9]{1,5}\s+obj\b)")


def _read_pdf(sent: bytes) -> bytes:
    """Its end has to say where the table of its objects lies, and one has to lie there."""
    named = _PDF_TABLE.findall(sent[-_PDF_TAIL_BYTES:])
    _require(named)
    _require(_PDF_AT_TABLE.match(sent, int(named[-1])))
    return sent


_READERS: Final[dict[MediaType, Callable[[bytes], bytes]]] = {
    MediaType.JPEG: _read_jpeg,
    MediaType.PDF: _read_pdf,
    MediaType.PNG: _read_png,
}


# --- how many -------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Amount:
    """A number of attachments and their bytes together."""

    count: int
    size: int


MOST_OF_TRIP: Final = Amount(300, 1024 * 1024 * 1024)
MOST_OF_ACCOUNT: Final = Amount(600, 2 * 1024 * 1024 * 1024)
ACCOUNT_WINDOW: Final = timedelta(hours=24)
"""An account's are counted over so long, a trip's always."""


def check_room(size: int, *, of_trip: Amount, of_account: Amount) -> None:
    """Whether one more of `size` bytes may come. Raises attachment-limit, naming what is full."""
    for name, known, most in (
        ("trip", of_trip, MOST_OF_TRIP),
        ("account", of_account, MOST_OF_ACCOUNT),
    ):
        if known.count >= most.count or known.size + size > most.size:
            facts: dict[str, object] = {"full": name, "count": most.count, "bytes": most.size}
            raise DomainError(ErrorCode.ATTACHMENT_LIMIT, facts=facts)

"""Synthetic pictures and documents, put together byte by byte: small, well-formed, and with whatever a
telephone writes into them.
"""

import struct
import zlib
from collections.abc import Sequence

PLACE = b"41.8057N,123.4315E"
"""Where the picture was taken, as a text that may be searched for."""
OWNER = "王国强".encode()
_LATITUDE = struct.pack(">6I", 41, 1, 48, 1, 2052, 100)


# --- JPEG ---------------------------------------------------------------------------------------
def make_segment(marker: int, data: bytes) -> bytes:
    return bytes((0xFF, marker)) + struct.pack(">H", len(data) + 2) + data


JFIF = make_segment(0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0")
TABLE = make_segment(0xDB, b"\0" + bytes(range(1, 65)))
FRAME = make_segment(0xC0, b"\x08\0\x08\0\x08\x01\x01\x11\0")
SCAN = make_segment(0xDA, b"\x01\x01\0\0\x3f\0") + b"\x12\xff\0\x34\xff\xd0\x56\x78"
START, END = b"\xff\xd8", b"\xff\xd9"


def make_jpeg(*segments: bytes, scan: bytes = SCAN, tail: bytes = END) -> bytes:
    """`segments` come after the start."""
    return START + b"".join(segments) + TABLE + FRAME + scan + tail


def make_tiff(orientation: int | None = None, *, order: str = ">", place: bool = True) -> bytes:
    """The body of an Exif segment: orientation, and a directory with a latitude and a text."""
    entries = []
    if orientation is not None:
        entries.append(struct.pack(f"{order}HHIHH", 0x0112, 3, 1, orientation, 0))
    gps = 8 + 2 + 12 * (len(entries) + place) + 4
    if place:
        entries.append(struct.pack(f"{order}HHII", 0x8825, 4, 1, gps))
    head = (b"MM" if order == ">" else b"II") + struct.pack(f"{order}HI", 42, 8)
    first = struct.pack(f"{order}H", len(entries)) + b"".join(entries) + bytes(4)
    return head + first + (_LATITUDE + PLACE + OWNER if place else b"")


def make_exif(orientation: int | None = None, *, order: str = ">") -> bytes:
    return make_segment(0xE1, b"Exif\0\0" + make_tiff(orientation, order=order))


XMP = make_segment(
    0xE1, b"http://ns.adobe.com/xap/1.0/\0<x exif:GPSLatitude='" + PLACE + b"'/>" + OWNER
)
IPTC = make_segment(0xED, b"Photoshop 3.0\0" + b"8BIM\x04\x04\0\0\0\x20" + PLACE)
COMMENT = make_segment(0xFE, PLACE)
PHONE_JPEG = make_jpeg(JFIF, make_exif(6), XMP, IPTC, COMMENT, tail=END + b"ftypmp42" + PLACE)
"""As a telephone makes one: place, owner, and a film after the end."""


# --- PNG ----------------------------------------------------------------------------------------
PNG_START = b"\x89PNG\r\n\x1a\n"


def make_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


HEADER = make_chunk(b"IHDR", struct.pack(">IIBBBBB", 2, 1, 8, 0, 0, 0, 0))
PIXELS = make_chunk(b"IDAT", zlib.compress(b"\0\x10\x20"))
LAST = make_chunk(b"IEND", b"")


def make_png(*chunks: bytes, tail: bytes = LAST) -> bytes:
    return PNG_START + HEADER + b"".join(chunks) + PIXELS + tail


METADATA: Sequence[bytes] = (
    make_chunk(b"tEXt", b"Location\0" + PLACE),
    make_chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + PLACE),
    make_chunk(b"zTXt", b"Comment\0\0" + zlib.compress(PLACE)),
    make_chunk(b"tIME", bytes(7)),
    make_chunk(b"prVt", PLACE),
)
PHONE_PNG = make_png(*METADATA, make_chunk(b"eXIf", make_tiff(6)), tail=LAST + PLACE)


# --- PDF ----------------------------------------------------------------------------------------
def make_pdf(text: bytes = b"", *, offset: int | None = None) -> bytes:
    """One empty page. `offset`: where the end says that the table lies, instead of the truth."""
    body = b"%PDF-1.4\n"
    starts = []
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>" + b"%" + text + b"\n",
    )
    for number, each in enumerate(objects, start=1):
        starts.append(len(body))
        body += b"%d 0 obj\n" % number + each + b"\nendobj\n"
    table = len(body)
    lines = b"".join(b"%010d 00000 n \n" % start for start in starts)
    body += b"xref\n0 4\n0000000000 65535 f \n" + lines
    body += b"trailer\n<</Size 4/Root 1 0 R>>\nstartxref\n"
    return body + b"%d\n%%%%EOF\n" % (table if offset is None else offset)

"""What an attachment is is told by its content, and the place where a picture was taken is not kept."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.attachments import MAX_ATTACHMENT_BYTES, MediaType
from schemas.errors import ErrorCode
from service.attachments.rules import MOST_PIECES, read_content
from service.errors import DomainError
from tests import pictures
from tests.pictures import (
    END,
    FRAME,
    HEADER,
    JFIF,
    LAST,
    OWNER,
    PHONE_JPEG,
    PHONE_PNG,
    PIXELS,
    PLACE,
    PNG_START,
    SCAN,
    START,
    TABLE,
    make_chunk,
    make_exif,
    make_jpeg,
    make_pdf,
    make_png,
    make_segment,
    make_tiff,
)

ICC = make_segment(0xE2, b"ICC_PROFILE\0\x01\x01profile")
ADOBE = make_segment(0xEE, b"Adobe\0\x64\0\0\0\0\x01")
SMALL = make_segment(0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\x01\x01" + b"rgb")
TURNED = make_segment(0xE1, b"Exif\0\0" + make_tiff(6, place=False))

KEPT: dict[str, tuple[bytes, MediaType, bytes]] = {
    "a bare jpeg": (make_jpeg(JFIF), MediaType.JPEG, make_jpeg(JFIF)),
    "a telephone's": (PHONE_JPEG, MediaType.JPEG, make_jpeg(JFIF, TURNED)),
    "little end first": (
        make_jpeg(make_exif(6, order="<")),
        MediaType.JPEG,
        make_jpeg(TURNED),
    ),
    "upright": (make_jpeg(JFIF, make_exif(1)), MediaType.JPEG, make_jpeg(JFIF)),
    "turned by nonsense": (make_jpeg(make_exif(9)), MediaType.JPEG, make_jpeg()),
    "no orientation": (make_jpeg(make_exif()), MediaType.JPEG, make_jpeg()),
    "broken Exif": (make_jpeg(make_segment(0xE1, b"Exif\0\0MM")), MediaType.JPEG, make_jpeg()),
    "two Exif": (make_jpeg(make_exif(6), make_exif(3)), MediaType.JPEG, make_jpeg(TURNED)),
    "colours": (make_jpeg(JFIF, ICC, ADOBE), MediaType.JPEG, make_jpeg(JFIF, ICC, ADOBE)),
    "several pictures": (
        make_jpeg(make_segment(0xE2, b"MPF\0" + PLACE)),
        MediaType.JPEG,
        make_jpeg(),
    ),
    "a small picture inside": (make_jpeg(SMALL), MediaType.JPEG, make_jpeg(JFIF)),
    "metadata between two scans": (
        make_jpeg(scan=SCAN + make_exif(3) + TABLE + SCAN),
        MediaType.JPEG,
        make_jpeg(
            scan=SCAN + make_segment(0xE1, b"Exif\0\0" + make_tiff(3, place=False)) + TABLE + SCAN
        ),
    ),
    "fill bytes": (make_jpeg(b"\xff\xff" + JFIF), MediaType.JPEG, make_jpeg(JFIF)),
    "a bare png": (make_png(), MediaType.PNG, make_png()),
    "a telephone's png": (
        PHONE_PNG,
        MediaType.PNG,
        make_png(make_chunk(b"eXIf", make_tiff(6, place=False))),
    ),
    "colours of a png": (
        make_png(make_chunk(b"gAMA", bytes(4)), make_chunk(b"pHYs", bytes(9))),
        MediaType.PNG,
        make_png(make_chunk(b"gAMA", bytes(4)), make_chunk(b"pHYs", bytes(9))),
    ),
    "a pdf as it is": (make_pdf(PLACE), MediaType.PDF, make_pdf(PLACE)),
}

_TYPE, _DAMAGED = ErrorCode.ATTACHMENT_TYPE, ErrorCode.ATTACHMENT_DAMAGED
REFUSED: dict[str, tuple[bytes, ErrorCode]] = {
    "nothing": (b"", _TYPE),
    "a text": ("王国强，已接收".encode(), _TYPE),
    "a page": (b"<html><script>alert(1)</script></html>", _TYPE),
    "a gif": (b"GIF89a" + bytes(20), _TYPE),
    "a webp": (b"RIFF\x10\0\0\0WEBPVP8 ", _TYPE),
    "a heic": (b"\0\0\0\x18ftypheic" + bytes(20), _TYPE),
    "a program": (b"MZ" + bytes(60), _TYPE),
    "a pdf after something else": (b"<html>\n" + make_pdf(), _TYPE),
    "only the mark of a jpeg": (START + b"\xff", _DAMAGED),
    "a jpeg cut off in its picture": (make_jpeg(JFIF)[:-4], _DAMAGED),
    "cut off in a segment": ((START + JFIF)[:-4], _DAMAGED),
    "without a frame": (START + TABLE + SCAN + END, _DAMAGED),
    "without a scan": (START + TABLE + FRAME + END, _DAMAGED),
    "without a picture in the scan": (START + FRAME + SCAN[:10] + END, _DAMAGED),
    "no width": (
        START + make_segment(0xC0, b"\x08\0\x08\0\0\x01\x01\x11\0") + SCAN + END,
        _DAMAGED,
    ),
    "a frame of another length": (START + make_segment(0xC0, FRAME[4:-1]) + SCAN + END, _DAMAGED),
    "a page behind the mark of a jpeg": (START + b"\xff<html>" + bytes(99), _DAMAGED),
    "a segment of no length": (START + b"\xff\xe0\0\0" + make_jpeg()[2:], _DAMAGED),
    "too many pieces": (
        START + make_segment(0xFE, b"") * MOST_PIECES + make_jpeg()[2:],
        _DAMAGED,
    ),
    "only the mark of a png": (PNG_START, _DAMAGED),
    "a png without its end": (make_png(tail=b""), _DAMAGED),
    "without pixels": (PNG_START + HEADER + LAST, _DAMAGED),
    "with another beginning": (PNG_START + PIXELS + HEADER + LAST, _DAMAGED),
    "with a wrong sum": (make_png()[:-1] + b"\0", _DAMAGED),
    "with a chunk longer than the file": (
        PNG_START + HEADER + b"\x7f\xff\xff\xffIDATxx",
        _DAMAGED,
    ),
    "with a part that must be understood": (make_png(make_chunk(b"XXXX", b"")), _DAMAGED),
    "of no width": (
        PNG_START + make_chunk(b"IHDR", bytes(4) + HEADER[12:21]) + PIXELS + LAST,
        _DAMAGED,
    ),
    "only the mark of a pdf": (b"%PDF-1.4\n", _DAMAGED),
    "a pdf cut off": (make_pdf()[:-20], _DAMAGED),
    "a pdf whose table lies elsewhere": (make_pdf(offset=3), _DAMAGED),
    "or behind its end": (make_pdf(offset=10**9), _DAMAGED),
    "too large": (make_jpeg().ljust(MAX_ATTACHMENT_BYTES + 1), ErrorCode.ATTACHMENT_TOO_LARGE),
}


@pytest.mark.parametrize(("sent", "media_type", "kept"), KEPT.values(), ids=list(KEPT))
def test_what_is_kept(sent: bytes, media_type: MediaType, kept: bytes) -> None:
    found = read_content(sent)
    assert (found.media_type, found.content) == (media_type, kept)


@pytest.mark.parametrize(("sent", "code"), REFUSED.values(), ids=list(REFUSED))
def test_what_is_refused(sent: bytes, code: ErrorCode) -> None:
    with pytest.raises(DomainError) as caught:
        read_content(sent)
    assert caught.value.code is code


@pytest.mark.parametrize("sent", [PHONE_JPEG, PHONE_PNG], ids=["jpeg", "png"])
def test_no_place_and_no_owner_is_left(sent: bytes) -> None:
    kept = read_content(sent).content
    assert [each for each in (PLACE, OWNER, pictures.make_exif(6)[20:60]) if each in sent]
    assert [each for each in (PLACE, OWNER, b"GPS", b"ftyp") if each in kept] == []


@pytest.mark.parametrize("name", KEPT)
def test_what_is_kept_is_kept_as_it_is_the_second_time(name: str) -> None:
    """So the same id with what the server gave back is a repeat."""
    once = read_content(KEPT[name][0]).content
    assert read_content(once).content == once


def test_a_large_picture_is_taken() -> None:
    noise = bytes(range(255)) * 41_000
    sent = make_jpeg(JFIF, scan=SCAN + noise.replace(b"\xff", b"\xff\0"))
    assert MAX_ATTACHMENT_BYTES * 0.99 < len(sent) < MAX_ATTACHMENT_BYTES
    assert read_content(sent).content == sent


SEEDS = [PHONE_JPEG, PHONE_PNG, make_pdf(b"x"), *(sent for sent, _, _ in KEPT.values())]


@st.composite
def _draw_spoiled(draw: st.DrawFn) -> bytes:
    """A sound one with some bytes changed, cut, or put in twice."""
    data = bytearray(draw(st.sampled_from(SEEDS)))
    for _ in range(draw(st.integers(0, 4))):
        place = draw(st.integers(0, len(data)))
        length = draw(st.integers(0, 40))
        some = bytes(data[place : place + length])
        data[place : place + length] = draw(st.sampled_from([b"", some * 2, b"\xff\xe1", b"\0\0"]))
        if data:
            data[draw(st.integers(0, len(data) - 1))] = draw(st.integers(0, 255))
    return bytes(data)


@given(_draw_spoiled())
@settings(max_examples=400, deadline=None, database=None)
def test_any_bytes_are_refused_or_come_out_the_same_the_second_time(sent: bytes) -> None:
    try:
        once = read_content(sent)
    except DomainError as error:
        code = error.code
    else:
        assert read_content(once.content) == once
        assert once.size <= len(sent)
        return
    assert str(code).startswith("attachment-")

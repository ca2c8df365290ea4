"""Changing files where it hurts: inside the members of a zip and the records of an .xls, so that most
of what is made still passes the checksums in front.
"""

import io
import random
import struct
import warnings
import zipfile
from collections.abc import Callable
from typing import Final

_TOKENS: Final = (
    b"1048576", b"XFD1048576", b"4294967295", b"-1", b"1E999", b"NaN", b"99999999999999999999",
    b"<c", b"<row ", b"</row>", b"<v>", b"</v>", b"<f>", b"</f>", b't="s"', b't="e"', b't="str"',
    b't="d"', b't="inlineStr"', b"<is><t>", b"&#0;", b"&amp;", b"<!--", b"<![CDATA[", b"]]>",
    b"<!DOCTYPE x>", b"\xff\xfe", b"\x00", b'"', b",", b"\r\n", b"\xef\xbb\xbf",
    b'table:number-rows-repeated="9"',
    b'date1904="1"', b"<mergeCell ref=", b"A1:XFD1048576", "身份证号".encode(), "合计".encode("gbk"),
)  # fmt: skip
_RECORDS: Final = (0x06, 0x09, 0x0A, 0x22, 0x2F, 0x3C, 0x85, 0xBD, 0xFC, 0xFD, 0x200, 0x203, 0x204,
    0x205, 0x809)  # fmt: skip
_STREAM_START: Final = 512
Plain = Callable[[bytes], bytes]


def mutate(
    data: bytes, chance: random.Random, *, max_size: int, plain: Plain | None = None
) -> bytes:
    """Another file from this one. `plain` changes bytes that have no structure known here."""
    change = plain or (lambda content: mutate_bytes(content, chance))
    if data[:2] == b"PK" and chance.random() < 0.9:
        changed = _mutate_zip(data, chance, change)
    elif _is_compound(data) and chance.random() < 0.7:
        changed = _mutate_records(data, chance)
    else:
        changed = change(data)
    return changed if len(changed) <= max_size else data[:max_size]


def _is_compound(data: bytes) -> bool:
    return data[:4] == b"\xd0\xcf\x11\xe0" and len(data) >= _STREAM_START + 4


def mutate_bytes(data: bytes, chance: random.Random) -> bytes:
    for _ in range(chance.choice((1, 1, 2, 4, 8))):
        data = chance.choice(_CHANGES)(data, chance)
    return data


def _flip(data: bytes, chance: random.Random) -> bytes:
    if not data:
        return b"\0"
    at = chance.randrange(len(data))
    return data[:at] + bytes([chance.randrange(256)]) + data[at + 1 :]


def _insert(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data) + 1)
    return data[:at] + chance.choice(_TOKENS) + data[at:]


def _overwrite(data: bytes, chance: random.Random) -> bytes:
    token, at = chance.choice(_TOKENS), chance.randrange(len(data) + 1)
    return data[:at] + token + data[at + len(token) :]


def _delete(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data) + 1)
    return data[:at] + data[at + chance.randrange(1, 64) :]


def _repeat(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data) + 1)
    piece = data[at : at + chance.randrange(1, 256)]
    return data[:at] + piece * chance.randrange(2, 9) + data[at + len(piece) :]


def _replace_number(data: bytes, chance: random.Random) -> bytes:
    places = [at for at, byte in enumerate(data[:20_000]) if 48 <= byte <= 57]
    if not places:
        return data
    at = chance.choice(places)
    number = chance.choice((b"0", b"9", b"65536", b"1048577", b"4294967296", b"-5"))
    return data[:at] + number + data[at + 1 :]


_CHANGES: Final = (_flip, _insert, _overwrite, _delete, _repeat, _replace_number)


def _mutate_zip(data: bytes, chance: random.Random, change: Plain) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = [(info.filename, archive.read(info)) for info in archive.infolist()]
    except Exception:  # noqa: BLE001 (already broken: then its bytes are changed)
        return change(data)
    if not members:
        return change(data)
    for _ in range(chance.choice((1, 1, 2))):
        _mutate_member(members, chance, change)
    return _pack(members)


def _mutate_member(members: list[tuple[str, bytes]], chance: random.Random, change: Plain) -> None:
    place = chance.randrange(len(members))
    name, content = members[place]
    what = chance.random()
    if what < 0.85:
        members[place] = name, change(content)
    elif what < 0.9 and len(members) > 1:
        del members[place]
    elif what < 0.95:
        members[place] = chance.choice(members)[0], content
    else:
        members[place] = name, chance.choice(members)[1]


def _pack(members: list[tuple[str, bytes]]) -> bytes:
    buffer = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in members:
                archive.writestr(name or "x", content)
    return buffer.getvalue()


def _mutate_records(data: bytes, chance: random.Random) -> bytes:
    """One BIFF record's kind, length or body; found by walking from the first sector."""
    places = []
    at = _STREAM_START
    while at + 4 <= len(data) and len(places) < 2_000:
        places.append(at)
        at += 4 + int.from_bytes(data[at + 2 : at + 4], "little")
    at = chance.choice(places)
    kind, size = struct.unpack_from("<HH", data, at)
    what = chance.randrange(3)
    if what == 0:
        return data[:at] + struct.pack("<H", chance.choice(_RECORDS)) + data[at + 2 :]
    if what == 1:
        wrong = chance.choice((0, 1, (size + 1) & 0xFFFF, size * 2 & 0xFFFF, 8_224, 0xFFFF))
        return data[:at] + struct.pack("<HH", kind, wrong) + data[at + 4 :]
    value = chance.choice((0, 1, 0xFF, 0x7FFF, 0xFFFF))
    inside = at + 4 + chance.randrange(size + 1)
    return data[:inside] + struct.pack("<H", value) + data[inside + 2 :]

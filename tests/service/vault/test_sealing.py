"""What is sealed opens only unchanged, in its place, with its key."""

import secrets

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from service.vault.keys import KEY_BYTES, SealBrokenError
from service.vault.vault import decode_content, encode_content, seal, unseal

KEY = AESGCM(bytes(range(KEY_BYTES)))
PLACE = b"worker/1/identity_sealed"
SECRET = "王国强 15400000001".encode()


def test_a_value_opens_again() -> None:
    assert unseal(KEY, seal(KEY, SECRET, context=PLACE), context=PLACE) == SECRET
    assert unseal(KEY, seal(KEY, b"", context=PLACE), context=PLACE) == b""


def test_the_form_is_pinned() -> None:
    """version 1, suite 1, nonce, ciphertext and tag: what was sealed once opens for ever."""
    sealed = (
        "0101000102030405060708090a0ba08c5dfe5e5827a73761a6be85d9"
        "485db3e6b704c1557923f5f4b83699caa116710e94053e"
    )
    assert unseal(KEY, bytes.fromhex(sealed), context=PLACE) == SECRET


def test_no_two_seals_are_alike() -> None:
    assert len({seal(KEY, SECRET, context=PLACE) for _ in range(100)}) == 100


def test_every_altered_byte_is_found() -> None:
    sealed = seal(KEY, SECRET, context=PLACE)
    for position in range(len(sealed)):
        for bit in (1, 128):
            altered = bytearray(sealed)
            altered[position] ^= bit
            with pytest.raises(SealBrokenError):
                unseal(KEY, bytes(altered), context=PLACE)


def test_every_length_but_its_own_is_refused() -> None:
    sealed = seal(KEY, SECRET, context=PLACE)
    for length in range(len(sealed)):
        with pytest.raises(SealBrokenError):
            unseal(KEY, sealed[:length], context=PLACE)
    with pytest.raises(SealBrokenError):
        unseal(KEY, sealed + b"\0", context=PLACE)


@pytest.mark.parametrize(
    ("key", "place"),
    [
        pytest.param(KEY, b"worker/2/identity_sealed", id="moved to another row"),
        pytest.param(KEY, b"worker/1/contact_sealed", id="moved to another column"),
        pytest.param(KEY, b"", id="no place"),
        pytest.param(AESGCM(secrets.token_bytes(KEY_BYTES)), PLACE, id="another key"),
    ],
)
def test_a_moved_value_does_not_open(key: AESGCM, place: bytes) -> None:
    with pytest.raises(SealBrokenError):
        unseal(key, seal(KEY, SECRET, context=PLACE), context=place)


def test_a_value_of_another_suite_is_refused() -> None:
    sealed = seal(KEY, SECRET, context=PLACE)
    with pytest.raises(SealBrokenError, match="unknown seal"):
        unseal(KEY, b"\x01\x02" + sealed[2:], context=PLACE)


def test_content_has_one_text() -> None:
    content = {"b": "二", "a": [1, None, True]}
    assert encode_content(content) == '{"a":[1,null,true],"b":"二"}'.encode()
    assert decode_content(encode_content(content)) == content

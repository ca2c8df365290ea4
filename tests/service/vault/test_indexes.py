"""Blind indexes: equal where they must be, different everywhere else, useless without the key."""

import hmac

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from service.vault.vault import BlindIndex, IndexPurpose

ROOT = bytes(range(32))
INDEX = BlindIndex(ROOT)
PARTS = ("211221", "211221197805123418")


def test_the_vector_is_pinned() -> None:
    """A change would make every stored index useless."""
    digest = INDEX.digest(IndexPurpose.ID_NUMBER, *PARTS)
    assert digest.hex() == "b2f5113bac867aa82d980c052894933e19444618a1771f8ae76a8a10fb1f8f21"


def test_the_same_is_the_same() -> None:
    again = BlindIndex(ROOT).digest(IndexPurpose.ID_NUMBER, *PARTS)
    assert again == INDEX.digest(IndexPurpose.ID_NUMBER, *PARTS)


@pytest.mark.parametrize(
    "parts",
    [
        ("320583", PARTS[1]),
        (PARTS[0], "211221197805123419"),
        (PARTS[0] + PARTS[1],),
        ("".join(PARTS), ""),
        (*PARTS, ""),
        PARTS[::-1],
    ],
    ids=str,
)
def test_other_parts_are_another_digest(parts: tuple[str, ...]) -> None:
    mine = INDEX.digest(IndexPurpose.ID_NUMBER, *PARTS)
    assert INDEX.digest(IndexPurpose.ID_NUMBER, *parts) != mine


def test_purposes_and_roots_do_not_meet() -> None:
    """The same number as a phone, a name or in another installation cannot be matched."""
    roots = (ROOT, bytes(32))
    digests = {BlindIndex(root).digest(each, *PARTS) for root in roots for each in IndexPurpose}
    assert len(digests) == 2 * len(IndexPurpose)
    assert {len(digest) for digest in digests} == {32}


@pytest.mark.parametrize("parts", [("",), ("211221", "王国强"), ("x" * 500,)], ids=len)
def test_a_digest_is_plain_hmac_sha256(parts: tuple[str, ...]) -> None:
    """The padded keys are hashed once for all; what comes out is what everybody's library gives."""
    key = HKDFExpand(algorithm=SHA256(), length=32, info=b"fangang/index/1/name").derive(ROOT)
    plain = hmac.new(key, "\0".join(parts).encode(), "sha256").digest()
    assert INDEX.digest(IndexPurpose.NAME, *parts) == plain

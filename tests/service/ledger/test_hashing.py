"""Hashes of the ledger, each pinned by a vector worked out with hashlib alone."""

import hashlib

from service.ledger.bodies import (
    GENESIS,
    SALT_BYTES,
    content_hash,
    event_hash,
    new_salt,
    part_commitment,
)

BODY = b'{"kind":"trip.opened","seq":1}'
SALT = bytes(range(16))
CONTENT = {"name": "王国强", "temperature_tenths": 369}
CONTENT_BYTES = '{"name":"王国强","temperature_tenths":369}'.encode()


def test_the_first_event_of_a_stream() -> None:
    wanted = "2141aeb9c60e245d8237ae1629fd9b41e5ae0709a9b7c1c1829205f7721ba642"
    assert hashlib.sha256(b"fangang/event/1\0" + bytes(32) + BODY).hexdigest() == wanted
    assert event_hash(GENESIS, BODY).hex() == wanted


def test_the_next_one_holds_the_first() -> None:
    first = event_hash(GENESIS, BODY)
    wanted = "1f7425d87476019b8181830616fadc7378a6046a4ee6c62b9818efd2ad35191d"
    assert hashlib.sha256(b"fangang/event/1\0" + first + b"{}").hexdigest() == wanted
    assert event_hash(first, b"{}").hex() == wanted


def test_a_commitment() -> None:
    wanted = "b8978d4d8654cdc163e0f46c632ab51d9f0d2c7a5b530b7f28723036d3ce28d2"
    assert hashlib.sha256(b"fangang/part/1\0" + SALT + CONTENT_BYTES).hexdigest() == wanted
    assert part_commitment(SALT, CONTENT) == wanted


def test_a_hash_of_described_fields() -> None:
    wanted = "0505e2275043680d753d675c867477ec6a7f0f32bcfba872e966d9a7a49c6609"
    assert hashlib.sha256(b"fangang/content/1\0" + CONTENT_BYTES).hexdigest() == wanted
    assert content_hash(CONTENT) == wanted


def test_no_two_commitments_to_the_same_are_alike() -> None:
    """A temperature has some hundred values: without the salt they could all be tried."""
    salts = {new_salt() for _ in range(50)}
    assert ({len(salt) for salt in salts}, len(salts)) == ({SALT_BYTES}, 50)
    assert len({part_commitment(salt, CONTENT) for salt in salts}) == 50

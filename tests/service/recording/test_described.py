"""What an event commits to of a described row, and where it lies."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from schemas.events.kinds import StreamKind
from service.recording.described import commit_row, county_stream

ROW: dict[str, Any] = {
    "county_code": "211221",
    "id": UUID(int=1),
    "name": "合成客运",
    "credit_code": None,
    "licence_valid_until": date(2023, 12, 31),
    "seats": [[1, 1, "1"], [1, 2, "2"]],
    "air_sealed": True,
    "contact_sealed": b"\x01\x02",
    "id_number_index": b"\x03",
    "created_mac": b"\x04",
    "version": 1,
}


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("name", "合成客运 "),
        ("credit_code", ""),
        ("licence_valid_until", date(2024, 1, 1)),
        ("seats", [[1, 1, "1"]]),
        ("air_sealed", False),
        ("contact_sealed", b"\x01\x03"),
        ("version", 2),
        ("id", UUID(int=2)),
        ("county_code", "211224"),
    ],
)
def test_every_described_column_is_committed_to(column: str, value: object) -> None:
    assert commit_row({**ROW, column: value}) != commit_row(ROW)


def test_neither_order_nor_digests_count() -> None:
    turned = dict(reversed(ROW.items()))
    assert commit_row({**turned, "id_number_index": None, "created_mac": b""}) == commit_row(ROW)


def test_the_commitment_is_pinned() -> None:
    """Rows of years ago must still be checkable: this value never changes."""
    assert commit_row(ROW) == "9b3774a93abdc1a34d694bff29f847d67a73be46d783fbc9d2ee19ab8122a930"


def test_a_county_has_one_stream() -> None:
    """The same on every server, another one for each county."""
    assert county_stream("211221") == (
        StreamKind.COUNTY,
        UUID("58b16ae8-8ab9-5fa1-897e-90fc19aaf899"),
    )
    assert county_stream("211221").id != county_stream("211224").id

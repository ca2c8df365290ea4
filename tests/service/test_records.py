"""What an event commits to of a described row, and where it lies."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from schemas.events.kinds import StreamKind
from service.enterprises.models import Enterprise
from service.fleets.models import Carrier, Driver, Vehicle
from service.records import Record, commit_record, commit_row, county_stream

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


RECORDS: dict[str, Record] = {
    "e6c3e795357b7a2ff34e0009cf5a38ca16f9cf9ba01be20fcef471c2987c8c63": Carrier(
        county_code="211221",
        id=UUID(int=1),
        name="合成客运",
        licence_number="211200000001",
        licence_valid_until=date(2023, 12, 31),
        contact_sealed=b"\x01\x02",
        created_mac=b"\x04",
        version=1,
    ),
    "8dfd8c14bf424f5c1e3efe72a5ff17cec232c14bea327b9de8351608753d18bb": Vehicle(
        county_code="211221",
        id=UUID(int=2),
        carrier_id=UUID(int=1),
        kind="coach",
        plate="辽M12345",
        licensed_places=47,
        crew_seats=2,
        seats=[[1, 1, "1"], [1, 2, "2"]],
        air_sealed=True,
        transport_licence_valid_until=date(2022, 6, 30),
        created_mac=b"\x04",
        version=3,
    ),
    "077161b9e3b6551baa3d8571c37bba953ede948123be447397d6c14f97240edd": Driver(
        county_code="211221",
        id=UUID(int=3),
        carrier_id=UUID(int=1),
        identity_sealed=b"\x05",
        contact_sealed=b"\x06",
        id_number_index=b"\x03",
        licence_class="A1",
        licence_valid_until=date(2024, 5, 31),
        created_mac=b"\x04",
        version=2,
    ),
    "7630912bde0aa8c5c89b27cd3c330f4867536627a2bd59de791385e5772211cb": Enterprise(
        county_code="211221",
        id=UUID(int=4),
        kind="enterprise",
        name="苏州合成电子有限公司",
        name_key="苏州合成电子有限公司",
        credit_code="91320583MA1XYTE537",
        division_code="320583",
        details_sealed=b"\x07",
        created_mac=b"\x04",
        version=1,
    ),
}


def test_the_commitments_of_each_list_are_pinned() -> None:
    """Made when rows were still plain mappings; columns that nobody gave are committed to as null."""
    assert [commit_record(record) for record in RECORDS.values()] == list(RECORDS)


def test_a_county_has_one_stream() -> None:
    """The same on every server, another one for each county."""
    assert county_stream("211221") == (
        StreamKind.COUNTY,
        UUID("58b16ae8-8ab9-5fa1-897e-90fc19aaf899"),
    )
    assert county_stream("211221").id != county_stream("211224").id

"""Bodies for the county's lists: enterprises, carriers, vehicles, drivers. All synthetic."""

from typing import Any
from uuid import UUID

from schemas.types import compute_credit_check
from tests.factories import Client, World, make_id_number, make_name, make_phone

Body = dict[str, Any]


def make_credit_code(number: int) -> str:
    """A different one for each number; the check character fits."""
    first17 = f"91320583MA1{number:06d}"
    return first17 + compute_credit_check(first17)


def make_enterprise(world: World, number: int = 1, **given: Any) -> Body:
    return {
        "id": str(world.new_id()),
        "kind": "enterprise",
        "name": f"苏州合成第{number}电子有限公司",
        "credit_code": make_credit_code(number),
        "division_code": "320583",
        "address": f"合成路{number}号",
        "contacts": [{"name": make_name(100 + number), "phone": make_phone(1000 + number)}],
        **given,
    }


def make_carrier(world: World, number: int = 1, **given: Any) -> Body:
    return {
        "id": str(world.new_id()),
        "name": f"合成第{number}客运有限公司",
        "credit_code": make_credit_code(500 + number),
        "licence_number": f"2112000{number:05d}",
        "licence_valid_until": "2023-12-31",
        "phone": make_phone(2000 + number),
        **given,
    }


def make_vehicle(world: World, carrier_id: UUID | str, number: int = 1, **given: Any) -> Body:
    return {
        "id": str(world.new_id()),
        "carrier_id": str(carrier_id),
        "kind": "coach",
        "plate": f"辽M{10000 + number}",
        "licensed_places": 47,
        "crew_seats": 2,
        "layout": {"rows": 11, "columns": [1, 2, 4, 5], "last_row": 5},
        "air_sealed": True,
        "transport_licence_number": f"2112001{number:05d}",
        "transport_licence_valid_until": "2022-06-30",
        **given,
    }


def make_driver(world: World, carrier_id: UUID | str, number: int = 1, **given: Any) -> Body:
    return {
        "id": str(world.new_id()),
        "carrier_id": str(carrier_id),
        "name": make_name(200 + number),
        "phone": make_phone(3000 + number),
        "id_number": make_id_number(birth="1975-03-04", sequence=number),
        "licence_class": "A1",
        "licence_number": f"21120099{number:04d}",
        "licence_valid_until": "2024-05-31",
        "qualification_number": f"21120088{number:04d}",
        "qualification_valid_until": "2024-04-30",
        **given,
    }


def add(client: Client, path: str, body: Body) -> UUID:
    """Register it, and give its id."""
    answer = client.post(path, body)
    assert answer.status_code == 201, answer.text
    return UUID(answer.json()["id"])


def without(body: Body, *names: str) -> Body:
    return {name: value for name, value in body.items() if name not in names}


def register_elsewhere(world: World) -> dict[str, Any]:
    """An enterprise, a carrier and a trip of another county."""
    other = world.client(county_code="211224")
    ids = {name: str(world.new_id()) for name in ("enterprise", "carrier", "batch", "trip")}
    for path, body in (
        (
            "/v1/enterprises",
            {
                "id": ids["enterprise"],
                "name": "合成工地",
                "kind": "site",
                "division_code": "320500",
            },
        ),
        ("/v1/carriers", {"id": ids["carrier"], "name": "合成客运"}),
        (
            "/v1/batches",
            {
                "id": ids["batch"],
                "number": "P-1",
                "destination_code": "320500",
                "window_from": "2020-03-24",
                "window_to": "2020-03-27",
            },
        ),
        ("/v1/trips", {"id": ids["trip"], "batch_id": ids["batch"], "number": "T-1"}),
    ):
        answer = other.post(path, body)
        assert answer.status_code == 201, answer.text
    return {
        "enterprise_id": ids["enterprise"],
        "carrier_id": ids["carrier"],
        "trip_ids": [ids["trip"]],
    }

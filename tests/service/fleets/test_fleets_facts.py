"""What is particular to each list, and what trips ask fleets for."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from schemas.fleets import VehicleKind
from service.fleets import queries
from service.fleets.queries import DRIVERS, VEHICLES
from service.fleets.rules import DriverDetails, DriverFacts, Seat, VehicleFacts, first_end
from tests.factories import World, make_id_number
from tests.lists import Body, add, make_carrier, make_driver, make_vehicle, without


def test_a_carrier_is_masked(world: World) -> None:
    body = make_carrier(world, 1, phone="024-74840000")
    shown = world.client().post("/v1/carriers", body).json()
    assert shown == {**body, "phone": "024*****0000", "version": 1}


def test_a_vehicle_shows_its_seats(world: World) -> None:
    coordinator = world.client()
    carrier_id = add(coordinator, "/v1/carriers", make_carrier(world))
    body = make_vehicle(world, carrier_id, plate="辽m·12345", licensed_places=43)
    shown = coordinator.post("/v1/vehicles", body).json()
    seats = shown.pop("seats")
    assert shown == {
        **without(body, "layout"),
        "plate": "辽M12345",
        "designation": None,
        "passenger_places": 41,
        "liability_insurer": None,
        "liability_number": None,
        "liability_valid_until": None,
        "version": 1,
    }
    assert (len(seats), seats[16]) == (45, {"row": 5, "column": 1, "label": "17"})
    listed = coordinator.get("/v1/vehicles", plate="辽M 12345").json()["items"]
    assert listed == [shown]
    assert coordinator.get("/v1/vehicles", plate="辽M99999").json()["items"] == []


def test_a_carriage_has_no_plate(world: World) -> None:
    coordinator = world.client()
    carrier_id = add(coordinator, "/v1/carriers", make_carrier(world))
    on_rails: Body = {"kind": "carriage", "plate": None, "designation": "K54次1车", "crew_seats": 0}
    body = make_vehicle(world, carrier_id, **on_rails)
    path = f"/v1/vehicles/{add(coordinator, '/v1/vehicles', body)}"
    twin = coordinator.post("/v1/vehicles", body | {"id": str(world.new_id())})
    assert twin.json()["code"] == "plate-exists"
    refused = coordinator.patch(path, {"plate": "辽M12345"}, version=1)
    assert (refused.json()["code"], refused.json()["errors"][0]["field"]) == (
        "field-invalid",
        "plate",
    )
    renamed = coordinator.patch(path, {"designation": "K54次2车"}, version=1).json()
    assert (renamed["designation"], renamed["plate"]) == ("K54次2车", None)


def test_a_vehicle_stays_one(world: World) -> None:
    coordinator = world.client()
    carrier_id = add(coordinator, "/v1/carriers", make_carrier(world))
    path = f"/v1/vehicles/{add(coordinator, '/v1/vehicles', make_vehicle(world, carrier_id))}"
    before = coordinator.get(path).json()
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"crew_seats": 20, "licensed_places": 20}, "crew_seats"),
        ({"licensed_places": 2}, "crew_seats"),
        ({"crew_seats": 0}, "crew_seats"),
        ({"designation": "K54次1车"}, "designation"),
        ({"carrier_id": "01710a3e-2400-7000-8000-00000000ffff"}, "carrier_id"),
    ]
    for change, field in wrong:
        answer = coordinator.patch(path, change, version=1).json()
        fields = [each["field"] for each in answer["errors"]]
        assert (answer["code"], fields) == ("field-invalid", [field])
    assert coordinator.get(path).json() == before


def test_another_layout_replaces_the_seats(world: World) -> None:
    coordinator = world.client()
    carrier_id = add(coordinator, "/v1/carriers", make_carrier(world))
    path = f"/v1/vehicles/{add(coordinator, '/v1/vehicles', make_vehicle(world, carrier_id))}"
    change = {"seats": [{"row": 1, "column": 1, "label": "甲"}]}
    after = coordinator.patch(path, change, version=1).json()
    assert (after["seats"], after["passenger_places"]) == (change["seats"], 1)
    back = {"layout": {"rows": 2, "columns": [1, 2]}}
    assert coordinator.patch(path, back, version=2).json()["passenger_places"] == 4


@pytest.mark.parametrize("noun", ["vehicle", "driver"])
def test_nobody_belongs_to_an_unknown_carrier(world: World, noun: str) -> None:
    make = {"vehicle": make_vehicle, "driver": make_driver}[noun]
    neighbour = world.client(county_code="211224")
    theirs = add(neighbour, "/v1/carriers", make_carrier(world))
    for carrier_id in (world.new_id(), theirs):
        answer = world.client().post(f"/v1/{noun}s", make(world, carrier_id))
        assert (answer.status_code, answer.json()["code"]) == (422, "field-invalid")


def test_a_driver_is_masked(world: World) -> None:
    coordinator = world.client()
    carrier_id = add(coordinator, "/v1/carriers", make_carrier(world))
    number = make_id_number(birth="1975-03-04", sequence=1)
    body = make_driver(world, carrier_id, name="欧阳建军", id_number=number)
    shown = coordinator.post("/v1/drivers", body).json()
    masked = {
        "name": "欧***",
        "phone": "154****3001",
        "id_number": f"{number[:6]}********{number[-4:]}",
        "licence_number": "********0001",
        "qualification_number": "********0001",
        "version": 1,
    }
    assert shown == body | masked


def test_a_change_of_one_sealed_field_keeps_the_others(world: World) -> None:
    coordinator = world.client()
    carrier_id = add(coordinator, "/v1/carriers", make_carrier(world))
    body = make_driver(world, carrier_id)
    driver_id = add(coordinator, "/v1/drivers", body)
    change = {"qualification_number": "ABC-4711", "id_number": None}
    shown = coordinator.patch(f"/v1/drivers/{driver_id}", change, version=1).json()
    assert (shown["id_number"], shown["qualification_number"]) == (None, "****4711")
    with world.context.reading(coordinator.actor) as work:
        opened = queries.open_drivers(work, [driver_id])
    assert opened[driver_id].name == body["name"]
    assert opened[driver_id].licence_number == body["licence_number"]
    freed = body | {"id": str(world.new_id())}
    assert coordinator.post("/v1/drivers", freed).status_code == 201


def test_what_trips_ask(world: World) -> None:
    coordinator = world.client()
    carrier_id = add(coordinator, "/v1/carriers", make_carrier(world))
    vehicle = make_vehicle(world, carrier_id, layout={"rows": 1, "columns": [1, 2]})
    driver = make_driver(world, carrier_id)
    vehicle_id = add(coordinator, "/v1/vehicles", vehicle)
    driver_id = add(coordinator, "/v1/drivers", driver)
    add(coordinator, "/v1/drivers", make_driver(world, carrier_id, 2))
    with world.context.reading(coordinator.actor) as work:
        vehicles = VEHICLES.load(work.session, "211221", [vehicle_id, driver_id])
        drivers = DRIVERS.load(work.session, "211221", [driver_id])
        opened = queries.open_drivers(work, [driver_id])
        elsewhere = VEHICLES.load(work.session, "211224", [vehicle_id])
    assert vehicles == {
        vehicle_id: VehicleFacts(
            id=vehicle_id,
            carrier_id=carrier_id,
            kind=VehicleKind.COACH,
            plate=vehicle["plate"],
            licensed_places=47,
            crew_seats=2,
            air_sealed=True,
            seats=(Seat(1, 1, "1"), Seat(1, 2, "2")),
            licence_valid_until=date(2022, 6, 30),
        )
    }
    assert drivers == {driver_id: DriverFacts(driver_id, date(2024, 4, 30))}
    assert opened == {
        driver_id: DriverDetails(
            name=driver["name"],
            phone=driver["phone"],
            id_number=driver["id_number"],
            licence_number=driver["licence_number"],
            qualification_number=driver["qualification_number"],
        )
    }
    assert elsewhere == {}


def _vehicle(*, licensed: int, crew: int, seats: int) -> VehicleFacts:
    placed = tuple(Seat(row, 1, str(row)) for row in range(1, seats + 1))
    return VehicleFacts(
        id=UUID(int=1),
        carrier_id=UUID(int=2),
        kind=VehicleKind.COACH,
        plate="辽M12345",
        licensed_places=licensed,
        crew_seats=crew,
        air_sealed=True,
        seats=placed,
        licence_valid_until=None,
    )


@pytest.mark.parametrize(
    ("licensed", "crew", "seats", "places"), [(47, 2, 45, 45), (40, 2, 45, 38), (55, 1, 53, 53)]
)
def test_passenger_places(licensed: int, crew: int, seats: int, places: int) -> None:
    assert _vehicle(licensed=licensed, crew=crew, seats=seats).passenger_places == places


def test_seat_labels() -> None:
    vehicle = _vehicle(licensed=47, crew=2, seats=3)
    assert [vehicle.seat_label(row, 1) for row in (1, 3, 4)] == ["1", "3", None]


def test_papers_end_when_the_first_of_them_ends() -> None:
    may, june = date(2024, 5, 1), date(2024, 6, 1)
    assert [first_end(*days) for days in ((june, may), (None, june), (None, None))] == [
        may,
        june,
        None,
    ]

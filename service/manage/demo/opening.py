"""The first half of the story: opening, import, demand, planning, the locked list."""

import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx

from service.clock import local_date
from service.manage.demo.roster import CAR_PARTS, ELECTRONICS, PEOPLE, WRONG_ROWS, write_roster
from service.manage.demo.stage import Person, Stage
from service.manage.demo.texts import Say

CITY = "320500"
TOWNSHIP = "211221105"
ACCOUNTS: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
    ("fanhe", "township_clerk", "王经办", {"division_prefix": TOWNSHIP}),
    ("county", "county_coordinator", "李协调", {}),
    ("health", "health_officer", "赵医生", {}),
    ("audit", "auditor", "钱审计", {}),
)
PLATES = ("辽M12345", "辽M23456")
SEATS_ON_LIST, STAND_BYS = 30, 2


@dataclass
class Cast:
    """Who takes part, and what the story has made so far."""

    stage: Stage
    http: httpx.Client
    people: dict[str, Person] = field(default_factory=dict)
    enterprises: dict[str, str] = field(default_factory=dict)
    vehicles: list[str] = field(default_factory=list)
    drivers: list[str] = field(default_factory=list)
    workers: dict[str, list[str]] = field(default_factory=dict)
    """Worker ids by employer, in the order of entry."""
    trips: list[str] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)
    passengers: dict[str, str] = field(default_factory=dict)
    """Worker id → passenger id."""
    stand_bys: list[str] = field(default_factory=list)

    @property
    def coordinator(self) -> Person:
        return self.people["county"]

    def new_id(self) -> str:
        return str(self.stage.clock.new_id())

    def event(self, kind: str, /, *, mode: str = "live", source: str = "api", **data: Any) -> Any:
        return {
            "id": self.new_id(),
            "kind": kind,
            "occurred_at": self.stage.clock.now.isoformat(),
            "mode": mode,
            "source": source,
            "data": data,
        }

    def send(self, person: Person, trip: str, *events: Any) -> list[Any]:
        answer: list[Any] = person.post(f"/v1/trips/{trip}/events", {"events": list(events)})[
            "outcomes"
        ]
        return answer

    def tell(self, by: Person, trip: str, kind: str, /, **data: Any) -> Any:
        """One event that must be recorded."""
        outcome = self.send(by, trip, self.event(kind, **data))[0]
        self.stage.expect(outcome["status"] == "recorded", f"{kind}: {outcome}")
        return outcome

    def refused(self, by: Person, trip: str, code: str, kind: str, /, **data: Any) -> Any:
        """One event that must be refused, with this code; the problem."""
        problem = self.send(by, trip, self.event(kind, **data))[0]["problem"]
        self.stage.expect(bool(problem) and problem["code"] == code, f"{kind}: {problem}")
        return problem

    def trip(self, trip: str) -> Any:
        return self.coordinator.get(f"/v1/trips/{trip}")

    def lines(self, trip: str) -> dict[str, Any]:
        """Passenger id → the masked line."""
        return {each["id"]: each for each in self.coordinator.get(f"/v1/trips/{trip}/passengers")}


def open_county(cast: Cast) -> None:
    """Accounts, enterprises, carrier, coaches, drivers."""
    stage = cast.stage
    stage.screen(Say.S1)
    stage.say(Say.MADE, folder=stage.folder, url=stage.url)
    administrator = stage.log_in(cast.http, "admin")
    for username, role, name, scope in ACCOUNTS:
        add_account(cast, administrator, username=username, role=role, name=name, scope=scope)
    stage.say(Say.ACCOUNTS, count=len(ACCOUNTS))
    for name in (ELECTRONICS, CAR_PARTS):
        cast.enterprises[name] = cast.new_id()
        body = {"id": cast.enterprises[name], "name": name, "kind": "site", "division_code": CITY}
        cast.coordinator.post("/v1/enterprises", body)
    _open_fleet(cast)
    stage.say(Say.FLEET, plates="、".join(PLATES))


def add_account(
    cast: Cast, administrator: Person, *, username: str, role: str, name: str, scope: dict[str, Any]
) -> None:
    password = secrets.token_urlsafe(15)
    cast.stage.passwords[username] = password
    identity = {"id": cast.new_id(), "username": username, "name": name}
    administrator.post("/v1/accounts", {**identity, "role": role, "password": password, **scope})
    cast.people[username] = cast.stage.log_in(cast.http, username)


def _open_fleet(cast: Cast) -> None:
    carrier = cast.new_id()
    cast.coordinator.post("/v1/carriers", {"id": carrier, "name": "铁岭示例客运有限公司"})
    for number, plate in enumerate(PLATES):
        vehicle, driver = cast.new_id(), cast.new_id()
        coach = {
            "id": vehicle,
            "carrier_id": carrier,
            "kind": "coach",
            "plate": plate,
            "licensed_places": 47,
            "crew_seats": 2,
            "layout": {"rows": 11, "columns": [1, 2, 4, 5], "last_row": 5},
            "air_sealed": True,
        }
        cast.coordinator.post("/v1/vehicles", coach)
        person = {"name": "李师傅" if number else "周师傅", "phone": f"1549900000{number}"}
        cast.coordinator.post(
            "/v1/drivers",
            {"id": driver, "carrier_id": carrier, "licence_class": "A1", **person},
        )
        cast.vehicles.append(vehicle)
        cast.drivers.append(driver)


def import_roster(cast: Cast) -> None:
    """The clerk's own commands, on a file as villages send it."""
    stage = cast.stage
    stage.screen(Say.S2)
    file = stage.folder / "凡河镇花名册.xlsx"
    write_roster(file, local_date(stage.clock.now))
    day = ("--as-of", local_date(stage.clock.now).isoformat())
    clerk = cast.people["fanhe"].token
    command = ("roster", "import", str(file), *day, "--yes")
    stage.show(stage.run("cli", *command, token=clerk, expect=5))
    stage.say(Say.AGAIN)
    again = stage.run("cli", *command, token=clerk, expect=5)
    stage.show(again.rstrip().splitlines()[-1])
    people = _count_workers(cast)
    stage.expect(people == PEOPLE - WRONG_ROWS, f"{people} workers")


def _count_workers(cast: Cast) -> int:
    return len(cast.coordinator.get("/v1/workers", limit=200)["items"])


def see_demand(cast: Cast) -> None:
    stage = cast.stage
    stage.screen(Say.S3)
    token = cast.coordinator.token
    for grouping in ("city", "employer"):
        stage.show(stage.run("cli", "demand", "summary", "--by", grouping, token=token))
    demands = cast.coordinator.get("/v1/demands", limit=200)["items"]
    for name, identifier in cast.enterprises.items():
        mine = [each for each in demands if each["enterprise_id"] == identifier]
        cast.workers[name] = [each["worker_id"] for each in mine if each["reachable"]]
    stage.expect(len(cast.workers[ELECTRONICS]) >= SEATS_ON_LIST + STAND_BYS, "demand")


def plan_trips(cast: Cast) -> None:
    """One batch, a coach for each enterprise, filled in one call each."""
    stage = cast.stage
    stage.screen(Say.S4)
    batch = cast.new_id()
    today = local_date(stage.clock.now)
    window = {
        "window_from": today.isoformat(),
        "window_to": (today + timedelta(days=3)).isoformat(),
    }
    cast.coordinator.post(
        "/v1/batches",
        {"id": batch, "number": f"P{today:%Y%m%d}", "destination_code": CITY, **window},
    )
    for place, enterprise in enumerate(cast.enterprises):
        _plan_trip(cast, batch, place, enterprise)
    first, second = (cast.workers[name] for name in cast.enterprises)
    seated, waiting = first[:SEATS_ON_LIST], first[SEATS_ON_LIST : SEATS_ON_LIST + STAND_BYS]
    _fill(cast, cast.trips[0], seated, waiting)
    _fill(cast, cast.trips[1], second, [])


def _plan_trip(cast: Cast, batch: str, place: int, enterprise: str) -> None:
    clock = cast.stage.clock
    departure = clock.now.replace(hour=5, minute=30) + timedelta(days=1)
    arrival = departure + timedelta(hours=15)
    trip, number = cast.new_id(), f"T{departure:%m%d}-{place + 1}"
    cast.trips.append(trip)
    cast.numbers.append(number)
    identifier = cast.enterprises[enterprise]
    gate = {"id": cast.new_id(), "name": f"{enterprise}厂门", "enterprise_id": identifier}
    cast.coordinator.post(
        "/v1/trips",
        {
            "id": trip,
            "batch_id": batch,
            "number": number,
            "vehicle_id": cast.vehicles[place],
            "driver_ids": [cast.drivers[place]],
            "planned_departure_at": departure.isoformat(),
            "planned_arrival_at": arrival.isoformat(),
            "route": "铁岭—沈阳—天津—济南—苏州",
            "distance_km": 1500,
            "kept_free_rows": [10, 11],
            "boarding_points": [{"id": cast.new_id(), "name": "凡河镇政府广场"}],
            "handover_points": [gate],
            "contacts": {
                "escort": "孙领队",
                "escort_phone": "15499000010",
                "reception": "张经理",
                "reception_phone": "15499000011",
                "duty_phone": "15499000012",
            },
        },
    )


def _fill(cast: Cast, trip: str, seated: list[str], waiting: list[str]) -> None:
    people = [
        {
            "id": cast.new_id(),
            "event_id": cast.new_id(),
            "worker_id": worker,
            "stand_by": worker in waiting,
        }
        for worker in [*seated, *waiting]
    ]
    answer = cast.coordinator.post(f"/v1/trips/{trip}/passengers", {"passengers": people})
    statuses = {each["status"] for each in answer["outcomes"]}
    cast.stage.expect(statuses == {"recorded"}, str(answer))
    cast.passengers |= {str(each["worker_id"]): str(each["id"]) for each in people}
    cast.stand_bys += [str(each["id"]) for each in people if each["stand_by"]]
    cast.stage.say(
        Say.SEATED,
        number=cast.numbers[cast.trips.index(trip)],
        people=len(seated),
        stand_by=len(waiting),
        left=answer["places"] - answer["taken"],
    )


def prepare(cast: Cast) -> None:
    """Everybody is told; the plan is filed and acknowledged; the list is locked and printed."""
    stage, by = cast.stage, cast.coordinator
    stage.screen(Say.S5)
    for trip in cast.trips:
        notices = [
            cast.event(
                "passenger.notified",
                passenger_id=passenger,
                channel="telephone",
                outcome="reached",
                source="telephone",
            )
            for passenger in cast.lines(trip)
        ]
        told = cast.send(by, trip, *notices)
        stage.expect(all(each["status"] == "recorded" for each in told), str(told[:2]))
        stage.say(Say.NOTIFIED, reached=len(told))
        cast.tell(by, trip, "trip.filed", channel="telephone", recipient_unit="苏州市人社局")
        cast.tell(
            by,
            trip,
            "filing.acknowledged",
            channel="telephone",
            person="陈科长",
            unit="苏州市人社局",
            phone="15499000020",
            source="telephone",
        )
        locked = cast.tell(by, trip, "manifest.locked")["decided"]
        stage.say(
            Say.LOCKED,
            version=locked["list_version"],
            count=locked["count"],
            hash=locked["list_hash"][:12],
        )
    file = stage.folder / f"乘客信息登记表-{cast.numbers[0]}.xlsx"
    purpose = ("--purpose", "随车名册", "-o", str(file))
    stage.run("cli", "trip", "manifest", cast.trips[0], *purpose, token=by.token)
    stage.expect(file.exists(), "manifest file")
    stage.say(Say.PRINTED, file=file)
    add_escorts(cast)


def add_escorts(cast: Cast) -> None:
    """Each trip's escort sees that trip only."""
    administrator = cast.stage.log_in(cast.http, "admin")
    for place, trip in enumerate(cast.trips):
        add_account(
            cast,
            administrator,
            username=f"escort{place + 1}",
            role="escort",
            name="孙领队" if place == 0 else "吴领队",
            scope={"trip_ids": [str(UUID(trip))]},
        )

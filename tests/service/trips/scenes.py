"""A coach with people on it: the smallest world in which trips can be tried."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

from schemas.events.payloads_passengers import PersonRole
from schemas.permissions import Role
from service.days import local_date
from tests.factories import Client, World, make_id_number, make_name, make_phone
from tests.pictures import PHONE_JPEG
from tests.registry import enter_workers
from tests.service.trips.bodies import make_coach, make_plan, read_derived

DESTINATION = "320500"
CONSENT: Final = {
    "guardian": "王守田",
    "guardian_phone": make_phone(901),
    "receiver": "李四海",
    "receiver_phone": make_phone(902),
}
"""What a guardian's consent says."""


class Ride(NamedTuple):
    """A trip with people on its list; passengers in the order of their workers."""

    trip: UUID
    passengers: list[UUID]
    workers: list[UUID]


@dataclass
class Scene:
    """`coach` has 10 rows of 4 and a last row of 5; the plan keeps rows 10 and 11 free."""

    world: World
    seat_rows: int = 11
    kept_free_rows: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.coordinator = self.world.client(Role.COUNTY_COORDINATOR)
        self.enterprise_id = self.make_enterprise("合成电子一厂")
        self.carrier_id = self.make_carrier()
        self.vehicle_id = self.make_vehicle("辽M12345")
        self.driver_id = self.make_driver()
        self.batch_id = self.open_batch()
        self._people = 0
        self._runs: list[tuple[datetime, datetime, set[UUID]]] = []

    @property
    def now(self) -> datetime:
        return self.world.clock.now

    def ok(self, response: Any, status: int = 200) -> Any:
        assert response.status_code == status, response.text
        return response.json()

    def make_enterprise(self, name: str) -> UUID:
        identifier = self.world.new_id()
        body = {"id": str(identifier), "name": name, "kind": "site", "division_code": DESTINATION}
        self.ok(self.coordinator.post("/v1/enterprises", body), 201)
        return identifier

    def make_carrier(self) -> UUID:
        identifier = self.world.new_id()
        body = {"id": str(identifier), "name": f"合成客运{identifier.hex[-4:]}"}
        self.ok(self.coordinator.post("/v1/carriers", body), 201)
        return identifier

    def make_vehicle(
        self,
        plate: str,
        *,
        rows: int | None = None,
        places: int | None = None,
        carrier_id: UUID | None = None,
    ) -> UUID:
        """`places`: for passengers, where fewer are licensed than there are seats."""
        identifier = self.world.new_id()
        owner = {"id": str(identifier), "carrier_id": str(carrier_id or self.carrier_id)}
        body = {**owner, **make_coach(plate, rows=rows or self.seat_rows)}
        body |= {"licensed_places": places + 2} if places else {}
        self.ok(self.coordinator.post("/v1/vehicles", body), 201)
        return identifier

    def make_driver(self) -> UUID:
        identifier = self.world.new_id()
        body = {
            "id": str(identifier),
            "carrier_id": str(self.carrier_id),
            "name": make_name(300),
            "phone": make_phone(99_000_000),
            "licence_class": "A1",
        }
        self.ok(self.coordinator.post("/v1/drivers", body), 201)
        return identifier

    def open_batch(self) -> UUID:
        identifier = self.world.new_id()
        day = local_date(self.now)
        body = {
            "id": str(identifier),
            "number": f"P-{identifier.hex[-6:]}",
            "destination_code": DESTINATION,
            "window_from": day.isoformat(),
            "window_to": (day + timedelta(days=7)).isoformat(),
        }
        self.ok(self.coordinator.post("/v1/batches", body), 201)
        return identifier

    def make_workers(
        self,
        count: int = 1,
        *,
        township: str | None = None,
        role: PersonRole = PersonRole.WORKER,
        **values: Any,
    ) -> list[UUID]:
        """Registered without an import: imports have tests of their own."""
        people = []
        for number in range(self._people, self._people + count):
            birth = values.get("birth_date", f"19{70 + number % 25}-05-12")
            people.append(
                {
                    "name": make_name(number),
                    "id_number": make_id_number(birth=birth, sequence=100 + number),
                    "gender": "男",
                    "birth_date": birth,
                    "phone": make_phone(number),
                    "village": "东兴村",
                    **values,
                }
            )
        self._people += count
        known = [{key: v for key, v in each.items() if v is not None} for each in people]
        scope = {"township": township} if township else {}
        return enter_workers(self.world, known, role=role, **scope)

    def open_trip(self, *, hours: float = 0, points: int = 1, **changes: Any) -> UUID:
        """Departs in one hour, arrives 14 hours later; one boarding point, `points` to hand over. The
        scene's own vehicle, driver and escort where they are free then, else others."""
        identifier = self.world.new_id()
        start = self.now + timedelta(hours=1 + hours)
        plan = make_plan(self.world, start=start, points=points) | changes
        body = {
            "id": str(identifier),
            "batch_id": str(self.batch_id),
            "number": f"T-{identifier.hex[-6:]}",
            "kept_free_rows": self.kept_free_rows,
            **self._find_crew(plan),
        }
        self.ok(self.coordinator.post("/v1/trips", body), 201)
        return identifier

    def _find_crew(self, plan: dict[str, Any]) -> dict[str, Any]:
        """The plan with a vehicle, a driver and an escort who are nowhere else at that time."""
        start, end = (
            datetime.fromisoformat(plan[name])
            for name in ("planned_departure_at", "planned_arrival_at")
        )
        then = [busy for begun, ended, busy in self._runs if begun < end and start < ended]
        vehicle, driver = (
            None if any(each in busy for busy in then) else each
            for each in (self.vehicle_id, self.driver_id)
        )
        if "vehicle_id" not in plan:
            plate = f"辽M{70_000 + len(self._runs)}"
            plan = plan | {"vehicle_id": str(vehicle or self.make_vehicle(plate))}
        if "driver_ids" not in plan:
            plan = plan | {"driver_ids": [str(driver or self.make_driver())]}
        if then and plan["contacts"]:
            phone = make_phone(98_000_000 + len(self._runs))
            plan = plan | {"contacts": plan["contacts"] | {"escort_phone": phone}}
        self._runs.append((start, end, {self.vehicle_id, self.driver_id}))
        return plan

    def escort_of(self, *trip_ids: UUID) -> Client:
        """An account that sees these trips only."""
        return self.world.client(Role.ESCORT, trip_ids=trip_ids)

    def assign(self, trip_id: UUID, workers: list[UUID], **changes: Any) -> list[UUID]:
        """Passenger ids, in the order of the workers; every assignment must be recorded."""
        answer, ids = self.try_assign(trip_id, workers, **changes)
        assert [each["status"] for each in answer["outcomes"]] == ["recorded"] * len(workers), (
            answer
        )
        return ids

    def try_assign(
        self, trip_id: UUID, workers: list[UUID], **changes: Any
    ) -> tuple[Any, list[UUID]]:
        ids = [self.world.new_id() for _ in workers]
        people = [
            {
                "id": str(passenger),
                "event_id": str(self.world.new_id()),
                "worker_id": str(worker),
                **changes,
            }
            for passenger, worker in zip(ids, workers, strict=True)
        ]
        path = f"/v1/trips/{trip_id}/passengers"
        return self.ok(self.coordinator.post(path, {"passengers": people})), ids

    def event(
        self, kind: str, *, mode: str = "live", at: datetime | None = None, **data: Any
    ) -> Any:
        """One event as the door takes it."""
        return {
            "id": str(self.world.new_id()),
            "kind": kind,
            "occurred_at": (at or self.now).isoformat(),
            "mode": mode,
            "data": {name: str(v) if isinstance(v, UUID) else v for name, v in data.items()},
        }

    def send(self, trip_id: UUID, *events: Any, by: Client | None = None) -> list[Any]:
        """The outcomes, in order."""
        client = by or self.coordinator
        body = {"events": list(events)}
        answer: list[Any] = self.ok(client.post(f"/v1/trips/{trip_id}/events", body))["outcomes"]
        return answer

    def tell(self, trip_id: UUID, kind: str, *, by: Client | None = None, **data: Any) -> Any:
        """One live event that must be recorded; its outcome."""
        outcome = self.send(trip_id, self.event(kind, **data), by=by)[0]
        assert outcome["status"] == "recorded", outcome
        return outcome

    def attach(self, trip_id: UUID, *, by: Client | None = None) -> str:
        """The id of a picture that was uploaded to the trip."""
        client, identifier = by or self.coordinator, self.world.new_id()
        path = f"/v1/trips/{trip_id}/attachments/{identifier}"
        sent = {"Authorization": f"Bearer {client.token}"}
        answer = client.http.post(path, content=PHONE_JPEG, headers=sent)
        assert answer.status_code == 201, answer.text
        return str(identifier)

    def consent(
        self, trip_id: UUID, minor: UUID, *, by: Client | None = None, **changes: Any
    ) -> Any:
        """The outcome of a guardian's consent with its paper."""
        told = {"passenger_id": minor, **CONSENT, **changes}
        event = self.event("passenger.consent_recorded", **told)
        event["attachments"] = [self.attach(trip_id, by=by)]
        return self.send(trip_id, event, by=by)[0]

    def trip(self, trip_id: UUID) -> Any:
        return self.ok(self.coordinator.get(f"/v1/trips/{trip_id}"))

    def people(self, trip_id: UUID) -> dict[str, Any]:
        """Passenger id → the masked line."""
        path = f"/v1/trips/{trip_id}/passengers"
        lines = self.ok(self.coordinator.get(path, limit=200))["items"]
        return {line["id"]: line for line in lines}

    def statuses(self, ride: Ride) -> list[str]:
        lines = self.people(ride.trip)
        return [lines[str(each)]["status"] for each in ride.passengers]

    # --- rides ----------------------------------------------------------------------------------
    def listed(self, people: int = 3, **changes: Any) -> Ride:
        """On an open list."""
        trip = self.open_trip(**changes)
        workers = self.make_workers(people)
        return Ride(trip, self.assign(trip, workers), workers)

    def locked(self, people: int = 3, **changes: Any) -> Ride:
        return self._ride_on(self.listed(people, **changes), "manifest.locked")

    def boarded(self, people: int = 3, **changes: Any) -> Ride:
        ride = self.listed(people, **changes)
        return self._ride_on(ride, "manifest.locked", "roll call")

    def departed(self, people: int = 3, **changes: Any) -> Ride:
        """An hour later on the road."""
        ride = self.listed(people, **changes)
        return self._ride_on(ride, "manifest.locked", "roll call", "trip.departed")

    def arrived(self, people: int = 3, **changes: Any) -> Ride:
        """14 hours later at the gate."""
        ride = self.listed(people, **changes)
        return self._ride_on(ride, "manifest.locked", "roll call", "trip.departed", "trip.arrived")

    def _ride_on(self, ride: Ride, *stages: str) -> Ride:
        """One request for all of it."""
        events = []
        for stage in stages:
            if stage == "roll call":
                events += self.roll_call(ride.passengers)
                continue
            hours = {"trip.departed": 1, "trip.arrived": 14}.get(stage, 0)
            self.world.clock.advance(hours=hours)
            counted = {"aboard": len(ride.passengers)} if stage == "trip.departed" else {}
            made_then = "afterwards" if stage == "manifest.locked" else "live"
            events.append(self.event(stage, mode=made_then, **counted))
        self.record(ride.trip, *events)
        return ride

    def roll_call(self, passengers: list[UUID]) -> list[Any]:
        events = []
        for each in passengers:
            events.append(
                self.event("passenger.checked_in", passenger_id=each, identity_shown="card")
            )
            events.append(self.event("passenger.boarded", passenger_id=each))
        return events

    def board(self, trip_id: UUID, passengers: list[UUID]) -> None:
        self.record(trip_id, *self.roll_call(passengers))

    def record(self, trip_id: UUID, *events: Any, by: Client | None = None) -> list[Any]:
        """Events that must all be recorded; their outcomes."""
        outcomes = self.send(trip_id, *events, by=by)
        assert {each["status"] for each in outcomes} == {"recorded"}, outcomes
        return outcomes

    def hand_over(self, trip_id: UUID, passengers: list[UUID], *, place: int = 0) -> None:
        """Received, and signed for by telephone, at one of the handover points."""
        received = [self.event("passenger.received", passenger_id=each) for each in passengers]
        self.record(trip_id, *received, self.signature(trip_id, passengers, place=place))

    def signature(self, trip_id: UUID, passengers: list[UUID], *, place: int = 0) -> Any:
        return self.event(
            "handover.signed",
            point_id=self.points(trip_id)[place],
            passenger_ids=[str(each) for each in passengers],
            method="telephone",
            receiver="张经理",
        )

    def points(self, trip_id: UUID, kind: str = "handover") -> list[UUID]:
        points = self.trip(trip_id)["points"]
        return [UUID(point["id"]) for point in points if point["kind"] == kind]

    # --- answers --------------------------------------------------------------------------------
    def refused(
        self, trip_id: UUID, kind: str, *, by: Client | None = None, mode: str = "live", **data: Any
    ) -> str:
        """The code of the refusal. What is stored is the same as before."""
        before = self.rows()
        outcome = self.send(trip_id, self.event(kind, mode=mode, **data), by=by)[0]
        assert outcome["status"] == "refused", outcome
        if kind != "passenger.boarded":  # a refusal at the door is kept
            assert self.rows() == before
        code: str = outcome["problem"]["code"]
        return code

    def afterwards(self, trip_id: UUID, kind: str, **data: Any) -> list[str]:
        """The exceptions that a fact told afterwards brought; of a minute of its own."""
        self.world.clock.advance(minutes=1)
        outcome = self.tell(trip_id, kind, mode="afterwards", **data)
        return list(outcome["exceptions"])

    def rows(self) -> dict[str, list[Any]]:
        """All derived tables, as stored."""
        return read_derived(self.world)

"""A county whose people do everything through a generated client: it knows the API document and nothing of
the code.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple, Protocol

from tests.clients.generated import Calls

PASSWORD = "a day of twelve coaches"
TOWNSHIP, CITY = "凡河镇", "320500"
FIRST_ID = 1 << 40
"""Far from those of others in the same database."""
_TAILS = "甲乙丙丁戊己庚辛壬癸"
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


class Clock(Protocol):
    """The server's, which stands still between two steps of the day."""

    now: datetime

    def advance(self, *, days: float = 0, hours: float = 0, minutes: float = 0) -> datetime: ...


class Needed(NamedTuple):
    """One entry of a board: which trip, what of it, of how many."""

    trip: str
    code: str
    count: int = 1


@dataclass(slots=True)
class Coach:
    """One trip, with its people in the order of their seats, and who leads it."""

    id: str
    number: str
    point: str
    escort: str
    """The escort's token."""
    people: list[str] = field(default_factory=list)
    workers: list[str] = field(default_factory=list)


class County:
    """Who has an account: administrator, coordinator, health officer, the factory, each trip's escort."""

    def __init__(self, calls: Calls, clock: Clock, administrator: str) -> None:
        self.calls, self.clock = calls, clock
        self._administrator = administrator
        self._ids, self._people, self._accounts = FIRST_ID, 0, 0
        self.cards: dict[str, dict[str, str]] = {}
        """Worker → what stands on their identity card."""
        self.coordinator = self.open_account("county_coordinator")[0]
        self.health = self.open_account("health_officer")[0]
        self.enterprise = self.new_id()
        gate = {"id": self.enterprise, "name": "合成电子一厂", "division_code": CITY}
        self.act("registerEnterprise", {**gate, "kind": "enterprise"})
        scope = {"enterprise_id": self.enterprise}
        self.factory, _ = self.open_account("enterprise_receiver", **scope)
        self.carrier = self.new_id()
        self.act("registerCarrier", {"id": self.carrier, "name": "合成客运"})
        self.batch = self.new_id()
        day = self.clock.now.date()
        self.act(
            "openBatch",
            {
                "id": self.batch,
                "number": "P0325",
                "destination_code": CITY,
                "window_from": day.isoformat(),
                "window_to": (day + timedelta(days=3)).isoformat(),
            },
        )

    # --- who and when ---------------------------------------------------------------------------
    @property
    def now(self) -> datetime:
        return self.clock.now

    def new_id(self) -> str:
        """A UUIDv7 of this moment."""
        self._ids += 1
        moment = f"{int(self.now.timestamp() * 1000):012x}"
        return f"{moment[:8]}-{moment[8:]}-7000-8000-{self._ids:012x}"

    def open_account(self, role: str, **scope: Any) -> tuple[str, str]:
        """Token and id of a new account of the role."""
        self._accounts += 1
        username = f"{role.replace('_', '-')}-{self._accounts}"
        body = {"id": self.new_id(), "username": username, "name": "合成人员", "role": role}
        body |= {"password": PASSWORD, **scope}
        self.calls.send("createAccount", self._administrator, body=body)
        login = {"username": username, "password": PASSWORD}
        return self.calls.send("logIn", body=login)["token"], body["id"]

    def act(
        self,
        operation: str,
        body: Mapping[str, Any] | None = None,
        *,
        by: str = "",
        **parameters: Any,
    ) -> Any:
        """By the coordinator, if nobody else is named."""
        return self.calls.send(operation, by or self.coordinator, body=body, **parameters)

    # --- the plan -------------------------------------------------------------------------------
    def sign_up(self) -> str:
        """A worker, who asks to go to the city."""
        self._people += 1
        first17 = f"21122119780512{self._people:03d}"
        check = "10X98765432"[sum(int(d) * w for d, w in zip(first17, _WEIGHTS, strict=True)) % 11]
        card = {"name": "合成" + _TAILS[self._people % len(_TAILS)], "id_number": first17 + check}
        body = {
            **card,
            "id": self.new_id(),
            "signed_on": self.now.date().isoformat(),
            "phone": f"154{self._people:08d}",
            "township": TOWNSHIP,
            "village": "东兴村",
            "destination": "江苏省苏州市",
        }
        worker: str = self.act("signUp", body)["worker_id"]
        self.cards[worker] = card
        return worker

    def plan(self, number: str, *, leaves_at: datetime, people: int, driver: bool = True) -> Coach:
        """A coach of its own with a driver, an escort who is named by account, and people on its list."""
        vehicle, trip, gate = self.new_id(), self.new_id(), self.new_id()
        escort, account = self.open_account("escort", trip_ids=[])
        serial = int(number[1:])
        self.act(
            "registerVehicle",
            {
                "id": vehicle,
                "carrier_id": self.carrier,
                "plate": f"辽M{10_000 + serial}",
                "kind": "coach",
                "air_sealed": True,
                "licensed_places": 47,
                "crew_seats": 2,
                "layout": {"rows": 11, "columns": [1, 2, 4, 5], "last_row": 5},
            },
        )
        self.act(
            "openTrip",
            {
                "id": trip,
                "batch_id": self.batch,
                "number": number,
                "vehicle_id": vehicle,
                "driver_ids": [self.hire_driver(serial)] if driver else [],
                "distance_km": 390,
                "planned_departure_at": leaves_at.isoformat(),
                "planned_arrival_at": (leaves_at + timedelta(hours=15)).isoformat(),
                "boarding_points": [{"id": self.new_id(), "name": "凡河镇政府广场"}],
                "handover_points": [
                    {"id": gate, "name": "合成电子一厂门", "enterprise_id": self.enterprise}
                ],
                "contacts": {
                    "escort": f"领队{number}",
                    "escort_phone": f"1549900{serial:04d}",
                    "escort_account_id": account,
                    "reception": "张经理",
                    "reception_phone": "15498000011",
                    "duty_phone": "15498000012",
                },
            },
        )
        coach = Coach(trip, number, gate, escort)
        coach.workers = [self.sign_up() for _ in range(people)]
        coach.people = [self.new_id() for _ in coach.workers]
        listed = [
            {
                "id": passenger,
                "event_id": self.new_id(),
                "worker_id": worker,
                "enterprise_id": self.enterprise,
                "handover_point_id": gate,
            }
            for passenger, worker in zip(coach.people, coach.workers, strict=True)
        ]
        self.act("assignPassengers", {"passengers": listed}, trip_id=trip)
        return coach

    def hire_driver(self, serial: int) -> str:
        driver = self.new_id()
        body = {"id": driver, "carrier_id": self.carrier, "name": "合成师傅", "licence_class": "A1"}
        self.act("registerDriver", {**body, "phone": f"1549700{serial:04d}"})
        return driver

    # --- what happens ---------------------------------------------------------------------------
    def tell(self, coach: Coach, kind: str, *, by: str = "", **data: Any) -> str:
        """Recorded now, by the escort if nobody else is named; a second goes by. Returns the event's id."""
        (event,) = self.tell_all(coach, [(kind, data)], by=by)
        return event

    def tell_all(
        self,
        coach: Coach,
        facts: Iterable[tuple[str, Mapping[str, Any]]],
        *,
        by: str = "",
        at: datetime | None = None,
    ) -> list[str]:
        """`at`: what is told afterwards happened then."""
        who = by or coach.escort
        return self._record("recordTripEvents", facts, who, at=at, trip_id=coach.id)

    def tell_of_worker(self, worker: str, kind: str, *, by: str = "", **data: Any) -> str:
        (event,) = self._record("recordWorkerEvents", [(kind, data)], by, worker_id=worker)
        return event

    def _record(
        self,
        operation: str,
        facts: Iterable[tuple[str, Mapping[str, Any]]],
        by: str,
        *,
        at: datetime | None = None,
        **where: str,
    ) -> list[str]:
        told = {
            "occurred_at": (at or self.now).isoformat(),
            "mode": "live" if at is None else "afterwards",
        }
        events = [
            {"id": self.new_id(), "kind": kind, "data": dict(data), **told} for kind, data in facts
        ]
        outcomes = self.act(operation, {"events": events}, by=by, **where)["outcomes"]
        assert [each["status"] for each in outcomes] == ["recorded"] * len(events), outcomes
        self.clock.advance(minutes=1 / 60)
        return [each["id"] for each in events]

    # --- what is seen ---------------------------------------------------------------------------
    def look(self, day: str) -> set[Needed]:
        """The needs of all trips that leave on the day: one call."""
        rows = self.act("listTrips", on=day, limit=200)["items"]
        return {
            Needed(row["number"], need.get("exception") or need["code"], need["count"])
            for row in rows
            for need in row["needs"]
        }

    def list_people(self, coach: Coach) -> dict[str, str]:
        """Passenger → status, also of those whom nobody planned."""
        items = self.act("listPassengers", trip_id=coach.id, limit=200)["items"]
        return {each["id"]: each["status"] for each in items}

"""A county in which something personal was said of everybody: the scene of the table of personal data.

One trip at its destination with all that can become of people, one locked list, one open one; imports of a
township and of an enterprise; somebody held, somebody withdrawn; what could not be read; an attachment.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from schemas.identity import get_birth_date
from schemas.permissions import Role
from schemas.roster.report import RULES_VERSION
from service.records import county_stream
from tests.factories import TOWNSHIP, Client, World
from tests.lists import add, make_carrier, make_driver, make_enterprise
from tests.pictures import make_pdf
from tests.privacy import canaries, notes
from tests.registry import enter_demands, enter_workers
from tests.service.rosters.conftest import Sender
from tests.service.trips.scenes import DESTINATION, Scene

OTHER_TOWNSHIP: Final = "211221101"
PASSWORD: Final = "autumn-harvest-42"
MIDDAY: Final = timedelta(hours=5)
"""After the departure: nobody has got off yet."""


class RichScene(Scene):
    """The scene's own enterprise, carrier, vehicle and driver, with all that may be known of them."""

    def make_enterprise(self, name: str) -> UUID:
        body = make_enterprise(
            self.world, name=name, division_code="320505", contacts=[dict(canaries.ENTERPRISE)]
        )
        return add(self.coordinator, "/v1/enterprises", body)

    def make_carrier(self) -> UUID:
        return add(
            self.coordinator, "/v1/carriers", make_carrier(self.world, phone=canaries.CARRIER_PHONE)
        )

    def make_driver(self) -> UUID:
        """Another one each time."""
        hired = self.coordinator.get("/v1/drivers").json()["items"]
        person, papers = canaries.DRIVERS[len(hired)], canaries.LICENCE if not hired else {}
        body = make_driver(self.world, self.carrier_id, **person._asdict(), **papers)
        return add(self.coordinator, "/v1/drivers", body)


@dataclass
class House:
    """`ids`: for each parameter of a path something that is there; more of them by names of their own.
    `insiders`: for each role an account that may see the scene; `outsiders`: accounts of others.
    """

    world: World
    scene: RichScene = field(init=False)
    ids: dict[str, str] = field(default_factory=dict)
    insiders: dict[Role, Client] = field(default_factory=dict)
    outsiders: dict[str, Client] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.admin = self.world.client(Role.ADMINISTRATOR)
        self.scene = RichScene(self.world)
        self.enterprise = self.scene.enterprise_id
        self.other_enterprise = add(
            self.scene.coordinator,
            "/v1/enterprises",
            make_enterprise(self.world, 2, name="合成别家厂", contacts=[]),
        )
        self.household = add(
            self.scene.coordinator,
            "/v1/enterprises",
            make_enterprise(
                self.world, 3, kind="household", credit_code=None, contacts=[], **canaries.HOUSEHOLD
            ),
        )
        self.clerk = self.world.client(Role.TOWNSHIP_CLERK, township=TOWNSHIP)
        self.receiver = self.world.client(Role.ENTERPRISE_RECEIVER, enterprise_id=self.enterprise)
        self._import_rosters()
        self._list_staff()
        self._open_trips()
        self._travel()
        self._arrive()
        self._say_of_workers()
        self._leave_unread()
        self._seat_accounts()
        self._note_ids()

    @property
    def now(self) -> datetime:
        return self.world.clock.now

    # --- before -----------------------------------------------------------------------------------
    def _import_rosters(self) -> None:
        """Two files and a staged third one; one person of the village stands in none of them."""
        people = canaries.WORKERS
        wrong = canaries.describe(people[12], phone=None, departure_date=None) | {
            "phone_text": canaries.WORKER["phone_text"],
            "departure_text": canaries.WORKER["departure_text"],
        }
        enter_workers(self.world, [canaries.describe(people[13])])
        sender = Sender(self.world, self.clerk)
        rows = [
            canaries.describe_fully(people[0]),
            *map(canaries.describe, people[1:12]),
            canaries.without_nulls(wrong),
        ]
        self.ids["import_id"] = sender.bring(rows)
        self.undone_import = sender.bring([canaries.describe(people[14])])
        self.staged_import, _ = sender.plan([canaries.describe(people[0], remark="改过的备注")])
        self.opened_import = self.scene.ok(sender.open(1))["id"]
        self.workers = [self._find(each.id_number) for each in people]
        self.others = enter_workers(
            self.world,
            [canaries.describe(each) for each in canaries.OTHERS],
            township=OTHER_TOWNSHIP,
        )
        enter_demands(self.world, self.others, township=OTHER_TOWNSHIP)

    def _find(self, id_number: str) -> UUID:
        found = self.scene.coordinator.post("/v1/workers/search", {"id_number": id_number})
        return UUID(self.scene.ok(found)["items"][0]["id"])

    def describe_staff(self, person: canaries.Person) -> dict[str, Any]:
        """A row of an enterprise's list."""
        return {
            "name": person.name,
            "id_number": person.id_number,
            "gender": "男",
            "birth_date": str(get_birth_date(person.id_number)),
            "phone": person.phone,
            "current_place": canaries.STAFF_PLACE,
            "departure_text": canaries.PLANNED,
            "phone_text": canaries.WORKER["phone_text"],
        }

    def open_staff_import(self, rows: int) -> dict[str, Any]:
        return {
            "id": str(self.world.new_id()),
            "key": f"{self.world.new_id().int:064x}",
            "feed": "enterprise",
            "enterprise_id": str(self.enterprise),
            "file_name": "滞留员工.xlsx",
            "sha256": "cd" * 32,
            "rules_version": RULES_VERSION,
            "as_of": date(2020, 3, 24).isoformat(),
            "sheets": ["滞留员工"],
            "accepted": rows,
        }

    def _list_staff(self) -> None:
        """Two whom nobody knows, one known under another name, one known. A second list is staged."""
        known = canaries.describe(canaries.WORKERS[11])
        people = [
            *map(self.describe_staff, canaries.STRANDED[:2]),
            {name: known[name] for name in ("name", "id_number", "gender", "birth_date")},
            self.describe_staff(canaries.WORKERS[10]) | {"name": canaries.STRANDED[2].name},
        ]
        self.staff_import = self.stage_staff(people)
        path = f"/v1/staff-imports/{self.staff_import}/apply"
        self.scene.ok(self.receiver.post(path, {"chunk": 0}))
        self.staged_staff = self.stage_staff(people[:1])
        opened = self.receiver.post("/v1/staff-imports", self.open_staff_import(1))
        self.opened_staff = self.scene.ok(opened)["id"]
        listed = self.scene.ok(self.scene.coordinator.get("/v1/stranded-people"))["items"]
        self.ids["stranded_id"] = next(
            each["id"] for each in listed if each["state"] == "unmatched"
        )

    def stage_staff(self, people: list[dict[str, Any]]) -> str:
        opened = self.scene.ok(
            self.receiver.post("/v1/staff-imports", self.open_staff_import(len(people)))
        )
        rows = [{"row": 2 + at, "record": each} for at, each in enumerate(people)]
        path = f"/v1/staff-imports/{opened['id']}/chunks/0"
        self.scene.ok(self.receiver.post(path, {"rows": rows}))
        return str(opened["id"])

    # --- trips ------------------------------------------------------------------------------------
    def describe_points(self) -> list[dict[str, Any]]:
        """One gate for each of the two enterprises."""
        return [
            {"id": str(self.world.new_id()), "name": name, "enterprise_id": str(enterprise)}
            for name, enterprise in (("甲厂门", self.enterprise), ("乙厂门", self.other_enterprise))
        ]

    def describe_gates(self) -> dict[str, Any]:
        """The points, and contacts with somebody at the second."""
        points = self.describe_points()
        second = {"point_id": points[1]["id"], **canaries.SECOND_RECEPTION}
        return {
            "handover_points": points,
            "contacts": {**canaries.CONTACTS, "receptions": [second]},
        }

    def _open_trips(self) -> None:
        """Workers 0 to 7 and two of the other township travel; two workers and one of the other township stand
        on the locked list, one on the open one."""
        carrier = str(self.scene.carrier_id)
        self.trip, self.locked, self.open = (
            self.scene.open_trip(hours=hours, carrier_id=carrier, **self.describe_gates())
            for hours in (0, 1, 15)
        )
        own, other = {"enterprise_id": self.enterprise}, {"enterprise_id": self.other_enterprise}
        place = self._place
        self.aboard = place(self.trip, self.workers[:8], **own)
        self.neighbour, self.changer = place(self.trip, self.others[::2], **other)
        self.waiting = place(self.locked, self.workers[8:10], **own)
        self.waiting += place(self.locked, self.others[1:2], **other)
        self.listed = place(self.open, self.workers[13:14], **own)
        for trip in (self.trip, self.locked):
            self._file(trip)
        self._cancel()

    def _cancel(self) -> None:
        """A batch without trips; another one is left open."""
        cancelled, self.empty_batch = self.scene.open_batch(), self.scene.open_batch()
        path, reason = f"/v1/batches/{cancelled}/cancel", canaries.BATCH["cancelled because"]
        self.scene.ok(self.scene.coordinator.post(path, {"reason": reason}))

    def _place(self, trip: UUID, workers: list[UUID], **more: UUID) -> list[UUID]:
        points = [each for each in self.scene.trip(trip)["points"] if each["kind"] == "handover"]
        gate = next(each for each in points if each["enterprise_id"] == str(more["enterprise_id"]))
        wanted = {name: str(each) for name, each in more.items()}
        return self.scene.assign(trip, workers, handover_point_id=gate["id"], **wanted)

    def _file(self, trip: UUID) -> None:
        tell, now = self.scene.tell, self.now.isoformat()
        tell(trip, "trip.filed", channel="letter", recipient_unit="苏州合成人社局")
        unit = {"unit": "苏州合成人社局", "channel": "telephone", "approved_at": now}
        tell(trip, "filing.acknowledged", **unit, **canaries.FILING)
        tell(trip, "manifest.locked")

    def _tell(self, kind: str, passenger: int | None = None, **data: Any) -> Any:
        """Of the trip, or of one of its people."""
        who = {} if passenger is None else {"passenger_id": self.aboard[passenger]}
        return self.scene.tell(self.trip, kind, mode="afterwards", **who, **data)

    def _travel(self) -> None:
        """0 is received, 1 falls ill, 2 gets off, 3 is lost, 4 refused, 5 not let aboard, 6 does not come, 7
        changes coaches, as does one of the other township, of whom the other one is still aboard."""
        told, tell, ride = canaries.TOLD, self._tell, self.world.clock.advance
        call = {"channel": "telephone", "outcome": "passed_on"}
        tell("passenger.notified", 0, **call, note=told["note of a notice"])
        for each in range(5):
            tell("passenger.checked_in", each, identity_shown="card", temperature=365)
            tell("passenger.boarded", each)
        tell("passenger.checked_in", 7, identity_shown="card", symptoms=told["symptoms"])
        tell("passenger.boarded", 7)
        self.scene.board(self.trip, [self.neighbour, self.changer])
        tell("passenger.denied", 5, reason=told["denial reason"])
        tell("passenger.no_show", 6)
        ride(hours=1)
        tell("trip.departed", aboard=6)
        self.departed = self.now
        ride(hours=4)
        tell("escort.replaced", **canaries.SECOND_ESCORT)
        tell("driver.replaced", driver_id=self.scene.make_driver())
        tell("trip.delayed", expected_at=self.now.isoformat(), reason=canaries.TRIP["delay"])
        found = {
            "unregistered": True,
            "name": canaries.STRANGER.name,
            "document": canaries.DOCUMENT,
        }
        self.stranger = self.world.new_id()
        tell(
            "passenger.found_aboard",
            passenger_id=self.stranger,
            phone=canaries.STRANGER.phone,
            id_number=canaries.STRANGER.id_number,
            **found,
        )
        tell("incident.reported", 0, description=canaries.TRIP["incident"])
        self._part()
        ride(hours=9)

    def _part(self) -> None:
        """On the way."""
        told, tell = canaries.TOLD, self._tell
        self.world.clock.advance(hours=2)
        tell("temperature_round.taken", measured=6, highest=386, all_normal=False)
        tell("passenger.noted", 1, what="fever", temperature=386, symptoms=told["symptoms"])
        unit = {
            "unit": told["medical unit"],
            "receiver": told["medical receiver"],
            "receiver_phone": told["medical receiver's phone"],
        }
        tell("passenger.left", 1, end="given_on", given_to="health_point", **unit)
        tell("passenger.left", 2, place=told["left at"], reason=told["left for"])
        lost = {"last_seen": told["last seen at"], "reported_to": told["missing reported to"]}
        tell("passenger.missing", 3, **lost)
        move = {"to_trip_id": self.locked, "reason": told["reason of a move"]}
        tell("passenger.moved", 7, **move)
        tell("passenger.moved", passenger_id=self.changer, **move)

    def _arrive(self) -> None:
        told, tell = canaries.TOLD, self._tell
        points = self.scene.points(self.trip)
        for point in points:
            tell("trip.arrived", point_id=point)
        holder = {"next_holder": "station", "next_holder_name": told["next holder"]}
        tell("passenger.refused", 4, reason=told["refusal reason"], **holder)
        tell("passenger.received", 0, temperature=366)
        wrong = tell("passenger.received", passenger_id=self.neighbour)
        tell("event.reversed", event_id=wrong["id"], reason=canaries.TRIP["reversal"])
        signature = {"point_id": points[0], "method": "telephone", **canaries.RECEIVER}
        tell("handover.signed", passenger_ids=[str(self.aboard[0])], **signature)
        approved = {"approved_at": self.now.isoformat(), **canaries.APPROVER}
        explained = {"code": "count-differs", "explanation": canaries.TRIP["explanation"]}
        event = self.scene.event("exception.explained", **explained, **approved)
        phoned = event | {"source": "telephone"}
        self.scene.record(self.trip, phoned, by=self.scene.escort_of(self.trip))
        self._attach()

    def _attach(self) -> None:
        self.ids["attachment_id"] = str(self.world.new_id())
        path = f"/v1/trips/{self.trip}/attachments/{self.ids['attachment_id']}"
        client = self.scene.coordinator
        headers = {"Authorization": f"Bearer {client.token}"}
        answer = client.http.post(path, content=self.scan, headers=headers)
        assert answer.status_code == 201, answer.text

    @property
    def scan(self) -> bytes:
        return make_pdf(canaries.TOLD["scan"].encode())

    # --- workers ------------------------------------------------------------------------------------
    def _say_of_workers(self) -> None:
        told, officer = canaries.TOLD, self.world.client(Role.HEALTH_OFFICER)
        hold = self.world.new_id()
        held = {"action": "held", "reason": told["hold reason"], "reason_class": "health"}
        held["may_release"] = told["who may release"]
        self._tell_of(0, "worker.travel_changed", officer, hold_id=hold, **held)
        approved = {"approved_at": self.now.isoformat(), **canaries.APPROVER}
        released = {
            "action": "released",
            "hold_id": hold,
            "reason": told["release reason"],
            **approved,
        }
        self._tell_of(0, "worker.travel_changed", self.scene.coordinator, **released)
        hold = self.world.new_id()
        self._tell_of(0, "worker.travel_changed", officer, hold_id=hold, **held)
        proof = self._tell_of(0, "worker.health_noted", self.clerk, content=notes.make_proof())
        for content in notes.list_contents(proof):
            self._tell_of(0, "worker.health_noted", self.clerk, content=content)
        gone = {"reason": "not_going", "note": told["withdrawal note"]}
        self._tell_of(11, "worker.withdrawn", self.clerk, **gone)

    def _tell_of(self, worker: int, kind: str, by: Client, **data: Any) -> UUID:
        source = {"source": "telephone"} if "approved_at" in data else {}
        body = {"events": [self.scene.event(kind, **data) | source]}
        answer = self.scene.ok(by.post(f"/v1/workers/{self.workers[worker]}/events", body))
        assert answer["outcomes"][0]["status"] == "recorded", answer
        return UUID(answer["outcomes"][0]["id"])

    def _leave_unread(self) -> None:
        """One at each of the two doors."""
        text = canaries.TOLD["unread event"]
        streams = (("trips", self.trip), ("workers", self.workers[0]))
        for kind, identifier in streams:
            path = f"/v1/{kind}/{identifier}"
            broken = self.scene.event("worker.teleported", note=text)
            self.scene.ok(self.scene.coordinator.post(f"{path}/events", {"events": [broken]}))
            (kept,) = self.scene.ok(self.scene.coordinator.get(f"{path}/unread-events"))["items"]
            self.ids[f"unread_id of {kind}"] = kept["id"]

    # --- who asks -----------------------------------------------------------------------------------
    def describe_account(self, person: canaries.Person, number: int, **more: Any) -> dict[str, Any]:
        return {
            "id": str(self.world.new_id()),
            "username": f"{canaries.USERNAME}{number}",
            "name": person.name,
            "phone": person.phone,
            "password": PASSWORD,
            **more,
        }

    def log_in(self, number: int) -> dict[str, Any]:
        return {"username": f"{canaries.USERNAME}{number}", "password": PASSWORD}

    def _seat_accounts(self) -> None:
        """The coordinator and an escort of this scene are accounts with names that are searched for."""
        desk, escort = (
            self.describe_account(canaries.ACCOUNTS[0], 0, role="county_coordinator"),
            self.describe_account(canaries.ACCOUNTS[1], 1, role="escort", trip_ids=[]),
        )
        for body in (desk, escort):
            add(self.admin, "/v1/accounts", body)
        self.escort_account = escort["id"]
        trips = [str(each) for each in (self.trip, self.locked, self.open)]
        path = f"/v1/accounts/{escort['id']}/trips"
        self.scene.ok(self.scene.coordinator.post(path, {"trip_ids": trips}))
        client = self.world.client
        self.insiders = {
            Role.ADMINISTRATOR: self.admin,
            Role.AUDITOR: client(Role.AUDITOR),
            Role.CARRIER: client(Role.CARRIER, carrier_id=self.scene.carrier_id),
            Role.COUNTY_COORDINATOR: self._enter(0),
            Role.DESTINATION_OFFICER: client(
                Role.DESTINATION_OFFICER, division_prefix=DESTINATION[:4]
            ),
            Role.ENTERPRISE_RECEIVER: self.receiver,
            Role.ESCORT: self._enter(1),
            Role.HEALTH_OFFICER: client(Role.HEALTH_OFFICER),
            Role.TOWNSHIP_CLERK: self.clerk,
        }
        self.outsiders = self._find_outsiders()
        self._look()
        self._ask_contacts()

    def _look(self) -> None:
        """The coordinator reads a work list, and opens one person for a reason."""
        desk = self.insiders[Role.COUNTY_COORDINATOR]
        self.ids["account_id"] = str(desk.actor.account_id)
        self.scene.ok(desk.get(f"/v1/trips/{self.trip}/manifest"))
        reveal = {"fields": ["phone"], "reason": canaries.STATED}
        self.scene.ok(desk.post(f"/v1/workers/{self.workers[0]}/reveal", reveal))

    def _ask_contacts(self) -> None:
        """The health office has a list of who rode with the first worker."""
        officer = self.insiders[Role.HEALTH_OFFICER]
        case = {"purpose": "epidemiological", "reason": "合成流调", "case_reference": "合成-1"}
        body = {**case, "worker_id": str(self.workers[0])}
        made = self.scene.ok(officer.post("/v1/contacts/lists", body))
        self.ids["list_id"], self.contact_lines = made["id"], [each["id"] for each in made["lines"]]

    def _enter(self, number: int) -> Client:
        answer = self.scene.ok(self.world.http.post("/v1/login", json=self.log_in(number)))
        token = answer["token"]
        return Client(self.world.authenticate(token), token, self.world.http)

    def _find_outsiders(self) -> dict[str, Client]:
        """Accounts of this county that are narrowed to something else, and accounts of another county."""
        client = self.world.client
        narrowed = {
            Role.CARRIER: client(Role.CARRIER),
            Role.DESTINATION_OFFICER: client(Role.DESTINATION_OFFICER, division_prefix="4403"),
            Role.ENTERPRISE_RECEIVER: client(Role.ENTERPRISE_RECEIVER),
            Role.ESCORT: client(Role.ESCORT, trip_ids=[]),
            Role.HEALTH_OFFICER: client(Role.HEALTH_OFFICER, trip_ids=[]),
            Role.TOWNSHIP_CLERK: client(Role.TOWNSHIP_CLERK, township="211221106"),
        }
        elsewhere = {
            role: client(role, county_code="210105")
            for role in (
                Role.ADMINISTRATOR,
                Role.AUDITOR,
                Role.COUNTY_COORDINATOR,
                Role.HEALTH_OFFICER,
            )
        }
        return {f"another {role}": each for role, each in narrowed.items()} | {
            f"{role} of another county": each for role, each in elsewhere.items()
        }

    def _note_ids(self) -> None:
        desk = self.scene.coordinator
        desk.post("/v1/risk-areas", {"areas": [canaries.AREA]})
        self.worker_version = desk.get(f"/v1/workers/{self.workers[0]}").json()["version"]
        batch = desk.get(f"/v1/batches/{self.scene.batch_id}").json()
        self.batch_version = batch["version"]
        self.open_version = self.scene.trip(self.open)["version"]
        self.county_stream = county_stream(self.world.settings.county_code).id
        self.ids |= {
            "trip_id": str(self.trip),
            "worker_id": str(self.workers[0]),
            "batch_id": str(self.scene.batch_id),
            "carrier_id": str(self.scene.carrier_id),
            "enterprise_id": str(self.enterprise),
            "vehicle_id": str(self.scene.vehicle_id),
            "driver_id": str(self.scene.driver_id),
            "code": TOWNSHIP,
            "version": "ordinary-1",
            "chunk": "0",
        }

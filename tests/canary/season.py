"""A season of an epidemic, told by all who take part: whatever is said of somebody's health, and why somebody
was held, refused or let pass, is a word of its own that stands nowhere else. All answers are kept.
"""

import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, NamedTuple
from uuid import UUID

from httpx2 import Response

from schemas.permissions import Role
from service.days import local_date
from tests.factories import Client
from tests.journeys.seasons import Season
from tests.service.trips.scenes import DESTINATION, Ride

MARK, CODE_MARK = "鼗黼", "QZXJ"
"""With one of them each planted word begins."""
_PLANTED: Final = re.compile(rf"(?:{MARK}|{CODE_MARK})\d{{4}}")
_IDS: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
PURPOSE: Final = "合成：送接收单位"


def list_planted(text: str) -> set[str]:
    return set(_PLANTED.findall(text))


class Kept(NamedTuple):
    """One answer, as whose, with ids left out of its path."""

    role: Role | None
    operation: str
    status: int
    text: str


@dataclass
class Outbreak:
    """`words`: what was planted → of what it is. `refused`: words of requests that were not taken."""

    season: Season
    draw: random.Random
    thorough: bool = False
    """Everybody reads all that there is, at the door too; else of people one."""
    words: dict[str, str] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)
    answers: list[Kept] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)
    """What the command line printed."""
    rides: dict[UUID, tuple[str, date]] = field(default_factory=dict)
    """Of each trip the plate and the day of the departure."""
    asked: dict[UUID, UUID] = field(default_factory=dict)
    """Of each trip the worker who is asked about, and rode with somebody ill."""
    found: list[UUID] = field(default_factory=list)
    """Workers found aboard."""

    def __post_init__(self) -> None:
        self.scene, self.world, self.clock = (
            self.season.scene,
            self.season.world,
            self.season.world.clock,
        )
        self._roles: dict[str, Role] = {}
        self.world.http.event_hooks["response"].append(self._keep)
        self.officer = self.world.client(Role.HEALTH_OFFICER)
        self.season.load_policy()

    def _keep(self, response: Response) -> None:
        response.read()
        token = response.request.headers.get("Authorization", "").removeprefix("Bearer ")
        if token and token not in self._roles:
            self._roles[token] = self.world.authenticate(token).role
        path = _IDS.sub("{id}", response.request.url.path)
        accident = b'"accident"' in response.request.content
        operation = f"{response.request.method} {path}{' of an accident' if accident else ''}"
        told = f"{response.text}{dict(response.headers)}"
        self.answers.append(Kept(self._roles.get(token), operation, response.status_code, told))

    # --- words ------------------------------------------------------------------------------------
    def plant(self, what: str, mark: str = MARK) -> str:
        word = f"{mark}{len(self.words):04d}"
        self.words[word] = what
        return word

    def _plant_all(self, what: str, *names: str) -> dict[str, str]:
        return {name: self.plant(f"{what}: {name}") for name in names}

    # --- what is noted ----------------------------------------------------------------------------
    def declare(self, *, yes: bool = False) -> dict[str, Any]:
        told = self.season.make_declaration()
        told["answers"] |= {"met_case": yes}
        return told | self._plant_all("declared", "asked_by", "note")

    def measure(self, tenths: int = 365) -> dict[str, Any]:
        readings = [
            {"code": "body_temperature", "value": tenths, "site": "armpit"},
            {"code": "oxygen", "value": 97},
        ]
        names = ("place", "measured_by", "device", "note")
        return {"what": "measured", "readings": readings, **self._plant_all("measured", *names)}

    def show_paper(self, **more: Any) -> dict[str, Any]:
        paper = self.season.make_proof(self.season.case.rules.any_proof_of[-1])
        today = {"issued_on": self.clock.now.date().isoformat()}
        return paper | today | self._plant_all("proof", "number", "issuer", "note") | more

    def screen(self, *, against: bool = False) -> dict[str, Any]:
        code = self.plant("screening: result_code", CODE_MARK) if against else "clear"
        told = self._plant_all("screening", "system", "operator", "note")
        return {"what": "screening", "result_code": code, **told}

    def follow_up(self, day: int) -> dict[str, Any]:
        told = {"what": "follow_up", "day": day, "reached": True, "status": "hospital"}
        return told | self._plant_all("follow-up", "called_by", "note")

    def hold(self, worker: UUID) -> UUID:
        hold_id = self.world.new_id()
        told = self._plant_all("hold", "reason", "may_release")
        self._say_of(worker, action="held", hold_id=hold_id, reason_class="health", **told)
        return hold_id

    def release(self, worker: UUID, hold_id: UUID) -> None:
        told = {"action": "released", "hold_id": hold_id, "reason": self.plant("release: reason")}
        self._say_of(worker, **told)

    def _say_of(self, worker: UUID, **data: Any) -> None:
        event = self.scene.event("worker.travel_changed", **data)
        answer = self.scene.ok(
            self.officer.post(f"/v1/workers/{worker}/events", {"events": [event]})
        )
        assert answer["outcomes"][0]["status"] == "recorded", answer

    def _make_person(self) -> UUID:
        """With what their roster says of their health."""
        told = {"health": self.plant("roster: health"), "remark": self.plant("roster: remark")}
        (worker,) = self.scene.make_workers(1, township=self.season.township, **told)
        return worker

    # --- one coach --------------------------------------------------------------------------------
    def travel(self) -> Ride:
        """Seven people, each of whom something befalls, by lot."""
        season, scene = self.season, self.scene
        people = [self._make_person() for _ in DEEDS]
        for each in people:
            notes = (self.declare(), self.measure(), self.show_paper(), self.screen())
            season.note_all([(each, content) for content in notes])
        plate = f"辽M{20_000 + len(self.rides)}"
        coach = season.make_minibus(plate)
        trip = season.open_trip(vehicle_id=str(coach))
        ride = Ride(trip, scene.assign(trip, people), people)
        befallen = self.draw.sample(list(DEEDS), len(DEEDS))
        season.file(trip)
        season.acknowledge(trip)
        self._go_through(ride, befallen, "before")
        scene.tell(trip, "manifest.locked")
        scene.tell(trip, "vehicle.disinfected", area="whole")
        scene.tell(trip, "trip.boarding_opened")
        self._go_through(ride, befallen, "door")
        self._read_all(ride, people=len(people) if self.thorough else 0, at_door=True)
        self.clock.advance(hours=1)
        scene.tell(trip, "trip.departed")
        self.rides[trip] = (plate, local_date(self.clock.now))
        self.clock.advance(hours=3)
        scene.tell(trip, "temperature_round.taken", measured=6, highest=387, all_normal=False)
        self._go_through(ride, befallen, "road")
        self._find_aboard(trip)
        self.clock.advance(hours=11)
        scene.tell(trip, "trip.arrived")
        self._go_through(ride, befallen, "gate")
        self.clock.advance(days=1)
        season.note_all([(each, self.follow_up(1)) for each in people])
        self._read_all(ride, people=len(people) if self.thorough else 1)
        self._open_all(ride)
        return ride

    def _go_through(self, ride: Ride, befallen: list[str], where: str) -> None:
        """What befalls each there; whom nothing befalls boards, and is received."""
        usual: Mapping[str, Callable[[Outbreak, Person], None]] = {
            "door": Outbreak.board,
            "gate": Outbreak.receive,
        }
        for number, deed in enumerate(befallen):
            person = Person(ride, ride.passengers[number], ride.workers[number])
            act = DEEDS[deed].get(where, usual.get(where))
            if act is not None:
                self.clock.advance(minutes=1)
                act(self, person)

    def tell(self, person: "Person", kind: str, **data: Any) -> Any:
        return self.scene.tell(person.ride.trip, kind, passenger_id=person.passenger, **data)

    def refuse(self, trip: UUID, kind: str, **data: Any) -> str:
        return self.scene.refused(trip, kind, **data)

    def board(self, person: "Person") -> None:
        self.tell(person, "passenger.checked_in", identity_shown="card", temperature=366)
        self.tell(person, "passenger.boarded", temperature=366)

    def receive(self, person: "Person") -> None:
        self.tell(person, "passenger.received", temperature=367)

    def _find_aboard(self, trip: UUID) -> None:
        """Somebody of whom nothing was noted: against the clearance."""
        who = {"passenger_id": self.world.new_id(), "worker_id": self._make_person()}
        note = {"note": self.plant("found aboard: note")}
        found = self.scene.tell(trip, "passenger.found_aboard", **who, **note)
        assert "boarded-against-clearance" in found["exceptions"]
        self.found.append(who["worker_id"])

    # --- what befalls people ----------------------------------------------------------------------
    def fall_ill(self, person: "Person") -> None:
        words = self._plant_all("fever", "symptoms", "remark")
        self.tell(person, "passenger.noted", what="fever", temperature=387, **words)
        taken = self._plant_all("given on", "unit", "receiver", "receiver_phone", "note")
        given = {"end": "given_on", "given_to": "health_point"}
        self.tell(person, "passenger.left", **given, **taken)

    def be_hurt(self, person: "Person") -> None:
        remark = self.plant("injury: remark")
        self.tell(person, "passenger.noted", what="injury", remark=remark)

    def be_too_warm(self, person: "Person") -> None:
        self.asked[person.ride.trip] = person.worker
        symptoms = self.plant("check-in: symptoms")
        shown = {"identity_shown": "card", "masked": True, "symptoms": symptoms}
        self.tell(person, "passenger.checked_in", temperature=374, **shown)
        warm = {"passenger_id": person.passenger, "temperature": 378}
        assert self.refuse(person.ride.trip, "passenger.boarded", **warm) == "temperature-high"
        self.clock.advance(minutes=10)
        self.season.note(person.worker, self.measure(369))
        self.tell(person, "passenger.boarded", temperature=369)

    def be_held(self, person: "Person") -> None:
        hold_id = self.hold(person.worker)
        who = {"passenger_id": person.passenger}
        assert self.refuse(person.ride.trip, "passenger.boarded", **who) == "health-hold"
        self.release(person.worker, hold_id)
        self.board(person)

    def say_yes(self, person: "Person") -> None:
        """Who is let pass by the health officer, before the list is locked."""
        self.season.note(person.worker, self.declare(yes=True))
        assert self.refuse(person.ride.trip, "manifest.locked") == "exposure-declared"
        reason = self.plant("exemption: reason")
        self.tell(person, "passenger.exempted", by=self.officer, reason=reason)

    def be_screened(self, person: "Person") -> None:
        """Who is let pass by a call of the health office, which confirms it."""
        self.season.note(person.worker, self.screen(against=True))
        call = {"person": "璩科长", "post": "科长", "approved_at": self.clock.now.isoformat()}
        reason = self.plant("exemption by telephone: reason")
        told = {"passenger_id": person.passenger, "reason": reason, **call}
        event = self.scene.event("passenger.exempted", **told) | {"source": "telephone"}
        trip = person.ride.trip
        (phoned,) = self.scene.record(trip, event, by=self.scene.escort_of(trip))
        self.scene.tell(trip, "approval.confirmed", by=self.officer, approval_id=phoned["id"])

    def lose_paper(self, person: "Person") -> None:
        note_id = self.season.note(person.worker, self.show_paper())
        note = {"note": self.plant("proof invalidated: note")}
        gone = {"what": "proof_invalidated", "proof_id": str(note_id), **note}
        self.season.note(person.worker, gone)

    def be_denied(self, person: "Person") -> None:
        self.tell(person, "passenger.denied", reason=self.plant("denied: reason"))

    def be_refused(self, person: "Person") -> None:
        reason = self.plant("refused at the gate: reason")
        self.tell(person, "passenger.refused", reason=reason, next_holder="destination_bureau")

    def ride_on(self, person: "Person") -> None:
        """Nothing."""

    # --- who reads --------------------------------------------------------------------------------
    def _read_all(self, ride: Ride, *, people: int, at_door: bool = False) -> None:
        """Everybody asks for everything: trips, lists, papers, traces; and of so many people."""
        scene = self.scene
        readers = [
            scene.escort_of(ride.trip),
            self.world.client(Role.TOWNSHIP_CLERK, township=self.season.township),
        ]
        if self.thorough or not at_door:
            readers += [
                scene.coordinator,
                self.officer,
                self.world.client(Role.ENTERPRISE_RECEIVER, enterprise_id=scene.enterprise_id),
                self.world.client(Role.DESTINATION_OFFICER, division_prefix=DESTINATION),
                self.world.client(Role.CARRIER, carrier_id=scene.carrier_id),
                self.world.client(Role.AUDITOR),
            ]
        for reader in readers:
            for path in self._list_paths(ride, people):
                reader.get(path)
            reader.post(f"/v1/trips/{ride.trip}/trace", {"reason": PURPOSE})

    def _list_paths(self, ride: Ride, people: int) -> list[str]:
        trip, at = f"/v1/trips/{ride.trip}", f"{self.clock.now:%Y-%m-%dT%H:%M:%SZ}"
        parts = ("", "/passengers", "/manifest", "/handover", "/gate", "/insured", "/plan-check")
        lists = ("trips", "journeys", "health-missing", "health-follow-ups", "workers", "contacts")
        of_people = ("", "/clearance", "/health-records", "/trace", "/where", "/gaps")
        workers = ride.workers[:people]
        return [
            *(f"{trip}{each}" for each in (*parts, "/trace", "/unread-events", "/attachments")),
            f"{trip}/aboard?at={at}",
            *(f"/v1/{each}" for each in lists),
            f"/v1/ledger/streams/trip/{ride.trip}",
            *(f"/v1/ledger/streams/worker/{each}" for each in workers),
            *(f"/v1/workers/{worker}{each}" for worker in workers for each in of_people),
        ]

    def _open_all(self, ride: Ride) -> None:
        """The health officer reads what was noted and said of each."""
        roster = {"fields": ["health", "remark"], "reason": PURPOSE}
        for worker in (*ride.workers, self.found[-1]):
            of_worker = f"/v1/workers/{worker}"
            self.scene.ok(self.officer.post(f"{of_worker}/reveal", roster))
            self.scene.ok(self.officer.get(f"{of_worker}/health-records", limit=200))
            self.scene.ok(self.officer.post(f"{of_worker}/trace", {"reason": PURPOSE}))

    def investigate(self, ride: Ride) -> None:
        """The health officer asks who rode with somebody; the other county answers. An accident, too."""
        case = {"reason": "合成流调", "case_reference": "合成-1"}
        asked = {**case, "purpose": "epidemiological", "worker_id": str(self.asked[ride.trip])}
        self.scene.ok(self.officer.post("/v1/contacts", asked))
        listed = self.scene.ok(self.officer.post("/v1/contacts/lists", asked))
        answer = {
            "id": str(self.world.new_id()),
            "line_ids": [each["id"] for each in listed["lines"]],
            "status": "taken_over",
            "answered_at": self.clock.now.isoformat(),
            "note": self.plant("another county's answer: note"),
        }
        path = f"/v1/contacts/lists/{listed['id']}"
        self.scene.ok(self.officer.post(f"{path}/answers", answer))
        self.scene.ok(self.officer.get(path))
        accident = {**asked, "purpose": "accident"}
        self.scene.ok(self.scene.coordinator.post("/v1/contacts/lists", accident))

    # --- papers, by the command line --------------------------------------------------------------
    def write_papers(self, ride: Ride) -> None:
        """Into the folder of the desk."""
        trip, number = str(ride.trip), len(self.shown)
        stated = ("--purpose", PURPOSE)
        plate, day = self.rides[ride.trip]
        on = ("--date", day.isoformat())
        case = ("--purpose", "流调：合成", "--case", "合成-1")
        commands: list[tuple[Client, tuple[str, ...]]] = [
            (
                self.scene.coordinator,
                ("trip", "manifest", trip, "-o", f"名册-{number}.xlsx", *stated),
            ),
            (
                self.scene.coordinator,
                ("trip", "handover", trip, "-o", f"交接-{number}.xlsx", *stated),
            ),
            (
                self.scene.coordinator,
                ("trip", "insured", trip, "-o", f"保险-{number}.xlsx", *stated),
            ),
            (self.officer, ("contacts", plate, *on, *case, "--out", f"名单-{number}.xlsx")),
        ]
        for client, command in commands:
            self.season.desk.sit_down(client)
            done = self.season.desk.run(*command)
            assert done.code == 0, done
            self.shown.append(done.out + done.err)
        self.season.desk.sit_down(self.scene.coordinator)
        for command in (("show", trip), ("check", trip), ("passengers", trip), ("today",)):
            done = self.season.desk.run("trip", *command)
            self.shown.append(done.out + done.err)

    # --- what is not taken ------------------------------------------------------------------------
    def err(self, ride: Ride) -> None:
        """Requests with planted words that are refused, each for another reason."""
        before = set(self.words)
        worker, trip = str(ride.workers[0]), f"/v1/trips/{ride.trip}"
        about = {"occurred_at": self.clock.now.isoformat(), "worker_id": worker}
        contents: list[Any] = [
            {"what": self.plant("unknown note")},
            self.declare() | {"version": 9},
            self.declare() | {"answers": {self.plant("unknown question", CODE_MARK): True}},
            self.measure(37),
            self.show_paper(issued_on="2999-01-01"),
            self.show_paper(kind=self.plant("unknown paper")),
            self.screen() | {"result_code": self.plant("no code")},
            self.follow_up(1) | {"reached": False},
            {"what": "proof_invalidated", "proof_id": str(self.world.new_id())}
            | {"note": self.plant("no such proof: note")},
            self.plant("no note"),
        ]
        for content in contents:
            note = {"id": str(self.world.new_id()), **about, "content": content}
            for sent in (note, note | {"worker_id": self.plant("no worker")}):
                answer = self.officer.post("/v1/health-records", {"records": [sent]})
                assert "recorded" not in answer.text, (content, answer.text)
        who = {"passenger_id": ride.passengers[0]}
        kinds = {
            "passenger.noted": {**who, "what": "injury", "symptoms": self.plant("no remark")},
            "passenger.denied": {**who, "reason": self.plant("too late: reason")},
            "passenger.checked_in": {**who, "identity_shown": self.plant("no identity")},
            "passenger.exempted": {**who, "reason": self.plant("nothing held: reason")},
            "worker.travel_changed": {"reason": self.plant("not of a trip: reason")},
        }
        for kind, data in kinds.items():
            answer = self.scene.coordinator.post(
                f"{trip}/events", {"events": [self.scene.event(kind, **data)]}
            )
            assert '"recorded"' not in answer.text, (kind, answer.text)
        hold = {
            "action": "held",
            "hold_id": self.plant("no hold"),
            "reason": self.plant("no class"),
        }
        event = self.scene.event("worker.travel_changed", **hold)
        self.officer.post(f"/v1/workers/{worker}/events", {"events": [event]})
        self.officer.get(f"/v1/workers/{self.plant('no worker in a path')}/health-records")
        self.refused |= set(self.words) - before


class Person(NamedTuple):
    ride: Ride
    passenger: UUID
    worker: UUID


_Act = Callable[[Outbreak, Person], None]
DEEDS: Final[Mapping[str, Mapping[str, _Act]]] = {
    "falls ill": {"road": Outbreak.fall_ill, "gate": Outbreak.ride_on},
    "is hurt": {"road": Outbreak.be_hurt, "gate": Outbreak.be_refused},
    "is too warm": {"door": Outbreak.be_too_warm},
    "is held": {"door": Outbreak.be_held},
    "says yes": {"before": Outbreak.say_yes},
    "is screened": {"before": Outbreak.be_screened},
    "is denied": {
        "before": Outbreak.lose_paper,
        "door": Outbreak.be_denied,
        "gate": Outbreak.ride_on,
    },
}
"""What befalls one of the people, and where."""

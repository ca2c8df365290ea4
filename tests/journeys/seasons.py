"""A county in the season of one policy: its clock stands on a day of the policy, people have what it asks for,
and whoever does it says it over the API or at the desk.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from schemas.events.payloads_passengers import PersonRole
from schemas.permissions import Role
from schemas.policies import CountsFrom, PolicyIn, ProofKind, TemperatureSite
from schemas.questions import QUESTION_SETS
from service.days import CHINA
from service.policies import files
from tests.cli.client_commands import Desk, Shown
from tests.factories import Client, World
from tests.service.manage.conftest import Program
from tests.service.trips.scenes import DESTINATION, Ride, Scene

SEATS: Final = 12
"""Six rows of two, the last two of four seats: half full is seven of fourteen licensed places."""
_OTHER_COUNTIES: Final = {"51": "510823"}
_HOME: Final = "211221"


@dataclass(frozen=True, slots=True)
class Case:
    """A shipped policy (None: the ordinary year), a county where it holds and a day of it."""

    policy: PolicyIn | None
    county: str
    day: date

    @property
    def name(self) -> str:
        return self.policy.version if self.policy else "ordinary-1"

    @property
    def rules(self) -> PolicyIn:
        """An ordinary year's are those of a policy that says nothing."""
        return self.policy or PolicyIn(version="ordinary-1", title="常规年份")

    @property
    def morning(self) -> datetime:
        return datetime(self.day.year, self.day.month, self.day.day, 8, tzinfo=CHINA)


def list_cases() -> list[Case]:
    ordinary = Case(None, _HOME, date(2019, 3, 20))
    return [ordinary, *map(make_case, files.list_shipped())]


def make_case(policy: PolicyIn) -> Case:
    """On the second day of the policy, so that papers may be a day old."""
    begins = policy.valid_from
    assert begins is not None
    county = _OTHER_COUNTIES.get(policy.region[:2], _HOME)
    return Case(policy, county, begins + timedelta(days=1))


@dataclass
class Season:
    """`program` is fangang-server in the case's county."""

    case: Case
    world: World
    desk: Desk
    program: Program
    scene: Scene = field(init=False)

    def __post_init__(self) -> None:
        self.world.clock.now = self.case.morning
        self.scene = Scene(self.world)
        self.desk.sit_down(self.scene.coordinator)
        self.township = f"{self.case.county}105"

    # --- what the county has ------------------------------------------------------------------
    def load(self, source: str) -> None:
        """`fangang-server policy load`."""
        done = self.program("policy", "load", source)
        assert (done.code, done.err) == (0, "")

    def load_policy(self) -> None:
        if self.case.policy is not None:
            self.load(self.case.policy.version)

    def load_level(self, level: str) -> None:
        """Of the destination, by the policy's scheme; a file of its own as the operator has it."""
        assert self.case.rules.risk_scheme is not None
        path = self.desk.folder / f"风险等级-{level}.toml"
        lines = [
            "[[areas]]",
            f'area_code = "{DESTINATION}"',
            f'level = "{level}"',
            f'scheme = "{self.case.rules.risk_scheme}"',
            f"valid_from = {self.case.day - timedelta(days=1)}",
        ]
        path.write_text("\n".join(lines), encoding="utf-8")
        self.load(str(path))

    def make_people(self, count: int) -> list[UUID]:
        return self.scene.make_workers(count, township=self.township, role=PersonRole.WORKER)

    def make_minibus(self, plate: str = "辽M00014") -> UUID:
        identifier = self.world.new_id()
        body = {
            "id": str(identifier),
            "carrier_id": str(self.scene.carrier_id),
            "plate": plate,
            "kind": "coach",
            "air_sealed": True,
            "licensed_places": SEATS + 2,
            "crew_seats": 2,
            "seats": [
                {"row": row, "column": column, "label": f"{row}{'AB'[column - 1]}"}
                for row in range(1, SEATS // 2 + 1)
                for column in (1, 2)
            ],
        }
        self.scene.ok(self.scene.coordinator.post("/v1/vehicles", body), 201)
        return identifier

    def open_trip(self, **changes: Any) -> UUID:
        """To the gate of the factory, with the small coach."""
        gate = {
            "id": str(self.world.new_id()),
            "name": "合成电子一厂门口",
            "enterprise_id": str(self.scene.enterprise_id),
        }
        plan = {"handover_points": [gate], **changes}
        if "vehicle_id" not in plan:
            plan["vehicle_id"] = str(self.make_minibus())
        return self.scene.open_trip(**plan)

    # --- what is noted of people --------------------------------------------------------------
    def note(self, worker: UUID, content: dict[str, Any]) -> UUID:
        (identifier,) = self.note_all([(worker, content)])
        return identifier

    def note_all(self, told: list[tuple[UUID, dict[str, Any]]]) -> list[UUID]:
        """In one request; each must be recorded."""
        ids = [self.world.new_id() for _ in told]
        records = [
            {
                "id": str(identifier),
                "worker_id": str(worker),
                "occurred_at": self.scene.now.isoformat(),
                "content": content,
            }
            for identifier, (worker, content) in zip(ids, told, strict=True)
        ]
        answer = self.scene.coordinator.post("/v1/health-records", {"records": records})
        outcomes = self.scene.ok(answer)["outcomes"]
        assert {each["status"] for each in outcomes} == {"recorded"}, outcomes
        return ids

    def make_declaration(self) -> dict[str, Any]:
        """No to every question of the policy's set."""
        name = self.case.rules.question_set
        known = next(each for each in QUESTION_SETS if each.code == name)
        return {
            "what": "declared",
            "question_set": known.code,
            "version": known.version,
            "answers": {each.code: False for each in known.questions},
            "asked_by": "合成村医",
            "signed": "paper",
        }

    def make_proof(self, kind: ProofKind, *, region: str | None = None) -> dict[str, Any]:
        """Dated today; of a sampling, twelve hours ago."""
        result = {ProofKind.HEALTH_CODE: "green", ProofKind.NUCLEIC_TEST: "negative"}.get(kind)
        paper = {"what": "proof", "kind": str(kind), "result": result}
        paper["issuing_region"] = region or self.case.county
        validity = {each.kind: each.counts_from for each in self.case.rules.proof_validity}
        if validity.get(kind) is CountsFrom.SAMPLING:
            return paper | {"sampled_at": (self.scene.now - timedelta(hours=12)).isoformat()}
        return paper | {"issued_on": self.case.day.isoformat()}

    def give_everything(self, *workers: UUID, leave_out: str = "") -> None:
        """What the policy asks of people; kinds of papers in turn."""
        rules = self.case.rules
        told: list[tuple[UUID, dict[str, Any]]] = []
        for place, worker in enumerate(workers):
            if rules.question_set and leave_out != "declaration":
                told.append((worker, self.make_declaration()))
            if rules.any_proof_of and leave_out != "proof":
                kind = rules.any_proof_of[place % len(rules.any_proof_of)]
                told.append((worker, self.make_proof(kind)))
            if rules.temperature_limit_tenths is not None:
                told.append((worker, measured(365)))
        if told:
            self.note_all(told)

    # --- what is said of a trip ---------------------------------------------------------------
    def say(self, trip: UUID, kind: str, *data: str, by: Client | None = None) -> Shown:
        """`fangang trip event`, now by the standing clock; must be recorded."""
        shown = self._run_event(trip, kind, data, by)
        assert shown.code == 0, shown.err + shown.out
        return shown

    def refused(self, trip: UUID, kind: str, code: str, *data: str) -> Shown:
        """The same, and refused for this reason."""
        shown = self._run_event(trip, kind, data, None)
        assert shown.code == 1, shown.err + shown.out
        assert shown.err.endswith(f"[{code}]\n"), shown.err
        return shown

    def _run_event(self, trip: UUID, kind: str, data: Sequence[str], by: Client | None) -> Shown:
        """`data`: name=value; from an option on, whatever else the command takes."""
        options = next((n for n, each in enumerate(data) if each.startswith("--")), len(data))
        told = [part for each in data[:options] for part in ("--data", each)]
        self.desk.sit_down(by or self.scene.coordinator)
        at = f"{self.scene.now:%Y-%m-%dT%H:%M}"
        command = ("trip", "event", str(trip), kind, "--at", at)
        return self.desk.run(*command, *told, *data[options:])

    def file(self, trip: UUID) -> None:
        self.scene.tell(trip, "trip.filed", channel="letter", recipient_unit="苏州市人社局")

    def acknowledge(self, trip: UUID) -> None:
        """The destination says yes itself."""
        officer = self.world.client(Role.DESTINATION_OFFICER, division_prefix=DESTINATION)
        told = {"channel": "letter", "person": "钱科长", "unit": "苏州市人社局"}
        self.scene.tell(trip, "filing.acknowledged", by=officer, **told)

    def gate(self, trip: UUID, **params: Any) -> Any:
        return self.scene.ok(self.scene.coordinator.get(f"/v1/trips/{trip}/gate", **params))

    def check(self, trip: UUID, *more: str) -> Shown:
        """`fangang trip check`, by the coordinator."""
        self.desk.sit_down(self.scene.coordinator)
        return self.desk.run("trip", "check", str(trip), *more)

    def needs(self, trip: UUID) -> set[str]:
        return {each["code"] for each in self.scene.trip(trip)["needs"]}

    def ride_on(self, ride: Ride, *, temperature: int | None = 365) -> None:
        """Everybody is called and aboard, an hour later on the road."""
        escort = self.scene.escort_of(ride.trip)
        shown: dict[str, Any] = {"identity_shown": "card"}
        if temperature is not None:
            shown |= {"temperature": temperature, "masked": True}
        events = []
        for each in ride.passengers:
            events.append(self.scene.event("passenger.checked_in", passenger_id=each, **shown))
            events.append(self.scene.event("passenger.boarded", passenger_id=each))
        self.scene.record(ride.trip, *events, by=escort)
        self.world.clock.advance(hours=1)
        self.scene.tell(ride.trip, "trip.departed", by=escort, aboard=len(ride.passengers))

    def hand_over(self, ride: Ride) -> None:
        """The factory receives and signs for everybody."""
        factory = self.world.client(
            Role.ENTERPRISE_RECEIVER, enterprise_id=self.scene.enterprise_id
        )
        received = [
            self.scene.event("passenger.received", passenger_id=each) for each in ride.passengers
        ]
        signature = self.scene.event(
            "handover.signed",
            point_id=self.scene.points(ride.trip)[0],
            method="own_account",
            receiver="张经理",
            passenger_ids=[str(each) for each in ride.passengers],
        )
        self.scene.record(ride.trip, *received, signature, by=factory)

    def assert_sound(self) -> None:
        """Chains fit, and what is stored is what the events say."""
        for command in (("verify",), ("rebuild", "--check")):
            done = self.program(*command)
            assert (done.code, done.err) == (0, ""), done


def measured(tenths: int, site: TemperatureSite = TemperatureSite.FOREHEAD) -> dict[str, Any]:
    reading = {"code": "body_temperature", "value": tenths, "site": str(site)}
    return {"what": "measured", "readings": [reading]}


def codes(shown: Any) -> list[str]:
    """Of the trip, or of one line of it."""
    return [each["code"] for each in shown["reasons"]]

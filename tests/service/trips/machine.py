"""Plays a history of the two trips over the API, and looks after each request and at its end at what must hold
whatever was told (tests/service/trips/test_machine.py).
"""

import json
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, NamedTuple
from uuid import UUID

from hypothesis import strategies
from sqlalchemy import func, select

from schemas.events.kinds import EventKind, Nature
from schemas.events.specs import EVENT_SPECS
from service.demand.queries import DEMAND
from service.ledger.queries import EVENT
from service.manage.verify import verify
from service.trips.actions.rebuild import check_derived
from service.workers.queries import WORKER_STATE
from service.workers.rebuild import check_workers
from tests.databases import Databases, SqliteDatabases
from tests.factories import COUNTY, World
from tests.service.trips.orders import compare
from tests.service.trips.two_trips import (
    DEVICES,
    MOMENTS,
    OTHER_KINDS,
    PASSENGER_KINDS,
    PEOPLE,
    WORKER_KINDS,
    Sent,
    Step,
    Telling,
    TwoTrips,
    make_event,
)
from tests.stages import open_world, take_stage

_K = EventKind
_LISTED: Final = ((0, 1, 2), (3,))
"""Who has a place on each trip."""
_IN_CARE: Final = frozenset({"boarded", "missing"})
_REFUSED_FACTS: Final = frozenset(
    {
        ("passenger.notified", "passenger-unknown"),
        ("passenger.found_aboard", "already-on-this-trip"),
    }
)
"""The only ones: nobody is told of a place on no list; one worker is one passenger of a trip."""
_TERMS: Final = ("received", "refused", "given_on", "left", "moved", "returned", "missing")


# --- histories --------------------------------------------------------------------------------------
class History(NamedTuple):
    """`depths`: how far each trip has come in good order before `steps` (0: locked … 5: closed; -1: the list is
    open again)."""

    depths: tuple[int, int]
    steps: list[Step]


def orderly(depths: tuple[int, int]) -> Iterator[Step]:
    for trip, depth in enumerate(depths):
        if depth < 0:
            yield Step(_K.MANIFEST_UNLOCKED, trip=trip, live=True)
    for stage in range(max(depths)):
        for trip, depth in enumerate(depths):
            if depth > stage:
                yield from _stage(stage, trip, first=trip == 0 or depths[0] <= stage)


def _stage(stage: int, trip: int, *, first: bool) -> Iterator[Step]:
    people = _LISTED[trip]
    now = {"trip": trip, "live": True}
    if stage == 0:
        for place, each in enumerate(people):
            yield Step(_K.PASSENGER_BOARDED, person=each, wait=1 if not place else 0, **now)
    elif stage in {1, 2}:
        kind, wait = ((_K.TRIP_DEPARTED, 60), (_K.TRIP_ARRIVED, 840))[stage - 1]
        yield Step(kind, pick=len(people), wait=wait if first else 0, **now)
    elif stage == 3:
        for place, each in enumerate(people):
            yield Step(_K.PASSENGER_RECEIVED, person=each, wait=1 if not place else 0, **now)
            yield Step(_K.HANDOVER_SIGNED, person=each, **now)
    else:
        yield Step(_K.TRIP_CLOSED, wait=5, **now)


_kinds = strategies.one_of(
    strategies.sampled_from(PASSENGER_KINDS),
    strategies.sampled_from(PASSENGER_KINDS),
    strategies.sampled_from(OTHER_KINDS),
)
steps = strategies.builds(
    Step,
    kind=_kinds,
    trip=strategies.integers(0, 1),
    person=strategies.integers(0, PEOPLE - 1),
    live=strategies.sampled_from((False, False, True)),
    moment=strategies.integers(0, len(MOMENTS) - 1),
    device=strategies.integers(0, len(DEVICES) - 1),
    sequence=strategies.one_of(strategies.none(), strategies.integers(0, 2)),
    pick=strategies.integers(0, 7),
    again=strategies.sampled_from((False, False, False, False, False, True)),
    together=strategies.booleans(),
    wait=strategies.sampled_from((0, 0, 1, 30)),
)
histories = strategies.builds(
    History,
    depths=strategies.tuples(strategies.integers(-1, 5), strategies.integers(-1, 5)),
    steps=strategies.lists(steps, min_size=1, max_size=20),
)


# --- playing ----------------------------------------------------------------------------------------
class Told(NamedTuple):
    """One event that was recorded. `trip` None: in the worker's stream."""

    trip: int | None
    worker: UUID
    event: Sent
    at: datetime

    @property
    def is_observation(self) -> bool:
        """Told afterwards of what somebody saw."""
        kind = EventKind(self.event["kind"])
        return self.event["mode"] == "afterwards" and EVENT_SPECS[kind].nature is Nature.OBSERVATION

    @property
    def is_fact(self) -> bool:
        """Told afterwards: no decision, which is judged against the present."""
        kind = EventKind(self.event["kind"])
        told = self.event["mode"] == "afterwards"
        return told and (
            EVENT_SPECS[kind].nature is Nature.OBSERVATION or kind is _K.EVENT_REVERSED
        )


@dataclass
class Player:
    two: TwoTrips
    sent: list[Told] = field(default_factory=list)
    recorded: list[Told] = field(default_factory=list)
    receipts: dict[str, Any] = field(default_factory=dict)
    holds: list[UUID] = field(default_factory=list)
    closed: set[int] = field(default_factory=set)

    @property
    def world(self) -> World:
        return self.two.scene.world

    def play(self, history: History) -> None:
        waiting: list[Told] = []
        for step in (*orderly(history.depths), *history.steps):
            told = self._make(step)
            if waiting and not (step.together and _same_request(waiting[-1], told)):
                self.send(waiting)
                waiting = []
                self.world.clock.advance(minutes=step.wait)
                told = self._make(step, again=told)
            waiting.append(told)
            self.sent.append(told)
        self.send(waiting)

    def _make(self, step: Step, *, again: Told | None = None) -> Told:
        """`again`: made before the clock moved."""
        if step.again and self.sent:
            return self.sent[-1 - step.pick % len(self.sent)]
        about = None if step.kind in WORKER_KINDS else step.trip
        worker = self.two.workers[step.person]
        if again is not None:
            if step.live:
                again.event["occurred_at"] = self.two.scene.now.isoformat()
            return again
        mine = [each.event for each in self.sent if each.trip == about]
        telling = Telling(self.two, step, mine, self.holds)
        event = make_event(telling, number=len(self.sent) + 1)
        return Told(about, worker, event, self.two.scene.now)

    def send(self, told: Sequence[Told]) -> list[Any]:
        """One request; what its answer must be."""
        first = told[0]
        client = self.two.scene.coordinator if first.trip is not None else self.two.office
        stream = (
            f"/v1/workers/{first.worker}"
            if first.trip is None
            else f"/v1/trips/{self.two.trips[first.trip]}"
        )
        before, count = self._read_rows(), self._count()
        answer = client.post(f"{stream}/events", {"events": [each.event for each in told]})
        assert answer.status_code == 200, (answer.status_code, answer.text)
        outcomes: list[Any] = answer.json()["outcomes"]
        assert len(outcomes) == len(told)
        for each, outcome in zip(told, outcomes, strict=True):
            self._check_outcome(each, outcome)
        if all(each["status"] == "refused" and not each["receipt"] for each in outcomes):
            assert self._count() == count, "a refusal left an event"
            assert self._read_rows() == before, "a refusal left a row"
        return outcomes

    def send_parts(self, told: Sequence[Told]) -> list[Told]:
        """In one request for each run of one stream; those that were refused."""
        refused: list[Told] = []
        part: list[Told] = []
        for each in told:
            if part and not _same_request(part[-1], each):
                refused += self._send_part(part)
                part = []
            part.append(each)
        return refused + (self._send_part(part) if part else [])

    def _send_part(self, part: Sequence[Told]) -> list[Told]:
        outcomes = self.send(part)
        return [each for each, got in zip(part, outcomes, strict=True) if got["receipt"] is None]

    def _check_outcome(self, told: Told, outcome: Any) -> None:
        identifier, receipt = told.event["id"], outcome["receipt"]
        assert outcome["id"] == identifier
        if outcome["status"] == "refused" and told.is_observation:
            refusal = (told.event["kind"], outcome["problem"]["code"])
            assert refusal in _REFUSED_FACTS, refusal
        if identifier in self.receipts:
            assert receipt == self.receipts[identifier], "a repeat has another receipt"
            assert outcome["status"] != "recorded"
            return
        if receipt is None:
            assert outcome["status"] == "refused"
            return
        assert outcome["status"] in {"recorded", "refused"}
        self.receipts[identifier] = receipt
        self.recorded.append(told._replace(at=self.two.scene.now))
        if told.event["kind"] == "trip.closed" and told.trip is not None:
            self.closed.add(told.trip)

    def _count(self) -> int:
        with self.world.context.database.read(self.world.console) as session:
            return session.execute(select(func.count()).select_from(EVENT)).scalar_one()

    def _read_rows(self) -> Any:
        return self.two.scene.rows()

    # --- what must hold -----------------------------------------------------------------------------
    def check(self) -> None:
        self._check_board()
        lines = [self.two.scene.people(trip) for trip in self.two.trips]
        for place, trip in enumerate(self.two.trips):
            shown = self.two.scene.trip(trip)
            _check_balance(shown, lines[place])
            waiting = sum(len(line["findings"]) for line in lines[place].values())
            assert shown["open_exceptions"] == len(shown["findings"]) + waiting
            assert place not in self.closed or shown["state"] == "closed"
        self._check_journeys(lines)
        self.check_rows()
        with self.world.context.reading(self.world.console) as work:
            assert verify(work, processes=1).faults == []

    def _check_board(self) -> None:
        """A row says what the trip itself says; whatever needs somebody is on the list of such."""
        desk = self.two.scene.coordinator
        rows = {row["id"]: row for row in desk.get("/v1/trips", limit=200).json()["items"]}
        for trip in self.two.trips:
            shown, row = self.two.scene.trip(trip), rows[str(trip)]
            assert {name: shown[name] for name in row} == row
        needing = desk.get("/v1/trips", limit=200, attention="true").json()["items"]
        assert {row["id"] for row in needing} == {key for key, row in rows.items() if row["needs"]}

    def check_rows(self) -> None:
        """What is stored is what the events say."""
        with self.world.context.reading(self.world.console) as work:
            found = [
                *check_derived(work.session, COUNTY),
                *check_workers(work.session, COUNTY),
            ]
        assert found == [], found

    def _check_journeys(self, lines: Sequence[dict[str, Any]]) -> None:
        """One open journey a person; who is under way is in one custody, or on the list of those who are
        in none; aboard in two places is named on both."""
        rows = self.two.scene.rows()
        open_of = Counter(str(row["worker_id"]) for row in rows["journey"] if row["open"])
        assert max(open_of.values(), default=0) <= 1
        page = self.two.scene.coordinator.get("/v1/journeys", custody="none")
        nobodys = {each["passenger_id"] for each in self.two.scene.ok(page)["items"]}
        people = [line for each in lines for line in each.values()]
        assert nobodys == {each["id"] for each in people if each["custody"]["party"] is None}
        for worker in map(str, self.two.workers):
            mine = [each for each in people if each["worker_id"] == worker]
            held = [each for each in mine if each["status"] in _IN_CARE]
            between = [each for each in mine if each["id"] in nobodys]
            assert not (held or between) or open_of[worker] == 1, "under way without a journey"
            if len(held) > 1:
                self._check_twice(held, rows)

    def _check_twice(self, held: Sequence[Any], rows: dict[str, list[Any]]) -> None:
        """Somebody aboard in two places carries that in both, if nobody explained it."""
        folds = {str(row["id"]): row["fold"] for row in rows["passenger"]}
        for line in held:
            explained = {each[0] for each in folds[line["id"]]["explained"]}
            assert "aboard-elsewhere" in {*line["exceptions"], *explained}, "aboard twice, unnamed"


def _same_request(one: Told, other: Told) -> bool:
    same = one.trip == other.trip
    return same and (one.trip is not None or one.worker == other.worker)


def _check_balance(shown: Any, lines: dict[str, Any]) -> None:
    balance = shown["balance"]
    total = sum(balance[name] for name in _TERMS) + balance["unaccounted"]
    assert balance["carried"] == total
    assert balance["balanced"] == (balance["unaccounted"] == 0)
    for name in ("carried", *_TERMS, "unaccounted"):
        assert sum(each["balance"][name] for each in shown["by_point"]) == balance[name], name
    aboard = sum(1 for each in lines.values() if each["status"] == "boarded")
    assert (shown["aboard"], balance["unaccounted"] >= aboard) == (aboard, True)


# --- every order ------------------------------------------------------------------------------------
def replay(two: TwoTrips, recorded: Sequence[Told], requests: Sequence[Sequence[int]]) -> Any:
    """The decisions in their order and at their time, then the facts (by their places among the facts),
    a day later; a fact that is refused is sent again when the others have come."""
    player = Player(two)
    for each in recorded:
        if not each.is_fact:
            two.scene.world.clock.now = each.at
            player.send([each])
    facts = [each for each in recorded if each.is_fact]
    two.scene.world.clock.now = two.begin + timedelta(hours=20)
    refused: list[Told] = []
    for request in requests:
        refused += player.send_parts([facts[place] for place in request])
    while refused:
        left = player.send_parts(refused)
        if len(left) == len(refused):
            break
        refused = left
    player.check_rows()
    return {
        "refused": sorted(each.event["id"] for each in refused),
        **read_two(two, told={each.event["id"] for each in recorded}),
    }


def read_two(two: TwoTrips, *, told: Collection[str]) -> dict[str, Any]:
    """Everything derived of both trips, without places in streams; a journey is named by its legs. What
    followed by itself from a departure has an id that comes from whichever departure was told first."""
    rows = two.scene.rows()
    with two.scene.world.context.database.read(two.scene.world.console) as session:
        for table, columns in ((DEMAND, ("id", "state")), (WORKER_STATE, None)):
            wanted = [table.c[name] for name in columns] if columns else [table]
            found = session.execute(select(*wanted).where(table.c.county_code == COUNTY)).mappings()
            rows[table.name] = [dict(each) for each in found]
        events = [str(each) for each in session.execute(select(EVENT.c.id)).scalars()]
    for row in rows["trip"]:
        _forget_arrivals(row["fold"])
    legs: dict[str, list[str]] = {}
    for row in rows["passenger"]:
        legs.setdefault(str(row["journey_id"]), []).append(str(row["id"])[-6:])
    text = json.dumps(_plain({name: rows[name] for name in rows}), default=str, sort_keys=True)
    for event in events:
        text = text if event in told else text.replace(event, "by itself")
    for journey, mine in legs.items():
        text = text.replace(journey, "journey of " + " ".join(sorted(mine)))
    ended: dict[str, Any] = json.loads(text)
    for each in ended.values():
        each.sort(key=lambda row: json.dumps(row, sort_keys=True))
    return ended


def _forget_arrivals(course: dict[str, Any]) -> None:
    """A reversal that came first is kept by the trip, one that came later by whom it is about."""
    back = set(course.pop("taken_back"))
    course["early_reversals"] = [e for e in course["early_reversals"] if e[0] not in back]


def _plain(value: Any) -> Any:
    """Without the places in the stream of the facts that are named."""
    if isinstance(value, dict):
        return {str(name): _plain(each) for name, each in value.items() if name not in _DESCRIBED}
    if isinstance(value, bytes):
        return value.hex()
    if not isinstance(value, list | tuple):
        return value
    if len(value) == 2 and isinstance(value[0], str) and isinstance(value[1], int):
        return value[0]
    return [_plain(each) for each in value]


_DESCRIBED = frozenset({"contacts_sealed", "content_hash"})


@dataclass
class Stage:
    """Copies of the database in which the two trips stand at their beginning."""

    databases: Databases
    folder: Path
    made: int = 0

    @property
    def is_sqlite(self) -> bool:
        return isinstance(self.databases, SqliteDatabases)

    def run(self, action: Any) -> Any:
        """What `action` gives in a copy of its own."""
        self.made += 1
        folder = self.folder / f"copy{self.made}"
        folder.mkdir()
        settings = self.databases.copy(folder, stage="built_two_trips")
        try:
            with closing(open_world(settings, "built_two_trips")) as world:
                return action(take_stage(world, "built_two_trips"))
        finally:
            self.databases.drop(settings)


def play_and_check(stage: Stage, history: History) -> list[Told]:
    def action(two: TwoTrips) -> list[Told]:
        player = Player(two)
        player.play(history)
        player.check()
        return player.recorded

    recorded: list[Told] = stage.run(action)
    return recorded


def unlike(stage: Stage, recorded: Sequence[Told], requests: Sequence[Sequence[int]]) -> list[str]:
    """How the end differs when the facts arrive as `requests` say instead of one by one in their order."""
    facts = range(sum(1 for each in recorded if each.is_fact))
    first = stage.run(lambda two: replay(two, recorded, [[each] for each in facts]))
    other = stage.run(lambda two: replay(two, recorded, requests))
    return list(compare(first, other))

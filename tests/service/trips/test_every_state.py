"""Every state of a trip and status of a passenger, every kind, every shipped policy and an ordinary year: what
is decided, where the folds go, what one thing that is wrong refuses; against the tables of state_tables.py.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from itertools import product
from typing import Any, Final
from uuid import UUID

import pytest

from schemas.errors import ErrorCode
from schemas.events.kinds import EventKind, ExceptionCode, Mode, StreamKind, SubjectKind
from schemas.events.payloads_passengers import PersonRole
from schemas.events.specs import EVENT_SPECS
from schemas.health_notes import Declared, Measured, ProofRecorded, Screened
from schemas.policies import ProofKind
from schemas.questions import FIVE_OF_2020
from schemas.trips import PassengerStatus, TripState
from service.health.notes import HealthFacts, Noted
from service.recording.handlers import AGAINST_CLEARANCE, Command, Decision, Fact, Ref
from service.trips.rules import passengers, trips
from service.trips.rules.passengers import PassengerState
from service.workers.rules import HoldTime
from tests.journeys.seasons import Case, list_cases
from tests.service.trips.by_hand import (
    HANDLERS,
    ONE,
    TRIP,
    Desk,
    Given,
    Loadable,
    kind_of,
    make_event,
    make_view,
)
from tests.service.trips.state_tables import (
    FULL,
    IN_ANY_STATUS,
    LACKS,
    LEVELS,
    MARKS,
    OF_TRIPS,
    PAPERS,
    POLICY,
    REFUSALS,
    REFUSED,
    RESULTS,
    STATES,
    STATUS_MARKS,
    STATUSES,
    TOLD_PEOPLE,
    TOLD_TRIPS,
    Asked,
    expect,
    name_unfit,
    read_marks,
)

_E = ErrorCode
CASES: Final = {each.name: each for each in list_cases()}
KEPT_ROWS: Final = frozenset({5, 6})
IN_A_KEPT_ROW: Final = {"seat_row": 6, "seat_column": 1}


# --- what is so -----------------------------------------------------------------------------------
def note(at: datetime, content: Any) -> Any:
    return Noted(UUID(int=70), at, content)


def declare(given: Given, *, days: int = 14, yes: bool = False) -> Any:
    """So many days before the arrival."""
    answers = dict.fromkeys(FIVE_OF_2020.codes, False) | {"met_case": yes}
    how = {"question_set": FIVE_OF_2020.code, "version": 1, "asked_by": "合成", "signed": "paper"}
    content = Declared.model_validate({"what": "declared", "answers": answers, **how})
    return note(given.arrives - timedelta(days=days), content)


def show(given: Given, kind: ProofKind, age: timedelta, **more: Any) -> Any:
    """A paper that was made so long before the arrival."""
    made = given.arrives - age
    dates = {"issued_on": made.date().isoformat(), "sampled_at": made.isoformat()}
    result = {"result": RESULTS[kind]} if kind in RESULTS else {}
    told = {"what": "proof", "kind": kind, **dates, **result, **more}
    return note(made, ProofRecorded.model_validate(told))


def measure(given: Given, tenths: int) -> Any:
    readings = [{"code": "body_temperature", "value": tenths, "site": "forehead"}]
    content = Measured.model_validate({"what": "measured", "readings": readings})
    return note(given.now - timedelta(minutes=1), content)


def screen(given: Given, code: str) -> Any:
    told = {"what": "screening", "system": "合成", "result_code": code, "operator": "合成"}
    return note(given.now, Screened.model_validate(told))


@cache
def be_well(case: Case) -> HealthFacts:
    """Everything on its last day, and 37.3."""
    given, papers = Given(case), PAPERS.get(case.name, {})
    return HealthFacts(
        UUID(int=0),
        declarations=(declare(given),),
        measurements=(measure(given, 373),),
        proofs=tuple(show(given, kind, age) for kind, age in papers.items()),
        screenings=(screen(given, "0"),),
    )


_OLDER: Final = timedelta(days=1)


def _list_old(given: Given, **more: Any) -> tuple[Any, ...]:
    papers = PAPERS.get(given.case.name, {})
    return tuple(show(given, kind, age + _OLDER, **more) for kind, age in papers.items())


def _own(**notes: Any) -> dict[str, Any]:
    """For the two who are spoken of."""
    return {"own": notes}


WRONG: Final[Mapping[str, Callable[[Given], dict[str, Any]]]] = {
    "nothing": lambda _: {},
    "no answer": lambda _: {"acknowledged": None},
    "arrival moved": lambda _: {"acknowledged": timedelta(hours=2, minutes=1)},
    "not clean": lambda _: {"cleaned": {"back"}},
    "not clean, back": lambda _: {"cleaned": {"before"}},
    "full": lambda given: {"taken": given.places},
    "one too many": lambda given: {"taken": given.places + 1},
    "one too many, not filed": lambda given: {"taken": given.places + 1, "filed": False},
    "in a kept row": lambda _: {"seat": (6, 1)},
    "in a kept row, not filed": lambda _: {"seat": (6, 1), "filed": False},
    "to a kept row": lambda _: {},
    "warm round": lambda _: {},
    "not asked": lambda _: _own(declarations=()),
    "asked too early": lambda given: _own(declarations=(declare(given, days=15),)),
    "said yes": lambda given: _own(declarations=(declare(given, yes=True),)),
    "no paper": lambda _: _own(proofs=()),
    "old paper": lambda given: _own(proofs=_list_old(given)),
    "paper against": lambda given: _own(proofs=_list_old(given, result="red")),
    "paper without result": lambda given: _own(
        proofs=tuple(
            show(given, kind, age, **({"result": None} if kind in RESULTS else {}))
            for kind, age in PAPERS.get(given.case.name, {}).items()
        )
    ),
    "too warm": lambda given: _own(measurements=(measure(given, 374),)),
    "screened": lambda given: _own(screenings=(screen(given, "7"),)),
    "held": lambda given: {"said": {"held": frozenset({HoldTime(UUID(int=80), given.now)})}},
    "withdrawn": lambda _: {"said": {"withdrawn": True}},
    "too young": lambda given: {
        "worker": {
            "person_role": PersonRole.WORKER,
            "sixteen_on": given.case.day + timedelta(days=1),
        }
    },
    "child alone": lambda given: {
        "role": PersonRole.CHILD,
        "worker": {
            "person_role": PersonRole.CHILD,
            "sixteen_on": given.case.day + timedelta(days=1),
        },
    },
    "high": lambda _: {"level": "high"},
    "medium": lambda _: {"level": "medium"},
}
"""How each of the things that may be wrong comes about."""


@cache
def lay_out(policy: str, lack: str = "nothing") -> Given:
    """All that the policy asks for, but one thing."""
    told = POLICY[policy]
    filed = not lack.endswith("not filed")
    given = Given(
        CASES[policy],
        places=int(told[lack if lack in LEVELS else "low"]),
        isolation_rows=KEPT_ROWS if told["kept"] == "x" and filed else frozenset(),
        health=be_well(CASES[policy]),
    )
    wrong = WRONG[lack](given)
    noted = wrong.pop("own", None)
    own = replace(given.health, **noted) if noted is not None else None
    return replace(given, own_health=own, **wrong)


def make_given(policy: str, state: str, status: str, lack: str = "nothing") -> Given:
    known = lay_out(policy, lack)
    return replace(known, state=STATES[state], status=STATUSES[status])


def make_desks(policy: str, lack: str = "nothing") -> Callable[[str, str], Desk]:
    """For a state and a status. What can be loaded is the same for all of them."""
    loadable = Loadable.of(lay_out(policy, lack))
    return cache(lambda state, status: Desk(make_given(policy, state, status, lack), loadable))


def status_in(state: str) -> str:
    """What the passenger is, where only the trip is spoken of."""
    if state in {"tr", "hu", "ar"}:
        return "bo"
    return "rc" if state in {"ho", "tb", "rt", "cl"} else "li"


def choose_status(row: str, state: str, lack: str = "nothing") -> str:
    """One that the kind fits; who asks for a place has none."""
    if row == "passenger.checked_in" and lack in FULL:
        return "de"
    marks = STATUS_MARKS.get(row, {})
    fits = [status for status, mark in marks.items() if mark not in REFUSED]
    usual = status_in(state)
    return usual if usual in fits or not fits else fits[0]


def list_more(row: str, lack: str) -> dict[str, Any]:
    """What is said otherwise."""
    if lack == "to a kept row" and row in {each for each, _ in REFUSALS[lack]}:
        return IN_A_KEPT_ROW
    return {"highest": 374} if lack == "warm round" and row.startswith("temperature") else {}


@cache
def get_event(policy: str, row: str, mode: Mode, **more: Any) -> Command:
    return make_event(lay_out(policy), row, mode, **more)


def decide(desk: Desk, policy: str, asked: Asked, lack: str = "nothing") -> Decision:
    return desk.decide(get_event(policy, asked.row, asked.mode, **list_more(asked.row, lack)))


# --- what is decided ------------------------------------------------------------------------------
EVERY_POLICY: Final = pytest.mark.parametrize("policy", list(POLICY))


def test_nothing_is_left_out() -> None:
    """A new state, kind or policy has to be put into the tables."""
    assert set(STATES.values()) == set(TripState)
    assert set(STATUSES.values()) == set(PassengerStatus)
    kinds = {kind for kind, spec in EVENT_SPECS.items() if spec.stream is StreamKind.TRIP}
    assert {kind_of(row) for row in MARKS} == kinds - {EventKind.PASSENGER_BOARDING_REFUSED}
    assert kinds - HANDLERS.keys() == {EventKind.PASSENGER_BOARDING_REFUSED}
    people = {kind for kind in kinds if EVENT_SPECS[kind].subject is SubjectKind.PASSENGER}
    assert {kind_of(row) for row in {*STATUS_MARKS, *IN_ANY_STATUS}} == people
    assert POLICY.keys() == CASES.keys()
    assert LACKS.keys() == WRONG.keys()


def list_cells() -> Iterator[Asked]:
    """A passenger in each status, but for what is told of people afterwards: nothing is judged of that."""
    for row, state, mode in product(MARKS, STATES, Mode):
        judged = MARKS[row].how == "D" or mode is Mode.LIVE
        every = row.startswith("passenger.") and judged
        for status in STATUSES if every else (choose_status(row, state),):
            yield Asked(row, state, status, mode)


@EVERY_POLICY
def test_every_state_status_and_kind(policy: str) -> None:
    """Of people and trips that lack nothing."""
    desk = make_desks(policy)
    wrong = {}
    for asked in list_cells():
        decision = decide(desk(asked.state, asked.status), policy, asked)
        expected = expect(asked, policy)
        if decision.refused is not expected:
            wrong[asked] = (decision.refused, expected)
        elif expected is None and decision.policy_version != policy:
            wrong[asked] = (decision.policy_version, policy)
    assert wrong == {}


def list_cells_with(policy: str, lack: str) -> Iterator[Asked]:
    """What is taken where nothing is lacking. Where the policy does not mind, and told afterwards, only of the
    kinds that somebody minds."""
    listed = {row for row, _ in REFUSALS[lack]} | (COMING_ABOARD if LACKS[lack].person else set())
    minds = POLICY[policy][LACKS[lack].asked] == "x" and not lack.endswith("not filed")
    for row, state, mode in product(MARKS, STATES, Mode):
        judged = MARKS[row].how == "D" or mode is Mode.LIVE
        if row not in listed and not (minds and judged):
            continue
        if lack in FULL and row == "passenger.seat_changed":
            continue  # no seat is left to change to
        asked = Asked(row, state, choose_status(row, state, lack), mode)
        if expect(asked, policy) in {None, _E.NOTHING_HELD}:
            yield asked


@EVERY_POLICY
@pytest.mark.parametrize("lack", list(LACKS)[1:])
def test_everything_that_is_wrong(policy: str, lack: str) -> None:
    """One thing is wrong: what the table says is refused, and nothing else."""
    desk = make_desks(policy, lack)
    wrong = {}
    for asked in list_cells_with(policy, lack):
        decision = decide(desk(asked.state, asked.status), policy, asked, lack)
        expected = expect(asked, policy, lack)
        if decision.refused is not expected:
            wrong[asked] = (decision.refused, expected)
        elif asked.row in COMING_ABOARD:
            against = expected is None and stands_against(policy, lack)
            if decision.decided.get(AGAINST_CLEARANCE, False) is not against:
                wrong[asked] = (decision.decided, against)
    assert wrong == {}


COMING_ABOARD: Final = frozenset({"passenger.boarded", "passenger.found_aboard"})


def stands_against(policy: str, lack: str) -> bool:
    """Whether a coming aboard that is taken is marked: by all that the gate would have refused, but for a hold,
    whose times tell it."""
    person = LACKS[lack].person
    minds = POLICY[policy][LACKS[lack].asked] == "x"
    return minds and person not in {None, _E.HEALTH_HOLD}


@EVERY_POLICY
def test_a_refusal_at_the_door_is_kept(policy: str) -> None:
    """Somebody who is held: publicly only that boarding was refused."""
    asked = Asked("passenger.boarded", "bo", "li", Mode.LIVE)
    decision = decide(make_desks(policy, "held")("bo", "li"), policy, asked, "held")
    assert decision.kept_as is EventKind.PASSENGER_BOARDING_REFUSED
    assert (decision.subject_id, decision.decided) == (ONE, {})


@EVERY_POLICY
@pytest.mark.parametrize("kind", list(ProofKind))
def test_one_paper_is_enough(policy: str, kind: ProofKind) -> None:
    """Of a kind that the policy names, until its last day."""
    asked = Asked("manifest.locked", "fi", "li", Mode.LIVE)
    papers, found = PAPERS.get(policy, {}), []
    age = papers.get(kind, timedelta())
    for made in (age, age + _OLDER):
        given = lay_out(policy)
        health = replace(given.health, proofs=(show(given, kind, made),))
        desk = Desk.of(replace(given, own_health=health))
        found.append(decide(desk, policy, asked).refused)
    wanted = [None, _E.PROOF_EXPIRED] if kind in papers else [_E.PROOF_MISSING] * 2
    assert found == (wanted if papers else [None, None])


# --- what follows ---------------------------------------------------------------------------------
MEASURING: Final = ("driver.replaced", "policy.switched", "trip.changed", "vehicle.replaced")


@EVERY_POLICY
@pytest.mark.parametrize("level", LEVELS)
def test_how_many_may_ride(policy: str, level: str) -> None:
    """As the decisions tell it that measure the coach anew; and which rows stay free."""
    desk = Desk.of(replace(lay_out(policy), level=level))
    told = POLICY[policy]
    rows = sorted(KEPT_ROWS) if told["kept"] == "x" else None
    for row in MEASURING:
        decided = decide(desk, policy, Asked(row, "re", "li", Mode.LIVE)).decided
        assert (decided["places"], decided.get("isolation_rows")) == (int(told[level]), rows), row


def make_fact(row: str, subject: UUID, given: Given) -> Fact:
    event = make_event(given, row, Mode.AFTERWARDS)
    decided = {"role": "worker", "events": [], "receipts": {}}
    return Fact(
        id=event.id,
        seq=9,
        kind=event.kind,
        at=event.at,
        unit=event.unit,
        subject_id=subject,
        worker_id=None,
        data=event.public,
        decided=decided,
        mode=event.mode,
        actor_id=UUID(int=3),
    )


OWN_STATES: Final = {code: state for code, state in STATES.items() if code != "ho"}
"""Handed over is no event's: it follows from signatures."""


@pytest.mark.parametrize("state", OWN_STATES)
def test_where_every_kind_leads_a_trip(state: str) -> None:
    """What fits raises nothing; of what does not fit, facts lead on all the same."""
    given = make_given("ordinary-1", state, status_in(state))
    course = make_view(given).course
    for row, (_, marks) in read_marks(OF_TRIPS).items():
        if row in {"event.reversed", "trip.changed/seats"}:
            continue  # a fold leaves out what is reversed; which fields changed is no matter to it
        after = trips.step(course, make_fact(row, TRIP, given))
        mark = marks[state]
        fits = mark not in REFUSED or mark == "e"
        leads_to = mark if mark in STATES else state
        if row == "trip.closed" and mark == "e":
            leads_to = "cl"
        if not fits and state != "cl":
            leads_to = TOLD_TRIPS.get(row, state)
        assert after.state is STATES[leads_to], row
        unlocked = row == "trip.departed" and state in {"dr", "re", "fi"}
        code = ExceptionCode.MANIFEST_NOT_LOCKED if unlocked else ExceptionCode.OUT_OF_ORDER
        assert [each.code for each in after.raised] == ([] if fits else [code]), row


PEOPLE_ROWS: Final = (*STATUS_MARKS, *sorted(IN_ANY_STATUS))


@pytest.mark.parametrize("status", STATUSES)
def test_where_every_kind_leads_a_passenger(status: str) -> None:
    given = make_given("ordinary-1", "tr", status)
    before = PassengerState(ONE, status=STATUSES[status], status_fact=Ref(UUID(int=1), 1))
    for row in PEOPLE_ROWS:
        mark = STATUS_MARKS[row][status] if row in STATUS_MARKS else "+"
        if row == "passenger.assigned":
            mark = "li" if status == "ex" else "."
        if row == "passenger.found_aboard":
            mark = "."
        after = passengers.step(before, make_fact(row, ONE, given))
        fits = mark not in REFUSED
        told = TOLD_PEOPLE.get(row, status)
        leads_to = (mark if mark in STATUSES else status) if fits else told
        assert after.status is STATUSES[leads_to], row
        code = name_unfit(row, status)
        assert [each.code for each in after.raised] == ([] if fits else [code]), row

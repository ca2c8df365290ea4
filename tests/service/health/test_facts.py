"""What a clearance reads of notes: all that stand, newest first, in two statements."""

from datetime import date, datetime, timedelta
from uuid import UUID

import pytest

from schemas.events.fields import PersonalClass
from schemas.health_notes import FollowedUp, Measured, Note, ProofInvalidated, ProofRecorded
from schemas.permissions import Role
from service.health.notes import HealthFacts, Noted, collect, count_day, count_tries, with_note
from tests.factories import COUNTY, World
from tests.queries import list_statements
from tests.service.health.saying import (
    FEVERISH,
    PROOF,
    SCREENED,
    declare,
    enter,
    follow_up,
    know,
    note,
    say,
)

WORKER = UUID(int=1)
NOON = datetime.fromisoformat("2020-03-24T12:00:00+08:00")


def test_sorted_by_what_they_are_newest_first(world: World) -> None:
    mine, other = enter(world, 2)
    officer = world.client(Role.HEALTH_OFFICER)
    records = [
        note(world, mine, each)
        for each in (PROOF, FEVERISH, declare(), SCREENED, follow_up(1), {**PROOF, "number": "2"})
    ]
    for place, each in enumerate(records):
        at = world.clock.now - timedelta(hours=10 - place)
        each["occurred_at"] = at.isoformat()
    gone = note(world, mine, {"what": "proof_invalidated", "proof_id": records[0]["id"]})
    assert say(officer, *reversed(records), gone) == ["recorded"] * 7
    facts = know(world, mine, other)
    assert facts[other] == HealthFacts(other)
    known = facts[mine]
    assert [each.content.number for each in known.proofs] == ["2"]
    assert [str(each.event_id) for each in known.invalidated] == [records[0]["id"]]
    assert [len(each) for each in (known.measurements, known.declarations)] == [1, 1]
    assert [len(each) for each in (known.screenings, known.follow_ups)] == [1, 1]
    assert known.measurements[0].content.readings[0].value == 386


@pytest.mark.parametrize("number", [1, 3])
def test_three_statements_whatever_their_number(world: World, number: int) -> None:
    people = enter(world, number)
    officer = world.client(Role.HEALTH_OFFICER)
    say(officer, *(note(world, each, FEVERISH) for each in people))
    with list_statements() as sent:
        facts = know(world, *people)
    assert len(sent) == 3, sent
    assert [len(facts[each].measurements) for each in people] == [1] * number


def test_nobody_is_one_statement_less(world: World) -> None:
    with list_statements() as sent:
        assert know(world) == {}
    assert sent == []


def test_what_was_erased_is_counted(world: World) -> None:
    (worker_id,) = enter(world)
    say(world.client(Role.HEALTH_OFFICER), note(world, worker_id, FEVERISH))
    vault, health = world.context.vault, [PersonalClass.HEALTH]
    with world.context.database.write(world.console) as session:
        vault.destroy(session, COUNTY, [worker_id], at=world.clock.now, classes=health)
    assert know(world, worker_id)[worker_id] == HealthFacts(worker_id, erased=1)


# --- pure -----------------------------------------------------------------------------------------
def noted(content: Note, *, number: int = 9, at: datetime = NOON) -> Noted[Note]:
    return Noted(UUID(int=number), at, content)


def proved(**data: object) -> ProofRecorded:
    return ProofRecorded.model_validate({**PROOF, **data})


def test_an_invalidation_of_something_else_changes_nothing() -> None:
    gone = ProofInvalidated(what="proof_invalidated", proof_id=UUID(int=77))
    facts = collect(WORKER, [noted(proved(), number=1), noted(gone, number=2)])
    assert (len(facts.proofs), facts.invalidated) == (1, ())


@pytest.mark.parametrize(
    "last",
    [
        proved(number="2"),
        Measured.model_validate(FEVERISH),
        ProofInvalidated(what="proof_invalidated", proof_id=UUID(int=1)),
        ProofInvalidated(what="proof_invalidated", proof_id=UUID(int=77)),
    ],
    ids=["proof", "measured", "invalidated", "of another"],
)
def test_one_more_note_as_if_it_had_been_collected(last: Note) -> None:
    """Also one that was taken before what is known already."""
    known = [noted(proved(), number=1), noted(Measured.model_validate(FEVERISH), number=2)]
    for hours in (-1, 1):
        new = noted(last, number=3, at=NOON + timedelta(hours=hours))
        assert with_note(collect(WORKER, known), new) == collect(WORKER, [*known, new])


@pytest.mark.parametrize(
    ("on", "days", "day"),
    [
        ("2020-03-24", 14, None),
        ("2020-03-25", 14, 1),
        ("2020-04-07", 14, 14),
        ("2020-04-08", 14, None),
        ("2020-03-23", 14, None),
        ("2020-03-26", 1, None),
    ],
)
def test_which_day_it_is(on: str, days: int, day: int | None) -> None:
    """By days in China: received at 23:30 there, the next day is day 1."""
    received = datetime.fromisoformat("2020-03-24T15:30:00+00:00")
    assert count_day(received, on=date.fromisoformat(on), days=days) == day


def called(day: int, *, reached: bool, at: datetime = NOON) -> Noted[Note]:
    return noted(FollowedUp.model_validate(follow_up(day, reached=reached)), at=at)


@pytest.mark.parametrize(
    ("notes", "tried"),
    [
        ([], 0),
        ([called(2, reached=False)], 1),
        ([called(2, reached=False), called(2, reached=True)], None),
        ([called(1, reached=True)], 0),
        ([called(2, reached=True, at=NOON - timedelta(days=30))], 0),
    ],
)
def test_how_often_they_were_tried(notes: list[Noted[Note]], tried: int | None) -> None:
    facts = collect(WORKER, notes)
    assert count_tries(facts, day=2, received_at=NOON - timedelta(days=2)) == tried

"""Erasure: a person's keys are destroyed, and the record still verifies, repeats and rebuilds."""

from datetime import UTC, datetime
from typing import Final
from uuid import UUID

import pytest
from sqlalchemy import create_engine, func, select, text

from service.ledger.queries import EVENT_PART
from service.manage.verify import verify
from service.trips.actions.rebuild import check_derived
from service.vault.keys import key_path, subject_key
from service.workers.rebuild import check_workers
from tests.dba import dba, is_sqlite
from tests.factories import COUNTY, World
from tests.ledgers import ACTOR, TRIP, WORKER, Ledger
from tests.stories import Story
from tests.tamper.attacks import Victim

ERASED_AT: Final = datetime(2020, 3, 24, 8, tzinfo=UTC)


@pytest.fixture
def story(built_story: Story) -> Story:
    return built_story


def erase(world: World, *subject_ids: UUID) -> None:
    with world.context.database.write(ACTOR) as session:
        world.context.vault.destroy(session, COUNTY, subject_ids, at=ERASED_AT)


def count_parts(story: Story, worker_id: UUID) -> int:
    statement = select(func.count()).where(EVENT_PART.c.subject_id == worker_id)
    with dba(story.world.settings) as connection:
        return int(connection.execute(statement).scalar_one())


def test_erased_parts_are_counted_and_nothing_is_missing(story: Story) -> None:
    world, person = story.world, story.worker_ids[0]
    parts = count_parts(story, person)
    with world.context.reading(ACTOR) as work:
        before = verify(work)
    erase(world, person)
    with world.context.reading(ACTOR) as work:
        session, after = work.session, verify(work)
        assert [*check_derived(session, COUNTY), *check_workers(session, COUNTY)] == []
    assert (before.faults, after.faults) == ([], [])
    assert (before.events, before.parts, before.erased_parts) == (after.events, after.parts, 0)
    assert (parts, after.erased_parts) == (parts, parts)
    assert parts > 0


def test_erased_parts_may_be_deleted(victim: Victim) -> None:
    """First the keys, then what nobody can open any more: `verify` accuses nobody."""
    ledger = victim.ledger
    with ledger.context.database.write(ACTOR) as session:
        ledger.context.vault.destroy(session, COUNTY, [TRIP.id], at=ERASED_AT)
    assert (ledger.verify().faults, ledger.verify().erased_parts) == ([], 1)
    victim.attack(lambda each: each.delete_part(each.trip[2]))
    found = ledger.verify()
    assert (found.faults, found.erased_parts, found.parts) == ([], 1, 1)


def test_one_person_s_erasure_is_nobody_else_s(ledger: Ledger) -> None:
    ledger.append(ledger.sealed(TRIP), ledger.sealed(WORKER))
    with ledger.context.database.write(ACTOR) as session:
        ledger.context.vault.destroy(session, COUNTY, [WORKER.id], at=ERASED_AT)
    assert ledger.verify().erased_parts == 1


def test_an_altered_key_is_no_erasure(victim: Victim) -> None:
    """Whoever breaks a key instead of destroying it is found out."""
    settings = victim.ledger.context.settings
    if is_sqlite(settings):
        engine = create_engine(f"sqlite:///{key_path(settings.key_file.with_name('fangang.db'))}")
        with engine.begin() as connection:
            connection.execute(text("UPDATE subject_key SET wrapped = zeroblob(40)"))
        engine.dispose()
    else:
        with dba(settings) as connection:
            connection.execute(subject_key.update().values(wrapped=bytes(40)))
    assert {fault.code for fault in victim.ledger.verify().faults} == {"part-altered"}


def test_repeats_are_still_answered(story: Story) -> None:
    """The sender does not know: the same event again gets the same receipt."""
    scene, person = story.scene, story.passenger_ids[1]
    event = scene.event(
        "passenger.notified",
        mode="afterwards",
        passenger_id=person,
        channel="telephone",
        outcome="reached",
        note="合成备注",
    )
    [first] = scene.send(story.trip_id, event)
    erase(story.world, story.worker_ids[1])
    [again] = scene.send(story.trip_id, event)
    assert (first["status"], again["status"]) == ("recorded", "repeated")
    assert again["receipt"] == first["receipt"]

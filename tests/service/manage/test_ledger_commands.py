"""`verify` and `rebuild` as the operator runs them: the sentence, the exit code, the name."""

import pytest
from sqlalchemy import delete, func, select, update

from service.db.columns import table_of
from service.db.database import file_lock
from service.ledger.queries import EVENT, EVENT_PART
from service.trips.models import Trip
from tests.dba import dba
from tests.factories import COUNTY
from tests.service.manage.conftest import Program
from tests.stories import Story


@pytest.fixture
def story(built_story: Story) -> Story:
    return built_story


def test_a_sound_record(program: Program, story: Story) -> None:
    with dba(story.world.settings) as connection:
        events, parts = (
            connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (EVENT, EVENT_PART)
        )
        streams = len(connection.execute(select(EVENT.c.stream_id).distinct()).all())
    answer = program("--lang", "en", "verify")
    assert (answer.code, answer.err) == (0, "")
    assert answer.out == (
        f"Verified: {streams} chains, {events} events and {parts} sealed parts fit (0 erased).\n"
    )
    answer = program("rebuild", "--check")
    assert (answer.code, answer.out, answer.err) == (0, "派生数据与事件完全一致（1 趟）。\n", "")
    answer = program("--lang", "en", "verify", "--county", "320583")
    nothing = "Verified: 0 chains, 0 events and 0 sealed parts fit (0 erased).\n"
    assert (answer.code, answer.out) == (0, nothing)


def test_the_first_event_that_does_not_fit_is_named(program: Program, story: Story) -> None:
    with dba(story.world.settings) as connection:
        rows = connection.execute(select(EVENT).where(EVENT.c.stream_id == story.trip_id))
        event = sorted(rows.mappings(), key=lambda row: row["seq"])[3]
        body = event["body"].replace(b'"mode":"live"', b'"mode":"dead"')
        connection.execute(update(EVENT).where(EVENT.c.id == event["id"]).values(body=body))
    answer = program("--lang", "en", "verify")
    assert (answer.code, answer.out) == (7, "")
    assert answer.err.splitlines() == [
        "Not verified. Things that do not fit: 1.",
        f"  trip/{story.trip_id} no. 4 ({event['id']}): its content, or the one before it, was altered",
    ]


def test_a_deleted_event_is_named(program: Program, story: Story) -> None:
    with dba(story.world.settings) as connection:
        rows = connection.execute(select(EVENT).where(EVENT.c.stream_id == story.trip_id))
        event = max(rows.mappings(), key=lambda row: row["seq"])
        connection.execute(delete(EVENT_PART).where(EVENT_PART.c.event_id == event["id"]))
        connection.execute(delete(EVENT).where(EVENT.c.id == event["id"]))
    answer = program("--lang", "en", "verify")
    assert (answer.code, answer.out) == (7, "")
    assert answer.err.splitlines() == [
        "Not verified. Things that do not fit: 2.",
        f"  trip/{story.trip_id} no. {event['seq']} (the event is gone): this event is missing",
        f"  ? no. 0 ({event['id']}): this event is missing",
    ]


def test_a_changed_state_is_named_and_put_right(program: Program, story: Story) -> None:
    with dba(story.world.settings) as connection:
        connection.execute(update(table_of(Trip)).values(aboard=9))
    answer = program("--lang", "en", "rebuild", "--check")
    assert (answer.code, answer.out) == (7, "")
    assert answer.err.splitlines() == [
        "1 derived values are not what the events say:",
        f"  trip {story.trip_id} aboard: stored 9, expected 0",
    ]
    assert program("verify").code == 0  # the events are as they were
    assert program("rebuild").code == 0
    assert program("rebuild", "--check").code == 0


def test_keys_without_rows_are_swept_and_nothing_else(program: Program, story: Story) -> None:
    """Accounts, workers, drivers, trips: whoever has a row keeps the keys."""
    world = story.world
    vault, database = world.context.vault, world.context.database
    orphan = world.new_id()
    with database.read(world.console) as session:
        before = vault.list_subjects(session, COUNTY)
    with database.write(world.console) as session:
        vault.make_keyring(session, COUNTY, [orphan])
    assert program("--lang", "en", "verify").out.splitlines()[0] == (
        "1 keys belong to no row (left by a crash, harmless; --sweep deletes them)."
    )
    answer = program("--lang", "en", "verify", "--sweep")
    assert (answer.code, answer.out.splitlines()[0]) == (0, "1 keys without rows deleted.")
    with database.read(world.console) as session:
        assert vault.list_subjects(session, COUNTY) == before
    assert program("--lang", "en", "verify", "--sweep").out.splitlines()[0] == (
        "0 keys without rows deleted."
    )


def test_rebuilding_waits_for_the_server_to_be_stopped(program: Program, story: Story) -> None:
    """It keeps the states of trips in memory. Comparing writes nothing, and may run beside it."""
    path = story.world.context.database.path
    if path is None:
        pytest.skip("PostgreSQL serves several processes")
    with file_lock(path.with_name(path.name + ".serve"), wait=0):
        answer = program("--lang", "en", "rebuild")
        assert (answer.code, answer.out) == (5, "")
        assert (
            answer.err == f"Another serve uses this database file ({path}). Stop that one first.\n"
        )
        assert program("rebuild", "--check").code == 0
    assert program("rebuild").code == 0

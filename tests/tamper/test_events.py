"""What `verify` says to each way of changing the record, and what no record alone can reveal."""

from uuid import UUID

import pytest

from schemas.events.fields import PersonalClass
from service.ledger.actions import part_place
from service.ledger.bodies import event_hash, new_salt
from tests.ledgers import ACTOR, COUNTY, TRIP, WORKER
from tests.tamper.attacks import (
    BATCH,
    TRIP_NAME,
    Attack,
    Named,
    Victim,
    changed,
    flipped,
    name_faults,
)

BATCH_NAME = f"{BATCH.kind}/{BATCH.id}"


# --- changed and deleted events -----------------------------------------------------------------
def edit_body(victim: Victim) -> None:
    victim.edit_body(victim.trip[1], measured=25)


def edit_newest_body(victim: Victim) -> None:
    victim.edit_body(victim.trip[4], measured=25)


def edit_and_rehash_row(victim: Victim) -> None:
    rows = victim.rows(TRIP)
    body = changed(rows[1]["body"], measured=25)
    victim.set(victim.trip[1], body=body, hash=event_hash(rows[0]["hash"], body))


def edit_and_rehash_stream(victim: Victim) -> None:
    rows = victim.rows(TRIP)
    rows[1]["body"] = changed(rows[1]["body"], measured=25)
    victim.rewrite(TRIP, rows, pending=False)


def junk_with_a_fitting_hash(victim: Victim) -> None:
    rows = victim.rows(TRIP)
    victim.set(victim.trip[1], body=b"{}", hash=event_hash(rows[0]["hash"], b"{}"))


def commit_to(commitments: object, victim: Victim) -> None:
    """With every hash computed anew, so that only the commitments themselves are wrong."""
    rows = victim.rows(TRIP)
    rows[1]["body"] = rows[1]["body"].replace(b'"commit":{}', b'"commit":%s' % commitments)
    victim.rewrite(TRIP, rows, pending=True)


def commit_to_a_name_of_ours_no_more(victim: Victim) -> None:
    commit_to(b'{"whoever":"00"}', victim)


def commit_to_nothing_readable(victim: Victim) -> None:
    commit_to(b"[]", victim)


def swap_bodies(victim: Victim) -> None:
    first, second = victim.rows(TRIP)[0:2]
    victim.set(victim.trip[0], body=second["body"], hash=second["hash"])
    victim.set(victim.trip[1], body=first["body"], hash=first["hash"])


def swap_numbers(victim: Victim) -> None:
    victim.set(victim.trip[0], seq=99)
    victim.set(victim.trip[1], seq=1)
    victim.set(victim.trip[0], seq=2)


def swap_and_rehash_stream(victim: Victim) -> None:
    rows = victim.rows(TRIP)
    rows[0], rows[1] = rows[1], rows[0]
    victim.rewrite(TRIP, rows, pending=False)


def delete_middle(victim: Victim) -> None:
    victim.delete(victim.trip[1])


def delete_middle_and_rehash(victim: Victim) -> None:
    rows = victim.rows(TRIP)
    victim.rewrite(TRIP, [rows[0], *rows[2:]], pending=False)


def delete_newest(victim: Victim) -> None:
    victim.delete(victim.trip[4])


def delete_newest_with_head(victim: Victim) -> None:
    victim.rewrite(TRIP, victim.rows(TRIP)[:4], pending=False)


def delete_stream(victim: Victim) -> None:
    victim.delete(*victim.batch)


def delete_stream_with_head(victim: Victim) -> None:
    victim.delete(*victim.batch)
    victim.delete_head(BATCH)


def delete_everything_but_a_part(victim: Victim) -> None:
    """PostgreSQL's foreign key does not let this happen; SQLite's is asked for by each connection."""
    part = victim.part(victim.worker[1])
    rows = victim.rows(WORKER)
    victim.delete_part(victim.worker[1])
    victim.rewrite(WORKER, rows[:1], pending=False)
    victim.add_part({**part, "event_id": victim.trip[0].id})


def insert_back_dated(victim: Victim) -> None:
    rows = victim.rows(TRIP)
    forged = victim.forge(rows[1], minutes=30)
    victim.rewrite(TRIP, [*rows[:2], forged, *rows[2:]], pending=False)


def insert_at_the_end(victim: Victim) -> None:
    rows = victim.rows(TRIP)
    victim.rewrite(TRIP, [*rows, victim.forge(rows[4], minutes=30)], pending=False)


EVENT_ATTACKS: dict[Attack, list[Named]] = {
    edit_body: [("body-altered", TRIP_NAME, 2)],
    edit_newest_body: [("body-altered", TRIP_NAME, 5)],
    edit_and_rehash_row: [("pending-differs", TRIP_NAME, 2)],
    edit_and_rehash_stream: [("pending-differs", TRIP_NAME, 2)],
    junk_with_a_fitting_hash: [("column-altered", TRIP_NAME, 2)],
    commit_to_a_name_of_ours_no_more: [("part-unknown", TRIP_NAME, 2)],
    commit_to_nothing_readable: [("column-altered", TRIP_NAME, 2)],
    swap_bodies: [("body-altered", TRIP_NAME, 1)],
    swap_numbers: [("body-altered", TRIP_NAME, 1)],
    swap_and_rehash_stream: [("pending-differs", TRIP_NAME, 1)],
    delete_middle: [("event-missing", TRIP_NAME, 2), ("event-missing", "?", 0)],
    delete_middle_and_rehash: [("pending-differs", TRIP_NAME, 2), ("event-missing", "?", 0)],
    delete_newest: [("event-missing", TRIP_NAME, 5), ("event-missing", "?", 0)],
    delete_newest_with_head: [("event-missing", "?", 0)],
    delete_stream: [("event-missing", BATCH_NAME, 1), ("event-missing", "?", 0)],
    delete_stream_with_head: [("event-missing", "?", 0)],
    delete_everything_but_a_part: [("part-unknown", TRIP_NAME, 1), ("event-missing", "?", 0)],
    insert_back_dated: [("pending-differs", TRIP_NAME, 3)],
    insert_at_the_end: [("pending-differs", TRIP_NAME, 6)],
}


# --- changed parts, heads and queue -------------------------------------------------------------
def edit_sealed_part(victim: Victim) -> None:
    sealed = victim.part(victim.trip[2])["sealed"]
    victim.set_part(victim.trip[2], sealed=flipped(sealed, 20))


def cut_sealed_part(victim: Victim) -> None:
    victim.set_part(victim.trip[2], sealed=b"\x01\x01")


def exchange_sealed_parts(victim: Victim) -> None:
    victim.set_part(victim.trip[2], sealed=victim.part(victim.worker[1])["sealed"])


def reseal_a_temperature(victim: Victim) -> None:
    """Even with the keys: the body committed to the true one."""
    draft, context = victim.trip[2], victim.ledger.context
    content = {"salt": new_salt().hex(), "content": {"highest": 365}}
    with context.database.read(ACTOR) as session:
        keyring = context.vault.open_keyring(session, COUNTY, [TRIP.id])
    place = part_place(str(draft.id), "stream.note")
    sealed = keyring.seal(TRIP.id, PersonalClass.NOTE, content, place=place)
    victim.set_part(draft, sealed=sealed)


def delete_part(victim: Victim) -> None:
    victim.delete_part(victim.trip[2])


def give_a_part_to_somebody_without_keys(victim: Victim) -> None:
    """Else it would look erased."""
    victim.set_part(victim.trip[2], subject_id=UUID(int=404))


def give_a_part_another_class(victim: Victim) -> None:
    victim.set_part(victim.trip[2], personal_class="health")


def rename_a_part(victim: Victim) -> None:
    victim.set_part(victim.trip[2], part="gate.health")


def add_a_part(victim: Victim) -> None:
    victim.add_part({**victim.part(victim.trip[2]), "part": "worker.health"})


def change_pending(victim: Victim) -> None:
    victim.set_pending(victim.trip[1], event_hash=bytes(32))


def delete_pending(victim: Victim) -> None:
    victim.delete_pending(victim.trip[1])


def add_pending(victim: Victim) -> None:
    victim.set_pending(victim.trip[1], event_id=UUID(int=404))


def change_head_hash(victim: Victim) -> None:
    victim.set_head(TRIP, hash=bytes(32))


def lower_head(victim: Victim) -> None:
    victim.set_head(TRIP, seq=4)


def raise_head(victim: Victim) -> None:
    victim.set_head(TRIP, seq=6)


def delete_head(victim: Victim) -> None:
    victim.delete_head(TRIP)


OTHER_ATTACKS: dict[Attack, list[Named]] = {
    edit_sealed_part: [("part-altered", TRIP_NAME, 3)],
    cut_sealed_part: [("part-altered", TRIP_NAME, 3)],
    exchange_sealed_parts: [("part-altered", TRIP_NAME, 3)],
    reseal_a_temperature: [("part-altered", TRIP_NAME, 3)],
    delete_part: [("part-missing", TRIP_NAME, 3)],
    give_a_part_to_somebody_without_keys: [("part-altered", TRIP_NAME, 3)],
    give_a_part_another_class: [("part-altered", TRIP_NAME, 3)],
    rename_a_part: [("part-unknown", TRIP_NAME, 3), ("part-missing", TRIP_NAME, 3)],
    add_a_part: [("part-unknown", TRIP_NAME, 3)],
    change_pending: [("pending-differs", TRIP_NAME, 2)],
    delete_pending: [("pending-differs", TRIP_NAME, 2)],
    add_pending: [("pending-differs", TRIP_NAME, 2), ("event-missing", "?", 0)],
    change_head_hash: [("head-differs", TRIP_NAME, 5)],
    lower_head: [("head-differs", TRIP_NAME, 5)],
    raise_head: [("event-missing", TRIP_NAME, 6)],
    delete_head: [("head-differs", TRIP_NAME, 5)],
}


@pytest.mark.parametrize("attack", EVENT_ATTACKS | OTHER_ATTACKS, ids=lambda each: each.__name__)
def test_an_attack_is_named(victim: Victim, attack: Attack) -> None:
    assert name_faults(victim) == []
    victim.attack(attack)
    assert name_faults(victim) == (EVENT_ATTACKS | OTHER_ATTACKS)[attack]


# --- what only a checkpoint kept outside reveals -------------------------------------------------
def delete_newest_everywhere(victim: Victim) -> None:
    """Nothing in the database remembers it: the sender's receipt does."""
    victim.rewrite(TRIP, victim.rows(TRIP)[:4], pending=False)
    victim.delete_pending(victim.trip[4])


def rewrite_everything(victim: Victim) -> None:
    """Every hash is computed anew: no key is needed for that."""
    rows = victim.rows(TRIP)
    rows[1]["body"] = changed(rows[1]["body"], measured=25)
    victim.rewrite(TRIP, rows, pending=True)


def delete_a_stream_everywhere(victim: Victim) -> None:
    victim.delete(*victim.batch)
    victim.delete_head(BATCH)
    victim.delete_pending(*victim.batch)


def append_a_forgery_everywhere(victim: Victim) -> None:
    """It looks like an event that came in late."""
    rows = victim.rows(TRIP)
    victim.rewrite(TRIP, [*rows, victim.forge(rows[4], minutes=30)], pending=True)


@pytest.mark.parametrize(
    "attack",
    [
        delete_newest_everywhere,
        rewrite_everything,
        delete_a_stream_everywhere,
        append_a_forgery_everywhere,
    ],
    ids=lambda each: each.__name__,
)
def test_whoever_rewrites_everything_is_not_seen_from_inside(
    victim: Victim, attack: Attack
) -> None:
    """Not a promise but its limit, so that nobody believes more: a database that was rewritten as a
    whole agrees with itself. Only what lies elsewhere contradicts it: receipts, printed lists,
    and (to come with the county's Merkle log) checkpoints kept outside.
    """
    victim.attack(attack)
    assert name_faults(victim) == []

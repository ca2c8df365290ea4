"""Appending: chained, sealed, queued for the log, in a number of statements that does not grow."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

from sqlalchemy import select

from schemas.events.kinds import StreamKind
from service.ledger import queries
from service.ledger.bodies import (
    GENESIS,
    Attached,
    EventDraft,
    StreamKey,
    correct_clock,
    decode_body,
    encode_body,
    event_hash,
)
from tests.ledgers import ACTOR, AT, COUNTY, TRIP, WORKER, Ledger
from tests.queries import list_statements


def read_columns(content: dict[str, Any]) -> dict[str, Any]:
    """What the columns beside a body hold: they only repeat parts of it. KeyError, TypeError or
    ValueError for what is no body of ours.
    """
    worker = content["worker"]
    return {
        "county_code": content["county"],
        "id": UUID(content["id"]),
        "stream_kind": content["stream"]["kind"],
        "stream_id": UUID(content["stream"]["id"]),
        "seq": content["seq"],
        "kind": content["kind"],
        "subject_id": UUID(content["subject"]),
        "worker_id": UUID(worker) if worker else None,
        "happened_at": correct_clock(
            datetime.fromisoformat(content["occurred_at"]), content["skew_ms"]
        ),
        "recorded_at": datetime.fromisoformat(content["recorded_at"]),
    }


def list_chain(ledger: Ledger, key: StreamKey) -> list[Any]:
    with ledger.context.database.read(ACTOR) as session:
        return queries.list_events_of_stream(session, COUNTY, key)


def verified(ledger: Ledger) -> tuple[int, int, int, int, list[Any]]:
    found = ledger.verify()
    return found.streams, found.events, found.parts, found.erased_parts, found.faults


def test_every_event_holds_the_hash_of_the_one_before(ledger: Ledger) -> None:
    ledger.append(ledger.draft(), ledger.draft(WORKER), ledger.draft())
    ledger.append(ledger.draft())
    for key, count in ((TRIP, 3), (WORKER, 1)):
        previous = GENESIS
        rows = list_chain(ledger, key)
        assert [row.seq for row in rows] == list(range(1, count + 1))
        for row in rows:
            assert row.hash == event_hash(previous, row.body)
            previous = row.hash
    assert verified(ledger) == (2, 4, 0, 0, [])


def test_receipts_say_where_each_event_lies(ledger: Ledger) -> None:
    appended = ledger.append(ledger.draft(), ledger.draft(WORKER), ledger.draft())
    rows = {row.id: row for key in (TRIP, WORKER) for row in list_chain(ledger, key)}
    assert [(each.seq, each.hash, each.recorded_at) for each in appended] == [
        (row.seq, row.hash, row.recorded_at) for row in (rows[each.draft.id] for each in appended)
    ]


def test_every_event_waits_for_the_log(ledger: Ledger) -> None:
    appended = ledger.append(ledger.draft(), ledger.draft(WORKER))
    with ledger.context.database.read(ACTOR) as session:
        waiting = session.execute(select(queries.LOG_PENDING)).mappings().all()
    assert {row["event_id"]: row["event_hash"] for row in waiting} == {
        each.draft.id: each.hash for each in appended
    }


def test_personal_fields_are_sealed_and_committed_to(ledger: Ledger) -> None:
    [appended] = ledger.append(ledger.sealed(highest=417))
    body = decode_body(appended.body)
    assert (list(body["commit"]), b":417" in appended.body) == (["stream.note"], False)
    assert verified(ledger) == (1, 1, 1, 0, [])


def test_statements_do_not_grow_with_events(ledger: Ledger) -> None:
    counts = []
    for times in (1, 40):
        streams = [StreamKey(StreamKind.WORKER, UUID(int=1000 * times + n)) for n in range(times)]
        with list_statements() as statements:
            ledger.append(*(ledger.sealed(each) for each in streams))
        counts.append(len([each for each in statements if "subject_key" not in each]))
    assert counts == [7, 7]


def test_columns_are_what_the_body_says(ledger: Ledger) -> None:
    """Also in another zone and with a wrong clock: to the millisecond, so that it can be verified."""
    china = timezone(timedelta(hours=8))
    for occurred, skew in (
        (AT, 0),
        (AT.astimezone(china), 0),
        (AT, 90_001),
        (AT.astimezone(china), -3_600_001),
    ):
        given = occurred - timedelta(milliseconds=skew, microseconds=777)
        draft = ledger.draft(WORKER, occurred_at=occurred, skew_ms=skew, happened_at=given)
        assert draft.happened_at == occurred - timedelta(milliseconds=skew)
        ledger.append(draft)
    for row in list_chain(ledger, WORKER):
        columns = read_columns(decode_body(row.body))
        assert {name: getattr(row, name) for name in columns} == columns
    assert verified(ledger) == (1, 4, 0, 0, [])


def test_a_thousand_streams_are_locked_at_once(ledger: Ledger) -> None:
    streams = [StreamKey(StreamKind.WORKER, UUID(int=number + 1)) for number in range(1000)]
    ledger.append(*(ledger.draft(each) for each in streams))
    ledger.append(*(ledger.draft(each) for each in reversed(streams)))
    assert verified(ledger) == (1000, 2000, 0, 0, [])


BODY = (
    '{"actor":"00000000-0000-0000-0000-000000000007",'
    '"attachments":[{"id":"00000000-0000-0000-0000-00000000000c","sha256":"cd"}],"commit":{"worker.health":"ab"},'
    '"county":"211221","data":{"place":"凡河镇"},"decided":{},"device":"3f9a4c1e",'
    '"device_sequence":3,"id":"00000000-0000-0000-0000-000000000001",'
    '"kind":"temperature_round.taken","mode":"live",'
    '"occurred_at":"2020-03-24T08:00:00.123456+08:00","policy":"2020-03-01",'
    '"recorded_at":"2020-03-24T00:00:01+00:00","sent_kind":"temperature_round.taken",'
    '"seq":5,"skew_ms":-250,"source":"api",'
    '"stream":{"id":"00000000-0000-0000-0000-00000000000b","kind":"trip"},'
    '"subject":"00000000-0000-0000-0000-00000000000b","v":2,"worker":null}'
)


def test_the_bytes_of_a_body_are_pinned(ledger: Ledger) -> None:
    draft: EventDraft = ledger.draft(
        id=UUID(int=1),
        actor_id=UUID(int=7),
        device_sequence=3,
        occurred_at=AT.astimezone(timezone(timedelta(hours=8))),
        skew_ms=-250,
        policy_version="2020-03-01",
        data={"place": "凡河镇"},
        device="3f9a4c1e",
        attachments=(Attached(UUID(int=12), "cd"),),
    )
    body = encode_body(
        draft,
        county_code=COUNTY,
        seq=5,
        recorded_at=datetime(2020, 3, 24, 8, 0, 1, tzinfo=timezone(timedelta(hours=8))),
        commitments={"worker.health": "ab"},
    )
    kind = str(draft.kind)
    assert body.decode() == BODY.replace("temperature_round.taken", kind)
    assert read_columns(decode_body(body))["happened_at"] == datetime(
        2020, 3, 24, 0, 0, 0, 373456, tzinfo=UTC
    )

"""Work lists of health: who is to be called after the arrival, who on a coming trip may not ride yet. The
caller records the access.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from uuid import UUID

from schemas.base import Page
from schemas.health_records import FollowUpDue, MissingHealthLine
from schemas.policies import PolicyVersion
from service.auth import Actor
from service.context import Work
from service.health.answers import show_reasons
from service.health.notes import HealthFacts, count_day, count_tries
from service.health.queries import load_health_facts
from service.registry.people import Person
from service.registry.queries import open_people
from service.rest import Cursor, encode_after
from service.trips.actions.gate import judge_people
from service.trips.queries import health_lists as queries
from service.trips.queries.health_lists import Days, OfTrip
from service.trips.rules.gate import Judged
from service.workers.rules import find_phone_to_ask


def list_follow_ups(
    work: Work, *, on: date, days: int | None, township_code: str | None, cursor: Cursor
) -> Page[FollowUpDue]:
    """Who was received up to `days` days before and was not reached that day; nobody without `days`. A page may
    hold fewer people than its limit: it is cut before their notes are opened."""
    if days is None:
        return Page[FollowUpDue](items=[])
    wanted = Days(on - timedelta(days=days), on - timedelta(days=1))
    found = queries.list_received(work, days=wanted, township_code=township_code, cursor=cursor)
    rows, further = found[: cursor.limit], _find_next(found, cursor)
    facts, people = _open(work, rows)
    items = [_show_due(row, facts, people, on=on, days=days) for row in rows]
    return Page[FollowUpDue](items=[each for each in items if each is not None], next=further)


def list_lacking(
    work: Work, *, on: Days, township_code: str | None, batch_id: UUID | None, cursor: Cursor
) -> Page[MissingHealthLine]:
    """Who on a trip that is planned for these days may not ride yet, by the gate of that trip. A page is cut as
    above."""
    found = queries.list_coming(
        work, days=on, township_code=township_code, batch_id=batch_id, cursor=cursor
    )
    rows, further = found[: cursor.limit], _find_next(found, cursor)
    judged = judge_people(work, {row.passenger_id: row.trip_id for row in rows})
    held = [row for row in rows if not judged[row.passenger_id][0].may_board]
    ids = {row.worker_id for row in held}
    people = open_people(work.session, work.context.vault, work.county_code, ids)
    items = [
        _show_lacking(row, people[row.worker_id], *judged[row.passenger_id], actor=work.actor)
        for row in held
        if row.worker_id in people
    ]
    return Page[MissingHealthLine](items=items, next=further)


def _find_next(found: Sequence[OfTrip], cursor: Cursor) -> str | None:
    more = len(found) > cursor.limit
    return encode_after(found[cursor.limit - 1].passenger_id) if more else None


def _open(
    work: Work, rows: Sequence[OfTrip]
) -> tuple[Mapping[UUID, HealthFacts], Mapping[UUID, Person]]:
    ids = {row.worker_id for row in rows}
    session, vault, county_code = work.session, work.context.vault, work.county_code
    facts = load_health_facts(session, vault, county_code, worker_ids=ids)
    return facts, open_people(session, vault, county_code, ids)


def _show_due(
    row: OfTrip,
    facts: Mapping[UUID, HealthFacts],
    people: Mapping[UUID, Person],
    *,
    on: date,
    days: int,
) -> FollowUpDue | None:
    person, since = people.get(row.worker_id), row.since
    day = count_day(since, on=on, days=days) if since else None
    if person is None or since is None or day is None:
        return None
    tried = count_tries(facts[row.worker_id], day=day, received_at=since)
    if tried is None:
        return None
    return FollowUpDue(**_describe(row, person), received_at=since, day=day, tried=tried)


def _show_lacking(
    row: OfTrip, person: Person, judged: Judged, policy: PolicyVersion, *, actor: Actor
) -> MissingHealthLine:
    return MissingHealthLine(
        **_describe(row, person),
        departure_at=row.departure_at,
        verdict=judged.verdict,
        reasons=show_reasons(judged.open, policy, actor=actor),
    )


def _describe(row: OfTrip, person: Person) -> dict[str, UUID | str | None]:
    return {
        "id": person.id,
        "passenger_id": row.passenger_id,
        "name": person.name,
        "phone": find_phone_to_ask(person),
        "township": person.township,
        "village": person.village,
        "trip_id": row.trip_id,
        "trip_number": row.trip_number,
    }

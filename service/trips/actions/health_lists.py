"""Work lists of health: who is to be called after the arrival, who on a coming trip lacks a declaration or a
proof that the policy asks for. The caller records the access.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from uuid import UUID

from schemas.base import Page
from schemas.health_records import FollowUpDue, MissingHealthLine
from schemas.policies import PolicyVersion
from service.context import Work
from service.days import local_date
from service.health.notes import HealthFacts, count_day, count_tries, list_missing
from service.health.queries import load_health_facts
from service.registry.people import Person
from service.registry.queries import open_people
from service.rest import Cursor, encode_after
from service.trips.queries import health_lists as queries
from service.trips.queries.health_lists import Days, OfTrip
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
    work: Work, *, on: Days, policy: PolicyVersion, township_code: str | None, cursor: Cursor
) -> Page[MissingHealthLine]:
    """Who on a trip that is planned for these days lacks something; nobody where the policy asks for nothing. A
    page is cut as above."""
    if policy.question_set is None and not policy.any_proof_of:
        return Page[MissingHealthLine](items=[])
    found = queries.list_coming(work, days=on, township_code=township_code, cursor=cursor)
    rows, further = found[: cursor.limit], _find_next(found, cursor)
    facts, people = _open(work, rows)
    items = [_show_lacking(row, facts, people, policy) for row in rows]
    return Page[MissingHealthLine](items=[each for each in items if each], next=further)


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
    row: OfTrip,
    facts: Mapping[UUID, HealthFacts],
    people: Mapping[UUID, Person],
    policy: PolicyVersion,
) -> MissingHealthLine | None:
    person, arrives = people.get(row.worker_id), row.arrival_at or row.departure_at
    if person is None or arrives is None:
        return None
    missing = list_missing(facts[row.worker_id], policy, arrival_on=local_date(arrives))
    if not missing:
        return None
    return MissingHealthLine(
        **_describe(row, person), departure_at=row.departure_at, missing=missing
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

"""Opening batches and trips, editing plans: described rows, each change with its event."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Table

from schemas.errors import ErrorCode
from schemas.events.fields import PersonalClass
from schemas.events.kinds import EventKind, StreamKind
from schemas.events.payloads_records import BatchOpened
from schemas.events.payloads_trips import TripChanged, TripOpened
from schemas.ids import derive_id
from schemas.trips import BatchIn, PlanFields, PlanPatch, PointIn, TripIn
from service.clock import local_date, new_id
from service.context import Work
from service.db.bulk import load_many, write_many
from service.enterprises.queries import ENTERPRISE
from service.errors import DomainError
from service.fleets.queries import find_carrier
from service.ledger.actions import lock_or_open_streams
from service.ledger.bodies import StreamKey, content_hash
from service.policies.rules import policy_in_force
from service.trips.actions.events import find_view, record_one, reseat
from service.trips.queries import lists
from service.trips.queries.states import TRIP, TRIP_POINT


def check_number(work: Work, table: Table, number: str) -> None:
    """People call trips and batches by their numbers."""
    taken = load_many(
        work.session,
        table,
        county_code=work.county_code,
        column="number",
        keys=[number],
        columns=("county_code", "id"),
    )
    if taken:
        raise DomainError(ErrorCode.RECORD_EXISTS, facts={"id": str(taken[0]["id"])})


def check_enterprises(work: Work, *, named: Iterable[UUID | None]) -> None:
    wanted = {each for each in named if each is not None}
    known = load_many(
        work.session,
        ENTERPRISE,
        county_code=work.county_code,
        column="id",
        keys=wanted,
        columns=("county_code", "id"),
    )
    if {row["id"] for row in known} != wanted:
        raise DomainError(ErrorCode.NOT_FOUND)


def open_batch(work: Work, *, body: BatchIn) -> None:
    """The same id with the same content again changes nothing; with other content: id-reused."""
    content = body.model_dump(mode="json", exclude_none=True)
    stream = StreamKey(StreamKind.BATCH, body.id)
    lock_or_open_streams(work.session, work.county_code, [stream])
    stored = lists.get_batch(work.session, work.county_code, batch_id=body.id)
    if stored is not None:
        if stored["content_hash"] != content_hash(content):
            raise DomainError(ErrorCode.ID_REUSED)
        return
    check_number(work, lists.BATCH, body.number)
    check_enterprises(work, named=[body.enterprise_id])
    row = body.model_dump() | {
        "county_code": work.county_code,
        "direction": str(body.direction),
        "organiser_kind": str(body.organiser_kind),
        "content_hash": content_hash(content),
        "created_at": work.now(),
    }
    write_many(work.session, lists.BATCH, [row])
    record_one(
        work,
        payload=BatchOpened(number=body.number, content_hash=content_hash(content)),
        identifier=derive_id(body.id, "opened"),
        kind=EventKind.BATCH_OPENED,
        stream=stream,
    )


OPENED = "opened"


def open_trip(work: Work, *, body: TripIn) -> None:
    """The plan is rows; the event commits to them, and names vehicle, drivers and points."""
    stream = StreamKey(StreamKind.TRIP, body.id)
    lock_or_open_streams(work.session, work.county_code, [stream])
    digest = _plan_hash(work, body)
    stored = lists.get_trip(work.session, work.county_code, trip_id=body.id)
    if stored is not None:
        if stored["content_hash"] != digest:
            raise DomainError(ErrorCode.ID_REUSED)
        return
    batch = lists.get_batch(work.session, work.county_code, batch_id=body.batch_id)
    if batch is None:
        raise DomainError(ErrorCode.NOT_FOUND)
    check_number(work, TRIP, body.number)
    _check_plan(work, body)
    write_many(
        work.session,
        TRIP,
        [_trip_row(work, body=body, digest=digest, batch=batch)],
    )
    _write_points(work, body.id, "boarding", body.boarding_points or [])
    _write_points(work, body.id, "handover", body.handover_points or [])
    record_one(
        work,
        payload=TripOpened(
            batch_id=body.batch_id,
            number=body.number,
            plan_hash=digest,
            vehicle_id=body.vehicle_id,
            driver_ids=body.driver_ids,
            handover_point_ids=[point.id for point in body.handover_points or []],
        ),
        identifier=derive_id(body.id, OPENED),
        kind=EventKind.TRIP_OPENED,
        stream=stream,
    )


def _check_plan(work: Work, body: PlanFields) -> None:
    """Carrier and enterprises that the plan names are the county's. Vehicle and drivers are looked
    at where the event is decided."""
    points = [*(body.boarding_points or []), *(body.handover_points or [])]
    check_enterprises(work, named=[point.enterprise_id for point in points])
    if body.carrier_id is not None:
        find_carrier(work, carrier_id=body.carrier_id)


def _plan_hash(work: Work, body: TripIn | PlanPatch) -> str:
    """A commitment to the plan. It holds phones of officials: keyed, like all that is personal."""
    text = body.model_dump_json(exclude_none=True)
    digest = work.context.vault.indexes.digest(lists.CONTENT, "plan", work.county_code, text)
    return digest.hex()


def _trip_row(work: Work, *, body: TripIn, digest: str, batch: Any) -> dict[str, Any]:
    day = local_date(body.planned_departure_at or work.now())
    return {
        "county_code": work.county_code,
        "id": body.id,
        "batch_id": body.batch_id,
        "number": body.number,
        "destination_code": batch["destination_code"],
        **_plan_columns(body),
        "contacts_sealed": _seal_contacts(work, body.id, body),
        "policy_version": policy_in_force(work.county_code, day).version,
        "version": 1,
        "content_hash": digest,
        "created_at": work.now(),
        "state": "draft",
        "places": 0,
        "taken": 0,
        "aboard": 0,
        "open_exceptions": 0,
        "counts": {},
        "list_version": 0,
    }


_PLAN_COLUMNS = (
    "planned_departure_at",
    "planned_arrival_at",
    "route",
    "distance_km",
    "charter_sign_number",
    "carrier_id",
)


def _plan_columns(body: TripIn | PlanPatch) -> dict[str, Any]:
    columns = {name: getattr(body, name) for name in _PLAN_COLUMNS}
    return {**columns, "kept_free_rows": sorted(set(body.kept_free_rows or []))}


def _seal_contacts(work: Work, trip_id: UUID, body: TripIn | PlanPatch) -> bytes | None:
    if body.contacts is None:
        return None
    keyring = work.context.vault.make_keyring(work.session, work.county_code, [trip_id])
    content = body.contacts.model_dump(mode="json", exclude_none=True)
    return keyring.seal(trip_id, PersonalClass.CONTACT, content, place=contacts_place(trip_id))


def contacts_place(trip_id: UUID) -> str:
    return f"trip/{trip_id}/contacts_sealed"


def _write_points(work: Work, trip_id: UUID, kind: str, points: Sequence[PointIn]) -> None:
    rows = [
        {
            "county_code": work.county_code,
            "trip_id": trip_id,
            "id": point.id,
            "kind": kind,
            "ordinal": ordinal,
            "name": point.name,
            "division_code": point.division_code,
            "planned_at": point.planned_at,
            "enterprise_id": point.enterprise_id,
        }
        for ordinal, point in enumerate(points, start=1)
    ]
    write_many(work.session, TRIP_POINT, rows)


def change_plan(work: Work, *, trip_id: UUID, version: int, body: PlanPatch) -> None:
    """Fields that were sent replace what is there; the list must not be locked. A stale version
    answers version-stale. Points that people are assigned to may be renamed, not taken away."""
    stream = StreamKey(StreamKind.TRIP, trip_id)
    lock_or_open_streams(work.session, work.county_code, [stream])
    view = find_view(work, trip_id=trip_id, now=work.now())
    stored = lists.find_trip(work.session, work.county_code, trip_id=trip_id)
    if stored["version"] != version:
        raise DomainError(ErrorCode.VERSION_STALE, facts={"version": stored["version"]})
    _check_plan(work, body)
    sent = body.model_fields_set
    row = dict(stored)
    row |= {name: value for name, value in _plan_columns(body).items() if name in sent}
    _check_times(row["planned_departure_at"], row["planned_arrival_at"])
    if "contacts" in sent:
        row["contacts_sealed"] = _seal_contacts(work, trip_id, body)
    row["version"] = version + 1
    write_many(work.session, TRIP, [row], conflict="overwrite")
    kept = _replace_points(work, trip_id, body)
    handover = [p.id for p in view.plan.handover_points] if kept is None else kept
    changed = new_id(work.context.clock)
    after = record_one(
        work,
        payload=TripChanged(
            version=version + 1,
            fields=sorted(sent),
            plan_hash=_plan_hash(work, body),
            handover_point_ids=handover,
        ),
        identifier=changed,
        kind=EventKind.TRIP_CHANGED,
        stream=stream,
    )
    if after is not None:
        reseat(work, view=after, cause=changed)


def _check_times(departure: datetime | None, arrival: datetime | None) -> None:
    """As they stand together after the change."""
    if departure is not None and arrival is not None and arrival <= departure:
        raise DomainError(ErrorCode.TIME_OUT_OF_RANGE)


def _replace_points(work: Work, trip_id: UUID, body: PlanPatch) -> list[UUID] | None:
    """The new handover points, or None when they were not sent."""
    for kind, points in (("boarding", body.boarding_points), ("handover", body.handover_points)):
        if points is None:
            continue
        used = lists.list_used_points(work.session, work.county_code, trip_id=trip_id)
        gone = lists.delete_points(
            work.session,
            work.county_code,
            trip_id=trip_id,
            kind=kind,
            but=[point.id for point in points],
        )
        if gone & used:
            raise DomainError(ErrorCode.CONFLICT, facts={"points_in_use": len(gone & used)})
        lists.delete_points(work.session, work.county_code, trip_id=trip_id, kind=kind, but=[])
        _write_points(work, trip_id, kind, points)
    return None if body.handover_points is None else [p.id for p in body.handover_points]

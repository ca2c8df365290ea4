"""Opening trips and changing plans: numbers stand once, enterprises, carrier and the escort's account are the
county's, who is named as escort sees the trip, arrival after departure, handover points in use stay, policy
of the trip; each with its event.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from schemas.errors import ErrorCode
from schemas.events.fields import PersonalClass
from schemas.events.kinds import EventKind, StreamKind
from schemas.events.payloads_trips import TripChanged, TripOpened
from schemas.ids import derive_id
from schemas.plan_papers import PLAN_PAPERS
from schemas.shapes import FieldText
from schemas.trips import Contacts, PlanFields, PlanPatch, PointIn, TripIn, TripState
from service.accounts import actions as accounts
from service.accounts.models import Account
from service.clock import new_id
from service.context import Work
from service.days import local_date
from service.enterprises.models import Enterprise
from service.errors import DomainError, object_to, unknown_reference
from service.fleets.queries import get_carrier
from service.ledger.actions import lock_or_open_streams
from service.ledger.bodies import StreamKey
from service.policies.queries import load_book
from service.rest import check_version
from service.trips.actions.events import find_view, record_one, reseat
from service.trips.events.runs import make_escort_key
from service.trips.models import Batch, Trip, TripPoint
from service.trips.queries import lists
from service.vault.vault import IndexPurpose


def check_number(work: Work, model: type[Batch] | type[Trip], number: str) -> None:
    """Raises record-exists with its id where another batch or trip has this number."""
    statement = select(model.id).where(
        model.county_code == work.county_code, model.number == number
    )
    taken = work.session.exec(statement).first()
    if taken is not None:
        taken_number = object_to("number", FieldText.NUMBER_TAKEN)
        raise DomainError(ErrorCode.RECORD_EXISTS, facts={"id": str(taken)}, errors=[taken_number])


def check_enterprises(work: Work, *, named: Iterable[UUID | None], field: str) -> None:
    """Raises not-found, naming the field, where one of them is not the county's."""
    wanted = {each for each in named if each is not None}
    if not wanted:
        return
    statement = select(Enterprise.id).where(
        Enterprise.county_code == work.county_code, col(Enterprise.id).in_(wanted)
    )
    if set(work.session.exec(statement).all()) != wanted:
        raise unknown_reference(field)


OPENED = "opened"


def open_trip(work: Work, *, body: TripIn) -> None:
    """The plan is rows; the event commits to them, and names vehicle, drivers and points. The batch is locked
    with the trip: one that is being cancelled takes none."""
    stream = StreamKey(StreamKind.TRIP, body.id)
    batch_stream = StreamKey(StreamKind.BATCH, body.batch_id)
    lock_or_open_streams(work.session, work.county_code, [stream, batch_stream])
    digest = hash_plan(work, _write_plan(body))
    stored = lists.get_trip(work, body.id)
    if stored is not None:
        if stored.content_hash != digest:
            raise DomainError(ErrorCode.ID_REUSED)
        return
    batch = work.session.get(Batch, (work.county_code, body.batch_id))
    if batch is None:
        raise unknown_reference("batch_id")
    if batch.cancelled_at is not None:
        raise DomainError(ErrorCode.BATCH_CANCELLED)
    check_number(work, Trip, body.number)
    _check_plan(work, body)
    work.session.add(_make_trip(work, body=body, digest=digest, batch=batch))
    work.session.flush()
    _write_points(work, body.id, "boarding", body.boarding_points or [])
    _write_points(work, body.id, "handover", body.handover_points or [])
    escort = _name_escort(work, body.id, body.contacts)
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
    if escort is not None:
        accounts.record_trips(work, escort)


def _name_escort(work: Work, trip_id: UUID, contacts: Contacts | None) -> Account | None:
    """Whoever is named as the trip's contact by an account sees the trip; gives the account where it did not
    before. Who was named earlier keeps it: she may still have to send what she recorded without a signal. Only
    a planner takes it away (POST /v1/accounts/{id}/trips). Raises what is wrong with the account, by the field.
    """
    account_id = contacts.escort_account_id if contacts else None
    if account_id is None:
        return None
    field = "contacts.escort_account_id"
    return accounts.give_trip(work, account_id=account_id, trip_id=trip_id, field=field)


def _check_plan(work: Work, body: PlanFields) -> None:
    """Carrier and enterprises that the plan names are the county's. Vehicle and drivers are looked
    at where the event is decided."""
    for name in ("boarding_points", "handover_points"):
        points = getattr(body, name) or []
        check_enterprises(work, named=[point.enterprise_id for point in points], field=name)
    if body.carrier_id is not None and get_carrier(work, carrier_id=body.carrier_id) is None:
        raise unknown_reference("carrier_id")


def _write_plan(body: TripIn | PlanPatch) -> str:
    return body.model_dump_json(exclude_none=True)


def hash_plan(work: Work, text: str) -> str:
    """A commitment to the plan as it was sent. It holds phones of officials: keyed, as all that is personal."""
    digest = work.context.vault.indexes.digest(IndexPurpose.CONTENT, "plan", work.county_code, text)
    return digest.hex()


def _make_trip(work: Work, *, body: TripIn, digest: str, batch: Batch) -> Trip:
    """The described columns; the derived ones are those of a trip without events."""
    return Trip(
        county_code=work.county_code,
        id=body.id,
        batch_id=body.batch_id,
        number=body.number,
        destination_code=batch.destination_code,
        **_plan_columns(body),
        **_contact_columns(work, body.contacts),
        contacts_sealed=_seal_contacts(work, body.id, body),
        policy_version=_choose_policy(work, body.planned_departure_at),
        version=1,
        content_hash=digest,
        created_at=work.now(),
        state=str(TripState.DRAFT),
        places=0,
        taken=0,
        aboard=0,
        open_exceptions=0,
        counts={},
        list_version=0,
    )


def _choose_policy(work: Work, departure: datetime | None) -> str:
    """The policy in force on the day of departure. Until the trip is filed it follows that day."""
    book = load_book(work.session, work.county_code)
    return book.in_force(local_date(departure or work.now())).version


_PLAN_COLUMNS = (
    "planned_departure_at",
    "planned_arrival_at",
    "route",
    "distance_km",
    "expressway",
    "carrier_id",
    *PLAN_PAPERS,
)


def _plan_columns(body: TripIn | PlanPatch) -> dict[str, Any]:
    columns = {name: getattr(body, name) for name in _PLAN_COLUMNS}
    return {**columns, "kept_free_rows": sorted(set(body.kept_free_rows or []))}


def _contact_columns(work: Work, contacts: Contacts | None) -> dict[str, Any]:
    """By what the escort is found again on another trip: account, keyed digest of the telephone; and which
    points have a reception of their own."""
    if contacts is None:
        return {"escort_account_id": None, "escort_key": None, "reception_points": None}
    key = make_escort_key(work.context.vault.indexes, work.county_code, contacts.escort_phone)
    received = sorted({str(each.point_id) for each in contacts.receptions or ()}) or None
    return {
        "escort_account_id": contacts.escort_account_id,
        "escort_key": key,
        "reception_points": received,
    }


def _seal_contacts(work: Work, trip_id: UUID, body: TripIn | PlanPatch) -> bytes | None:
    if body.contacts is None:
        return None
    keyring = work.context.vault.make_keyring(work.session, work.county_code, [trip_id])
    content = body.contacts.model_dump(mode="json", exclude_none=True)
    return keyring.seal(trip_id, PersonalClass.CONTACT, content, place=contacts_place(trip_id))


def contacts_place(trip_id: UUID) -> str:
    return f"trip/{trip_id}/contacts_sealed"


def _write_points(work: Work, trip_id: UUID, kind: str, points: Sequence[PointIn]) -> None:
    work.session.add_all(
        TripPoint(
            county_code=work.county_code,
            trip_id=trip_id,
            id=point.id,
            kind=kind,
            ordinal=ordinal,
            name=point.name,
            division_code=point.division_code,
            planned_at=point.planned_at,
            enterprise_id=point.enterprise_id,
        )
        for ordinal, point in enumerate(points, start=1)
    )
    work.session.flush()


def change_plan(work: Work, *, trip_id: UUID, version: int, body: PlanPatch) -> None:
    """Fields that were sent replace what is there; the list must not be locked. A stale version
    answers version-stale. Points that people are assigned to may be renamed, not taken away."""
    stream = StreamKey(StreamKind.TRIP, trip_id)
    lock_or_open_streams(work.session, work.county_code, [stream])
    view = find_view(work, trip_id=trip_id)
    trip = lists.find_trip(work, trip_id)
    check_version(trip.version, version)
    _check_plan(work, body)
    sent = body.model_fields_set
    for name, value in _plan_columns(body).items():
        if name in sent:
            setattr(trip, name, value)
    _check_times(trip.planned_departure_at, trip.planned_arrival_at)
    if "contacts" in sent:
        trip.contacts_sealed = _seal_contacts(work, trip_id, body)
        for name, value in _contact_columns(work, body.contacts).items():
            setattr(trip, name, value)
    if "planned_departure_at" in sent and view.course.policy_version is None:
        trip.policy_version = _choose_policy(work, trip.planned_departure_at)
    trip.version = version + 1
    work.session.flush()
    escort = _name_escort(work, trip_id, body.contacts)
    kept = _replace_points(work, trip_id, body)
    handover = [p.id for p in view.plan.handover_points] if kept is None else kept
    changed = new_id(work.context.clock)
    after = record_one(
        work,
        payload=TripChanged(
            version=version + 1,
            fields=sorted(sent),
            plan_hash=hash_plan(work, _write_plan(body)),
            handover_point_ids=handover,
        ),
        identifier=changed,
        kind=EventKind.TRIP_CHANGED,
        stream=stream,
    )
    if escort is not None:
        accounts.record_trips(work, escort)
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

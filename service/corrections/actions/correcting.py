"""Correcting one worker: the row, what follows from it, and one event, all or none."""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy.engine import RowMapping
from sqlmodel import Session

from schemas.corrections import WorkerChange
from schemas.demands import DemandState
from schemas.errors import ErrorCode
from schemas.events.kinds import EventKind
from schemas.events.payloads_passengers import PersonRole
from schemas.events.payloads_records import WorkerChanged
from schemas.imports import PlanCode
from schemas.roster.codes import RowCode
from schemas.roster.columns import Field
from schemas.shapes import describe_field
from schemas.workers import Feed
from service.auth import Actor
from service.clock import local_date, new_id
from service.context import Context
from service.corrections.rules import complete_cells, list_objections
from service.demand import queries as demands
from service.demand.actions import describe_demand, write_demands
from service.demand.rules import DemandStep, decide_demand
from service.errors import DomainError
from service.ledger.actions import lock_or_open_streams
from service.recording.commands import make_command, worker_stream
from service.recording.described import commit_row
from service.recording.versions import check_version
from service.vault.vault import Keyring
from service.workers import queries as workers
from service.workers.actions import Entry, Ward, link_wards, make_keyring, write_workers
from service.workers.rules.indexing import WorkerIndex
from service.workers.rules.merging import Merged, correct


class Corrected(NamedTuple):
    """The row as it is now."""

    row: RowMapping
    changed: tuple[str, ...] = ()
    notes: tuple[PlanCode, ...] = ()


class _Household(NamedTuple):
    worker_id: UUID | None
    key: str | None


def correct_worker(
    context: Context,
    session: Session,
    actor: Actor,
    *,
    worker_id: UUID,
    version: int,
    change: WorkerChange,
) -> Corrected:
    """Raises not-found outside of the actor's scope, version-stale, and field-invalid where the
    rules of a roster object. What stands there already is no change and leaves no event.
    """
    # Streams before rows, as the recorder locks: two who speak of one worker wait and never meet.
    lock_or_open_streams(session, actor.county_code, [worker_stream(worker_id)])
    row = workers.find_worker(session, actor, worker_id=worker_id, lock=True)
    check_version(row["version"], version)
    stored = _open_values(context, session, row)
    today = local_date(context.now())
    given = complete_cells(change.model_dump(mode="json", exclude_unset=True), stored)
    merged = correct(stored, row["origins"], given=given, on=today)
    if not merged.changed:
        return Corrected(row)
    _check(stored, merged.values, on=today)
    keyring = make_keyring(session, context.vault, actor.county_code, [worker_id])
    _write(context, session, row, merged=merged, keyring=keyring)
    notes = _follow_demand(context, session, row, merged=merged, given=given, keyring=keyring)
    after = workers.find_worker(session, actor, worker_id=worker_id)
    _record(context, session, actor, after, merged)
    return Corrected(after, merged.changed, notes)


def _open_values(context: Context, session: Session, row: RowMapping) -> dict[str, Any]:
    """Raises not-found for somebody who was erased."""
    keyring = context.vault.open_keyring(session, row["county_code"], [row["id"]])
    values = {"person_role": row["person_role"], **workers.open_values(keyring, row)}
    if "id_number" not in values:
        raise DomainError(ErrorCode.NOT_FOUND)
    return values


def _check(before: Mapping[str, Any], after: Mapping[str, Any], *, on: date) -> None:
    objections = list_objections(before, after, on=on)
    if not objections:
        return
    problems = [
        describe_field(
            {"type": str(code), "msg": str(code), "loc": (_field_of(field, code),)},
        )
        for field, code in objections
    ]
    raise DomainError(ErrorCode.FIELD_INVALID, errors=problems)


def _field_of(field: Field, code: RowCode) -> str:
    """Whose number is too young is a matter of the role: the number stays."""
    return str(Field.PERSON_ROLE if code is RowCode.UNDER_AGE else field)


def _write(
    context: Context, session: Session, row: RowMapping, *, merged: Merged, keyring: Keyring
) -> None:
    county_code, now = row["county_code"], context.now()
    index = WorkerIndex(context.vault.indexes, county_code)
    guardian = _find_guardian(session, row, merged, index)
    entry = Entry(
        id=row["id"],
        version=row["version"] + 1,
        created_at=row["created_at"],
        township_code=row["township_code"],
        person_role=PersonRole(merged.values["person_role"]),
        values=merged.values,
        origins=merged.origins,
        source_macs=row["source_macs"],
        guardian_worker_id=guardian.worker_id,
        household_key=guardian.key,
    )
    write_workers(session, county_code, [entry], keyring=keyring, index=index, now=now)
    household = guardian.key or index.household(merged.values)
    if household != row["household_key"]:
        digests = [row["id_number_index"]]
        found = workers.list_wards(session, county_code, guardian_digests=digests)
        link_wards(session, county_code, [Ward(ward["id"], row["id"], household) for ward in found])


def _find_guardian(
    session: Session, row: RowMapping, merged: Merged, index: WorkerIndex
) -> _Household:
    """A child is in its guardian's household, as far as the guardian is known."""
    number = merged.values.get("guardian_id")
    if number is None:
        return _Household(None, None)
    if "guardian_id" not in merged.changed and row["guardian_worker_id"] is not None:
        return _Household(row["guardian_worker_id"], row["household_key"])
    found = workers.list_heads_by_id_number(
        session, row["county_code"], digests=[index.id_number(number)]
    )
    return (
        _Household(found[0]["id"], found[0]["household_key"]) if found else _Household(None, None)
    )


def _follow_demand(
    context: Context,
    session: Session,
    row: RowMapping,
    *,
    merged: Merged,
    given: Mapping[str, Any],
    keyring: Keyring,
) -> tuple[PlanCode, ...]:
    """As after a row of a roster; who has a seat keeps the journey as it is."""
    county_code, worker_id = row["county_code"], row["id"]
    newest = demands.list_newest_demands(
        session, county_code, worker_ids=[worker_id], lock=True
    ).get(worker_id)
    step = decide_demand(
        DemandState(newest["state"]) if newest else None,
        incoming=given,
        values=merged.values,
        changed=merged.changed,
    )
    if step is DemandStep.KEEP_ASSIGNED:
        return (PlanCode.ALREADY_ON_TRIP,)
    if step is not DemandStep.KEEP:
        demand = describe_demand(
            merged.values,
            newest,
            step=step,
            changed=merged.changed,
            worker=row,
            source=Feed.CORRECTION,
            fresh_id=new_id(context.clock),
            now=context.now(),
        )
        index = WorkerIndex(context.vault.indexes, county_code)
        write_demands(
            session, county_code, [demand], keyring=keyring, index=index, now=context.now()
        )
    return ()


def _record(
    context: Context, session: Session, actor: Actor, row: RowMapping, merged: Merged
) -> None:
    now = context.now()
    payload = WorkerChanged(
        version=row["version"], fields=list(merged.changed), content_hash=commit_row(row)
    )
    command = make_command(
        payload,
        identifier=new_id(context.clock),
        kind=EventKind.WORKER_CHANGED,
        stream=worker_stream(row["id"]),
        now=now,
    )
    (outcome,) = context.recorder.record(session, actor, [command], now=now)
    if outcome.problem is not None:
        raise DomainError(outcome.problem.code, facts=outcome.problem.facts)

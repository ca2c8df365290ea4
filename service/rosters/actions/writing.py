"""From verdicts to the registry: workers with their guardians, and their travel demands."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy.engine import RowMapping
from sqlmodel import Session

from service.context import Context
from service.demand.actions import Demand, write_demands
from service.rosters.actions.changing import (
    WRITTEN_DEMANDS,
    Change,
    Household,
    list_households,
    make_demand,
    make_entry,
    make_id,
)
from service.rosters.actions.loading import Registry
from service.rosters.actions.preparing import Newcomer, Prepared
from service.rosters.rules.deciding import Verdict
from service.workers import queries as worker_queries
from service.workers.actions import Ward, link_wards, make_keyring, write_workers


class Known(NamedTuple):
    """A worker, if there is one, and the version after a row."""

    id: UUID | None = None
    version: int | None = None


class Person(NamedTuple):
    """A worker as written: its version now, and the demand that was written with it."""

    place: int
    id_digest: bytes
    worker_id: UUID
    version: int
    demand: Demand | None


class Written(NamedTuple):
    """`wards`: the children outside of the chunk that were linked, as they stood before."""

    people: tuple[Person, ...] = ()
    wards: tuple[RowMapping, ...] = ()

    @property
    def versions(self) -> dict[int, Known]:
        """By place."""
        return {each.place: Known(each.worker_id, each.version) for each in self.people}


def write_changes(
    context: Context,
    session: Session,
    county_code: str,
    *,
    prepared: Prepared,
    verdicts: Sequence[Verdict],
    registry: Registry,
) -> Written:
    """The number of statements is fixed."""
    newcomers = _find_newcomers(prepared, verdicts)
    changes = list(_list_changes(context, prepared, verdicts, registry, newcomers))
    if not changes:
        return Written()
    context.vault.store_keyring(session, prepared.drawn, newcomers)
    others = [change.worker_id for change in changes if change.worker_id not in newcomers]
    keyring = make_keyring(session, context.vault, county_code, others)
    now, index = context.now(), prepared.index
    households = list_households(changes, registry, index)
    entries = [
        newcomers[change.worker_id].entry
        if change.worker_id in newcomers
        else make_entry(context, change, registry, households)
        for change in changes
    ]
    write_workers(
        session,
        county_code,
        entries,
        keyring=keyring,
        index=index,
        now=now,
        prepared={key: each.worker for key, each in newcomers.items()},
    )
    wards = _link_wards(session, county_code, changes, households)
    demands = dict(_list_demands(context, changes, registry, newcomers))
    write_demands(
        session,
        county_code,
        list(demands.values()),
        keyring=keyring,
        index=index,
        now=now,
        sealed={each.demand.id: each.wish for each in newcomers.values() if each.demand},
    )
    people = tuple(
        Person(
            change.row.place, change.row.id_digest, entry.id, entry.version, demands.get(entry.id)
        )
        for change, entry in zip(changes, entries, strict=True)
    )
    return Written(people, wards)


def _find_newcomers(prepared: Prepared, verdicts: Sequence[Verdict]) -> dict[UUID, Newcomer]:
    """By the id that they were given."""
    found = map(prepared.find, prepared.rows, verdicts)
    return {each.entry.id: each for each in found if each is not None}


def _list_changes(
    context: Context,
    prepared: Prepared,
    verdicts: Sequence[Verdict],
    registry: Registry,
    newcomers: Mapping[UUID, Newcomer],
) -> Iterable[Change]:
    ids = {each.place: key for key, each in newcomers.items()}
    for row, verdict in zip(prepared.rows, verdicts, strict=True):
        if verdict.merged is None or row.source is None:
            continue
        stored = registry.stored.get(row.id_digest)
        known = stored.worker_id if stored else ids.get(row.place)
        yield Change(row, row.source, verdict, verdict.merged, known or make_id(context, row))


def _list_demands(
    context: Context,
    changes: Sequence[Change],
    registry: Registry,
    newcomers: Mapping[UUID, Newcomer],
) -> Iterable[tuple[UUID, Demand]]:
    """Worker → demand."""
    for change in changes:
        if change.verdict.demand not in WRITTEN_DEMANDS:
            continue
        newcomer = newcomers.get(change.worker_id)
        made = newcomer.demand if newcomer else None
        yield change.worker_id, made or make_demand(context, change, registry)


def _link_wards(
    session: Session,
    county_code: str,
    changes: Sequence[Change],
    households: Mapping[bytes, Household],
) -> tuple[RowMapping, ...]:
    """Children who were entered before the guardian, or whose guardian's household changed."""
    digests = {change.row.id_digest for change in changes}
    written = {change.worker_id for change in changes}
    found = worker_queries.list_wards(session, county_code, guardian_digests=digests)
    wards = tuple(ward for ward in found if ward["id"] not in written)
    links = [Ward(ward["id"], *households[ward["guardian_index"]]) for ward in wards]
    link_wards(session, county_code, links)
    return wards

"""Demands as they leave: masked people, named groups."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.engine import RowMapping

from schemas.demands import DemandGrouping, DemandOut, DemandState, DemandSummary
from schemas.workers import Feed
from service.context import Work
from service.demand import queries
from service.demand.rules import Count, make_groups
from service.registry import queries as worker_queries
from service.registry.people import Person, mask_person
from service.vault.vault import Keyring


def present_demands(work: Work, *, rows: Sequence[RowMapping]) -> dict[UUID, DemandOut]:
    """Demand id → how it is shown. Two reads more, whatever their number."""
    worker_ids = {row["worker_id"] for row in rows}
    keyring = work.context.vault.open_keyring(work.session, work.county_code, worker_ids)
    people = worker_queries.open_people_with(
        work.session, keyring, work.county_code, worker_ids=worker_ids
    )
    return {row["id"]: _present(row, people[row["worker_id"]], keyring) for row in rows}


def _present(row: RowMapping, person: Person, keyring: Keyring) -> DemandOut:
    masked, wish = mask_person(person), queries.open_wish(keyring, row)
    return DemandOut(
        id=row["id"],
        worker_id=row["worker_id"],
        name=masked.name,
        phone=masked.phone,
        reachable=masked.reachable,
        township_code=row["township_code"],
        township=masked.township,
        destination_code=row["destination_code"],
        destination=wish.get("destination"),
        employer=wish.get("employer"),
        enterprise_id=row["enterprise_id"],
        window_from=row["window_from"],
        window_to=row["window_to"],
        state=DemandState(row["state"]),
        source=Feed(row["source"]),
        version=row["version"],
    )


def summarise_demands(work: Work, *, by: DemandGrouping) -> DemandSummary:
    rows = queries.count_demands(work, by=by)
    counts = [Count(row["value"], DemandState(row["state"]), row["number"]) for row in rows]
    names: dict[str, str] = {}
    if by is DemandGrouping.EMPLOYER:
        keys = {count.value for count in counts if count.value is not None}
        names = queries.list_employer_names(work.session, work.county_code, keys=keys)
    groups = make_groups(by, counts, employer_names=names)
    return DemandSummary(
        by=by,
        groups=groups,
        open=sum(group.open for group in groups),
        assigned=sum(group.assigned for group in groups),
    )

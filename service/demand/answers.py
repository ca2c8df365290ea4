"""How demands are shown: people masked, destination and employer as written; the counts by city, employer or
week.
"""

from collections.abc import Sequence
from uuid import UUID

from schemas.demands import DemandGrouping, DemandOut, DemandState, DemandSummary
from schemas.workers import Feed
from service.context import Work
from service.demand import queries
from service.demand.models import TravelDemand
from service.demand.rules import make_groups
from service.registry.people import Person, mask_person, open_person
from service.registry.queries import list_worker_rows
from service.vault.vault import Keyring


def show_demands(work: Work, demands: Sequence[TravelDemand]) -> dict[UUID, DemandOut]:
    """Demand id → how it is shown. Two reads more, whatever their number."""
    worker_ids = {each.worker_id for each in demands}
    keyring = work.context.vault.open_keyring(work.session, work.county_code, worker_ids)
    rows = list_worker_rows(work.session, work.county_code, worker_ids=worker_ids)
    people = {row.id: open_person(keyring, row) for row in rows}
    return {each.id: _show(each, people[each.worker_id], keyring) for each in demands}


def _show(demand: TravelDemand, person: Person, keyring: Keyring) -> DemandOut:
    masked, wish = mask_person(person), queries.open_wish(keyring, demand)
    return DemandOut(
        id=demand.id,
        worker_id=demand.worker_id,
        name=masked.name,
        phone=masked.phone,
        reachable=masked.reachable,
        township_code=demand.township_code,
        township=masked.township,
        destination_code=demand.destination_code,
        destination=wish.get("destination"),
        employer=wish.get("employer"),
        enterprise_id=demand.enterprise_id,
        window_from=demand.window_from,
        window_to=demand.window_to,
        state=DemandState(demand.state),
        source=Feed(demand.source),
        version=demand.version,
    )


def summarise_demands(work: Work, *, by: DemandGrouping) -> DemandSummary:
    counts = queries.count_demands(work, by=by)
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

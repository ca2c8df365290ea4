"""What the registry holds about the people of a chunk, in a fixed number of statements."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy.engine import RowMapping
from sqlmodel import Session

from schemas.demands import DemandState
from schemas.workers import Feed
from service.context import Context
from service.demand import queries as demand_queries
from service.rosters import queries
from service.rosters.rules.deciding import Stored
from service.rosters.rules.reading import Incoming
from service.stranded.actions import list_told
from service.stranded.rules import Told
from service.workers import queries as worker_queries


@dataclass(frozen=True, slots=True)
class Registry:
    """`heads`: rows of workers (and, when locked, of guardians) by the digest of their number,
    without what is sealed; `stored`: the same as `decide` wants them; `sealed` and `demands`: what
    is sealed, and the newest demand, of each worker whose row says something new; `told` (when
    locked): what enterprises said of people whom the registry does not know.
    """

    heads: Mapping[bytes, RowMapping]
    stored: Mapping[bytes, Stored]
    sealed: Mapping[UUID, RowMapping]
    demands: Mapping[UUID, RowMapping]
    told: Mapping[bytes, Sequence[Told]]


def load_registry(
    context: Context,
    session: Session,
    county_code: str,
    rows: Sequence[Incoming],
    *,
    lock: bool,
) -> Registry:
    """Rows that their source said before are neither opened nor looked into further."""
    readable = [row for row in rows if row.source is not None]
    digests = {row.id_digest for row in readable}
    if lock:
        digests |= {row.guardian_digest for row in readable if row.guardian_digest}
    heads = {
        head["id_number_index"]: head
        for head in worker_queries.list_heads_by_id_number(
            session, county_code, digests=digests, lock=lock
        )
    }
    stored = {digest: _make_stored(head) for digest, head in heads.items()}
    news = [
        row
        for row in readable
        if row.id_digest in stored and not stored[row.id_digest].said_before(row)
    ]
    ids = {stored[row.id_digest].worker_id for row in news}
    demands = demand_queries.list_newest_demands(session, county_code, worker_ids=ids, lock=lock)
    sealed = _list_sealed(session, county_code, ids)
    values = _open(context, session, county_code, sealed)
    days = queries.list_newest_days(session, county_code, worker_ids=ids)
    for row in news:
        head, known = heads[row.id_digest], stored[row.id_digest]
        demand = demands.get(known.worker_id)
        stored[row.id_digest] = replace(
            known,
            values={"person_role": head["person_role"], **values[known.worker_id]},
            newest_as_of=days.get((known.worker_id, row.source.key)) if row.source else None,
            demand=_read_state(demand),
            demand_enterprise_id=demand["enterprise_id"] if demand else None,
        )
    unknown = {row.id_digest for row in readable if row.id_digest not in stored and _registers(row)}
    told = list_told(context, session, county_code, digests=unknown) if lock else {}
    return Registry(heads, stored, sealed, demands, told)


def _registers(row: Incoming) -> bool:
    """An enterprise's word alone registers nobody."""
    return row.source is not None and row.source.feed is not Feed.ENTERPRISE


def _read_state(demand: RowMapping | None) -> DemandState | None:
    return DemandState(demand["state"]) if demand else None


def _make_stored(head: RowMapping) -> Stored:
    return Stored(
        worker_id=head["id"],
        version=head["version"],
        township_code=head["township_code"],
        name_digest=head["name_index"],
        village_key=head["village_key"],
        source_macs=head["source_macs"],
        origins=head["origins"],
    )


def _list_sealed(
    session: Session, county_code: str, worker_ids: set[UUID]
) -> dict[UUID, RowMapping]:
    rows = worker_queries.list_sealed(session, county_code, worker_ids=worker_ids)
    return {row["id"]: row for row in rows}


def _open(
    context: Context, session: Session, county_code: str, sealed: Mapping[UUID, RowMapping]
) -> dict[UUID, dict[str, Any]]:
    if not sealed:
        return {}
    keyring = context.vault.open_keyring(session, county_code, sealed)
    return {key: worker_queries.open_values(keyring, row) for key, row in sealed.items()}

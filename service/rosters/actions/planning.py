"""Planning a chunk: what stands in the registry is loaded, every row decided, the plan staged."""

import base64
import json
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import UUID

from sqlalchemy.engine import RowMapping
from sqlmodel import Session

from schemas.demands import DemandState
from schemas.divisions.table import full_name, get_division
from schemas.errors import ErrorCode, FieldProblem
from schemas.events.fields import PersonalClass
from schemas.imports import ChunkPlanOut, RosterChunkIn
from schemas.workers import Feed
from service.context import Context, Work
from service.db.bulk import write_many
from service.demand import queries as demand_queries
from service.enterprises import queries as enterprise_queries
from service.errors import DomainError
from service.registry import queries as worker_queries
from service.registry.indexing import WorkerIndex
from service.registry.sealing import open_values
from service.rosters import queries
from service.rosters.rules.deciding import Stored, Verdict, count_verdicts, decide, show_verdict
from service.rosters.rules.reading import (
    Frame,
    Incoming,
    StagedRow,
    encode_rows,
    list_problems,
    make_frame,
    read_rows,
    stage_rows,
)
from service.stranded.actions import list_told
from service.stranded.rules import Told
from service.vault.sealing import IndexPurpose


def open_frame(work: Work, head: RowMapping) -> Frame:
    """`head`: the row of roster_import. Who stands on an enterprise's list works there, unless the
    row says otherwise.
    """
    if head["enterprise_id"] is None:
        return make_frame(head)
    return make_frame(head, workplace=tuple(_open_workplace(work, head)))


def _open_workplace(work: Work, head: RowMapping) -> Iterator[Mapping[str, str]]:
    county_code, enterprise_id = head["county_code"], head["enterprise_id"]
    facts = enterprise_queries.list_enterprises(work.session, county_code, [enterprise_id])
    contacts = enterprise_queries.open_contacts(work, [enterprise_id])
    if name := contacts[enterprise_id].name:
        yield {"employer": name}
    code = facts[enterprise_id].division_code[:6]
    if get_division(code):
        yield {"destination": full_name(code), "destination_code": code}


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
    work: Work, county_code: str, rows: Sequence[Incoming], *, lock: bool
) -> Registry:
    """Rows that their source said before are neither opened nor looked into further."""
    readable = [row for row in rows if row.source is not None]
    digests = {row.id_digest for row in readable}
    if lock:
        digests |= {row.guardian_digest for row in readable if row.guardian_digest}
    heads = {
        head["id_number_index"]: head
        for head in worker_queries.list_heads_by_id_number(
            work.session, county_code, digests=digests, lock=lock
        )
    }
    stored = {digest: _make_stored(head) for digest, head in heads.items()}
    news = [
        row
        for row in readable
        if row.id_digest in stored and not stored[row.id_digest].said_before(row)
    ]
    ids = {stored[row.id_digest].worker_id for row in news}
    demands = demand_queries.list_newest_demands(
        work.session, county_code, worker_ids=ids, lock=lock
    )
    sealed = _list_sealed(work.session, county_code, ids)
    values = _open(work, county_code, sealed)
    days = queries.list_newest_days(work.session, county_code, worker_ids=ids)
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
    told = list_told(work, county_code, digests=unknown) if lock else {}
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
    work: Work, county_code: str, sealed: Mapping[UUID, RowMapping]
) -> dict[UUID, dict[str, Any]]:
    if not sealed:
        return {}
    keyring = work.context.vault.open_keyring(work.session, county_code, sealed)
    return {key: open_values(keyring, row) for key, row in sealed.items()}


def seal_rows(
    work: Work, county_code: str, *, import_id: UUID, chunk: int, rows: Sequence[StagedRow]
) -> bytes:
    keyring = work.context.vault.open_keyring(work.session, county_code, [import_id])
    packed = base64.b64encode(zlib.compress(encode_rows(rows).encode(), level=1)).decode()
    place = _place(import_id, chunk)
    return keyring.seal(import_id, PersonalClass.NOTE, {"rows": packed}, place=place)


def open_rows(
    work: Work, county_code: str, *, import_id: UUID, chunk: int, sealed: bytes
) -> list[StagedRow]:
    keyring = work.context.vault.open_keyring(work.session, county_code, [import_id])
    place = _place(import_id, chunk)
    content = keyring.open(import_id, PersonalClass.NOTE, sealed, place=place)
    packed = base64.b64decode(content["rows"]) if content else b""
    return [(sheet, row, record) for sheet, row, record in json.loads(zlib.decompress(packed))]


def digest_rows(
    context: Context, county_code: str, *, import_id: UUID, rows: Sequence[StagedRow]
) -> bytes:
    """Keyed: a plain hash of a chunk of one row could be tried out."""
    return context.vault.indexes.digest(
        IndexPurpose.CONTENT, "roster-chunk", county_code, str(import_id), encode_rows(rows)
    )


def _place(import_id: UUID, chunk: int) -> str:
    return f"roster_chunk/{import_id}/{chunk}"


_MAX_PROBLEMS: Final = 100


def plan_chunk(work: Work, *, import_id: UUID, chunk: int, wanted: RosterChunkIn) -> ChunkPlanOut:
    """Sent again, a chunk that was applied gets the plan that was applied; one that was not is
    compared anew. Raises row-invalid where the shared rules find anything, id-reused for other
    rows under the same number, import-undone when the import was taken back.
    """
    head = queries.find_import(work, import_id=import_id, lock=True)
    if head["undone_at"] is not None:
        raise DomainError(ErrorCode.IMPORT_UNDONE)
    staged = _read_chunk(head, wanted)
    mac = digest_rows(work.context, work.county_code, import_id=import_id, rows=staged)
    stored = queries.get_chunk(work.session, work.county_code, import_id=import_id, chunk=chunk)
    if stored is not None and stored["content_mac"] != mac:
        raise DomainError(ErrorCode.ID_REUSED)
    if stored is not None and stored["answer"] is not None:
        return ChunkPlanOut.model_validate(stored["plan"])
    if head["expires_at"] <= work.now():
        raise DomainError(ErrorCode.IMPORT_EXPIRED)
    _check_total(work.session, head, chunk=chunk, added=len(staged))
    frame = open_frame(work, head)
    index = WorkerIndex(work.context.vault.indexes, work.county_code)
    rows = read_rows(staged, frame=frame, actor=work.actor, index=index)
    registry = load_registry(work, work.county_code, rows, lock=False)
    plan = make_plan(chunk, [decide(row, registry.stored.get(row.id_digest)) for row in rows])
    sealed = seal_rows(work, work.county_code, import_id=import_id, chunk=chunk, rows=staged)
    kept = {
        "county_code": work.county_code,
        "import_id": import_id,
        "chunk": chunk,
        "content_mac": mac,
        "staged_sealed": sealed,
        "plan": plan.model_dump(mode="json"),
        "answer": None,
        "staged_at": work.now(),
        **_note_basis(rows, registry, index),
    }
    write_many(work.session, queries.CHUNK, [kept], conflict="overwrite")
    return plan


def _read_chunk(head: RowMapping, wanted: RosterChunkIn) -> list[StagedRow]:
    """Raises row-invalid, naming places and codes."""
    problems = list_problems(wanted.rows, sheet_count=head["sheet_count"], as_of=head["as_of"])
    if problems:
        raise DomainError(ErrorCode.ROW_INVALID, errors=problems[:_MAX_PROBLEMS])
    return stage_rows(wanted.rows)


def make_plan(chunk: int, verdicts: Sequence[Verdict]) -> ChunkPlanOut:
    rows = [show_verdict(place, verdict) for place, verdict in enumerate(verdicts)]
    return ChunkPlanOut(chunk=chunk, counts=count_verdicts(verdicts), rows=rows)


def _check_total(session: Session, head: RowMapping, *, chunk: int, added: int) -> None:
    chunks = queries.list_chunks(session, head["county_code"], import_id=head["id"])
    others = sum(each["row_count"] for each in chunks if each["chunk"] != chunk)
    if others + added > head["accepted"]:
        problem = FieldProblem(field="rows", message="more rows than the import announced")
        raise DomainError(ErrorCode.REQUEST_INVALID, errors=[problem])


def _note_basis(rows: Sequence[Incoming], registry: Registry, index: WorkerIndex) -> dict[str, Any]:
    """What the plan was made from: the workers' versions, and whom the villages had."""
    known = [registry.stored.get(row.id_digest) for row in rows]
    return {
        "row_count": len(rows),
        "bases": [stored.version if stored else 0 for stored in known],
        "known_ids": [stored.worker_id.hex for stored in known if stored],
        "villages": _note_villages(rows, registry, index),
    }


def _note_villages(
    rows: Sequence[Incoming], registry: Registry, index: WorkerIndex
) -> dict[str, Any]:
    """For `absent`: the villages that the rows name, and where the known people of them live."""
    named = {
        index.village(row.township_code, row.values["village"])
        for row in rows
        if row.source is not None and "village" in row.values
    }
    known = Counter(
        stored.village_key
        for row in rows
        if (stored := registry.stored.get(row.id_digest)) is not None and stored.village_key
    )
    return {"named": sorted(named), "known": dict(known)}

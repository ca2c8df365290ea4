"""Planning a chunk: rows checked by the shared rules (100 problems told), no more rows than announced;
compared with the registry and staged, sealed; an enterprise's workplace for rows that name none. What stands of
a staged chunk until it is applied, and of its answer.
"""

import base64
import json
import struct
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count, starmap
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlmodel import Session

from schemas.divisions.table import full_name, get_division
from schemas.errors import ErrorCode
from schemas.events.fields import PersonalClass
from schemas.imports import ChunkAppliedOut, ChunkPlanOut, RosterChunkIn
from schemas.numbers import NumberKind
from schemas.shapes import FieldText
from schemas.workers import Feed
from service.context import Work
from service.enterprises import queries as enterprises
from service.errors import DomainError, object_to
from service.registry.actions import take_numbers
from service.registry.columns import WorkerIndex, open_values
from service.rosters.models import RosterChunk, RosterImport
from service.rosters.queries import imports
from service.rosters.rules.rows import (
    Digests,
    ImportFacts,
    Incoming,
    StagedRow,
    StoredWorker,
    decide,
    encode_rows,
    list_problems,
    make_plan,
    read_rows,
    stage_rows,
)
from service.stranded.queries import list_told
from service.stranded.rules import Told
from service.vault.vault import IndexPurpose

_MAX_PROBLEMS: Final = 100
_NO_VERSION: Final = -1
_LENGTH_BYTES: Final = 4
_OLD_FORM: Final = b"{"
_DIGESTS: Final = struct.Struct("?32s32s32s")


def plan_chunk(work: Work, *, import_id: UUID, chunk: int, wanted: RosterChunkIn) -> ChunkPlanOut:
    """Sent again, a chunk that was applied gets the plan that was applied; one that was not is
    compared anew. Raises row-invalid where the shared rules find anything, id-reused for other
    rows under the same number, import-undone when the import was taken back.
    """
    roster_import = imports.find_import(work, import_id=import_id, lock=True)
    if roster_import.undone_at is not None:
        raise DomainError(ErrorCode.IMPORT_UNDONE)
    staged = _check_rows(roster_import, wanted)
    encoded = encode_rows(staged)
    mac = _digest_rows(work, import_id, encoded)
    kept = imports.get_chunk(work.session, work.county_code, import_id=import_id, chunk=chunk)
    if kept is not None and kept.content_mac != mac:
        raise DomainError(ErrorCode.ID_REUSED)
    if kept is not None and kept.answer is not None:
        return ChunkPlanOut.model_validate(kept.plan)
    if roster_import.expires_at <= work.now():
        raise DomainError(ErrorCode.IMPORT_EXPIRED)
    _check_total(work.session, roster_import, chunk=chunk, added=len(staged))
    index = WorkerIndex(work.context.vault.indexes, work.county_code)
    facts = find_facts(work, roster_import)
    rows = read_rows(staged, facts=facts, actor=work.actor, index=index)
    stored = load_stored(work, rows, lock=False)
    plan = make_plan(chunk, [decide(row, stored.get(row)) for row in rows])
    basis = _describe_basis(rows, stored, index)
    described = {
        "content_mac": mac,
        "staged_sealed": _seal_rows(work, import_id, chunk, encoded, rows),
        "staged_at": work.now(),
        "plan": plan.model_dump(mode="json", exclude_defaults=True),
        **basis,
        "first_number": keep_numbers(work, kept, basis["bases"]),
    }
    if kept is None:
        kept = RosterChunk(
            county_code=work.county_code, import_id=import_id, chunk=chunk, **described
        )
    else:
        kept.sqlmodel_update(described)
    work.session.add(kept)
    return plan


def keep_numbers(work: Work, kept: RosterChunk | None, bases: Sequence[int]) -> int | None:
    """The first of the numbers for those whom the plan does not know. A chunk that is planned again keeps its
    own, if they are as many.
    """
    unknown = bases.count(0)
    if kept is not None and kept.first_number is not None and kept.bases.count(0) == unknown:
        return kept.first_number
    return take_numbers(work.session, work.county_code, NumberKind.WORKER, unknown) or None


def _check_rows(roster_import: RosterImport, wanted: RosterChunkIn) -> list[StagedRow]:
    """Raises row-invalid, naming positions and codes."""
    problems = list_problems(
        wanted.rows, sheet_count=roster_import.sheet_count, as_of=roster_import.as_of
    )
    if problems:
        raise DomainError(ErrorCode.ROW_INVALID, errors=problems[:_MAX_PROBLEMS])
    return stage_rows(wanted.rows)


def _check_total(session: Session, roster_import: RosterImport, *, chunk: int, added: int) -> None:
    chunks = imports.list_chunks(session, roster_import.county_code, import_id=roster_import.id)
    others = sum(each.row_count for each in chunks if each.chunk != chunk)
    if others + added > roster_import.accepted:
        problem = object_to("rows", FieldText.ROWS_MORE)
        raise DomainError(ErrorCode.REQUEST_INVALID, errors=[problem])


# --- what the import says of all rows ------------------------------------------------------------
def find_facts(work: Work, roster_import: RosterImport) -> ImportFacts:
    """Whoever stands on an enterprise's list works there, unless the row says otherwise."""
    firm = roster_import.enterprise_id
    return ImportFacts(
        roster_import.county_code,
        roster_import.township_code,
        roster_import.as_of,
        Feed(roster_import.feed),
        firm,
        tuple(_open_workplace(work, firm)) if firm else (),
    )


def _open_workplace(work: Work, enterprise_id: UUID) -> Iterator[Mapping[str, str]]:
    facts = enterprises.list_enterprises(work.session, work.county_code, [enterprise_id])
    contacts = enterprises.open_contacts(work, [enterprise_id])
    if name := contacts[enterprise_id].name:
        yield {"employer": name}
    code = facts[enterprise_id].division_code[:6]
    if get_division(code):
        yield {"destination": full_name(code), "destination_code": code}


# --- what is stored of the rows' people ----------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Stored:
    """By the digest of their number: `workers` of the rows (and, when locked, their guardians), and
    `told` (when locked): what enterprises said of people whom the registry does not know.
    """

    workers: Mapping[bytes, StoredWorker]
    told: Mapping[bytes, Sequence[Told]]

    def get(self, row: Incoming) -> StoredWorker | None:
        return self.workers.get(row.id_digest)


def load_stored(work: Work, rows: Sequence[Incoming], *, lock: bool) -> Stored:
    """Workers of whom their row says nothing new are neither opened nor looked into further."""
    readable = [row for row in rows if row.problem is None]
    digests = {row.id_digest for row in readable}
    if lock:
        digests |= {row.guardian_digest for row in readable if row.guardian_digest}
    workers = imports.load_workers(work.session, work.county_code, digests=digests, lock=lock)
    workers |= _read_news(work, readable, workers, lock=lock)
    if not lock:
        return Stored(workers, {})
    unknown = {
        row.id_digest
        for row in readable
        if row.id_digest not in workers and row.source.feed is not Feed.ENTERPRISE
    }
    return Stored(workers, list_told(work, digests=unknown))


def _read_news(
    work: Work, rows: Sequence[Incoming], workers: Mapping[bytes, StoredWorker], *, lock: bool
) -> dict[bytes, StoredWorker]:
    """Digest → worker with all that is stored, of those of whom a row says something new."""
    known = [(row, workers[row.id_digest]) for row in rows if row.id_digest in workers]
    news = [(row, worker) for row, worker in known if not worker.said_before(row)]
    session, county_code, ids = work.session, work.county_code, {each.id for _, each in news}
    demands = imports.load_newest_demands(session, county_code, worker_ids=ids, lock=lock)
    sealed = imports.load_sealed(session, county_code, worker_ids=ids)
    opened = _open(work, sealed)
    days = imports.list_newest_days(session, county_code, worker_ids=ids)
    return {
        row.id_digest: replace(
            worker,
            identity_sealed=sealed[worker.id].identity_sealed,
            contact_sealed=sealed[worker.id].contact_sealed,
            detail_sealed=sealed[worker.id].detail_sealed,
            values={"person_role": worker.person_role, **opened[worker.id]},
            newest_as_of=days.get((worker.id, row.source.key)),
            demand=demands.get(worker.id),
        )
        for row, worker in news
    }


def _open(work: Work, sealed: Mapping[UUID, imports.SealedWorker]) -> dict[UUID, dict[str, Any]]:
    if not sealed:
        return {}
    keyring = work.context.vault.open_keyring(work.session, work.county_code, sealed)
    return {key: open_values(keyring, each._asdict()) for key, each in sealed.items()}


# --- the staged rows and what the plan was made from ----------------------------------------------
class Staged(NamedTuple):
    """The rows of a chunk with the digests that were made of them: checked once, and not again."""

    rows: list[StagedRow]
    digests: list[Digests]


def _seal_rows(
    work: Work, import_id: UUID, chunk: int, encoded: str, rows: Sequence[Incoming]
) -> bytes:
    """The length of the packed rows in four bytes, they themselves, and for each row a byte that tells whether
    it has a problem, and its three digests.
    """
    keyring = work.context.vault.open_keyring(work.session, work.county_code, [import_id])
    packed = zlib.compress(encoded.encode(), level=1)
    content = [len(packed).to_bytes(_LENGTH_BYTES, "big"), packed]
    content += [
        _DIGESTS.pack(row.problem is not None, row.content_mac, row.id_digest, row.name_digest)
        for row in rows
    ]
    place = _name_sealed(import_id, chunk)
    return keyring.seal_bytes(import_id, PersonalClass.NOTE, b"".join(content), place=place)


def open_rows(work: Work, chunk: RosterChunk) -> Staged:
    """No digests where a version before revision 0009 staged them."""
    import_id = chunk.import_id
    keyring = work.context.vault.open_keyring(work.session, work.county_code, [import_id])
    place = _name_sealed(import_id, chunk.chunk)
    content = keyring.open_bytes(import_id, PersonalClass.NOTE, chunk.staged_sealed, place=place)
    if content is None:
        return Staged([], [])
    if content.startswith(_OLD_FORM):
        packed, rest = base64.b64decode(json.loads(content)["rows"]), b""
    else:
        end = _LENGTH_BYTES + int.from_bytes(content[:_LENGTH_BYTES], "big")
        packed, rest = content[_LENGTH_BYTES:end], content[end:]
    rows = [StagedRow(*row) for row in json.loads(zlib.decompress(packed))]
    return Staged(rows, list(_cut_digests(rest)))


def _cut_digests(content: bytes) -> Iterator[Digests]:
    return starmap(Digests, _DIGESTS.iter_unpack(content))


def _name_sealed(import_id: UUID, chunk: int) -> str:
    return f"roster_chunk/{import_id}/{chunk}"


def _digest_rows(work: Work, import_id: UUID, encoded: str) -> bytes:
    """Keyed: a plain hash of a chunk of one row could be tried out."""
    return work.context.vault.indexes.digest(
        IndexPurpose.CONTENT, "roster-chunk", work.county_code, str(import_id), encoded
    )


def _describe_basis(rows: Sequence[Incoming], stored: Stored, index: WorkerIndex) -> dict[str, Any]:
    """What the plan was made from, by the columns of a chunk: the workers' versions, and for `absent` the
    villages that the rows name and where the known people of them live.
    """
    workers = [stored.get(row) for row in rows]
    named = {
        index.village(row.township_code, row.values["village"])
        for row in rows
        if row.problem is None and "village" in row.values
    }
    homes = Counter(each.village_key for each in workers if each and each.village_key)
    return {
        "row_count": len(rows),
        "bases": [each.version if each else 0 for each in workers],
        "known_ids": [each.id.hex for each in workers if each],
        "villages": {"named": sorted(named), "known": dict(homes)},
    }


# --- a staged chunk, as applying finds and leaves it ----------------------------------------------
def find_basis(basis: int, worker: StoredWorker | None, planned: frozenset[str]) -> int:
    """The version that the plan saw. A worker who was undone and came anew begins at 1 again, and
    is another. `planned`: the ids of the people whom the plan knew.
    """
    is_another = worker is not None and worker.id.hex not in planned
    return _NO_VERSION if basis and is_another else basis


def number_chunk(work: Work, chunk: RosterChunk) -> bool:
    """Whether numbers had to be taken now: a version before revision 0009 staged it."""
    if chunk.first_number is not None or 0 not in chunk.bases:
        return False
    chunk.first_number = keep_numbers(work, None, chunk.bases)
    return True


def list_numbers(chunk: RosterChunk) -> dict[int, int]:
    """Position → number, of those whom the plan did not know."""
    if chunk.first_number is None:
        return {}
    unknown = [position for position, basis in enumerate(chunk.bases) if not basis]
    return dict(zip(unknown, count(chunk.first_number), strict=False))


def read_answer(chunk: RosterChunk, answer: Mapping[str, Any]) -> ChunkAppliedOut:
    """As it was given; rows that were done as planned stand in the plan."""
    rows = answer["rows"] or chunk.plan["rows"]
    return ChunkAppliedOut.model_validate({**answer, "rows": rows})


def keep_answer(chunk: RosterChunk, applied: ChunkAppliedOut) -> None:
    """The staged rows are dropped. Rows that were done as they were planned are kept once."""
    answer = applied.model_dump(mode="json", exclude_defaults=True)
    is_as_planned = answer["rows"] == chunk.plan["rows"]
    chunk.answer = {**answer, "rows": None} if is_as_planned else answer
    chunk.staged_sealed = chunk.known_ids = None


def check_staged(work: Work, roster_import: RosterImport, chunk: RosterChunk) -> None:
    """Raises import-undone; import-expired also where the rows are gone."""
    if roster_import.undone_at is not None:
        raise DomainError(ErrorCode.IMPORT_UNDONE)
    if chunk.staged_sealed is None or roster_import.expires_at <= work.now():
        raise DomainError(ErrorCode.IMPORT_EXPIRED)

"""Keys without rows: left behind where a crash fell between SQLite's two files. Harmless, and swept
by `verify --sweep`.
"""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import groupby, islice
from multiprocessing import get_context
from operator import itemgetter
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Column, Table, select
from sqlmodel import Session

from schemas.events.fields import PersonalClass
from service.auth import Actor
from service.context import Context
from service.db.columns import Id
from service.db.database import Database, Tenant
from service.errors import DomainError
from service.ledger import queries as ledger
from service.ledger.actions import part_place
from service.ledger.bare import BareEvent, accepting_any_text, is_sqlite, is_text, read_bare
from service.ledger.queries import EVENT, LOG_PENDING, Span
from service.ledger.verification import (
    ChainCheck,
    Fault,
    FaultCode,
    check_part,
    name_stream,
    read_id,
)
from service.rosters.queries import WORKER_SOURCE
from service.settings import Settings
from service.tables import metadata
from service.vault.keys import KeyName, read_key_file
from service.vault.sealing import SealBrokenError
from service.vault.vault import Keyring, Vault

_REPEATING = frozenset({EVENT.name, LOG_PENDING.name, WORKER_SOURCE.name})
"""The largest tables; whom they name is named by a stream, too, or by the registry. An import that
was undone goes on naming people who are gone.
"""


def list_orphan_keys(context: Context, session: Session, county_code: str) -> list[UUID]:
    """Subjects with keys whom no row of any table names. It does not ask who seals what: a key that
    was taken for an orphan by mistake would be somebody's data lost.
    """
    subjects = context.vault.list_subjects(session, county_code)
    return _list_unnamed(session, county_code, subjects)


def confirm_orphan_keys(context: Context, tenant: Tenant, suspects: list[UUID]) -> list[UUID]:
    """Those of the suspects who are orphans beside a server that goes on recording. SQLite's keys
    come before their rows, and go after them: so we wait until whoever was writing has ended, and
    look again. Nobody is suspected for the sake of a writer who does not end.
    """
    if not suspects or not context.database.is_sqlite:  # PostgreSQL shows keys and rows as of once
        return suspects
    try:
        with context.database.write(tenant):
            pass
    except DomainError:
        return []
    with context.database.read(tenant) as session:
        kept = context.vault.list_subjects(session, tenant.county_code).intersection(suspects)
        return _list_unnamed(session, tenant.county_code, kept)


def sweep_orphan_keys(context: Context, actor: Actor) -> int:
    """Delete them; the number of subjects. What was listed earlier is not believed: meanwhile
    somebody may have sealed with such a key, so nobody seals while it is looked at again."""
    with context.database.write(actor) as session:
        context.vault.lock_keys(session)
        orphans = list_orphan_keys(context, session, actor.county_code)
        context.vault.destroy(session, actor.county_code, orphans)
    return len(orphans)


def _list_unnamed(session: Session, county_code: str, subjects: Iterable[UUID]) -> list[UUID]:
    """Bare ids: an altered one is no id, and names nobody."""
    left = {each.bytes for each in subjects}
    for table in metadata.sorted_tables:
        if table.name in _REPEATING or "county_code" not in table.c:
            continue
        for column in _id_columns(table):
            if left:
                left -= _list_named(session, county_code, column)
    return sorted(UUID(bytes=each) for each in left)


def _list_named(session: Session, county_code: str, column: Column[object]) -> set[bytes]:
    named = select(read_bare(column, sqlite=is_sqlite(session))).group_by(column)
    with accepting_any_text(session):
        in_county = named.where(column.table.c.county_code == county_code)
        return {each for each in session.execute(in_county).scalars() if isinstance(each, bytes)}


def _id_columns(table: Table) -> list[Column[object]]:
    return [column for column in table.c if isinstance(column.type, Id)]


_EVENT_ALONE: Final = itemgetter(slice(BareEvent._fields.index("part")))
"""A row without the part that came with it."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """An event that has parts, or should have. `row` and `content` say the same; what is asked of a
    part is what they say, never its own row.
    """

    row: BareEvent
    content: dict[str, Any]
    parts: dict[str, BareEvent]

    @property
    def commitments(self) -> dict[str, str]:
        commitments: dict[str, str] = self.content["commit"]
        return commitments

    @property
    def names(self) -> list[str]:
        return sorted(self.commitments.keys() | self.parts.keys())

    def owner(self, part: str) -> tuple[bytes, PersonalClass] | None:
        """Whose key sealed a part: its name says about whom, and in which class. None for a name
        that we never give.
        """
        read = _read_name(part)
        if read is None:
            return None
        about_stream, personal_class = read
        worker_id = None if about_stream else self.row.worker_id
        return worker_id or self.row.stream_id, personal_class

    def fault(self, code: FaultCode) -> Fault:
        stream = self.content["stream"]
        name = f"{stream['kind']}/{UUID(bytes=self.row.stream_id)}"
        return Fault(code, name, self.row.seq, UUID(bytes=self.row.id))


@lru_cache(maxsize=256)
def _read_name(part: str) -> tuple[bool, PersonalClass] | None:
    about, _, personal_class = part.partition(".")
    if personal_class not in set(PersonalClass):
        return None
    return about == "stream", PersonalClass(personal_class)


def iterate_sealed(chains: ChainCheck, rows: Iterable[BareEvent]) -> Iterator[Sealed]:
    """All events go through `chains`; here come those with something to open. An event of which
    anything is there twice goes through them twice.
    """
    for _, same in groupby(rows, key=_EVENT_ALONE):
        row, *others = same
        content = chains.take(row)
        parts = {}
        if row.part is not None or others:
            parts = {_text(each.part, row): each for each in (row, *others)}
            if len(parts) <= len(others):
                chains.take(row)
        if content is not None and (parts or content["commit"]):
            yield Sealed(row, content, parts)
    chains.end()


def _text(value: Any, row: BareEvent) -> str:
    """What only looks like a name is none."""
    return value.decode(errors="replace") if is_text(value, row) else repr(value)


class PartCheck:
    """A part whose key is gone was erased and proves nothing; one with a key must be there, open and
    fit.
    """

    def __init__(self, vault: Vault, session: Session, county_code: str) -> None:
        self._vault = vault
        self._session = session
        self._county_code = county_code
        self.parts = 0
        self.erased = 0
        self.faults: list[Fault] = []

    def take(self, page: Sequence[Sealed]) -> None:
        """One read of keys for each class: of a person's four, one is used at most."""
        owners = {event.owner(part) for event in page for part in event.commitments}
        subjects: dict[PersonalClass, dict[bytes, UUID]] = {}
        for subject, personal_class in filter(None, owners):
            subjects.setdefault(personal_class, {})[subject] = UUID(bytes=subject)
        keyrings = {
            each: self._vault.open_keyring(self._session, self._county_code, ids.values(), each)
            for each, ids in subjects.items()
        }
        for event in page:
            self.parts += len(event.parts)
            for name in event.names:
                code = self._check(event, name, keyrings)
                if code is not None:
                    self.faults.append(event.fault(code))

    def _check(
        self, event: Sealed, name: str, keyrings: Mapping[PersonalClass, Keyring]
    ) -> FaultCode | None:
        owner = event.owner(name)
        if name not in event.commitments or owner is None:
            return FaultCode.PART_UNKNOWN
        owner_id, personal_class = owner
        row, subject_id = event.parts.get(name), UUID(bytes=owner_id)
        keyring = keyrings[personal_class]
        if row is not None and not _names(row, owner_id, personal_class):
            return FaultCode.PART_ALTERED
        if not keyring.has(subject_id, personal_class):
            self.erased += 1
            return None
        if row is None:
            return FaultCode.PART_MISSING
        place = part_place(event.content["id"], name)
        opened = _open(keyring, KeyName(subject_id, personal_class), row.sealed, place=place)
        fits = opened is not None and check_part(event.commitments, name, opened)
        return None if fits else FaultCode.PART_ALTERED


def _names(row: BareEvent, owner_id: bytes, personal_class: PersonalClass) -> bool:
    typed = isinstance(row.part_subject_id, bytes) and is_text(row.part_class, row)
    return typed and (row.part_subject_id, row.part_class) == (owner_id, personal_class.encode())


def _open(keyring: Keyring, key: KeyName, sealed: Any, *, place: str) -> dict[str, Any] | None:
    """None for what does not open."""
    if not isinstance(sealed, bytes):
        return None
    try:
        return keyring.open(key.subject_id, key.personal_class, sealed, place=place)
    except SealBrokenError:
        return None


_SEALED_AT_ONCE: Final = 500
_WORTH_A_PROCESS: Final = 100_000
"""Events: those of a few seconds, of which a process takes one to start."""
_MOST_PROCESSES: Final = 8
_UNKNOWN_STREAM = "?"


@dataclass(slots=True)
class Verification:
    """What was looked at, and what did not fit."""

    streams: int = 0
    events: int = 0
    parts: int = 0
    erased_parts: int = 0
    faults: list[Fault] = field(default_factory=list)
    orphan_keys: list[UUID] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        return not self.faults

    def add(self, other: "Verification") -> None:
        self.events += other.events
        self.parts += other.parts
        self.erased_parts += other.erased_parts
        self.faults += other.faults


@dataclass(frozen=True, slots=True)
class _Tenant:
    """The whole county: as much as a console may see."""

    county_code: str
    division_prefix: str = ""


def verify(
    context: Context, session: Session, county_code: str, *, processes: int = 1
) -> Verification:
    """Reads everything of one county once, in `processes` spans side by side; streams, so memory does
    not grow with the ledger. The faults come stream by stream, whoever found them.
    """
    found = Verification(streams=ledger.count_streams(session, county_code))
    first, *others = ledger.list_spans(session, county_code, count=processes)
    with _checking(context.settings, county_code, others) as checks:
        found.add(check_span(context.vault, session, county_code, first))
        strays = list(list_strays(session, county_code))
        found.orphan_keys = confirm_orphan_keys(
            context, _Tenant(county_code), list_orphan_keys(context, session, county_code)
        )
        for check in checks:
            found.add(check.result())
    found.faults.sort(key=lambda fault: (fault.stream, fault.seq))
    found.faults += strays
    return found


def count_processes(session: Session, county_code: str) -> int:
    """How many are worth their start, at most one for each processor."""
    worth = ledger.count_events(session, county_code) // _WORTH_A_PROCESS
    return max(1, min(worth, os.cpu_count() or 1, _MOST_PROCESSES))


@contextmanager
def _checking(
    settings: Settings, county_code: str, spans: Sequence[Span]
) -> Iterator[list["Future[Verification]"]]:
    """A fresh process for each span: one that was forked would share open files and locks."""
    if not spans:
        yield []
        return
    with ProcessPoolExecutor(len(spans), mp_context=get_context("spawn")) as pool:
        yield [pool.submit(_check_apart, settings, county_code, each) for each in spans]


def _check_apart(settings: Settings, county_code: str, span: Span) -> Verification:
    database = Database(settings)
    vault = Vault(database, read_key_file(settings.key_file))
    try:
        with database.read(_Tenant(county_code)) as session:
            return check_span(vault, session, county_code, span)
    finally:
        vault.dispose()
        database.dispose()


def check_span(vault: Vault, session: Session, county_code: str, span: Span) -> Verification:
    chains, parts = ChainCheck(), PartCheck(vault, session, county_code)
    sealed = iterate_sealed(chains, ledger.iterate_chain(session, county_code, span))
    while page := list(islice(sealed, _SEALED_AT_ONCE)):
        parts.take(page)
    return Verification(
        events=chains.events,
        parts=parts.parts,
        erased_parts=parts.erased,
        faults=[*chains.faults, *parts.faults],
    )


def list_strays(session: Session, county_code: str) -> Iterator[Fault]:
    """What points to events that are not there: they were deleted. Every event waits for the
    county's log, so that one deleted together with its stream's head still shows."""
    for kind, identifier in ledger.list_streams_without_events(session, county_code):
        yield Fault(FaultCode.EVENT_MISSING, name_stream(kind, identifier), 1, None)
    for event_id in ledger.list_pending_without_event(session, county_code):
        yield Fault(FaultCode.EVENT_MISSING, _UNKNOWN_STREAM, 0, read_id(event_id))
    for event_id in ledger.list_parts_without_event(session, county_code):
        yield Fault(FaultCode.PART_UNKNOWN, _UNKNOWN_STREAM, 0, read_id(event_id))

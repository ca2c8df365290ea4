"""The verification of one county: every chain, in how many processes; every sealed part and attachment opened;
rows whose event is gone; keys that should not be there.
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
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlmodel import Session

from schemas.events.fields import PersonalClass
from service.accounts.actions import make_console_actor
from service.app.composition import make_context
from service.attachments.verification import (
    AttachmentCheck,
    Named,
    check_attachments,
    read_named,
)
from service.context import Work
from service.ledger import queries as ledger
from service.ledger.actions import part_place
from service.ledger.bare import BareEvent, is_text
from service.ledger.queries import Span
from service.ledger.verification import (
    ChainCheck,
    Fault,
    FaultCode,
    check_part,
    name_stream,
    read_id,
)
from service.manage.leftover_keys import confirm, list_orphan_keys, list_unerased_keys
from service.settings import Settings
from service.vault.keys import KeyName, SealBrokenError
from service.vault.vault import Keyring

_WORTH_A_PROCESS: Final = 100_000
"""Events: those of a few seconds, of which a process takes one to start."""
_MOST_PROCESSES: Final = 8
_SEALED_AT_ONCE: Final = 500
_UNKNOWN_STREAM: Final = "?"


@dataclass(slots=True)
class Verification:
    """What was looked at, and what did not fit."""

    streams: int = 0
    events: int = 0
    parts: int = 0
    erased_parts: int = 0
    faults: list[Fault] = field(default_factory=list)
    orphan_keys: list[UUID] = field(default_factory=list)
    unerased_keys: list[UUID] = field(default_factory=list)
    attachments: AttachmentCheck = field(default_factory=AttachmentCheck)
    named: set[Named] = field(default_factory=set)
    """Attachments that events name."""

    @property
    def clean(self) -> bool:
        return not self.faults and not self.attachments.faults

    def add(self, other: "Verification") -> None:
        self.events += other.events
        self.parts += other.parts
        self.erased_parts += other.erased_parts
        self.faults += other.faults
        self.named |= other.named


def verify(work: Work, *, processes: int | None = None) -> Verification:
    """Reads everything of the county once, in `processes` spans side by side (None: as many as are
    worth it); streams, so memory does not grow with the ledger. The faults come stream by stream,
    whichever span they were found in.
    """
    session, county_code = work.session, work.county_code
    if processes is None:
        processes = count_processes(session, county_code)
    found = Verification(streams=ledger.count_streams(session, county_code))
    first, *others = ledger.list_spans(session, county_code, count=processes)
    with _checking(work.context.settings, county_code, others) as checks:
        found.add(check_span(work, first))
        strays = list(list_strays(session, county_code))
        found.orphan_keys = confirm(work, list_orphan_keys)
        found.unerased_keys = confirm(work, list_unerased_keys)
        for check in checks:
            found.add(check.result())
    with work.context.reading(work.actor) as fresh:
        found.attachments = check_attachments(fresh, found.named)
    found.faults.sort(key=lambda fault: (fault.stream, fault.seq))
    found.faults += strays
    return found


# --- chains, in spans ---------------------------------------------------------------------------
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
    """In a process of its own."""
    context = make_context(settings)
    try:
        with context.reading(make_console_actor(county_code)) as work:
            return check_span(work, span)
    finally:
        context.dispose()


def check_span(work: Work, span: Span) -> Verification:
    chains, parts = ChainCheck(), PartCheck(work)
    rows = ledger.iterate_chain(work.session, work.county_code, span)
    named: set[Named] = set()
    sealed = iterate_sealed(chains, rows, named=named)
    while page := list(islice(sealed, _SEALED_AT_ONCE)):
        parts.take(page)
    return Verification(
        events=chains.events,
        parts=parts.parts,
        erased_parts=parts.erased,
        faults=[*chains.faults, *parts.faults],
        named=named,
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


# --- sealed parts -------------------------------------------------------------------------------
class Owner(NamedTuple):
    """Whose key of which class sealed a part. `subject` is the id in 16 bytes."""

    subject: bytes
    personal_class: PersonalClass

    @property
    def key(self) -> KeyName:
        return KeyName(UUID(bytes=self.subject), self.personal_class)


@dataclass(frozen=True, slots=True)
class Sealed:
    """An event that has parts, or should have: its row, what its body says (the same), and the rows
    of its parts by name. What is asked of a part is what the event says, never the part's own row.
    """

    row: BareEvent
    event_id: str
    commitments: Mapping[str, str]
    parts: Mapping[str, BareEvent]

    @property
    def names(self) -> list[str]:
        return sorted(self.commitments.keys() | self.parts.keys())

    def owner(self, part: str) -> Owner | None:
        """By the part's name; None for a name that we never give."""
        read = _read_name(part)
        if read is None:
            return None
        about_stream, personal_class = read
        worker_id = None if about_stream else self.row.worker_id
        return Owner(worker_id or self.row.stream_id, personal_class)

    def fault(self, code: FaultCode) -> Fault:
        stream = name_stream(self.row.stream_kind, self.row.stream_id)
        return Fault(code, stream, self.row.seq, UUID(bytes=self.row.id))


@lru_cache(maxsize=256)
def _read_name(part: str) -> tuple[bool, PersonalClass] | None:
    """Whether a part is about the stream's own subject, and its class."""
    about, _, personal_class = part.partition(".")
    if personal_class not in set(PersonalClass):
        return None
    return about == "stream", PersonalClass(personal_class)


_EVENT_ALONE: Final = itemgetter(slice(BareEvent._fields.index("part")))
"""A row without the part that came with it."""


def iterate_sealed(
    chains: ChainCheck, rows: Iterable[BareEvent], *, named: set[Named]
) -> Iterator[Sealed]:
    """All events go through `chains`; here come those with something to open. An event of which
    anything is there twice goes through them twice. `named` takes the attachments that events name.
    """
    for _, same in groupby(rows, key=_EVENT_ALONE):
        row, *others = same
        content = chains.take(row)
        parts = {}
        if row.part is not None or others:
            parts = {_read_text(each.part, row): each for each in (row, *others)}
            if len(parts) <= len(others):
                chains.take(row)
        if content is not None and content.get("attachments"):
            named.update(read_named(content))
        if content is not None and (parts or content["commit"]):
            yield Sealed(row, content["id"], content["commit"], parts)
    chains.end()


def _read_text(value: Any, row: BareEvent) -> str:
    """What only looks like a name is none."""
    return value.decode(errors="replace") if is_text(value, row) else repr(value)


class PartCheck:
    """A part whose key is gone was erased and proves nothing; one with a key must be there, open and
    fit.
    """

    def __init__(self, work: Work) -> None:
        self._work = work
        self.parts = 0
        self.erased = 0
        self.faults: list[Fault] = []

    def take(self, page: Sequence[Sealed]) -> None:
        work = self._work
        owners = {event.owner(part) for event in page for part in event.commitments}
        subjects = {owner.key.subject_id for owner in filter(None, owners)}
        keyring = work.context.vault.open_keyring(work.session, work.county_code, subjects)
        for event in page:
            self.parts += len(event.parts)
            for name in event.names:
                code = self._check(event, name, keyring)
                if code is not None:
                    self.faults.append(event.fault(code))

    def _check(self, event: Sealed, name: str, keyring: Keyring) -> FaultCode | None:
        owner = event.owner(name)
        if name not in event.commitments or owner is None:
            return FaultCode.PART_UNKNOWN
        row, key = event.parts.get(name), owner.key
        if row is not None and not _names_owner(row, owner):
            return FaultCode.PART_ALTERED
        if not keyring.has(*key):
            self.erased += 1
            return None
        if row is None:
            return FaultCode.PART_MISSING
        opened = _open(keyring, key, row.sealed, place=part_place(event.event_id, name))
        fits = opened is not None and check_part(event.commitments, name, opened)
        return None if fits else FaultCode.PART_ALTERED


def _names_owner(row: BareEvent, owner: Owner) -> bool:
    typed = isinstance(row.part_subject_id, bytes) and is_text(row.part_class, row)
    wanted = (owner.subject, owner.personal_class.encode())
    return typed and (row.part_subject_id, row.part_class) == wanted


def _open(keyring: Keyring, key: KeyName, sealed: Any, *, place: str) -> dict[str, Any] | None:
    """None for what does not open."""
    if not isinstance(sealed, bytes):
        return None
    try:
        return keyring.open(*key, sealed, place=place)
    except SealBrokenError:
        return None

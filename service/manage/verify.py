"""`fangang-server verify`: all chains, all parts and the queue of the log, in one pass.

Where there is enough to do, each processor takes a span of the streams. What belongs to a stream (its
events, their parts, its head, its place in the queue) is read in one snapshot, so that a server may go
on recording meanwhile.
"""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from multiprocessing import get_context
from typing import Final
from uuid import UUID

from sqlmodel import Session

from service.context import Context
from service.db import Database
from service.ledger import queries as ledger
from service.ledger.queries import Span
from service.ledger.verification import ChainCheck, Fault, FaultCode, name_stream, read_id
from service.manage.orphans import confirm_orphan_keys, list_orphan_keys
from service.manage.parts import PartCheck, iterate_sealed
from service.settings import Settings
from service.vault.keyfile import read_key_file
from service.vault.vault import Vault

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

"""Exceptions as states hold them: a code with the facts that it comes from, and which of them an explanation
covers.
"""

from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

from schemas.events.kinds import ExceptionCode
from service.recording.approvals import UNCONFIRMED
from service.recording.handlers import Fact, Ref


class Finding(NamedTuple):
    """Something that does not fit. One code may be found several times, from different facts."""

    code: ExceptionCode
    facts: tuple[Ref, ...]

    @property
    def event_ids(self) -> tuple[UUID, ...]:
        return tuple(ref.event_id for ref in self.facts)


class Coverage(NamedTuple):
    """What one explanation covers: one code with these facts. An explanation of body version 1 named no
    facts and covers what the stream held before it (`before`: its own place; 0 for a later version).
    `phoned`: the explanation, where it was typed in from a call.
    """

    code: ExceptionCode
    event_ids: tuple[UUID, ...]
    before: int
    phoned: UUID | None = None

    def covers(self, finding: Finding) -> bool:
        return finding.code is self.code and all(
            ref.event_id in self.event_ids or ref.seq < self.before for ref in finding.facts
        )


EXPLAINED_FACTS = "events"
"""Stands in the `decided` of an explanation: the events whose exception it covers."""


def make_finding(code: ExceptionCode, *facts: Ref | None) -> Finding:
    """Of the facts that there are, each once, by id."""
    known = {ref for ref in facts if ref is not None}
    return Finding(code, tuple(sorted(known)))


def read_coverage(fact: Fact) -> Coverage:
    """What an `exception.explained` covers."""
    named = fact.decided.get(EXPLAINED_FACTS)
    ids = tuple(sorted(UUID(each) for each in named or ()))
    phoned = fact.id if fact.decided.get(UNCONFIRMED) else None
    return Coverage(
        ExceptionCode(fact.value("code")), ids, fact.seq if named is None else 0, phoned
    )


def list_open(findings: Iterable[Finding], explained: Iterable[Coverage]) -> tuple[Finding, ...]:
    """Those that no explanation covers, by code and facts."""
    found, covers = tuple(findings), tuple(explained)
    if not found:
        return ()
    waiting = {each for each in found if not any(one.covers(each) for one in covers)}
    return tuple(sorted(waiting))

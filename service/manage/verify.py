"""`fangang-server verify`: all chains, all parts and the queue of the log, in one pass."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy.engine import RowMapping
from sqlmodel import Session

from schemas.events import PersonalClass
from service.context import Context
from service.ledger import queries as ledger
from service.ledger.actions import part_place
from service.ledger.verification import Checked, Fault, FaultCode, check_chains, check_part
from service.manage.orphans import list_orphan_keys
from service.vault.sealing import SealBrokenError
from service.vault.vault import Keyring

_Item = TypeVar("_Item")
_EVENTS_AT_ONCE = 500
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


def verify(context: Context, session: Session, county_code: str) -> Verification:
    """Reads everything of one county once; streams, so memory does not grow with the ledger."""
    found = Verification(streams=ledger.count_streams(session, county_code))
    events = ledger.iterate_chain(session, county_code)
    checked = check_chains(events, ledger.open_unread(session, ledger.EVENT).form)
    for page in _pages(checked, size=_EVENTS_AT_ONCE):
        found.events += sum(isinstance(each, Checked) for each in page)
        found.faults += [fault for each in page if (fault := _fault_of(each)) is not None]
        _PartCheck(context, session, county_code, found).run(page)
    found.faults += _list_strays(session, county_code)
    found.orphan_keys = list_orphan_keys(context, session, county_code)
    return found


def _pages(items: Iterable[_Item], *, size: int) -> Iterator[list[_Item]]:
    source = iter(items)
    while page := list(islice(source, size)):
        yield page


def _fault_of(each: Checked | Fault) -> Fault | None:
    return each if isinstance(each, Fault) else each.fault


def _list_strays(session: Session, county_code: str) -> Iterator[Fault]:
    """What points to events that are not there: they were deleted. Every event waits for the
    county's log, so that one deleted together with its stream's head still shows."""
    for key in ledger.list_streams_without_events(session, county_code):
        yield Fault(FaultCode.EVENT_MISSING, f"{key.kind}/{key.id}", 1, None)
    for event_id in ledger.list_pending_without_event(session, county_code):
        yield Fault(FaultCode.EVENT_MISSING, _UNKNOWN_STREAM, 0, event_id)
    for event_id in ledger.list_parts_without_event(session, county_code):
        yield Fault(FaultCode.PART_UNKNOWN, _UNKNOWN_STREAM, 0, event_id)


@dataclass(frozen=True, slots=True)
class _Body:
    """The body of an event, for its parts. Only what it says is believed, no column."""

    content: dict[str, Any]

    @property
    def id(self) -> UUID:
        return UUID(self.content["id"])

    @property
    def commitments(self) -> dict[str, str]:
        commitments: dict[str, str] = self.content["commit"]
        return commitments

    def owner(self, part: str) -> tuple[UUID, PersonalClass] | None:
        """Whose key sealed a part: its name says about whom, and in which class. None for a name
        that we never give.
        """
        about, _, personal_class = part.partition(".")
        if personal_class not in set(PersonalClass):
            return None
        worker = None if about == "stream" else self.content["worker"]
        return UUID(worker or self.content["stream"]["id"]), PersonalClass(personal_class)

    def fault(self, code: FaultCode) -> Fault:
        stream = self.content["stream"]
        return Fault(code, f"{stream['kind']}/{stream['id']}", self.content["seq"], self.id)


class _PartCheck:
    """The parts of one page of events. A part whose key is gone was erased and proves nothing; one
    with a key must be there, open and fit.
    """

    def __init__(
        self, context: Context, session: Session, county_code: str, found: Verification
    ) -> None:
        self._context = context
        self._session = session
        self._county_code = county_code
        self._found = found
        self._form = ledger.open_unread(session, ledger.EVENT_PART).form

    def run(self, page: Sequence[Checked | Fault]) -> None:
        bodies = [
            _Body(each.content) for each in page if isinstance(each, Checked) and each.content
        ]
        stored = self._load(bodies)
        keyring = self._open_keyring(bodies)
        for body in bodies:
            parts = stored.get(self._form({"event_id": body.id})["event_id"], {})
            self._check_event(body, parts, keyring)

    def _load(self, bodies: Sequence[_Body]) -> dict[Any, dict[str, RowMapping]]:
        rows = ledger.list_unread_parts(
            self._session, self._county_code, [body.id for body in bodies]
        )
        stored: dict[Any, dict[str, RowMapping]] = {}
        for row in rows:
            stored.setdefault(row["event_id"], {})[_text(row["part"])] = row
        return stored

    def _open_keyring(self, bodies: Sequence[_Body]) -> Keyring:
        owners = [body.owner(part) for body in bodies for part in body.commitments]
        subjects = {owner[0] for owner in owners if owner is not None}
        return self._context.vault.open_keyring(self._session, self._county_code, subjects)

    def _check_event(self, body: _Body, parts: dict[str, RowMapping], keyring: Keyring) -> None:
        self._found.parts += len(parts)
        for name in sorted(body.commitments.keys() | parts.keys()):
            if (code := self._check(body, name, parts.get(name), keyring)) is not None:
                self._found.faults.append(body.fault(code))

    def _check(
        self, body: _Body, name: str, row: RowMapping | None, keyring: Keyring
    ) -> FaultCode | None:
        owner = body.owner(name)
        if name not in body.commitments or owner is None:
            return FaultCode.PART_UNKNOWN
        subject_id, personal_class = owner
        named = self._form({"subject_id": subject_id, "personal_class": str(personal_class)})
        if row is not None and any(row[column] != value for column, value in named.items()):
            return FaultCode.PART_ALTERED
        if not keyring.has(subject_id, personal_class):
            self._found.erased_parts += 1
            return None
        if row is None:
            return FaultCode.PART_MISSING
        place = part_place(str(body.id), name)
        try:
            opened = keyring.open(subject_id, personal_class, row["sealed"], place=place)
        except SealBrokenError:
            return FaultCode.PART_ALTERED
        fits = opened is not None and check_part(body.commitments, name, opened)
        return None if fits else FaultCode.PART_ALTERED


def _text(value: str | bytes) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else value

"""The sealed parts of events, against what their bodies committed to."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Any, Final
from uuid import UUID

from sqlmodel import Session

from schemas.events.fields import PersonalClass
from service.ledger.actions import part_place
from service.ledger.bare import BareEvent, is_text
from service.ledger.verification import ChainCheck, Fault, FaultCode, check_part
from service.vault.sealing import SealBrokenError
from service.vault.store import KeyName
from service.vault.vault import Keyring, Vault

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

"""The one order in which a subject's facts are folded, computed from all of them: by corrected moment, by the
kind's place in a table, by device and its sequence, by a digest of public content. Contradictions of devices.

Neither the id of an event nor the order of arrival decides, so that every order of arrival ends in the
same state.
"""

import hashlib
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any, Final, NamedTuple, Protocol, TypeVar
from uuid import UUID

from schemas.events.kinds import EventKind, Mode, Nature
from schemas.events.specs import EVENT_SPECS
from schemas.permissions import Permission
from service.ledger.bodies import encode_canonical

_K = EventKind

BEGINNINGS = frozenset({_K.TRIP_OPENED, _K.PASSENGER_ASSIGNED})
"""Come first in their subject's fold, whatever the clocks say: nothing can happen to a passenger before
there is one, but the coordinator's clock may run a little behind the escort's."""

KIND_ORDER: Final[tuple[EventKind, ...]] = (
    # plan and list
    _K.BATCH_OPENED,
    _K.BATCH_CHANGED,
    _K.BATCH_CANCELLED,
    _K.TRIP_OPENED,
    _K.TRIP_CHANGED,
    _K.TRIP_FILED,
    _K.POLICY_SWITCHED,
    _K.FILING_ACKNOWLEDGED,
    _K.PASSENGER_ASSIGNED,
    _K.PASSENGER_NOTIFIED,
    _K.PASSENGER_CONSENT_RECORDED,
    _K.MANIFEST_LOCKED,
    _K.MANIFEST_UNLOCKED,
    _K.VEHICLE_REPLACED,
    _K.DRIVER_REPLACED,
    _K.ESCORT_REPLACED,
    _K.CAPTAIN_NAMED,
    _K.KIT_ISSUED,
    _K.VEHICLE_INSPECTED,
    _K.VEHICLE_DISINFECTED,
    _K.VEHICLE_VENTILATED,
    _K.TRIP_BOARDING_OPENED,
    # at the door
    _K.PASSENGER_SUBSTITUTED,
    _K.PASSENGER_NO_SHOW,
    _K.PASSENGER_CHECKED_IN,
    _K.PASSENGER_EXEMPTED,
    _K.PASSENGER_BOARDING_REFUSED,
    _K.PASSENGER_DENIED,
    _K.PASSENGER_BOARDED,
    # on the way
    _K.TRIP_DELAYED,
    _K.TRIP_DEPARTED,
    _K.STOP_BEGUN,
    _K.TRIP_HELD_UP,
    _K.PASSENGER_FOUND_ABOARD,
    _K.PASSENGER_LINKED,
    _K.PASSENGER_SEAT_CHANGED,
    _K.TEMPERATURE_ROUND_TAKEN,
    _K.PASSENGER_FEVER_FOUND,
    _K.PASSENGER_NOTED,
    _K.INCIDENT_REPORTED,
    _K.PASSENGER_MISSING,
    _K.PASSENGER_LEFT,
    _K.PASSENGER_FOUND,
    _K.PASSENGER_MOVED,
    _K.STOP_ENDED,
    _K.TRIP_RESUMED,
    # the end
    _K.TRIP_ARRIVED,
    _K.TRIP_TURNED_BACK,
    _K.TRIP_RETURNED,
    _K.PASSENGER_REFUSED,
    _K.PASSENGER_RECEIVED,
    _K.PASSENGER_TRANSFERRED,
    _K.PASSENGER_RETURNED,
    _K.HANDOVER_SIGNED,
    _K.PASSENGER_UNASSIGNED,
    _K.TRIP_CLOSED,
    _K.TRIP_CANCELLED,
    # a worker
    _K.WORKER_CHANGED,
    _K.WORKER_HEALTH_NOTED,
    _K.WORKER_HELD,
    _K.WORKER_HOLD_RELEASED,
    _K.WORKER_TRAVEL_CHANGED,
    _K.WORKER_WITHDRAWN,
    # lists, imports, accounts: recorded as they were sent
    _K.ENTERPRISE_REGISTERED,
    _K.ENTERPRISE_CHANGED,
    _K.CARRIER_REGISTERED,
    _K.CARRIER_CHANGED,
    _K.VEHICLE_REGISTERED,
    _K.VEHICLE_CHANGED,
    _K.DRIVER_REGISTERED,
    _K.DRIVER_CHANGED,
    _K.POLICY_LOADED,
    _K.RISK_AREAS_LOADED,
    _K.ROSTER_APPLIED,
    _K.ROSTER_UNDONE,
    _K.STRANDED_PERSON_CALLED,
    _K.STRANDED_PERSON_REQUESTED,
    _K.CONTACTS_ASKED,
    _K.CONTACTS_ANSWERED,
    _K.ACCOUNT_CREATED,
    _K.ACCOUNT_SCOPE_CHANGED,
    _K.ACCOUNT_PASSWORD_CHANGED,
    _K.ACCOUNT_LOGIN_FAILED,
    _K.ACCOUNT_LOGGED_IN,
    _K.ACCESS_LISTED,
    _K.ACCESS_REVEALED,
    _K.ACCESS_EXPORTED,
    _K.ACCOUNT_LOGGED_OUT,
    _K.ACCOUNT_DISABLED,
    # about other facts
    _K.INCIDENT_SETTLED,
    _K.APPROVAL_CONFIRMED,
    _K.EXCEPTION_EXPLAINED,
    _K.EVENT_REVERSED,
)
"""Of two facts of one moment the kind that stands earlier is folded first. Of kinds that can follow each
other, the one that follows stands later; where both are possible, whoever was aboard stays aboard."""


_RANK: Final[Mapping[EventKind, int]] = {kind: rank for rank, kind in enumerate(KIND_ORDER)}


class Timed(Protocol):
    """When something is said to have happened, and in which unit that was told."""

    @property
    def kind(self) -> EventKind: ...
    @property
    def at(self) -> datetime: ...
    @property
    def unit(self) -> timedelta: ...


class Statement(Timed, Protocol):
    """What the order reads of a fact."""

    @property
    def id(self) -> UUID: ...
    @property
    def device(self) -> str | None: ...
    @property
    def device_sequence(self) -> int | None: ...
    @property
    def data(self) -> Mapping[str, Any]: ...
    @property
    def decided(self) -> Mapping[str, Any]: ...


F = TypeVar("F", bound=Statement)
_EXACT = timedelta(microseconds=1)


def told_unit(occurred_at: datetime, *, kind: EventKind, mode: Mode) -> timedelta:
    """The unit in which the moment was told: a minute, a second or exactly. What is told in whole minutes
    means that minute. A live decision is the server's, and exact."""
    if mode is Mode.LIVE and EVENT_SPECS[kind].nature is Nature.DECISION:
        return _EXACT
    if occurred_at.microsecond:
        return _EXACT
    return timedelta(seconds=1) if occurred_at.second else timedelta(minutes=1)


class Last(NamedTuple):
    """How far a subject is told: its latest moment; until when no further fact may be folded by a mere
    step, because a fact told in whole minutes may come to lie behind it."""

    at: datetime
    until: datetime

    @classmethod
    def after(cls, known: "Last | None", fact: Timed) -> "Last | None":
        """With one more fact; beginnings and reversals are never a subject's latest."""
        if fact.kind in BEGINNINGS or fact.kind is _K.EVENT_REVERSED:
            return known
        until = fact.at + fact.unit
        if known is None:
            return cls(fact.at, until)
        return cls(max(known.at, fact.at), max(known.until, until))


_FROM_THE_ROAD: Final = frozenset(
    {Permission.BOARDING_WRITE, Permission.CARRIAGE_WRITE, Permission.HANDOVER_WRITE}
)
_WORDS: Final = frozenset(
    kind for kind, spec in EVENT_SPECS.items() if spec.permission in _FROM_THE_ROAD
)


class Heard(NamedTuple):
    """The newest word from whoever is with the people: of a kind that an escort, a carrier or a receiver may
    tell. What the office does in the record is none."""

    at: datetime
    kind: EventKind
    event_id: UUID

    @classmethod
    def after(cls, known: "Heard | None", fact: "Statement") -> "Heard | None":
        """With one more fact, folded after those before it. One that was told from a clock far ahead does not
        tell when somebody was heard."""
        if fact.kind not in _WORDS or fact.decided.get("clock_ahead"):
            return known
        if known is not None and fact.at < known.at:
            return known
        return cls(fact.at, fact.kind, fact.id)


class _Place(NamedTuple):
    """Facts with equal places are told apart by `_content`."""

    at: datetime
    rank: int
    device: str
    has_sequence: bool
    sequence: int


def _place(fact: Statement) -> _Place:
    return _Place(
        at=fact.at,
        rank=_RANK[fact.kind],
        device=fact.device or "",
        has_sequence=fact.device_sequence is not None,
        sequence=fact.device_sequence or 0,
    )


def _content(fact: Statement) -> tuple[bytes, bytes, UUID]:
    """The id decides only where everything that can be read of two facts is equal: their order changes
    nothing then."""
    return _digest(fact.data), _digest(fact.decided), fact.id


def _sort(facts: Iterable[F]) -> list[tuple[_Place, F]]:
    placed = sorted(((_place(each), each) for each in facts), key=itemgetter(0))
    ordered: list[tuple[_Place, F]] = []
    for _, tied in groupby(placed, key=itemgetter(0)):
        group = list(tied)
        if len(group) > 1:
            group.sort(key=lambda pair: _content(pair[1]))
        ordered += group
    return ordered


def _digest(content: Mapping[str, Any]) -> bytes:
    return hashlib.sha256(encode_canonical(dict(content))).digest()


def sort_facts(facts: Iterable[F]) -> list[F]:
    """One subject's: beginnings, then the others by moment."""
    listed = list(facts)
    beginnings = [each for _, each in _sort(each for each in listed if each.kind in BEGINNINGS)]
    return beginnings + sort_moments(each for each in listed if each.kind not in BEGINNINGS)


def sort_moments(facts: Iterable[F]) -> list[F]:
    """By moment. Facts told in whole seconds, then those told in whole minutes, are inserted within theirs
    before the first fact of a later kind, else at its end."""
    rest = list(facts)
    ordered: list[tuple[_Place, F]] = []
    for unit in sorted({each.unit for each in rest}):
        told = _sort(each for each in rest if each.unit == unit)
        ordered = _insert(ordered, told) if ordered else told
    return [each for _, each in ordered]


def _insert(
    ordered: Sequence[tuple[_Place, F]], told: Sequence[tuple[_Place, F]]
) -> list[tuple[_Place, F]]:
    """`ordered` with `told` among them, each by what stood there before, not by one another.

    `ordered` need not ascend by moment any more once whole seconds were inserted; a search by moment
    therefore reads the earliest moment from there on."""
    floors = _list_floors(ordered)
    gaps: dict[int, list[tuple[_Place, F]]] = {}
    for place, fact in told:
        first = bisect_left(floors, place.at)
        end = bisect_left(floors, place.at + fact.unit)
        later = (i for i in range(first, end) if ordered[i][0].rank > place.rank)
        gaps.setdefault(next(later, end), []).append((place, fact))
    merged: list[tuple[_Place, F]] = []
    for index in range(len(ordered) + 1):
        merged.extend(gaps.get(index, ()))
        merged.extend(ordered[index : index + 1])
    return merged


def _list_floors(ordered: Sequence[tuple[_Place, F]]) -> list[datetime]:
    """For each position the earliest moment there or later: ascending."""
    floors = [place.at for place, _ in ordered]
    for index in range(len(floors) - 2, -1, -1):
        floors[index] = min(floors[index], floors[index + 1])
    return floors


_ABOUT_FACTS = frozenset({_K.EVENT_REVERSED, _K.EXCEPTION_EXPLAINED, _K.INCIDENT_SETTLED})


def find_contradictions(facts: Iterable[Statement]) -> dict[UUID, tuple[UUID, ...]]:
    """Event → those that it contradicts: same kind and moment, other public content, another device. Two
    statements about other facts are about two of them."""
    groups: dict[tuple[EventKind, datetime], list[Statement]] = {}
    for each in facts:
        if each.device is not None and each.kind not in _ABOUT_FACTS:
            groups.setdefault((each.kind, each.at), []).append(each)
    found: dict[UUID, tuple[UUID, ...]] = {}
    for group in groups.values():
        for one in group:
            against = [each.id for each in group if _contradict(one, each)]
            if against:
                found[one.id] = tuple(sorted(against))
    return found


def _contradict(one: Statement, other: Statement) -> bool:
    return one.device != other.device and dict(one.data) != dict(other.data)

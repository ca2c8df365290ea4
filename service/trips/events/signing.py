"""Whom a signature is for: each person received at its point, or able to be, who then gets a received event of
an own before it; who is in the way, and what to reverse.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from uuid import UUID

from schemas.errors import ErrorCode
from schemas.events.fields import split_payload
from schemas.events.kinds import EventKind
from schemas.events.payloads_passengers import PassengerReceived
from schemas.ids import derive_id
from schemas.trips import PassengerStatus
from schemas.types import is_person_name, normalise_name
from service.recording.handlers import Command, Decision, Workspace, refuse
from service.trips.events import guards
from service.trips.events.guards import Facts
from service.trips.events.passengers import BOARDING_HANDLERS
from service.trips.rules import scopes
from service.trips.rules.overview import TripView
from service.trips.rules.passengers import BY_SIGNATURE, PassengerState

_RECEIVED = EventKind.PASSENGER_RECEIVED


def list_receivings(workspace: Workspace, command: Command) -> Iterable[Command]:
    """A `passenger.received` for each person whom the signature names, also for who comes on the trip's record
    in the same group only: of its time, source and mode, its id derived from the signature's and the
    passenger's. Which of them are wanted is decided with the signature, under the lock."""
    if workspace.get_state(command.stream, TripView) is not None:
        for each in dict.fromkeys(command.told("passenger_ids", ())):
            yield _make_receiving(command, each)


def _make_receiving(signature: Command, passenger_id: UUID) -> Command:
    """Not counted by the sender's device; a clock ahead is flagged once, on the signature."""
    receiver = normalise_name(signature.told("receiver") or "")
    payload = PassengerReceived(
        passenger_id=passenger_id,
        receiver=receiver if is_person_name(receiver) else None,
        enterprise_id=signature.told("enterprise_id"),
        point_id=signature.told("point_id"),
    )
    return replace(
        signature,
        id=derive_id(signature.id, passenger_id.hex),
        kind=_RECEIVED,
        payload=payload,
        public=split_payload(payload).public,
        personal={},
        device=None,
        device_sequence=None,
        attachments=(),
        clock_ahead=False,
    )


@dataclass(frozen=True, slots=True)
class Signed:
    """`people`: as they are once `first` is recorded. `receipts`: passenger → the event of the receiving that
    is signed for. `wrong`: those for whom nobody can sign; who is not on the trip's record, or not the signer's
    to see, is there without any state."""

    people: tuple[PassengerState, ...]
    receipts: dict[str, str]
    first: tuple[tuple[Command, Decision], ...]
    wrong: tuple[PassengerState, ...]

    def refuse(self) -> Decision:
        """Names minors who go to their receiver first; else how many are in the way, and the first of them with
        the event that would have to be reversed."""
        if by_name := [each for each in self.wrong if each.aboard and each.consent]:
            return refuse(ErrorCode.RECEIVER_DIFFERENT, **guards.name_some(by_name))
        told = guards.name_some(self.wrong, to_reverse=True)
        return refuse(ErrorCode.NOT_BALANCED_HANDOVER, not_received=len(self.wrong), **told)


def read_signed(workspace: Workspace, facts: Facts) -> Signed:
    """Who is received already keeps that event. Who is not is received with the signature where a
    `passenger.received` of its mode would be recorded, and else is in the way."""
    people: list[PassengerState] = []
    receipts: dict[str, str] = {}
    first: list[tuple[Command, Decision]] = []
    wrong: list[PassengerState] = []
    for each in facts.data("passenger_ids"):
        known = facts.view.passengers.get(each)
        if known is None or not scopes.sees_passenger(facts.actor, facts.view, known):
            wrong.append(PassengerState(each))
        elif known.status is PassengerStatus.RECEIVED:
            here = facts.view.point_of(known) == facts.data("point_id")
            (people if here else wrong).append(known)
            receipts |= {str(each): str(known.receipt_id)} if here else {}
        elif (taken := _receive(workspace, facts.command, each)) is not None:
            first.append(taken)
            people.append(_after(known, taken[0]))
            receipts[str(each)] = str(taken[0].id)
        else:
            wrong.append(known)
    return Signed(tuple(people), receipts, tuple(first), tuple(wrong))


def _receive(
    workspace: Workspace, signature: Command, passenger_id: UUID
) -> tuple[Command, Decision] | None:
    """None where it would be refused, or where its id was taken by another event."""
    command = _make_receiving(signature, passenger_id)
    decision = BOARDING_HANDLERS[_RECEIVED].decide(workspace, command)
    if decision.refused is not None or command.id in workspace.stored:
        return None
    marked = decision.decided | {BY_SIGNATURE: str(signature.id)}
    return command, replace(decision, decided=marked)


def _after(passenger: PassengerState, receiving: Command) -> PassengerState:
    return replace(
        passenger,
        status=PassengerStatus.RECEIVED,
        handover_point_id=receiving.told("point_id"),
    )

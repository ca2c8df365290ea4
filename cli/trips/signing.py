"""Who belongs to a handover point. Chooses the passengers of a `handover.signed`: those who were named; without
names all of the point who can be signed for and are not. Counts and names the others.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from cli import output
from cli.exits import CommandError, ExitCode
from cli.names import get_name
from cli.trips.finding import name_passenger
from cli.trips.texts import TripText
from schemas.events.payloads_passengers import PartyKind
from schemas.passengers import PassengerOut
from schemas.texts import say
from schemas.trips import PassengerStatus, PointOut

_S = PassengerStatus
_HERE: Final = frozenset({_S.BOARDED, _S.REFUSED, _S.MISSING, _S.RECEIVED})


@dataclass(frozen=True, slots=True)
class Signing:
    """`left_out`: people of the point who could be signed for and are not; masked, with what they are."""

    people: tuple[str, ...]
    left_out: tuple[str, ...]

    def describe(self) -> Iterator[str]:
        if self.left_out:
            who = output.join_words(self.left_out)
            yield say(TripText.SIGNED_WITHOUT, count=len(self.left_out), people=who)


def choose_signed(
    passengers: Sequence[PassengerOut],
    points: Sequence[PointOut],
    *,
    point_id: str,
    named: Sequence[str],
    again: bool = False,
) -> Signing:
    """`named`: passenger ids, taken as they are. Without them: everybody of the point with the status received,
    boarded, or refused without a next holder, who is not signed for. `again` (the event was sent before):
    also who is signed for by now, so that a repeat has the same content. Raises CommandError (usage) where
    that is nobody.
    """
    here = [
        each
        for each in list_people_at(passengers, points, point_id=point_id)
        if each.status in _HERE and (again or not each.signed)
    ]
    people = tuple(named) or tuple(str(each.id) for each in here if _can_be_signed(each))
    if not people:
        raise CommandError(say(TripText.NOBODY_TO_SIGN), ExitCode.USAGE)
    left_out = tuple(_name(each) for each in here if str(each.id) not in people)
    return Signing(people, left_out)


def list_people_at(
    passengers: Sequence[PassengerOut], points: Sequence[PointOut], *, point_id: str
) -> list[PassengerOut]:
    """In any status. As the server takes it: who was given no point belongs to the last one."""
    handover = [each for each in points if each.kind == "handover"]
    last = max(handover, key=lambda each: each.ordinal).id if handover else None
    return [each for each in passengers if str(each.handover_point_id or last) == point_id]


def _can_be_signed(passenger: PassengerOut) -> bool:
    """Whom the server takes as received with the signature; a missing person has to be found first, and
    who was given on to somebody else is not received here."""
    if passenger.status is _S.REFUSED:
        return passenger.custody.party in (None, PartyKind.ESCORT)
    return passenger.status is not _S.MISSING


def _name(passenger: PassengerOut) -> str:
    status = get_name(passenger.status)
    return say(TripText.PERSON_WITH_STATUS, who=name_passenger(passenger), status=status)

"""快报 of an accident, from what is recorded of each vehicle at that moment."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from schemas.contacts import ContactsQuestion
from schemas.events.fields import PersonalClass
from schemas.events.payloads_passengers import PartyKind
from service.contacts.actions.computing import Ride
from service.contacts.rules.bulletin import Accident, write_bulletin
from service.context import Work
from service.days import CHINA
from service.ledger.parts import open_contents
from service.trips.rules.journeys import holder_of
from service.trips.rules.overview import TripView
from service.trips.rules.told import Place


def report_accident(work: Work, *, question: ContactsQuestion, rides: Sequence[Ride]) -> str:
    """In the language in force; two reads where a stop was told."""
    places = {ride.view.id: _find_place(ride.view, question.at) for ride in rides}
    told = open_contents(
        work.session,
        work.context.vault,
        work.county_code,
        [each.event_id for each in places.values() if each and each.point_id is None],
        classes=[PersonalClass.NOTE, PersonalClass.CONTACT],
    )
    return write_bulletin([_describe(ride, question, places, told) for ride in rides])


def _find_place(view: TripView, at: datetime | None) -> Place | None:
    """The last one; none that was told of a later moment."""
    place = view.course.place
    return place if place is not None and (at is None or place.at <= at) else None


def _describe(
    ride: Ride,
    question: ContactsQuestion,
    places: Mapping[UUID, Place | None],
    told: Mapping[UUID, Mapping[str, object]],
) -> Accident:
    view, count, place = ride.view, ride.head_count, places[ride.view.id]
    name: object = None
    if place is not None:
        point = view.plan.point(place.point_id)
        name = point.name if point else told.get(place.event_id, {}).get("place")
    handed = [
        each
        for each in ride.riders
        if holder_of(view.passengers[each]).party is PartyKind.HEALTH_POINT
    ]
    return Accident(
        case=question.case_reference,
        at=_show(question.at) if question.at else None,
        place=str(name) if name else None,
        place_at=_show(place.at) if place else None,
        plate=ride.vehicle.plate,
        number=view.plan.number,
        people=len(ride.meetings),
        crew=len(ride.crew),
        counted=count.aboard if count else None,
        counted_at=_show(count.at) if count else None,
        transferred=len(handed),
    )


def _show(moment: datetime) -> str:
    return f"{moment.astimezone(CHINA):%Y-%m-%d %H:%M}"

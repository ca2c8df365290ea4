"""Drivers and escorts of several trips in full: the plan's, and who came for them, as they were told, else as
their account has them. The same number of statements for one trip and for ten.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from schemas.contact_lists import LineKind
from schemas.events.fields import PersonalClass
from service.accounts.queries import list_accounts_by_id, open_name, open_phone
from service.contacts.actions.computing import Crew, Ride
from service.contacts.queries import list_sealed_contacts
from service.context import Work
from service.fleets.queries import open_drivers
from service.ledger.parts import open_contents
from service.trips.actions.plans import contacts_place
from service.trips.queries.states import load_views
from service.trips.rules.overview import TripView


class Who(NamedTuple):
    """By what a line is told from others of its list. `key`: of a driver and a passenger the id, of an escort
    the place among the trip's."""

    trip_id: UUID
    kind: str
    key: str


class Member(NamedTuple):
    """One of a crew; None: nobody told it, or it was erased."""

    name: str | None
    phone: str | None
    id_number: str | None = None


class Crews(NamedTuple):
    """Driver → who it is; trip → its escorts, one after the other."""

    drivers: Mapping[UUID, Member]
    escorts: Mapping[UUID, Sequence[Member]]

    def find(self, trip_id: UUID, crew: Crew) -> Member:
        if crew.driver_id is not None:
            return self.drivers.get(crew.driver_id, Member(None, None))
        return self.escorts[trip_id][crew.escort or 0]


def open_crews(work: Work, rides: Iterable[Ride]) -> Crews:
    listed = list(rides)
    drivers = {each.driver_id for ride in listed for each in ride.crew if each.driver_id}
    views = {ride.view.id: ride.view for ride in listed}
    opened = {
        key: Member(each.name, each.phone, each.id_number)
        for key, each in open_drivers(work, drivers).items()
    }
    return Crews(opened, _open_escorts(work, views))


def open_members(work: Work, who: Iterable[Who]) -> dict[Who, Member]:
    """The crew among the lines of a list; without an escort whose record was reversed since."""
    listed = list(who)
    driving = {each: UUID(each.key) for each in listed if each.kind == LineKind.DRIVER}
    leading = [each for each in listed if each.kind == LineKind.ESCORT]
    drivers = open_drivers(work, set(driving.values()))
    views = load_views(work.session, work.county_code, {each.trip_id for each in leading})
    escorts = _open_escorts(work, views)
    return {
        each: Member(drivers[driver].name, drivers[driver].phone)
        for each, driver in driving.items()
        if driver in drivers
    } | {
        each: escorts[each.trip_id][int(each.key)]
        for each in leading
        if int(each.key) < len(escorts[each.trip_id])
    }


def _open_escorts(work: Work, views: Mapping[UUID, TripView]) -> dict[UUID, list[Member]]:
    runs = [run for view in views.values() for run in view.course.escorts]
    sealed = list_sealed_contacts(work.session, work.county_code, views)
    accounts = list_accounts_by_id(work.session, work.county_code, [run.account_id for run in runs])
    keyring = work.context.vault.open_keyring(work.session, work.county_code, [*views, *accounts])
    told = open_contents(
        work.session,
        work.context.vault,
        work.county_code,
        [run.fact.event_id for run in runs],
        classes=[PersonalClass.CONTACT],
    )
    found: dict[UUID, list[Member]] = {}
    for key, view in views.items():
        place = contacts_place(key)
        planned = keyring.open(key, PersonalClass.CONTACT, sealed.get(key), place=place) or {}
        found[key] = [Member(planned.get("escort"), planned.get("escort_phone"))]
        for run in view.course.escorts:
            said = told.get(run.fact.event_id, {})
            account = accounts.get(run.account_id) if run.account_id else None
            found[key].append(
                Member(
                    said.get("name") or (open_name(account, keyring) if account else None),
                    said.get("phone") or (open_phone(account, keyring) if account else None),
                )
            )
    return found

"""Rows of trips, each with all that a board shows: names, times, what needs somebody, and for who may read
manifests whom to call. The same number of statements for one trip and for two hundred.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from schemas.base import Page
from schemas.divisions.table import name_division
from schemas.events.fields import PersonalClass
from schemas.events.kinds import ExceptionCode
from schemas.events.neutral import show_kind
from schemas.events.payloads_records import ListKind
from schemas.needs import MOST_RED, NeedCode, NeedOut, name_need, say_what_to_do
from schemas.permissions import Permission, Role
from schemas.texts import get_language
from schemas.trips import (
    AcknowledgedBy,
    LastPlace,
    LastWord,
    PersonContact,
    PointOut,
    TripContacts,
    TripRow,
    TripState,
)
from service.accounts import access
from service.accounts.access import DailyListing
from service.accounts.queries import list_accounts_by_id, open_name, open_phone
from service.auth import Actor
from service.context import Work
from service.fleets.models import Driver
from service.fleets.queries import load_plates, open_driver
from service.ledger.parts import open_contents
from service.ledger.queries import list_events_by_id
from service.policies.queries import load_book
from service.policies.rules import ORDINARY, PolicyBook
from service.records import list_records
from service.rest import Cursor, is_known, make_etag
from service.trips.actions.between import add_asked, find_elsewhere
from service.trips.actions.plans import contacts_place
from service.trips.models import Trip
from service.trips.queries import board, lists
from service.trips.queries.board import BoardRow, Place, TripFilter
from service.trips.queries.remarks import open_fevers
from service.trips.queries.states import load_points, read_brief
from service.trips.rules.journeys import Outside
from service.trips.rules.needs import (
    Brief,
    Elsewhere,
    Need,
    OpenException,
    Seen,
    collect_events,
    list_needs,
)
from service.trips.rules.overview import Point
from service.trips.rules.trip_states import BEFORE_DEPARTURE


@dataclass(frozen=True, slots=True)
class _Line:
    """A trip of the list, before anything of it is opened."""

    row: BoardRow
    brief: Brief
    elsewhere: Elsewhere
    needs: list[Need]


@dataclass(frozen=True, slots=True)
class Board:
    """`page` None: the asker has it already. `listing`: the access, where it is not recorded yet."""

    etag: str
    page: Page[TripRow] | None = None
    listing: DailyListing | None = None


def read_board(work: Work, *, wanted: TripFilter, cursor: Cursor, known: str | None) -> Board:
    """One page, the newest departure first. `known`: the tags that the asker has (If-None-Match). With
    `attention` a page may hold fewer trips than its limit: it is cut before it is known which need somebody.
    """
    elsewhere = add_asked(work, find_elsewhere(work))
    after = board.decode_place(cursor.after) if cursor.after else None
    found = board.list_board(
        work, wanted=wanted, also=elsewhere.keys(), after=after, limit=cursor.limit
    )
    rows = found[: cursor.limit]
    last = rows[-1] if len(found) > cursor.limit else None
    lines = _look_at(work, rows, elsewhere)
    if wanted.attention:
        lines = [each for each in lines if each.needs]
    further = board.encode_place(Place(last.planned_departure_at, last.id)) if last else None
    return _show(work, lines, further, known)


def _look_at(
    work: Work, rows: Sequence[BoardRow], elsewhere: Mapping[UUID, Elsewhere]
) -> list[_Line]:
    briefs = {row.id: read_brief(row.brief) for row in rows}
    seen = _add_stopped(work, rows, elsewhere)
    told_at, now = _read_times(work, briefs, seen), work.now()
    policies = _read_policies(work, briefs.values())
    fevers = _open_fevers(work, briefs.values())
    return [
        _Line(
            row,
            briefs[row.id],
            seen[row.id],
            _list_visible(
                work.actor,
                Seen(
                    TripState(row.state),
                    row.planned_departure_at,
                    row.planned_arrival_at,
                    row.arrived_at,
                    briefs[row.id],
                    seen[row.id],
                    told_at,
                    policies.find(briefs[row.id].policy_version),
                    fevers,
                ),
                now=now,
            ),
        )
        for row in rows
    ]


def _read_policies(work: Work, briefs: Iterable[Brief]) -> PolicyBook:
    """No read where all trips are of an ordinary year."""
    if all(each.policy_version == ORDINARY.version for each in briefs):
        return PolicyBook(work.county_code)
    return load_book(work.session, work.county_code)


def _add_stopped(
    work: Work, rows: Sequence[BoardRow], elsewhere: Mapping[UUID, Elsewhere]
) -> dict[UUID, Elsewhere]:
    """Each trip's, with the held and the withdrawn of its list; one read where a trip is yet to leave."""
    found = {row.id: elsewhere.get(row.id, Elsewhere()) for row in rows}
    waiting = [row.id for row in rows if row.state in BEFORE_DEPARTURE]
    stopped: dict[UUID, dict[UUID, datetime | None]] = {}
    for each in board.list_stopped(work.session, work.county_code, trip_ids=waiting):
        state = each.state.read()
        holds = [hold.at for hold in state.held if hold.hold_id in state.holds]
        if holds or state.withdrawn:
            since = min(holds, default=state.last.at if state.last else None)
            stopped.setdefault(each.trip_id, {})[each.passenger_id] = since
    return found | {key: replace(found[key], stopped=each) for key, each in stopped.items()}


def _open_fevers(work: Work, briefs: Iterable[Brief]) -> frozenset[UUID]:
    """Which remarks are fevers, for who may know; one read where there are any."""
    noted = [each.event_id for brief in briefs for each in brief.noted]
    if not noted or not _knows_health(work.actor):
        return frozenset()
    vault = work.context.vault
    return open_fevers(work.session, vault, work.county_code, event_ids=noted)


def _knows_health(actor: Actor) -> bool:
    """By office, or because they are with the people."""
    return actor.may(Permission.HEALTH_READ) or actor.may(Permission.BOARDING_WRITE)


def _read_times(
    work: Work, briefs: Mapping[UUID, Brief], seen: Mapping[UUID, Elsewhere]
) -> dict[UUID, datetime]:
    """When the events of open exceptions happened; one read where there are any."""
    exceptions = [each for brief in briefs.values() for each in brief.exceptions]
    exceptions += [each for one in seen.values() for each in one.exceptions]
    wanted = collect_events(exceptions)
    rows = list_events_by_id(work.session, work.county_code, wanted) if wanted else []
    return {row.id: row.happened_at for row in rows}


_OF_HEALTH: Final = frozenset(
    {NeedCode.FEVER, NeedCode.NOT_TRAVELLING, ExceptionCode.BOARDED_AGAINST_CLEARANCE}
)
_OF_PEOPLE: Final = frozenset(
    {NeedCode.MISSING, NeedCode.LEFT, NeedCode.NOBODYS_HANDS, NeedCode.MOVED_NOT_ARRIVED}
    | {NeedCode.NOT_REACHED}
)
"""Of whom is not said: a receiver knows of its own by the passengers' page."""


def _list_visible(actor: Actor, seen: Seen, *, now: datetime) -> list[Need]:
    """Without what tells of somebody's health, for who neither knows it by office nor is with the people; for a
    receiver without what may be of another's people."""
    needs = list_needs(seen, now=now)
    if not actor.may(Permission.CONTACTS_READ):
        needs = [each for each in needs if each.code is not NeedCode.CONTACTS_ASKED]
    if _knows_health(actor):
        return needs
    hidden = _OF_HEALTH | (_OF_PEOPLE if actor.role is Role.ENTERPRISE_RECEIVER else frozenset())
    return [each for each in needs if (each.exception or each.code) not in hidden]


def show_one(
    work: Work, trip: Trip, outside: Outside, *, with_contacts: bool, said: Sequence[UUID] = ()
) -> tuple[TripRow, DailyListing | None]:
    """The row of a trip that is loaded; the access that is still to be recorded where contacts are shown.
    `said`: the events whose words are shown beside it."""
    batch = lists.find_batch_of(work, trip)
    named = {name: getattr(trip, name) for name in BoardRow._fields if name != "batch_number"}
    row = BoardRow(**named, batch_number=batch.number)
    asked = add_asked(work, {trip.id: _describe_outside(outside)}, trip_ids=[trip.id])
    (line,) = _look_at(work, [row], asked)
    points = {trip.id: list(outside.view.plan.points)}
    (shown,) = _show_rows(work, [line], points)
    if not (with_contacts and _may_call(work.actor)):
        return shown, None
    contacts = _open_contacts(work, [line], points, _load_drivers(work, [line]))
    shown = shown.model_copy(update={"contacts": contacts[trip.id]})
    return shown, _describe_access(work, [line], said)


def _describe_outside(outside: Outside) -> Elsewhere:
    people = outside.view.passengers
    strange = [
        OpenException(each.code, each.event_ids)
        for key, waiting in outside.waiting.items()
        for each in waiting
        if each not in people[key].open_findings
    ]
    legs = [leg for leg in outside.legs_between if not leg.explained]
    since = tuple(leg.moved_at for leg in legs if leg.moved_at is not None)
    return Elsewhere(between=since, exceptions=tuple(strange))


# --- what is shown ------------------------------------------------------------------------------
def _show(work: Work, lines: Sequence[_Line], further: str | None, known: str | None) -> Board:
    ids = [line.row.id for line in lines]
    points = load_points(work.session, work.county_code, ids)
    shown = _show_rows(work, lines, points)
    page = Page[TripRow](items=shown, next=further)
    drivers = _load_drivers(work, lines) if _may_call(work.actor) else {}
    etag = _tag(work, page, lines, drivers)
    if is_known(etag, known):
        return Board(etag)
    if not _may_call(work.actor):
        return Board(etag, page)
    contacts = _open_contacts(work, lines, points, drivers)
    items = [each.model_copy(update={"contacts": contacts[each.id]}) for each in shown]
    return Board(etag, Page[TripRow](items=items, next=further), _describe_access(work, lines))


def _may_call(actor: Actor) -> bool:
    return actor.may(Permission.MANIFEST_READ)


def _show_rows(
    work: Work, lines: Sequence[_Line], points: Mapping[UUID, list[Point]]
) -> list[TripRow]:
    ids = {line.row.vehicle_id for line in lines if line.row.vehicle_id is not None}
    plates = load_plates(work.session, work.county_code, sorted(ids))
    return [_show_row(line, points.get(line.row.id, []), plates) for line in lines]


def _show_row(line: _Line, points: Iterable[Point], plates: Mapping[UUID, str]) -> TripRow:
    row, brief = line.row, line.brief
    acknowledged, heard = brief.acknowledged, brief.heard
    return TripRow(
        **{name: getattr(row, name) for name in _PLAIN},
        state=TripState(row.state),
        destination_name=name_division(row.destination_code),
        expected_at=brief.expected_at,
        filed_at=brief.filed_at,
        acknowledged_at=acknowledged.at if acknowledged else None,
        acknowledged_channel=acknowledged.channel if acknowledged else None,
        points=[PointOut.model_validate(each) for each in points],
        plate=plates.get(row.vehicle_id) if row.vehicle_id else None,
        open_exceptions=len(brief.exceptions) + len(line.elsewhere.exceptions),
        people_between=len(line.elsewhere.between),
        unconfirmed=row.unconfirmed or 0,
        last_event_at=heard.at if heard else None,
        last_event=LastWord(kind=show_kind(heard.kind), at=heard.at) if heard else None,
        needs=[_show_need(each) for each in line.needs],
    )


_PLAIN: Final = (
    *("id", "number", "batch_id", "batch_number", "destination_code", "planned_departure_at"),
    *("planned_arrival_at", "departed_at", "arrived_at", "vehicle_id", "places", "taken"),
    *("aboard", "counts", "list_version"),
)


def _show_need(need: Need) -> NeedOut:
    return NeedOut(
        code=need.code,
        exception=need.exception,
        red=need.rank <= MOST_RED,
        since=need.since,
        count=need.count,
        name=name_need(need.code, need.exception),
        advice=say_what_to_do(need.code),
    )


def _tag(
    work: Work, page: Page[TripRow], lines: Sequence[_Line], drivers: Mapping[UUID, Driver]
) -> str:
    """Of what is shown and of what would be opened, for this account in this language."""
    sealed = [
        (
            line.row.contacts_sealed,
            line.brief.led_by,
            line.brief.place,
            line.brief.acknowledged,
            [(each, drivers[each].version) for each in line.brief.driver_ids if each in drivers],
        )
        for line in lines
    ]
    whose = (work.actor.account_id, get_language())
    return make_etag(repr((whose, sealed)).encode() + page.__pydantic_serializer__.to_json(page))


# --- whom to call -------------------------------------------------------------------------------
def _load_drivers(work: Work, lines: Iterable[_Line]) -> dict[UUID, Driver]:
    ids = {each for line in lines for each in line.brief.driver_ids}
    return {each.id: each for each in list_records(work.session, Driver, work.county_code, ids=ids)}


def open_contacts(work: Work, rows: Sequence[BoardRow]) -> dict[UUID, TripContacts]:
    """Trip → its work list; the caller records the access."""
    lines = [_Line(row, read_brief(row.brief), Elsewhere(), []) for row in rows]
    points = load_points(work.session, work.county_code, [row.id for row in rows])
    return _open_contacts(work, lines, points, _load_drivers(work, lines))


def _open_contacts(
    work: Work,
    lines: Sequence[_Line],
    points: Mapping[UUID, list[Point]],
    drivers: Mapping[UUID, Driver],
) -> dict[UUID, TripContacts]:
    """Trip → its work list: escort, drivers, who acknowledged, where the vehicle was last."""
    leaders = {line.brief.led_by.account_id for line in lines if line.brief.led_by is not None}
    accounts = list_accounts_by_id(work.session, work.county_code, leaders)
    told = _open_told(work, [line.brief for line in lines])
    subjects = [line.row.id for line in lines]
    keyring = work.context.vault.open_keyring(
        work.session, work.county_code, [*subjects, *drivers, *accounts]
    )
    called = {key: open_driver(keyring, each) for key, each in drivers.items()}
    led = {
        key: PersonContact(name=open_name(each, keyring), phone=open_phone(each, keyring))
        for key, each in accounts.items()
    }
    found = {}
    for line in lines:
        brief, place = line.brief, contacts_place(line.row.id)
        planned = keyring.open(
            line.row.id, PersonalClass.CONTACT, line.row.contacts_sealed, place=place
        )
        found[line.row.id] = TripContacts(
            escort=_show_escort(brief, planned, told, led),
            drivers=[
                PersonContact(name=called[each].name, phone=called[each].phone)
                for each in brief.driver_ids
                if each in called
            ],
            acknowledged_by=_show_acknowledged(brief, told),
            place=_show_place(brief, told, points.get(line.row.id, ())),
        )
    return found


Told = Mapping[UUID, Mapping[str, Any]]
"""Event → what is sealed of it about the trip."""


def _open_told(work: Work, briefs: Iterable[Brief]) -> Told:
    wanted: set[UUID] = set()
    for each in briefs:
        named = (each.led_by, each.acknowledged, each.place)
        wanted.update(one.event_id for one in named if one is not None)
    return open_contents(
        work.session,
        work.context.vault,
        work.county_code,
        sorted(wanted),
        classes=[PersonalClass.CONTACT, PersonalClass.NOTE],
    )


def _show_escort(
    brief: Brief,
    planned: Mapping[str, Any] | None,
    told: Told,
    led: Mapping[UUID, PersonContact],
) -> PersonContact | None:
    """Who came for another, as told, else as the account has them; before that the plan's."""
    if brief.led_by is None:
        if planned is None:
            return None
        return PersonContact(name=planned.get("escort"), phone=planned.get("escort_phone"))
    said = told.get(brief.led_by.event_id, {})
    known = led.get(brief.led_by.account_id) if brief.led_by.account_id else None
    return PersonContact(
        name=said.get("name") or (known.name if known else None),
        phone=said.get("phone") or (known.phone if known else None),
    )


def _show_acknowledged(brief: Brief, told: Told) -> AcknowledgedBy | None:
    if brief.acknowledged is None:
        return None
    said = told.get(brief.acknowledged.event_id, {})
    return AcknowledgedBy(
        name=said.get("person"),
        phone=said.get("phone"),
        unit=said.get("unit"),
        post=said.get("post"),
    )


def _show_place(brief: Brief, told: Told, points: Iterable[Point]) -> LastPlace | None:
    if brief.place is None:
        return None
    names = {point.id: point.name for point in points}
    point_id = brief.place.point_id
    name = names.get(point_id) if point_id else told.get(brief.place.event_id, {}).get("place")
    return LastPlace(name=name, at=brief.place.at)


def _describe_access(
    work: Work, lines: Sequence[_Line], said: Sequence[UUID] = ()
) -> DailyListing | None:
    """Whom the rows name, and whose words; None where it was recorded today."""
    people = [each for line in lines for each in _list_people(line)]
    people += map(str, said)
    trip_id = lines[0].row.id if len(lines) == 1 else None
    listing = access.describe_daily(
        work, list_kind=ListKind.TRIP_CONTACTS, trip_id=trip_id, people=people
    )
    return None if listing is None or access.is_recorded(work, listing) else listing


def _list_people(line: _Line) -> Iterable[str]:
    row, brief = line.row, line.brief
    yield from map(str, brief.driver_ids)
    if brief.led_by is not None:
        yield str(brief.led_by.account_id or brief.led_by.event_id)
    elif row.contacts_sealed is not None:
        yield str(row.escort_account_id or row.escort_key or row.id)
    if brief.acknowledged is not None:
        yield str(brief.acknowledged.event_id)

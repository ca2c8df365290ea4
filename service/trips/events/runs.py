"""Whether a vehicle, a driver or an escort is on another trip at the same time: what handlers need for it,
the refusal, and what a fact told afterwards carries instead. Changes of this group are seen by what follows.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from schemas.errors import ErrorCode
from schemas.events.kinds import EventKind
from schemas.events.payloads_trips import EscortReplaced
from schemas.policies import DriverHours
from service.recording.handlers import Command, Decision, Loader, Wanted, Workspace, refuse
from service.trips.queries import runs as queries
from service.trips.rules import runs
from service.trips.rules.overview import TripView
from service.trips.rules.runs import Run, Runs
from service.trips.rules.told import BUSY
from service.vault.vault import BlindIndex, IndexPurpose

VEHICLE_RUNS: Final = Loader("vehicle runs", queries.load_vehicle_runs)
DRIVER_RUNS: Final = Loader("driver runs", queries.load_driver_runs)
ESCORT_RUNS: Final = Loader("escort runs", queries.load_escort_runs)
_CODES: Final[Mapping[Loader[Runs], ErrorCode]] = {
    VEHICLE_RUNS: ErrorCode.VEHICLE_BUSY,
    DRIVER_RUNS: ErrorCode.DRIVER_BUSY,
    ESCORT_RUNS: ErrorCode.ESCORT_BUSY,
}


_ASKING_FOR_ESCORTS: Final = frozenset(
    {EventKind.TRIP_OPENED, EventKind.MANIFEST_LOCKED, EventKind.TRIP_BOARDING_OPENED}
)


_COMING: Final = frozenset(
    {EventKind.VEHICLE_REPLACED, EventKind.DRIVER_REPLACED, EventKind.ESCORT_REPLACED}
)
"""What these name comes to the trip at their moment."""
_PHONE_DIGITS: Final = 7
"""With fewer it is no telephone by which somebody could be told."""


class Busy(NamedTuple):
    """What is on another trip at that time, as the code that says so, and the trip."""

    code: ErrorCode
    run: Run


def occupy(
    *,
    vehicles: Iterable[UUID | None] = (),
    drivers: Iterable[UUID] = (),
    escorts: Iterable[UUID] = (),
) -> list[Wanted]:
    """What a handler has to want. Loading it locks it until the transaction ends, in this order, after
    all streams."""
    return [
        *(Wanted(VEHICLE_RUNS, each) for each in vehicles if each is not None),
        *(Wanted(DRIVER_RUNS, each) for each in drivers),
        *(Wanted(ESCORT_RUNS, each) for each in escorts),
    ]


def named_drivers(command: Command) -> list[UUID]:
    """The drivers that a plan or a replacement brings."""
    one: UUID | None = command.told("driver_id")
    several: list[UUID] = command.told("driver_ids", [])
    return [*several, *([one] if one is not None else [])]


def drivers_after(command: Command, view: TripView) -> tuple[UUID, ...]:
    """Who drives once the command is recorded."""
    gone: UUID | None = command.told("replaces_driver_id")
    new = named_drivers(command)
    return (*(each for each in view.course.driver_ids if each not in {gone, *new}), *new)


def list_occupied(command: Command, view: TripView, *, led_by: Iterable[UUID] = ()) -> list[Wanted]:
    """What the trip would newly occupy by this command: what it names (`led_by`: whom it names as escort);
    with other times everything, with other contacts the escort. A list that is
    locked, and boarding that is opened, ask for the escort's other trips."""
    fields = set(command.told("fields", ()))
    moved = bool(fields & {"planned_departure_at", "planned_arrival_at"})
    asked = command.kind in _ASKING_FOR_ESCORTS
    escorted = asked or moved or "contacts" in fields
    return occupy(
        vehicles=[
            command.told("vehicle_id"),
            view.course.vehicle_id if moved else None,
        ],
        drivers=[*named_drivers(command), *(view.course.driver_ids if moved else ())],
        escorts=[*led_by, *(view.plan.escort_ids if escorted else ())],
    )


def make_escort_key(indexes: BlindIndex, county_code: str, phone: str) -> UUID | None:
    """By what an escort is found again: a keyed digest of the telephone's digits; None for what is none."""
    digits = "".join(each for each in phone if each.isdecimal())
    digest = indexes.digest(IndexPurpose.CONTENT, "escort", county_code, digits)
    return UUID(bytes=digest[:16]) if len(digits) >= _PHONE_DIGITS else None


def _list_leading(workspace: Workspace, command: Command, view: TripView) -> list[UUID]:
    """The escort whom a replacement names, by account and by telephone."""
    if not isinstance(command.payload, EscortReplaced):
        return []
    account, phone = command.payload.account_id, command.payload.phone
    key = make_escort_key(workspace.indexes, view.plan.county_code, phone or "")
    return [each for each in (account, key) if each is not None]


def list_wants(workspace: Workspace, command: Command) -> Iterable[Wanted]:
    """For the handlers of kinds that `find_busy` is asked about."""
    view = workspace.get_state(command.stream, TripView)
    if view is None:
        return ()
    return list_occupied(command, view, led_by=_list_leading(workspace, command, view))


def find_busy(workspace: Workspace, command: Command, view: TripView) -> list[Busy]:
    """Of what the trip would newly occupy in its planned time, what is on another trip then. An escort
    is busy in another batch only. The handler must have what `list_wants` asks for.
    """
    led_by = _list_leading(workspace, command, view)
    since = command.happened_at if command.kind in _COMING else None
    wanted = list_occupied(command, view, led_by=led_by)
    return find_busy_among(workspace, view, wanted=wanted, since=since)


def find_busy_among(
    workspace: Workspace, view: TripView, *, wanted: Iterable[Wanted], since: datetime | None = None
) -> list[Busy]:
    """The same for what `occupy` gives of any vehicles, drivers and escorts. `since`: they come to the trip
    then, and are not asked about what was before."""
    mine = runs.run_of(view)
    if mine is None:
        return []
    return list(_list_busy(workspace, runs.begin_later(mine, since), wanted))


def _list_busy(workspace: Workspace, mine: Run, wanted: Iterable[Wanted]) -> Iterator[Busy]:
    for loader, identifier in wanted:
        others: Runs = workspace.get(loader, identifier) or ()
        if loader is ESCORT_RUNS:
            others = runs.in_other_batches(others, mine)
        if (found := runs.find_in_the_way(others, mine)) is not None:
            yield Busy(_CODES[loader], found)


def refuse_busy(busy: Busy) -> Decision:
    """Naming the other trip."""
    return refuse(busy.code, trip_id=str(busy.run.trip_id), number=busy.run.number)


def find_overworked(
    workspace: Workspace, view: TripView, *, drivers: Sequence[UUID], hours: DriverHours
) -> Decision | None:
    """The refusal where one of the drivers would drive more in seven days than the rules allow. The handler
    must want DRIVER_RUNS of them."""
    mine = runs.run_of(view)
    if mine is None:
        return None
    mine = replace(mine, drivers=max(len(drivers), 1))
    for each in drivers:
        known: Runs = workspace.get(DRIVER_RUNS, each) or ()
        minutes = runs.most_driving(known, mine, hours)
        if minutes > hours.hours_in_7_days * 60:
            told = {"minutes": minutes, "limit_hours": hours.hours_in_7_days}
            return refuse(ErrorCode.DRIVER_OVERWORKED, driver_id=str(each), **told)
    return None


def tell_busy(found: Iterable[Busy]) -> dict[str, Any]:
    """For the decision about a fact told afterwards: the fold makes an exception of it (rules/trips.py)."""
    return {BUSY: {str(each.code): str(each.run.trip_id) for each in found}} if found else {}


def list_led_together(workspace: Workspace, view: TripView) -> list[Run]:
    """The other trips of the batch that the trip's escort leads at the same time."""
    mine = runs.run_of(view)
    if mine is None:
        return []
    known = {
        run.trip_id: run
        for each in view.plan.escort_ids
        for run in workspace.get(ESCORT_RUNS, each) or ()
    }
    return [
        run
        for run in known.values()
        if run.trip_id != view.id and run.batch_id == mine.batch_id and run.overlaps(mine)
    ]


def push_runs(workspace: Workspace, before: TripView, after: TripView) -> None:
    """What this group has loaded of vehicles, drivers and escorts follows the trip."""
    old, new = before.course, after.course
    same = (old.vehicle_id, old.driver_ids, old.state, old.over_at)
    if same == (new.vehicle_id, new.driver_ids, new.state, new.over_at):
        return
    run = runs.run_of(after)
    held = set(
        occupy(vehicles=[new.vehicle_id], drivers=new.driver_ids, escorts=after.plan.escort_ids)
    )
    left = occupy(vehicles=[old.vehicle_id], drivers=old.driver_ids)
    for wanted in {*held, *left}:
        known: Runs | None = workspace.get(wanted.loader, wanted.id)
        if known is not None:
            own = run if wanted in held else None
            changed = runs.with_run(known, trip_id=after.id, run=own)
            workspace.put(wanted.loader, wanted.id, changed, save=False)

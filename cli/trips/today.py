"""`fangang trip today`: the day's trips, those that need somebody first, with what to do and whom to call;
once, or again and again until it is stopped.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import count
from typing import Any, Final

from cli import output
from cli.api import Api, ApiError
from cli.exits import CommandError, ExitCode
from cli.names import get_name
from cli.times import CHINA, now, show_time
from cli.trips.finding import PAGE
from cli.trips.looking import describe_contacts, describe_needs, show_people
from cli.trips.texts import TripText
from schemas.needs import RANKS, rank_need
from schemas.texts import say
from schemas.trips import TripRow, TripState

EVERY_SECONDS: Final = 15
_MOVING: Final = frozenset({TripState.IN_TRANSIT, TripState.HELD_UP})
_DONE: Final = frozenset({TripState.HANDED_OVER, TripState.CLOSED})
_NOTHING: Final = max(RANKS.values()) + 1


def read_day(text: str) -> date:
    """2020-03-24; today in China without a text."""
    if not text.strip():
        return now().astimezone(CHINA).date()
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise CommandError(say(TripText.DAY_SHAPE, text=text), ExitCode.USAGE) from error


def show_today(api: Api, day: date, *, as_json: bool) -> ExitCode:
    """NEEDS_SOMEBODY where something is red."""
    items = list(api.iterate("/v1/trips", **_narrow(day)))
    trips = _read(items)
    if as_json:
        output.write_json({"items": items, "next": None})
    else:
        _write(trips, day, now())
    return _choose_exit(trips)


def watch(
    api: Api,
    day: date,
    *,
    rounds: int | None = None,
    pause: Callable[[float], None] = time.sleep,
) -> ExitCode:
    """Asks every 15 seconds and writes the list when it changed; without an answer it says so once and goes
    on. `rounds`: how often, else until it is stopped. NEEDS_SOMEBODY where something is red at the end."""
    known, is_lost = None, False
    code, read_at = ExitCode.OK, now()
    for number in count() if rounds is None else range(rounds):
        if number:
            pause(EVERY_SECONDS)
        try:
            page, known = api.get_changed("/v1/trips", known=known, **_narrow(day))
        except ApiError as error:
            if error.exit_code is not ExitCode.SERVER:
                raise
            if not is_lost:
                output.tell_error(say(TripText.TODAY_OFFLINE, at=show_time(read_at)))
            known, is_lost = None, True
            continue
        read_at, is_lost = now(), False
        if page is not None:
            trips = _read(_complete(api, page, day))
            code = _choose_exit(trips)
            _write(trips, day, read_at)
    return code


def _narrow(day: date) -> dict[str, Any]:
    return {"on": day.isoformat(), "limit": PAGE}


def _complete(api: Api, page: Any, day: date) -> Iterator[Any]:
    """The page, and those that follow it."""
    yield from api.read_list(page)
    while page["next"]:
        page = api.get("/v1/trips", after=page["next"], **_narrow(day))
        yield from api.read_list(page)


def _read(items: Iterable[Any]) -> list[TripRow]:
    """By need, then by departure."""
    return sorted(map(TripRow.model_validate, items), key=_order)


def _order(trip: TripRow) -> tuple[int, bool, datetime | None, str]:
    ranks = [rank_need(each.code, each.exception) for each in trip.needs]
    leaves_at = trip.planned_departure_at
    return min(ranks, default=_NOTHING), leaves_at is None, leaves_at, trip.number


def _choose_exit(trips: Iterable[TripRow]) -> ExitCode:
    return ExitCode.NEEDS_SOMEBODY if any(map(_is_red, trips)) else ExitCode.OK


def _is_red(trip: TripRow) -> bool:
    return any(each.red for each in trip.needs)


def _write(trips: Sequence[TripRow], day: date, at: datetime) -> None:
    if not trips:
        output.tell(say(TripText.TODAY_NONE, day=day))
        return
    output.write_line(
        say(
            TripText.TODAY,
            day=day,
            count=len(trips),
            needing=len([each for each in trips if each.needs]),
            red=len([each for each in trips if _is_red(each)]),
            moving=len([each for each in trips if each.state in _MOVING]),
            done=len([each for each in trips if each.state in _DONE]),
            at=show_time(at),
        )
    )
    for trip in trips:
        for line in _describe(trip):
            output.write_line(line)


def _describe(trip: TripRow) -> Iterator[str]:
    """One line; of a trip that needs somebody also why, what to do, whom to call, the last word."""
    real = ""
    for name, moment in (
        (TripText.ARRIVED, trip.arrived_at),
        (TripText.DEPARTED, trip.departed_at),
    ):
        if moment and not real:
            real = say(TripText.TODAY_REAL, name=say(name), at=show_time(moment))
    yield say(
        TripText.TODAY_LINE,
        number=trip.number,
        plate=trip.plate or "",
        state=get_name(trip.state),
        way=_show_way(trip),
        planned=show_time(trip.planned_departure_at),
        real=real,
        people=show_people(trip),
        aboard=trip.aboard,
    )
    if not trip.needs:
        return
    yield from describe_needs(trip.needs)
    yield from (f"  {line}" for line in describe_contacts(trip))
    if trip.last_event is not None:
        word = trip.last_event
        yield say(TripText.TODAY_WORD, kind=get_name(word.kind), at=show_time(word.at))


def _show_way(trip: TripRow) -> str:
    """First boarding point → last handover point; else the destination."""
    boarding = [each.name for each in trip.points if each.kind == "boarding"]
    handover = [each.name for each in trip.points if each.kind == "handover"]
    return f"{boarding[0] if boarding else '?'} → {handover[-1] if handover else trip.destination_name}"

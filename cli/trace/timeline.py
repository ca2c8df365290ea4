"""A trace as lines of text: what happened when, what was told, and how it came to us."""

from collections.abc import Iterator
from typing import Final

from cli.names import NAMES, get_name, join_names
from cli.times import show_clock, show_span, show_time
from cli.trace.facts import Known, describe_facts, shorten_id
from cli.trace.texts import Text, get_text
from schemas.divisions.table import get_division
from schemas.events.kinds import Mode
from schemas.imports import RowOutcome
from schemas.texts import choose, get_language
from schemas.tracing import TraceItem, TraceOrigin, TraceOut
from schemas.workers import Feed

LATE_FROM_SECONDS: Final = 300
"""Up to five minutes is the time that typing takes."""


def describe_trace(trace: TraceOut, known: Known, *, with_trips: bool) -> Iterator[str]:
    """`with_trips`: each event names its trip, for traces that cross several."""
    if trace.origins:
        yield get_text(Text.ORIGINS)
        yield from (describe_origin(origin) for origin in trace.origins)
    yield get_text(Text.TIMELINE, count=len(trace.items))
    for item in trace.items:
        yield _describe_event(item, known, with_trip=with_trips)
        yield f"    {_describe_record(item)}"


def describe_origin(origin: TraceOrigin) -> str:
    places = [get_text(Text.FILE, file=origin.file)] if origin.file else []
    places += [get_text(Text.SHEET, sheet=origin.sheet)] if origin.sheet else []
    places += [get_text(Text.ROW, row=origin.row)]
    division = get_division(origin.township_code) if origin.township_code else None
    line = get_text(
        Text.ORIGIN,
        feed=_name(Feed, origin.feed),
        township=division.name if division else (origin.township_code or origin.enterprise or ""),
        place=" ".join(places),
        outcome=_name(RowOutcome, origin.outcome),
        at=show_time(origin.imported_at),
        receipt=origin.receipt,
    )
    if origin.undone_at is None:
        return line
    return f"{line}  [{get_text(Text.UNDONE, at=show_time(origin.undone_at))}]"


def _name(choices: type[Feed] | type[RowOutcome], value: str) -> str:
    pair = NAMES[choices].get(value)
    return choose(*pair) if pair else value


def _describe_event(item: TraceItem, known: Known, *, with_trip: bool) -> str:
    kind, _, stream = item.stream.partition("/")
    trip = [known.name(stream)] if with_trip and kind == "trip" else []
    who = [known.names.get(str(item.passenger_id), "")] if item.passenger_id else []
    told = (", " if get_language() == "en" else "，").join(describe_facts(item, known))
    parts = [show_clock(item.happened_at), *trip, item.name, *who, told, *_mark(item)]
    return "  ".join(part for part in parts if part)


def _mark(item: TraceItem) -> Iterator[str]:
    """What is out of the ordinary, in brackets that no fact has."""
    if item.exceptions:
        names = join_names(item.exceptions)
        yield f"[{get_text(Text.EXCEPTIONS, names=names)}]"
    if item.late_seconds >= LATE_FROM_SECONDS:
        span = show_span(item.late_seconds)
        yield f"[{get_text(Text.LATE, span=span)}]"
    if item.reversed:
        yield f"[{get_text(Text.REVERSED)}]"


def _describe_record(item: TraceItem) -> str:
    """Who recorded it when and from what; the event's whole id, which a reversal names."""
    how = [get_name(item.source)]
    how += [get_name(item.mode)] if item.mode is Mode.AFTERWARDS else []
    return "  ".join(
        (
            get_text(Text.RECORDED, at=show_clock(item.recorded_at)),
            " ".join(how),
            get_text(Text.ACTOR, actor=item.actor or shorten_id(str(item.actor_id))),
            get_text(Text.EVENT, id=item.event_id),
        )
    )

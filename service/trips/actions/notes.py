"""What was said about a trip in people's own words, and is needed every hour: open incidents, explanations, why
it is late, held up, turned back or driven by another vehicle.
"""

from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

from schemas.events.fields import PersonalClass
from schemas.events.kinds import EVENT_NAMES, EventKind
from schemas.texts import choose
from schemas.trips import TripNote
from service.context import Work
from service.ledger.bodies import read_body
from service.ledger.parts import open_contents
from service.ledger.queries import EventRow
from service.trips.queries.lists import list_told
from service.trips.rules.overview import TripView

_K = EventKind
_WORDS: Final[Mapping[EventKind, tuple[str, ...]]] = {
    _K.INCIDENT_REPORTED: ("description",),
    _K.EXCEPTION_EXPLAINED: ("explanation",),
    _K.TRIP_DELAYED: ("reason",),
    _K.TRIP_HELD_UP: ("reason",),
    _K.TRIP_TURNED_BACK: ("authority", "reason"),
    _K.TRIP_CANCELLED: ("reason",),
    _K.MANIFEST_UNLOCKED: ("reason",),
    _K.VEHICLE_REPLACED: ("reason",),
    _K.DRIVER_REPLACED: ("reason",),
    _K.ESCORT_REPLACED: ("reason",),
}
"""Kinds, and the sealed fields of each that say something."""


def read_notes(work: Work, view: TripView) -> list[TripNote]:
    """In the order of happening: of incidents the open ones, nothing reversed, nothing without words."""
    open_ones = {each.event_id for each in view.open_incidents}
    rows = [
        row
        for row in list_told(work.session, work.county_code, trip_id=view.id, kinds=_WORDS)
        if row.kind != _K.INCIDENT_REPORTED or row.id in open_ones
    ]
    said = _open_words(work, rows)
    return [_show(row, said[row.id]) for row in rows if said.get(row.id)]


def _open_words(work: Work, rows: Sequence[EventRow]) -> dict[UUID, str]:
    """Event → its words; of an erased one none."""
    kinds = {row.id: EventKind(row.kind) for row in rows}
    contents = open_contents(
        work.session,
        work.context.vault,
        work.county_code,
        sorted(kinds),
        classes=[PersonalClass.NOTE],
    )
    return {
        key: "；".join(content[name] for name in _WORDS[kinds[key]] if content.get(name))
        for key, content in contents.items()
    }


def _show(row: EventRow, text: str) -> TripNote:
    data, kind = read_body(row.body).data, EventKind(row.kind)
    return TripNote(
        event_id=row.id,
        kind=kind,
        name=choose(*EVENT_NAMES[kind]),
        at=row.happened_at,
        passenger_id=data.get("passenger_id"),
        exception=data.get("code"),
        text=text,
    )

"""`fangang trip between`: a table of everybody who was moved to another trip and is not recorded aboard it.
`fangang trip unread`: a table of a trip's events that could not be read, or the content of one of them; the
server records that reading. As JSON: `{"items": […], "next": null}`, or the one content.
"""

from collections.abc import Sequence
from typing import Any

from cli import output
from cli.api import Api
from cli.times import show_time
from cli.trips.finding import PAGE, find_trip_id, name_person, read_id
from cli.trips.texts import TripText
from schemas.events.envelope import UnreadContentOut, UnreadEventOut
from schemas.texts import say
from schemas.trips import BetweenOut


def show_between(api: Api, *, as_json: bool) -> None:
    """All pages at once."""
    rows = list(api.iterate("/v1/journeys", custody="none", limit=PAGE))
    if _show_plainly(rows, TripText.BETWEEN_NONE, as_json=as_json):
        return
    output.write_table(*tabulate_between([BetweenOut.model_validate(row) for row in rows]))


def _show_plainly(rows: list[Any], nothing: TripText, *, as_json: bool) -> bool:
    """Whether all is said: as JSON, or that there is nothing."""
    if as_json:
        output.write_json({"items": rows, "next": None})
    elif not rows:
        output.tell(say(nothing))
    return as_json or not rows


def tabulate_between(people: Sequence[BetweenOut]) -> tuple[list[str], list[list[str]]]:
    headings = (TripText.NAME, TripText.BETWEEN_FROM, TripText.BETWEEN_TO, TripText.SINCE)
    rows = [
        [name_person(each), each.from_number, each.to_number, show_time(each.since)]
        for each in people
    ]
    return [say(heading) for heading in headings], rows


def show_unread(api: Api, trip: str, *, unread: str, as_json: bool) -> None:
    """The list, or the content of the one named by `unread`."""
    path = f"/v1/trips/{find_trip_id(api, trip)}/unread-events"
    if unread:
        _show_content(api.get(f"{path}/{read_id(unread)}"), as_json=as_json)
        return
    rows = list(api.iterate(path, limit=PAGE))
    if _show_plainly(rows, TripText.UNREAD_NONE, as_json=as_json):
        return
    output.write_table(*tabulate_unread([UnreadEventOut.model_validate(row) for row in rows]))


def tabulate_unread(items: Sequence[UnreadEventOut]) -> tuple[list[str], list[list[str]]]:
    headings = [TripText.UNREAD_RECEIVED, TripText.UNREAD_PLACE, TripText.UNREAD_FIELDS]
    headings += [TripText.UNREAD_EVENT, TripText.ID]
    rows = [
        [
            show_time(each.received_at),
            str(each.position + 1),
            output.join_words(each.fields),
            str(each.event_id or ""),
            str(each.id),
        ]
        for each in items
    ]
    return [say(heading) for heading in headings], rows


def _show_content(answer: Any, *, as_json: bool) -> None:
    if as_json:
        output.write_json(answer)
        return
    shown = UnreadContentOut.model_validate(answer)
    if shown.content is None:
        output.write_line(say(TripText.UNREAD_ERASED))
        return
    output.write_line(say(TripText.UNREAD_CONTENT))
    output.write_line(shown.content)

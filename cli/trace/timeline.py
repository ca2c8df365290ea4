"""How a trace is shown: facts told or left out, names for ids and codes, late from 5 minutes, exceptions,
reversals, origins in rosters, sealed details for a reason; plates looked up; all its sentences.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from cli import output
from cli.api import Api
from cli.exits import CommandError, ExitCode
from cli.health.entries import describe_content
from cli.names import (
    NAMES,
    get_field_name,
    get_name,
    join_names,
    shorten_id,
    show_answer,
    show_temperature,
)
from cli.papers import show_seat
from cli.times import show_clock, show_span, show_time
from cli.trips.finding import find_trip_id, get_visible, list_passengers, name_person, read_id
from cli.trips.payloads import find_choices
from schemas.demands import DemandState
from schemas.divisions.table import get_division
from schemas.errors import ErrorCode
from schemas.events.kinds import EventKind, Mode
from schemas.events.payloads_passengers import PersonRole
from schemas.fleets import VehicleListed
from schemas.imports import RowOutcome
from schemas.messages import MESSAGES
from schemas.passengers import PassengerOut
from schemas.texts import Text, choose, say
from schemas.tracing import TraceItem, TraceOrigin, TraceOut
from schemas.trips import TripOut
from schemas.workers import Feed


class TraceText(Text):
    ATTACHMENT = ("附件", "attachment")
    ACTOR = ("账号 {actor}", "account {actor}")
    ERASED = ("部分内容已删除", "partly erased")
    EVENT = ("事件 {id}", "event {id}")
    EXCEPTIONS = ("例外：{names}", "exceptions: {names}")
    FILE = ("文件“{file}”", "file “{file}”")
    ITEMS = ("{count}条", "{count}")
    LATE = ("迟录{span}", "{span} late")
    LIST = ("名册第{version}版", "list version {version}")
    NOTHING = ("没有记录。", "Nothing is recorded.")
    NO_PLATE = (
        "没有车辆“{text}”。请核对车牌。",
        "No vehicle “{text}”. Check the plate.",
    )
    ORIGIN = (
        "  {feed}  {township}  {place}  {outcome}  {at}  回执 {receipt}",
        "  {feed}  {township}  {place}  {outcome}  {at}  receipt {receipt}",
    )
    ORIGINS = ("来源：", "From:")
    PEOPLE = ("{count}人", "{count} people")
    RECORDED = ("登记 {at}", "recorded {at}")
    REVERSED = ("已冲正", "reversed")
    ROW = ("第{row}行", "row {row}")
    SEALED = (
        "封存的内容（体温、地点、备注等）未显示；确有需要请加 --reason 理由（查阅会被记录）。",
        "Sealed details are not shown; add --reason if you need them (this is recorded).",
    )
    SEAT = ("{label}号座", "seat {label}")
    SEATED = ("{name}（{seat}号座）", "{name} (seat {seat})")
    SEAT_AT = ("第{row}排第{column}座", "row {row} seat {column}")
    SHEET = ("表“{sheet}”", "sheet “{sheet}”")
    TIMELINE = ("轨迹（北京时间）：{count} 条", "Events (China time): {count}")
    UNDONE = ("{at} 已撤销", "undone {at}")


# Ids of the machinery, hashes that a line of text cannot check, what the name of the event says, what only the
# fold reads.
_SILENT: Final = frozenset(
    {"against_clearance", "disinfect_since", "isolation_rows", "known_until"}
    | {"receiver_mark", "told_version", "waits"}
    | {
        "action",
        "batch_id",
        "content_hash",
        "end",
        "demand_id",
        "file_sha256",
        "hold_id",
        "journey_id",
    }
    | {
        "passenger_id",
        "places_of",
        "plan_complete",
        "plan_hash",
        "receipts",
        "record_id",
        "rows_root",
        "seats",
        "vehicle_carrier_id",
        "version",
        "worker_id",
    }
)
_SEATS: Final = frozenset({"seat_row", "seat_column", "seat_label"})
_LISTS: Final = frozenset({"list_version", "list_hash"})
_TEMPERATURES: Final = frozenset({"temperature", "highest"})
_PEOPLE: Final = frozenset({"driver_ids", "passenger_ids"})
_TIMES: Final = frozenset({"approved_at", "expected_at"})
# What the server adds without being told, so that no payload of that kind declares it.
_DECIDED: Final[Mapping[str, type[StrEnum]]] = {
    "demand_state": DemandState,
    "reversed_kind": EventKind,
    "role": PersonRole,
}
_SHOWN_HASH: Final = 12


@dataclass(frozen=True, slots=True)
class Known:
    """What ids are called, as far as this account may see it: points, trips, passengers."""

    names: Mapping[str, str] = field(default_factory=dict)

    def name(self, identifier: object) -> str:
        text = str(identifier)
        return self.names.get(text, shorten_id(text))


def describe_facts(item: TraceItem, known: Known) -> Iterator[str]:
    """One short text for each fact: public ones, decided ones, and opened details."""
    values = {**item.data, **item.decided, **(item.details or {})}
    yield from _describe_seat(values)
    for name, value in values.items():
        if name == "count" and values.get("passenger_ids"):
            continue  # told already: 人员 24人
        if name not in _SILENT | _SEATS | _LISTS and not isinstance(value, dict | None):
            text = _describe(item.kind, name, value, known)
            if text:
                yield text
    yield from describe_content(values.get("content") or {})
    yield from _describe_list(values)
    for attached in item.attachments:
        yield f"{say(TraceText.ATTACHMENT)} {attached.sha256[:_SHOWN_HASH]}"
    if item.erased:
        yield say(TraceText.ERASED)


def _describe_seat(values: Mapping[str, Any]) -> Iterator[str]:
    if values.get("seat_label"):
        yield say(TraceText.SEAT, label=values["seat_label"])
    elif values.get("seat_row") and values.get("seat_column"):
        row, column = values["seat_row"], values["seat_column"]
        yield say(TraceText.SEAT_AT, row=row, column=column)


def _describe_list(values: Mapping[str, Any]) -> Iterator[str]:
    if "list_version" in values:
        digest = str(values.get("list_hash") or "")[:_SHOWN_HASH]
        version = say(TraceText.LIST, version=values["list_version"])
        yield f"{version} {digest}".strip()


def _describe(kind: EventKind, name: str, value: Any, known: Known) -> str | None:
    """`体温 36.9℃`. A bare yes is the name alone, a bare no is left out."""
    if (name, value) == ("leg", 1):
        return None
    label = get_field_name(name)
    if isinstance(value, bool):
        return _describe_answer(name, label, is_true=value)
    if name == "fields" and isinstance(value, list):
        return f"{label} {output.join_words(get_field_name(each) for each in value)}"
    if isinstance(value, list):
        unit = TraceText.PEOPLE if name in _PEOPLE else TraceText.ITEMS
        return f"{label} {_describe_items(value, known, unit)}"
    return f"{label} {_show(kind, name, value, known)}"


def _describe_answer(name: str, label: str, *, is_true: bool) -> str | None:
    """A no tells something only where a yes is expected."""
    if name in ("all_normal", "masked", "paper_seen"):
        return f"{label} {show_answer(is_true=is_true)}"
    return label if is_true else None


def _describe_items(values: list[Any], known: Known, unit: TraceText) -> str:
    """Two or three are named; 24 people are a number."""
    named = [known.names[str(each)] for each in values if str(each) in known.names]
    if values and len(named) == len(values) <= 3:
        return output.join_words(named)
    return say(unit, count=len(values)) if values else "0"


def _show(kind: EventKind, name: str, value: Any, known: Known) -> str:
    if name in _TEMPERATURES:
        return show_temperature(value)
    if name in _TIMES:
        return show_time(datetime.fromisoformat(value))
    if name == "refused":
        return _show_refusal(str(value))
    choices = _DECIDED.get(name) or find_choices(kind, name)
    if choices is not None and value in {each.value for each in choices}:
        return get_name(choices(value))
    return known.name(value) if _is_id(value) else _show_plain(name, value)


def _show_refusal(code: str) -> str:
    if code not in {each.value for each in ErrorCode}:
        return code
    message = MESSAGES[ErrorCode(code)]
    return choose(message.zh[0], message.en[0])


def _is_id(value: Any) -> bool:
    try:
        UUID(str(value))
    except ValueError:
        return False
    return len(str(value)) > _SHOWN_HASH


def _show_plain(name: str, value: Any) -> str:
    """A hash is cut: it is there to be compared, and `--json` has it whole."""
    return str(value)[:_SHOWN_HASH] if name.endswith("_hash") else str(value)


LATE_FROM_SECONDS: Final = 300
"""Up to five minutes is the time that typing takes."""


def describe_trace(trace: TraceOut, known: Known, *, with_trips: bool) -> Iterator[str]:
    """`with_trips`: each event names its trip, for traces that cross several."""
    if trace.origins:
        yield say(TraceText.ORIGINS)
        yield from (describe_origin(origin) for origin in trace.origins)
    yield say(TraceText.TIMELINE, count=len(trace.items))
    for item in trace.items:
        yield _describe_event(item, known, with_trip=with_trips)
        yield f"    {_describe_record(item)}"


def describe_origin(origin: TraceOrigin) -> str:
    places = [say(TraceText.FILE, file=origin.file)] if origin.file else []
    places += [say(TraceText.SHEET, sheet=origin.sheet)] if origin.sheet else []
    places += [say(TraceText.ROW, row=origin.row)]
    division = get_division(origin.township_code) if origin.township_code else None
    line = say(
        TraceText.ORIGIN,
        feed=_name(Feed, origin.feed),
        township=division.name if division else (origin.township_code or origin.enterprise or ""),
        place=" ".join(places),
        outcome=_name(RowOutcome, origin.outcome),
        at=show_time(origin.imported_at),
        receipt=origin.receipt,
    )
    if origin.undone_at is None:
        return line
    return f"{line}  [{say(TraceText.UNDONE, at=show_time(origin.undone_at))}]"


def _name(choices: type[Feed] | type[RowOutcome], value: str) -> str:
    pair = NAMES[choices].get(value)
    return choose(*pair) if pair else value


def _describe_event(item: TraceItem, known: Known, *, with_trip: bool) -> str:
    kind, _, stream = item.stream.partition("/")
    trip = [known.name(stream)] if with_trip and kind == "trip" else []
    who = [known.names.get(str(item.passenger_id), "")] if item.passenger_id else []
    told = output.join_clauses(describe_facts(item, known))
    parts = [show_clock(item.happened_at), *trip, item.name, *who, told, *_mark(item)]
    return "  ".join(part for part in parts if part)


def _mark(item: TraceItem) -> Iterator[str]:
    """What is out of the ordinary, in brackets that no fact has."""
    if item.exceptions:
        names = join_names(item.exceptions)
        yield f"[{say(TraceText.EXCEPTIONS, names=names)}]"
    if item.late_seconds >= LATE_FROM_SECONDS:
        span = show_span(item.late_seconds)
        yield f"[{say(TraceText.LATE, span=span)}]"
    if item.reversed:
        yield f"[{say(TraceText.REVERSED)}]"


def _describe_record(item: TraceItem) -> str:
    """Who recorded it when and from what; the event's whole id, which a reversal names."""
    how = [get_name(item.source)]
    how += [get_name(item.mode)] if item.mode is Mode.AFTERWARDS else []
    return "  ".join(
        (
            say(TraceText.RECORDED, at=show_clock(item.recorded_at)),
            " ".join(how),
            say(TraceText.ACTOR, actor=item.actor or shorten_id(str(item.actor_id))),
            say(TraceText.EVENT, id=item.event_id),
        )
    )


_RECORDS: Final[Mapping[str, tuple[str, str]]] = {
    "driver_id": ("drivers", "name"),
    "driver_ids": ("drivers", "name"),
    "enterprise_id": ("enterprises", "name"),
    "from_trip_id": ("trips", "number"),
    "replaces_driver_id": ("drivers", "name"),
    "to_trip_id": ("trips", "number"),
    "vehicle_id": ("vehicles", "plate"),
}
"""Field of an event → where its id is looked up, and what it is called there."""


def trace_worker(api: Api, worker: str, *, reason: str, as_json: bool) -> None:
    """With a reason the sealed details come too, and that is recorded."""
    path = f"/v1/workers/{read_id(worker)}/trace"
    answer = api.post(path, {"reason": reason}) if reason else api.get(path)
    trips = _list_trip_ids(TraceOut.model_validate(answer))
    _show_trace(api, answer, trips, as_json=as_json, with_trips=True)
    if not reason and not as_json:
        output.tell(say(TraceText.SEALED))


def trace_trip(api: Api, trip: str, *, as_json: bool) -> None:
    trip_id = find_trip_id(api, trip)
    answer = api.get(f"/v1/trips/{trip_id}/trace")
    _show_trace(api, answer, [trip_id], as_json=as_json, with_trips=False)


def trace_vehicle(api: Api, vehicle: str, *, as_json: bool) -> None:
    answer = api.get(f"/v1/vehicles/{_find_vehicle_id(api, vehicle)}/trace")
    trips = _list_trip_ids(TraceOut.model_validate(answer))
    _show_trace(api, answer, trips, as_json=as_json, with_trips=True)


def _find_vehicle_id(api: Api, text: str) -> UUID:
    try:
        return UUID(text.strip())
    except ValueError:
        found = api.get_list("/v1/vehicles", plate=text.strip())
    if not found:
        raise CommandError(say(TraceText.NO_PLATE, text=text), ExitCode.USAGE)
    return VehicleListed.model_validate(found[0]).id


def _list_trip_ids(trace: TraceOut) -> list[UUID]:
    streams = (item.stream.partition("/") for item in trace.items)
    found = dict.fromkeys(stream for kind, _, stream in streams if kind == "trip")
    return [UUID(stream) for stream in found]


def _show_trace(
    api: Api,
    answer: Any,
    trips: Iterable[UUID],
    *,
    as_json: bool,
    with_trips: bool,
) -> None:
    if as_json:
        output.write_json(answer)
        return
    trace = TraceOut.model_validate(answer)
    if not trace.items and not trace.origins:
        output.tell(say(TraceText.NOTHING))
        return
    names = _name_trips(api, trips, with_people=not with_trips)
    known = Known(names | _name_records(api, trace, names))
    for line in describe_trace(trace, known, with_trips=with_trips):
        output.write_line(line)


def _name_trips(api: Api, trips: Iterable[UUID], *, with_people: bool) -> dict[str, str]:
    """Numbers of trips, names of points, masked people. What this account may not see stays an
    id: a clerk sees a worker's trace and no trips.
    """
    names: dict[str, str] = {}
    for trip_id in trips:
        shown = get_visible(api, f"/v1/trips/{trip_id}")
        if shown is None:
            continue
        trip = TripOut.model_validate(shown)
        names[str(trip.id)] = trip.number
        names |= {str(point.id): point.name for point in trip.points}
        # Who sees the trip sees its list, too.
        for passenger in list_passengers(api, trip.id) if with_people else ():
            names[str(passenger.id)] = _name_passenger(passenger)
    return names


def _name_passenger(passenger: PassengerOut) -> str:
    """张*（17号座）: in a row of facts a bare 17 would be read as a count."""
    name = name_person(passenger) or shorten_id(str(passenger.id))
    seat = show_seat(passenger.seat_label, passenger.seat_row, passenger.seat_column)
    return say(TraceText.SEATED, name=name, seat=seat) if seat else name


def _name_records(api: Api, trace: TraceOut, known: Mapping[str, str]) -> dict[str, str]:
    """What else the events name: plates, enterprises, other trips, drivers (masked)."""
    found: dict[str, str] = {}
    for key, identifier in _list_ids(trace):
        if identifier not in known and identifier not in found:
            resource, name = _RECORDS[key]
            record = get_visible(api, f"/v1/{resource}/{identifier}") or {}
            found[identifier] = (
                record.get(name) or record.get("designation") or shorten_id(identifier)
            )
    return found


def _list_ids(trace: TraceOut) -> Iterator[tuple[str, str]]:
    """Every field that can be looked up, with its id or each of its ids."""
    for item in trace.items:
        values = {**item.data, **item.decided}
        for key in _RECORDS.keys() & values.keys():
            value = values[key]
            yield from ((key, each) for each in (value if isinstance(value, list) else [value]))

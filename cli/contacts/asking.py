"""`fangang contacts`: how plate, number, phone or name, purpose and moment are read; what is chosen from;
counts and seat map; the work list as a workbook.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cli import output
from cli.api import Api
from cli.contacts.texts import ContactsText
from cli.contacts.workbook import make_workbook
from cli.exits import CommandError, ExitCode
from cli.exports import reserve_file
from cli.names import get_name
from cli.times import now, read_time, show_time
from cli.trips.finding import check_target, read_purpose
from cli.trips.texts import TripText
from cli.trips.today import read_day
from cli.workers.looking import choose_field
from schemas.contact_lists import ContactsListOut
from schemas.contacts import (
    PURPOSE_NAMES,
    Basis,
    ContactChoice,
    ContactsOut,
    ContactsPurpose,
    ContactsVehicle,
    LookBack,
)
from schemas.numbers import looks_like_number
from schemas.policies import ContactReach
from schemas.texts import say


@dataclass(frozen=True, slots=True)
class ContactsOptions:
    what: str
    date: str
    seat: str
    purpose: str
    case: str
    at: str
    this_trip: bool
    choose: str
    out: Path | None
    force: bool
    as_json: bool


def prepare(options: ContactsOptions) -> dict[str, Any]:
    """The question; asks who it is about where no plate and no short number was typed. Raises CommandError for
    what cannot be read, before anything is sent."""
    if options.out is not None:
        check_target(options.out, force=options.force)
    purpose, reason = _read_contacts_purpose(options.purpose)
    form: dict[str, Any] = {
        "purpose": str(purpose),
        "reason": reason,
        "case_reference": read_purpose(options.case),
        "look_back": str(LookBack.TRIP if options.this_trip else LookBack.POLICY),
    }
    if options.date.strip():
        form["date"] = read_day(options.date).isoformat()
    if options.at.strip():
        form["at"] = read_time(options.at).isoformat()
    if options.seat.strip():
        form["seat"] = options.seat.strip()
    return form | _read_what(options.what.strip())


def _read_what(what: str) -> dict[str, str]:
    """The one field that names a vehicle or a person: a text that is no short number is a plate; for an empty
    one a question is asked, and its answer is a number, phone or name."""
    if what and not looks_like_number(what):
        return {"plate": what}
    wanted = what or output.ask(say(ContactsText.ASK_WHO))
    field = choose_field(wanted)
    return {"number" if name == "id_number" else name: value for name, value in field.items()}


def _read_contacts_purpose(text: str) -> tuple[ContactsPurpose, str]:
    """流调：县疾控来函 → which of the two purposes, and the whole text as the reason. Raises CommandError
    (usage) for a text that begins with neither."""
    reason = read_purpose(text)
    for purpose, names in PURPOSE_NAMES.items():
        if reason.lower().startswith((*names, str(purpose))):
            return purpose, reason
    raise CommandError(say(ContactsText.NO_PURPOSE), ExitCode.USAGE)


def ask(api: Api, form: dict[str, Any], options: ContactsOptions) -> None:
    """Counts and seat maps, with `--out` the workbook; where several fit, what to choose from."""
    if options.choose:
        form = _choose(api, form, options.choose)
    if options.out is not None:
        _write(api, form, options, options.out)
        return
    answer = api.post("/v1/contacts", form)
    if options.as_json:
        output.write_json(answer)
        return
    shown = ContactsOut.model_validate(answer)
    if shown.choices:
        _refuse_choices(shown.choices)
    _show(shown)


def _choose(api: Api, form: dict[str, Any], typed: str) -> dict[str, Any]:
    """The question with the ids of the one that was chosen."""
    offered = ContactsOut.model_validate(api.post("/v1/contacts", form)).choices
    if not offered:
        return form
    if typed not in map(str, range(1, len(offered) + 1)):
        message = say(ContactsText.CHOOSE_RANGE, number=typed, count=len(offered))
        raise CommandError(message, ExitCode.USAGE)
    chosen = offered[int(typed) - 1]
    if chosen.passenger_id is None and chosen.trip_id is not None:
        return {**form, "trip_id": str(chosen.trip_id)}
    kept = {
        name: value
        for name, value in form.items()
        if name not in {"number", "phone", "name", "plate", "seat"}
    }
    if chosen.passenger_id is not None:
        ids = {"trip_id": chosen.trip_id, "passenger_id": chosen.passenger_id}
        return {**kept, **{name: str(value) for name, value in ids.items()}}
    return {**kept, "worker_id": str(chosen.worker_id)}


def _refuse_choices(choices: list[ContactChoice]) -> None:
    rows = [
        [
            str(number),
            each.trip_number or "",
            each.plate or "",
            show_time(each.departure_at),
            each.seat_label or "",
            each.name or "",
            each.id_number or "",
            each.township or "",
        ]
        for number, each in enumerate(choices, start=1)
    ]
    output.write_table(say(ContactsText.CHOICES).split("|"), rows)
    raise CommandError(say(ContactsText.CHOOSE), ExitCode.USAGE)


def _show(shown: ContactsOut) -> None:
    if shown.asked is not None:
        who = f"{shown.asked.name or ''} {shown.asked.id_number or ''}".strip()
        output.write_line(say(ContactsText.ASKED, who=who))
    for vehicle in shown.vehicles:
        for line in _describe_vehicle(vehicle):
            output.write_line(line)
        for line in vehicle.seat_map.split("\n"):
            output.write_line(line)
    output.write_line(say(ContactsText.LEGEND))
    output.tell(say(ContactsText.NEXT))


def _describe_vehicle(vehicle: ContactsVehicle) -> list[str]:
    """Trip, vehicle, times, rule; counts; the last head count where there was one."""
    lines = [
        say(
            ContactsText.VEHICLE,
            number=vehicle.trip_number,
            plate=vehicle.plate,
            begun=show_time(vehicle.from_at),
            ended=show_time(vehicle.to_at),
            rule=_name_rule(vehicle),
            document=vehicle.document or "",
        ).strip(),
        say(
            ContactsText.ABOARD,
            aboard=vehicle.aboard,
            within=vehicle.within,
            unsure=vehicle.unsure,
            crew=vehicle.crew,
        ),
    ]
    if vehicle.head_count is not None:
        at = show_time(vehicle.head_count_at)
        lines.append(say(ContactsText.COUNTED, count=vehicle.head_count, at=at))
    return lines


def _name_rule(vehicle: ContactsVehicle) -> str:
    if vehicle.basis is Basis.WHOLE_VEHICLE:
        return get_name(vehicle.basis)
    if vehicle.reach is None:
        return say(ContactsText.RULE_NONE)
    if vehicle.reach is ContactReach.ROWS:
        return say(ContactsText.RULE_ROWS, rows=vehicle.rows)
    return say(ContactsText.RULE_EVERYBODY)


def _write(api: Api, form: dict[str, Any], options: ContactsOptions, path: Path) -> None:
    """Writes the workbook; the server records the reading. Raises CommandError where the file cannot be
    written, before anything is sent."""
    unwritable = say(TripText.FILE_UNWRITABLE, path=path)
    with reserve_file(path, unwritable=unwritable) as file:
        answer = api.post("/v1/contacts/lists", {**form, "export": True})
        listed = ContactsListOut.model_validate(answer)
        if listed.choices:
            _refuse_choices(listed.choices)
        made = make_workbook(listed, printed_at=now())
        file.write(made.content)
    if options.as_json:
        facts = {"list": str(listed.id) if listed.id else None, "people": len(listed.lines)}
        output.write_json({"file": str(path), "sheets": made.sheets, **facts})
        return
    people = len(listed.lines)
    output.write_line(say(ContactsText.WRITTEN, path=path, people=people, sheets=made.sheets))
    if listed.bulletin:
        for line in listed.bulletin.split("\n"):
            output.write_line(line)
    output.tell(say(ContactsText.PRIVATE))

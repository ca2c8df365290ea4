"""`fangang contacts-open` and `contacts-answer`: lists that wait, their people, other counties' answers;
`fangang where`: who has somebody now.
"""

from dataclasses import dataclass
from typing import Any

from cli import output
from cli.api import Api, make_id
from cli.contacts.texts import ContactsText
from cli.exits import CommandError, ExitCode
from cli.names import get_name
from cli.times import now, read_time, show_time
from cli.trips.finding import PAGE, read_id
from cli.workers.looking import PersonText, choose_field, find_worker_id
from schemas.contact_lists import (
    ANSWER_NAMES,
    AnswerStatus,
    ContactPersonOut,
    ContactsListRow,
    WhereOut,
)
from schemas.numbers import looks_like_number
from schemas.texts import choose, say
from schemas.workers import WorkerOut


def show_open(api: Api, listed: str, *, as_json: bool) -> None:
    """Lists with somebody unanswered, a line for each county; or the people of one list, masked."""
    if listed.strip():
        _show_people(api.get(f"/v1/contacts/lists/{read_id(listed)}"), as_json=as_json)
        return
    rows = list(api.iterate("/v1/contacts", open="true", limit=PAGE))
    if as_json:
        output.write_json({"items": rows, "next": None})
        return
    if not rows:
        output.tell(say(ContactsText.NOBODY_OPEN))
        return
    lines = [
        [
            str(each.id),
            each.case_reference or "",
            show_time(each.asked_at),
            county.name or say(ContactsText.HERE_ONLY),
            str(county.people),
            str(county.unanswered),
        ]
        for each in map(ContactsListRow.model_validate, rows)
        for county in each.counties
    ]
    output.write_table(say(ContactsText.COUNTIES).split("|"), lines)


def _show_people(answer: Any, *, as_json: bool) -> None:
    if as_json:
        output.write_json(answer)
        return
    lines = [
        [
            str(each.id),
            each.trip_number or "",
            each.name or "",
            each.present_division or "",
            choose(*ANSWER_NAMES[each.answer]) if each.answer else "",
            show_time(each.answered_at),
        ]
        for each in map(ContactPersonOut.model_validate, answer["items"])
    ]
    output.write_table(say(ContactsText.PEOPLE_OPEN).split("|"), lines)


@dataclass(frozen=True, slots=True)
class AnswerOptions:
    listed: str
    status: str
    county: str
    lines: list[str]
    at: str
    note: str
    identifier: str


def answer(api: Api, options: AnswerOptions, *, as_json: bool) -> None:
    """One statement of a county: of its sheet, or of single people."""
    identifier = read_id(options.identifier) if options.identifier else make_id()
    form: dict[str, Any] = {
        "id": str(identifier),
        "status": str(read_status(options.status)),
        "answered_at": (read_time(options.at) if options.at else now()).isoformat(),
        "note": options.note.strip() or None,
        "present_code": options.county.strip() or None,
        "line_ids": [str(read_id(each)) for each in options.lines] or None,
    }
    body = {name: value for name, value in form.items() if value is not None}
    result = api.post(f"/v1/contacts/lists/{read_id(options.listed)}/answers", body)
    if as_json:
        output.write_json(result)
        return
    waiting = [each for each in result["items"] if each["answer"] is None]
    output.write_line(say(ContactsText.ANSWERED, count=len(waiting)))
    output.tell(say(ContactsText.REPEAT, id=identifier))


def read_status(text: str) -> AnswerStatus:
    """As the API writes it, or as people say it."""
    wanted = text.strip().lower()
    for status, names in ANSWER_NAMES.items():
        if wanted in (status.value, *names):
            return status
    known = output.join_words(choose(*each) for each in ANSWER_NAMES.values())
    raise CommandError(say(ContactsText.NO_STATUS, text=text, names=known), ExitCode.USAGE)


# --- where somebody is ------------------------------------------------------------------------------
def read_person(typed: str) -> str:
    """What was typed, else what is asked for: a number of the card, a phone or a name stands in no history."""
    wanted = typed.strip() or output.ask(say(PersonText.ASK_FIND))
    if not wanted:
        raise CommandError(say(PersonText.NOTHING_TO_FIND), ExitCode.USAGE)
    return wanted


def show_where(api: Api, person: str, *, as_json: bool) -> None:
    """Of each who is meant: namesakes are told apart by their masked numbers."""
    for worker_id in _find(api, person):
        result = api.get(f"/v1/workers/{worker_id}/where")
        if as_json:
            output.write_json(result)
        else:
            _tell_where(WhereOut.model_validate(result))


def _find(api: Api, person: str) -> list[str]:
    field = choose_field(person)
    if looks_like_number(person) or _is_id(person):
        return [str(find_worker_id(api, person))]
    found = api.read_list(api.post("/v1/workers/search", field))
    if not found:
        raise CommandError(say(PersonText.NOBODY), ExitCode.USAGE)
    return [str(WorkerOut.model_validate(each).id) for each in found]


def _is_id(text: str) -> bool:
    return len(text) == 36 and text.count("-") == 4


def _tell_where(found: WhereOut) -> None:
    if found.trip_id is None:
        output.write_line(say(ContactsText.NOT_TRAVELLED, name=found.name or ""))
        return
    custody = get_name(found.custody) if found.custody else say(ContactsText.WHERE_NOBODY)
    output.write_line(
        say(
            ContactsText.WHERE,
            name=found.name or "",
            custody=custody,
            since=show_time(found.since),
            event=found.event or "",
            told=show_time(found.told_at),
        )
    )
    output.write_line(
        say(
            ContactsText.WHERE_PLACE,
            number=found.trip_number or "",
            place=found.place or "",
            enterprise=found.enterprise or "",
        ).strip()
    )

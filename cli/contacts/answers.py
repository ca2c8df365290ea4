"""`fangang contacts-open` and `contacts-answer`: lists that wait, their people, other counties' answers."""

from dataclasses import dataclass
from typing import Any

from cli import output
from cli.api import Api, make_id
from cli.contacts.texts import ContactsText
from cli.exits import CommandError, ExitCode
from cli.names import get_name, join_names, read_named
from cli.times import now, read_time, show_time
from cli.trips.finding import PAGE, read_id
from schemas.contact_lists import (
    AnswerStatus,
    ContactPersonOut,
    ContactsListRow,
)
from schemas.texts import say


def show_open(api: Api, listed: str, *, as_json: bool) -> None:
    """Without a list a table of all lists with unanswered people, one row for each county of a list; with one a
    table of its people, names masked."""
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
            get_name(each.answer) if each.answer else "",
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
    """Sends one answer, of a county's sheet or of single lines; prints how many people are unanswered. Sent
    again with its id it changes nothing."""
    identifier = read_id(options.identifier) if options.identifier else make_id()
    form: dict[str, Any] = {
        "id": str(identifier),
        "status": str(_read_status(options.status)),
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


def _read_status(text: str) -> AnswerStatus:
    """The value, or its name in either language. Raises CommandError (usage) for any other text."""
    named = read_named(AnswerStatus, text)
    if named not in list(AnswerStatus):
        names = join_names(list(AnswerStatus))
        raise CommandError(say(ContactsText.NO_STATUS, text=text, names=names), ExitCode.USAGE)
    return AnswerStatus(named)

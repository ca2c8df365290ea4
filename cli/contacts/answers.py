"""`fangang contacts-open` and `contacts-answer`: lists that wait, their people, other counties' answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from cli import output
from cli.api import Api, ApiError, make_id
from cli.contacts.texts import ContactsText
from cli.exits import CommandError, ExitCode
from cli.names import get_name, join_names, read_named
from cli.times import now, read_time, show_time
from cli.trips.finding import PAGE, get_visible, read_id
from cli.trips.texts import TripText
from schemas.contact_lists import (
    AnswerStatus,
    ContactPersonOut,
    ContactsListRow,
)
from schemas.errors import ErrorCode
from schemas.texts import say

_CODE_DIGITS: Final = 6


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
            get_name(each.kind) if each.kind else "",
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
    if bool(options.county.strip()) is bool(options.lines):
        raise CommandError(say(ContactsText.ANSWER_OF), ExitCode.USAGE)
    identifier = read_id(options.identifier) if options.identifier else make_id()
    list_id = read_id(options.listed)
    form: dict[str, Any] = {
        "id": str(identifier),
        "status": str(_read_status(options.status)),
        "answered_at": (read_time(options.at) if options.at else now()).isoformat(),
        "note": options.note.strip() or None,
        "present_code": _read_county(options.county),
        "line_ids": [str(read_id(each)) for each in options.lines] or None,
    }
    body = {name: value for name, value in form.items() if value is not None}
    try:
        result = api.post(f"/v1/contacts/lists/{list_id}/answers", body)
    except ApiError as error:
        if error.code is ErrorCode.NOT_FOUND:
            raise _explain_absent(api, list_id, body) from error
        raise
    if as_json:
        output.write_json(result)
        return
    waiting = [each for each in result["items"] if each["answer"] is None]
    output.write_line(say(ContactsText.ANSWERED, count=len(waiting)))
    output.tell(say(ContactsText.REPEAT, id=identifier))


def _read_county(text: str) -> str | None:
    """Raises CommandError (usage) for what is no code of six digits."""
    code = text.strip()
    if code and not (len(code) == _CODE_DIGITS and code.isdecimal()):
        raise CommandError(say(ContactsText.COUNTY_SHAPE, text=text), ExitCode.USAGE)
    return code or None


def _explain_absent(api: Api, list_id: UUID, body: Mapping[str, Any]) -> CommandError:
    """Which list, county or line is not there, and which counties and how many people are."""
    found = get_visible(api, f"/v1/contacts/lists/{list_id}")
    if found is None:
        return CommandError(say(ContactsText.NO_LIST, id=list_id), ExitCode.USAGE)
    people = [ContactPersonOut.model_validate(each) for each in found["items"]]
    if "present_code" in body:
        there = {each.present_code: each.present_division for each in people if each.present_code}
        named = output.join_words(f"{code} {name or ''}".strip() for code, name in there.items())
        told = {"code": body["present_code"], "counties": named or say(TripText.NONE)}
        return CommandError(say(ContactsText.NO_COUNTY, **told), ExitCode.USAGE)
    known = {str(each.id) for each in people}
    absent = output.join_words(each for each in body["line_ids"] if each not in known)
    return CommandError(say(ContactsText.NO_LINE, lines=absent, id=list_id), ExitCode.USAGE)


def _read_status(text: str) -> AnswerStatus:
    """The value, or its name in either language. Raises CommandError (usage) for any other text."""
    named = read_named(AnswerStatus, text)
    if named not in list(AnswerStatus):
        names = join_names(list(AnswerStatus))
        raise CommandError(say(ContactsText.NO_STATUS, text=text, names=names), ExitCode.USAGE)
    return AnswerStatus(named)

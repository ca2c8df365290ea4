"""`fangang worker consent`: a guardian's written consent for a minor who has a place on a trip; its questions
and sentences.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple
from uuid import UUID

from pydantic import TypeAdapter, ValidationError

from cli import output
from cli.api import Api, make_id
from cli.exits import CommandError, ExitCode
from cli.times import now, read_time
from cli.trips.attachments import read_file, upload
from cli.trips.events import Statement, send, show
from cli.trips.payloads import make_payload
from cli.trips.sending import choose_exit, make_event
from cli.workers.looking import ABOARD_OR_ASSIGNED, find_seat, find_worker
from schemas.events.kinds import EventKind, Source
from schemas.shapes import describe_field
from schemas.texts import Text, say
from schemas.tracing import TraceOut
from schemas.types import PersonName, Phone


class ConsentText(Text):
    ASK_GUARDIAN = ("监护人姓名：", "Guardian's name: ")
    ASK_GUARDIAN_PHONE = ("监护人电话：", "Guardian's phone: ")
    ASK_RECEIVER = ("接收人姓名（只交给此人）：", "Receiver's name (handed over to nobody else): ")
    ASK_RECEIVER_PHONE = ("接收人电话：", "Receiver's phone: ")
    GUARDIAN = ("监护人姓名", "guardian's name")
    GUARDIAN_PHONE = ("监护人电话", "guardian's phone")
    NOT_TYPED = (
        "没有输入{what}，没有登记。",
        "The {what} was not typed; nothing was recorded.",
    )
    NO_SEAT = (
        "{name} 还没有编入专车：编入后再登记监护人同意。",
        "{name} is on no trip yet: record the consent once they have a place.",
    )
    OTHER_TRIP = (
        "同行照看人 {name} 不在同一趟车上：请另选一人，或不写 --companion（由领队照看）。",
        "{name} is not on the same trip: choose somebody else, or leave --companion out (the escort).",
    )
    RECEIVER = ("接收人姓名", "receiver's name")
    RECEIVER_PHONE = ("接收人电话", "receiver's phone")
    WRONG = (
        "{what}不对：{problem}。没有登记。",
        "The {what} is wrong: {problem}. Nothing was recorded.",
    )


class _Question(NamedTuple):
    """`what`: as it is called where the answer is missing or wrong."""

    ask: ConsentText
    what: ConsentText
    kind: Any


_QUESTIONS: Final = {
    "guardian": _Question(ConsentText.ASK_GUARDIAN, ConsentText.GUARDIAN, PersonName),
    "guardian_phone": _Question(ConsentText.ASK_GUARDIAN_PHONE, ConsentText.GUARDIAN_PHONE, Phone),
    "receiver": _Question(ConsentText.ASK_RECEIVER, ConsentText.RECEIVER, PersonName),
    "receiver_phone": _Question(ConsentText.ASK_RECEIVER_PHONE, ConsentText.RECEIVER_PHONE, Phone),
}


@dataclass(frozen=True, slots=True)
class ConsentOptions:
    """As typed. `companion` empty: the trip's escort looks after the minor."""

    worker: str
    paper: Path
    companion: str = ""
    at: str = ""


def record_consent(api: Api, options: ConsentOptions) -> ExitCode:
    """Names and phones are asked for, or read from standard input, one in a line. Nothing is uploaded for what
    cannot be sent."""
    content = read_file(options.paper)
    occurred_at = read_time(options.at) if options.at else now()
    minor, name = _find_seat(api, options.worker)
    typed = {field: _ask(question) for field, question in _QUESTIONS.items()}
    given = {"passenger_id": str(minor.passenger_id)}
    if options.companion:
        companion, who = _find_seat(api, options.companion)
        if companion.trip_id != minor.trip_id:
            raise CommandError(say(ConsentText.OTHER_TRIP, name=who), ExitCode.USAGE)
        given["companion_id"] = str(companion.passenger_id)
    kind = EventKind.PASSENGER_CONSENT_RECORDED
    event = make_event(
        kind,
        make_payload(kind, typed, given),
        identifier=make_id(),
        occurred_at=occurred_at,
        afterwards=False,
        source=Source.PAPER,
    )
    event["attachments"] = [str(upload(api, minor.trip_id, content).id)]
    statement = Statement(minor.trip_id, event, name, has_typed_time=bool(options.at))
    answer = send(api, statement)
    show(statement, answer, answer.outcomes[0].exceptions)
    return choose_exit(answer)


def _ask(question: _Question) -> str:
    """Raises CommandError (usage) for no answer, and for one that is no name or phone."""
    text = output.ask(say(question.ask))
    what = say(question.what)
    if not text:
        raise CommandError(say(ConsentText.NOT_TYPED, what=what), ExitCode.USAGE)
    try:
        TypeAdapter(question.kind).validate_python(text)
    except ValidationError as error:
        problem = describe_field(error.errors(include_input=False, include_url=False)[0]).message
        message = say(ConsentText.WRONG, what=what, problem=problem)
        raise CommandError(message, ExitCode.USAGE) from None
    return text


@dataclass(frozen=True, slots=True)
class _Seat:
    trip_id: UUID
    passenger_id: UUID


def _find_seat(api: Api, typed: str) -> tuple[_Seat, str]:
    """The newest place on a trip, also of who was found aboard, and the masked name. Raises CommandError
    (usage) for who has none."""
    worker = find_worker(api, typed)
    trace = TraceOut.model_validate(api.get(f"/v1/workers/{worker.id}/trace"))
    found = find_seat(trace, given_by=ABOARD_OR_ASSIGNED)
    if found is None:
        raise CommandError(say(ConsentText.NO_SEAT, name=worker.name), ExitCode.USAGE)
    return _Seat(*found), worker.name

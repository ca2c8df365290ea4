"""`fangang where`: a person's present custody, its beginning, and the event that tells it."""

from uuid import UUID

from cli import output
from cli.api import Api, ApiError
from cli.contacts.texts import ContactsText
from cli.exits import CommandError, ExitCode
from cli.names import get_name
from cli.times import show_time
from cli.workers.looking import PersonText, choose_field, find_worker_id
from schemas.contact_lists import WhereOut
from schemas.errors import ErrorCode
from schemas.numbers import looks_like_number
from schemas.texts import say
from schemas.workers import WorkerOut


def read_person(typed: str) -> str:
    """What was typed, else what is entered at a question, which is kept in no history of commands. Raises
    CommandError (usage) for nothing."""
    wanted = typed.strip() or output.ask(say(PersonText.ASK_FIND))
    if not wanted:
        raise CommandError(say(PersonText.NOTHING_TO_FIND), ExitCode.USAGE)
    return wanted


def show_where(api: Api, person: str, *, as_json: bool) -> None:
    """One answer for each worker who fits, so several for namesakes. Raises CommandError (usage) for none."""
    for worker_id in _find(api, person):
        try:
            result = api.get(f"/v1/workers/{worker_id}/where")
        except ApiError as error:
            if error.code is ErrorCode.NOT_FOUND:
                message = say(PersonText.NO_ID, id=worker_id)
                raise CommandError(message, ExitCode.USAGE) from error
            raise
        if as_json:
            output.write_json(result)
        else:
            _tell_where(WhereOut.model_validate(result))


def _find(api: Api, person: str) -> list[str]:
    """Ids of workers. Raises CommandError (usage) for none."""
    if _is_id(person):
        return [person]
    if looks_like_number(person):
        return [str(find_worker_id(api, person))]
    found = api.read_list(api.post("/v1/workers/search", choose_field(person)))
    if not found:
        raise CommandError(say(PersonText.NOBODY), ExitCode.USAGE)
    return [str(WorkerOut.model_validate(each).id) for each in found]


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


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

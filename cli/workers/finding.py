"""`fangang worker find`: by a number, a telephone or a name, masked."""

from cli import output
from cli.api import connect
from cli.exits import CommandError, ExitCode
from cli.workers.texts import Text, get_text
from schemas.identity import normalise_id
from schemas.texts import get_language
from schemas.types import normalise_phone
from schemas.workers import WorkerOut

_HEADINGS = {
    "zh": ("姓名", "身份证号", "电话", "乡镇", "村", "编号"),
    "en": ("name", "identity number", "phone", "township", "village", "id"),
}


def find_workers(*, as_json: bool) -> None:
    """A number in a command line could be read by everybody on the machine, and stays in its
    history.
    """
    wanted = output.ask(get_text(Text.ASK_FIND))
    if not wanted:
        raise CommandError(get_text(Text.NOTHING_TO_FIND), ExitCode.USAGE)
    with connect() as api:
        items = api.read_list(api.post("/v1/workers/search", choose_field(wanted)))
        found = [WorkerOut.model_validate(item) for item in items]
    if as_json:
        output.write_json(items)
        return
    if not found:
        output.say(get_text(Text.NOBODY))
        return
    output.write_table(_HEADINGS[get_language()], [_make_line(worker) for worker in found])


def choose_field(wanted: str) -> dict[str, str]:
    """Digits are a phone when they can be one, else an identity number; all else is a name."""
    if normalise_phone(wanted) is not None:
        return {"phone": wanted}
    number = normalise_id(wanted)
    return {"id_number": wanted} if number[:14].isdigit() else {"name": wanted}


def _make_line(worker: WorkerOut) -> list[str]:
    return [
        worker.name,
        worker.id_number,
        worker.phone or "",
        worker.township or "",
        worker.village or "",
        str(worker.id),
    ]

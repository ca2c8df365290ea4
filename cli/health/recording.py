"""`fangang health record`: who it is about (id, short number, else number, phone or name typed), one note typed
line by line, or the measurements and declarations of a table; what became of each; all its sentences.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final, NamedTuple
from uuid import UUID

from cli import output
from cli.api import Api, describe_problem, make_id
from cli.exits import CommandError, ExitCode
from cli.health.entries import list_prompts, make_content, read_lines
from cli.health.tables import Refusal, RowOfTable, read_table
from cli.names import get_name, join_names, read_named
from cli.times import now
from cli.workers.looking import choose_field, find_worker
from schemas.events.envelope import Outcome, OutcomeStatus
from schemas.events.kinds import Source
from schemas.health_notes import NoteWhat
from schemas.health_records import HealthRecordsOut
from schemas.texts import Text, say
from schemas.workers import WorkerOut


class RecordText(Text):
    ASK_LINE = ("一项（如“体温=36.5”；直接回车结束）：", "One item (as in pulse=72; Enter ends): ")
    ASK_WHO = ("身份证号、手机号或姓名：", "Identity number, phone or name: ")
    MEASURE_AGAIN = (
        "体温低于35.0℃，可能是天冷或设备不准：请再测一次，另行登记。",
        "Below 35.0 °C: the cold or the device. Measure again and record that, too.",
    )
    NOBODY = (
        "没有找到；也可能不在您的乡镇。没有登记。",
        "Nobody found; perhaps not of your township. Nothing was recorded.",
    )
    POSSIBLE = ("可以写：{fields}", "Possible: {fields}")
    RECORDED = ("已登记：{name}，{what}。编号 {id}", "Recorded: {name}, {what}. Id {id}")
    REFUSED = ("没有登记：{problem}", "Not recorded: {problem}")
    ROW = ("第{row}行：{problem}", "Row {row}: {problem}")
    SEVERAL = (
        "有 {count} 人叫这个名字或用这个电话，请改用身份证号或短编号：\n{people}",
        "{count} people have this name or phone: use the identity number or the short number:\n{people}",
    )
    TABLE_DONE = (
        "表格 {rows} 行：登记 {recorded} 条，此前已登记 {repeated} 条，没有登记 {refused} 条。",
        "{rows} rows: {recorded} recorded, {repeated} recorded before, {refused} not recorded.",
    )
    WHAT_UNKNOWN = (
        "请用 --what 写明是哪一类：{kinds}。",
        "Say which sort with --what: {kinds}.",
    )


_MOST: Final = 500


def read_what(text: str) -> NoteWhat:
    """As the API writes it or as people say it. Raises CommandError."""
    what = read_named(NoteWhat, text)
    if what not in set(NoteWhat):
        kinds = join_names(list(NoteWhat))
        raise CommandError(say(RecordText.WHAT_UNKNOWN, kinds=kinds), ExitCode.USAGE)
    return NoteWhat(what)


def record_typed(
    api: Api, worker: str, what: NoteWhat, at: datetime | None, *, as_json: bool
) -> ExitCode:
    """One note of one worker. `worker` empty: it is asked for, because a command line can be read by others."""
    person = _find(api, worker)
    if output.is_interactive():
        first, *questions = list_prompts(what)
        output.tell(say(RecordText.POSSIBLE, fields=first))
        for line in questions:
            output.tell(line)
    typed = read_lines(output.read_lines(say(RecordText.ASK_LINE)), what)
    content = make_content(what, typed)
    record = make_record(make_id(), person.id, content, at or now())
    answer = post(api, [record], has_typed_time=at is not None)
    (outcome,) = answer.outcomes
    if as_json:
        output.write_json(answer.model_dump(mode="json"))
    elif outcome.problem is not None:
        output.tell_error(say(RecordText.REFUSED, problem=describe_problem(outcome.problem)))
    else:
        told = {"name": person.name, "what": get_name(what), "id": outcome.id}
        output.write_line(say(RecordText.RECORDED, **told))
        if outcome.measure_again:
            output.tell(say(RecordText.MEASURE_AGAIN))
    return ExitCode.OK if outcome.problem is None else ExitCode.UNEXPECTED


def _find(api: Api, worker: str) -> WorkerOut:
    """The one worker with this number or id, else the one who fits what is entered at a question. Raises
    CommandError (usage) for none, and for several."""
    if worker:
        return find_worker(api, worker)
    wanted = output.ask(say(RecordText.ASK_WHO))
    found = _search(api, wanted) if wanted else []
    if not found:
        raise CommandError(say(RecordText.NOBODY), ExitCode.USAGE)
    if len(found) > 1:
        people = "\n".join(f"  {each.name}  {each.id_number}  {each.number}" for each in found)
        message = say(RecordText.SEVERAL, count=len(found), people=people)
        raise CommandError(message, ExitCode.USAGE)
    return found[0]


def _search(api: Api, wanted: str) -> list[WorkerOut]:
    items = api.read_list(api.post("/v1/workers/search", choose_field(wanted)))
    return [WorkerOut.model_validate(each) for each in items]


# --- a table ------------------------------------------------------------------------------------
class Sendable(NamedTuple):
    """A row of the table, as the API takes it."""

    row: int
    record: dict[str, Any]


def record_table(api: Api, file: Path, at: datetime | None, *, as_json: bool) -> ExitCode:
    """One person a row. What can be read is recorded, the other rows are named. Sent again, the file records
    nothing twice: the ids follow from person, time and content."""
    rows = read_table(file, at)
    sendable, refusals = _prepare(api, rows)
    outcomes: list[Outcome] = []
    for start in range(0, len(sendable), _MOST):
        part = [each.record for each in sendable[start : start + _MOST]]
        outcomes += post(api, part, has_typed_time=True).outcomes
    for each, outcome in zip(sendable, outcomes, strict=True):
        if outcome.problem is not None:
            refusals.append(Refusal(each.row, describe_problem(outcome.problem)))
        elif outcome.measure_again:
            text = say(RecordText.MEASURE_AGAIN)
            output.tell(say(RecordText.ROW, row=each.row, problem=text))
    _tell(len({each.row for each in rows}), outcomes, sorted(refusals), as_json=as_json)
    return ExitCode.UNEXPECTED if refusals else ExitCode.OK


def _prepare(
    api: Api, rows: Iterable[RowOfTable | Refusal]
) -> tuple[list[Sendable], list[Refusal]]:
    """Each person is looked up once, however many rows are theirs."""
    sendable: list[Sendable] = []
    refusals: list[Refusal] = []
    known: dict[str, WorkerOut | None] = {}
    for row in rows:
        if isinstance(row, Refusal):
            refusals.append(row)
            continue
        if row.id_number not in known:
            known[row.id_number] = next(iter(_search(api, row.id_number)), None)
        worker = known[row.id_number]
        if worker is None:
            refusals.append(Refusal(row.row, say(RecordText.NOBODY)))
        else:
            record = make_record(row.make_id(worker.id), worker.id, row.content, row.at)
            sendable.append(Sendable(row.row, record))
    return sendable, refusals


def _tell(
    rows: int, outcomes: Sequence[Outcome], refusals: Sequence[Refusal], *, as_json: bool
) -> None:
    if as_json:
        shown = [each.model_dump(mode="json") for each in outcomes]
        output.write_json({"outcomes": shown, "problems": [each._asdict() for each in refusals]})
    for row, problem in refusals:
        output.tell_error(say(RecordText.ROW, row=row, problem=problem))
    counts = Counter(each.status for each in outcomes)
    output.tell(
        say(
            RecordText.TABLE_DONE,
            rows=rows,
            recorded=counts[OutcomeStatus.RECORDED],
            repeated=counts[OutcomeStatus.REPEATED],
            refused=len(refusals),
        )
    )


def make_record(
    identifier: UUID, worker_id: UUID, content: dict[str, Any], at: datetime
) -> dict[str, Any]:
    """As the API takes it."""
    return {
        "id": str(identifier),
        "worker_id": str(worker_id),
        "occurred_at": at.isoformat(),
        "source": Source.CLI.value,
        "content": content,
    }


def post(api: Api, records: Sequence[dict[str, Any]], *, has_typed_time: bool) -> HealthRecordsOut:
    """A time that was typed is a person's; one of this computer's clock goes with that clock."""
    body: dict[str, Any] = {"records": list(records)}
    if not has_typed_time:
        body["sent_at"] = now().isoformat()
    return HealthRecordsOut.model_validate(api.post("/v1/health-records", body))

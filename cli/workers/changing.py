"""`fangang worker set` and `withdraw`: field=value lines from prompt or standard input, the identity number
stays, reasons of withdrawal, undoing it, what becomes of demand and seat; all their sentences.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from cli import output
from cli.api import Api, ApiError, describe_problem, make_id
from cli.exits import CommandError, ExitCode
from cli.names import NAMES, get_field_name, get_name
from cli.times import now
from cli.trips.finding import get_visible
from cli.trips.texts import colon
from cli.workers.looking import (
    describe_person,
    find_seat,
    find_worker,
    find_worker_id,
    read_said,
)
from schemas.corrections import WorkerChange, WorkerCorrectedOut
from schemas.demands import DemandState
from schemas.errors import Problem
from schemas.events.envelope import OutcomesOut
from schemas.events.kinds import EventKind, Source
from schemas.events.payloads_records import WithdrawalReason
from schemas.identity import mask_text
from schemas.imports import get_plan_message
from schemas.roster.columns import find_field
from schemas.texts import Text, say, speaking
from schemas.tracing import TraceOut
from schemas.workers import WorkerOut


class ChangeText(Text):
    ASK_CHANGE = (
        "要改的一项，如“手机号码=15400001234”（等号后留空表示清空；直接回车结束）：",
        "What to change, as in phone=15400001234 (nothing after = empties; Enter ends): ",
    )
    ASK_WHY = ("为什么恢复（如“登记错人”）：", "Why (as in “the wrong person”): ")
    CHANGED = (
        "已更正：{fields}（第{version}版）",
        "Corrected: {fields} (version {version})",
    )
    DEMAND_CANCELLED = ("出行需求已取消。", "The travel demand is cancelled.")
    DEMAND_OPEN = ("出行需求重新待安排。", "The travel demand is open again.")
    FIELD_FIXED = (
        (
            "身份证号不能改：号码不同就不是同一个人。请把此人撤出"
            "（fangang worker withdraw {worker} --reason 重复），用正确的号码另行导入。"
        ),
        (
            "The identity number stays: another number is another person. Withdraw this one "
            "(fangang worker withdraw {worker} --reason duplicate) and import the right one."
        ),
    )
    FIELD_TWICE = (
        "“{field}”写了两次。请只留一行；没有改动任何内容。",
        "“{field}” stands there twice. Keep one line; nothing was changed.",
    )
    FIELD_UNKNOWN = (
        "第{line}行的“{field}”不能更正或认不出。可以改：{fields}。没有改动任何内容。",
        "Line {line}: “{field}” is unknown or cannot be changed. Possible: {fields}. Nothing was changed.",
    )
    FIELD_WRONG = (
        "没有改动任何内容，请改正后重来：\n{problems}",
        "Nothing was changed. Mend and try again:\n{problems}",
    )
    LINE_SHAPE = (
        "第{line}行没有等号。请写成“手机号码=15400001234”；没有改动任何内容。",
        "Line {line} has no equals sign. Write phone=15400001234; nothing was changed.",
    )
    NOTHING_TO_CHANGE = ("没有输入要改的内容。", "Nothing to change.")
    NOT_WITHDRAWN = (
        "{name} 没有撤出，不用恢复。",
        "{name} is not withdrawn: nothing to undo.",
    )
    NO_REASON = (
        "请写明原因：--reason {reasons}；要恢复请用 --undo。",
        "Say why: --reason {reasons}; to take it back: --undo.",
    )
    NO_WHY = ("没有写为什么恢复，没有改动。", "No reason given: nothing was changed.")
    REASON_AND_UNDO = (
        "--reason 和 --undo 只能用一个。",
        "Either --reason or --undo, not both.",
    )
    REASON_UNKNOWN = (
        "没有“{reason}”这个原因。可以用：{reasons}。",
        "No such reason: “{reason}”. Possible: {reasons}.",
    )
    RESTORED = ("已恢复：{name}。", "Restored: {name}.")
    SEATED = (
        "此人已编入专车，座位还留着。请告知县协调员移出名册：{command}",
        "This person has a seat and keeps it. The coordinator must take it back: {command}",
    )
    SEATED_ON = (
        "fangang trip event {trip} 移出名册 --passenger {passenger}",
        "fangang trip event {trip} passenger.unassigned --passenger {passenger}",
    )
    UNCHANGED = (
        "与登记的一致，没有改动。",
        "This is what stands there already; nothing was changed.",
    )
    WITHDRAWN_NOW = (
        "已撤出：{name}，{reason}。登记错了可以恢复：fangang worker withdraw {id} --undo",
        "Withdrawn: {name}, {reason}. To take it back: fangang worker withdraw {id} --undo",
    )


_EQUALS: Final = re.compile("[=＝：:]")
_SEPARATORS: Final = re.compile(r"[、，,;；/\s]+")
_NUMBER: Final = "id_number"
_SHOWN: Final = 20


def correct_worker(api: Api, worker: str, *, as_json: bool) -> None:
    """All lines together or none. What is wrong with a value the server says."""
    before = find_worker(api, worker)
    if output.is_interactive():
        output.tell(describe_person(before))
    change = read_change(output.read_lines(say(ChangeText.ASK_CHANGE)), worker)
    if not change:
        raise CommandError(say(ChangeText.NOTHING_TO_CHANGE), ExitCode.USAGE)
    answer = _send(api, f"/v1/workers/{before.id}", change, version=before.version)
    if as_json:
        output.write_json(answer)
        return
    _show(WorkerCorrectedOut.model_validate(answer))


def _send(api: Api, path: str, change: dict[str, Any], *, version: int) -> Any:
    """Not repeated when the answer is lost: by then the version that it names would be stale."""
    headers = {"If-Match": f'"{version}"'}
    try:
        return api.request("PATCH", path, body=change, headers=headers, repeatable=False)
    except ApiError as error:
        problems = error.problem.errors if error.problem else None
        if not problems:
            raise
        named = (f"  {_name(each.field)}{colon()}{each.message}" for each in problems)
        message = say(ChangeText.FIELD_WRONG, problems="\n".join(named))
        raise CommandError(message, ExitCode.USAGE) from error


def _name(place: str) -> str:
    """body.other_phones.0 → 其他电话."""
    steps = [step for step in place.split(".") if step in WorkerChange.model_fields]
    return get_field_name(steps[0]) if steps else place


def read_change(lines: Iterable[str], worker: str) -> dict[str, Any]:
    """Field → value, None to empty it. Raises CommandError, which names lines and never values."""
    change: dict[str, Any] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        parts = _EQUALS.split(line, maxsplit=1)
        if len(parts) == 1:
            raise CommandError(say(ChangeText.LINE_SHAPE, line=number), ExitCode.USAGE)
        field = _read_field(parts[0], number, worker)
        if field in change:
            name = get_field_name(field)
            raise CommandError(say(ChangeText.FIELD_TWICE, field=name), ExitCode.USAGE)
        change[field] = _read_value(field, parts[1].strip())
    return change


def _read_field(text: str, number: int, worker: str) -> str:
    """As the API names it, as `set` shows it, or as a roster would head its column."""
    wanted = text.strip()
    column = find_field(wanted)
    with speaking("zh"):
        own = {get_field_name(name): name for name in WorkerChange.model_fields}
    field = own.get(wanted) or (column.value if column else wanted)
    if field == _NUMBER:
        message = say(ChangeText.FIELD_FIXED, worker=worker)
        raise CommandError(message, ExitCode.USAGE)
    if field not in WorkerChange.model_fields:
        possible = output.join_words(get_field_name(each) for each in WorkerChange.model_fields)
        message = say(
            ChangeText.FIELD_UNKNOWN,
            line=number,
            field=mask_text(wanted[:_SHOWN]),
            fields=possible,
        )
        raise CommandError(message, ExitCode.USAGE)
    return field


def _read_value(field: str, text: str) -> Any:
    if not text:
        return None
    return _SEPARATORS.split(text) if field == "other_phones" else text


def _show(corrected: WorkerCorrectedOut) -> None:
    if not corrected.changed:
        output.tell(say(ChangeText.UNCHANGED))
        return
    fields = output.join_words(get_field_name(each) for each in corrected.changed)
    output.write_line(say(ChangeText.CHANGED, fields=fields, version=corrected.version))
    output.write_line(describe_person(corrected))
    for note in corrected.notes:
        output.tell(f"{get_plan_message(note)}[{note}]")


_AS_LISTED: Final = (
    WithdrawalReason.NOT_GOING,
    WithdrawalReason.SELF_TRAVELLED,
    WithdrawalReason.EMPLOYED_NEARBY,
    WithdrawalReason.DUPLICATE,
    WithdrawalReason.DECEASED,
)
"""The common ones first."""


def read_reason(text: str, *, undo: bool) -> WithdrawalReason | None:
    """As the API writes it or as people say it; None for undoing. Raises CommandError."""
    names = NAMES[WithdrawalReason]
    possible = output.join_words(get_name(each) for each in _AS_LISTED)
    if undo and text:
        raise CommandError(say(ChangeText.REASON_AND_UNDO), ExitCode.USAGE)
    if undo:
        return None
    if not text:
        raise CommandError(say(ChangeText.NO_REASON, reasons=possible), ExitCode.USAGE)
    wanted = text.strip().lower()
    for reason in WithdrawalReason:
        if wanted in (reason.value, *names[reason]):
            return reason
    message = say(ChangeText.REASON_UNKNOWN, reason=text, reasons=possible)
    raise CommandError(message, ExitCode.USAGE)


class Desk:
    """A worker to withdraw or to take back. `at`: when it was said; None is now, by this computer's clock."""

    def __init__(self, api: Api, worker: str, at: datetime | None, *, as_json: bool) -> None:
        self._api, self._at, self._as_json = api, at, as_json
        self._id = find_worker_id(api, worker)
        self._path = f"/v1/workers/{self._id}"
        self._name = WorkerOut.model_validate(api.get(self._path)).name

    def withdraw(self, reason: WithdrawalReason) -> ExitCode:
        answer = self._send(EventKind.WORKER_WITHDRAWN, [{"reason": reason.value}])
        if self._is_told(answer):
            return _choose_exit(answer)
        told = get_name(reason)
        self._write(ChangeText.WITHDRAWN_NOW, name=self._name, reason=told, id=self._id)
        left = answer.outcomes[0].decided.get("demand_state")
        if left == DemandState.CANCELLED:
            self._write(ChangeText.DEMAND_CANCELLED)
        elif left == DemandState.ASSIGNED:
            output.tell(say(ChangeText.SEATED, command=self._name_cure()))
        return ExitCode.OK

    def undo(self) -> ExitCode:
        """Reverses every withdrawal that still counts; the record keeps them all."""
        trace = TraceOut.model_validate(self._api.get(f"{self._path}/trace"))
        standing = read_said(trace).withdrawals
        if not standing:
            message = say(ChangeText.NOT_WITHDRAWN, name=self._name)
            raise CommandError(message, ExitCode.USAGE)
        why = output.ask(say(ChangeText.ASK_WHY))
        if not why:
            raise CommandError(say(ChangeText.NO_WHY), ExitCode.USAGE)
        reversals = [{"event_id": str(item.event_id), "reason": why} for item in standing]
        answer = self._send(EventKind.EVENT_REVERSED, reversals)
        if self._is_told(answer):
            return _choose_exit(answer)
        self._write(ChangeText.RESTORED, name=self._name)
        demands = get_visible(
            self._api, "/v1/demands", worker=self._id, state=DemandState.OPEN.value
        )
        if demands and demands["items"]:
            self._write(ChangeText.DEMAND_OPEN)
        return ExitCode.OK

    def _name_cure(self) -> str:
        """The coordinator's command, with what this account may know of the trip."""
        trace = get_visible(self._api, f"{self._path}/trace")
        seat = find_seat(TraceOut.model_validate(trace)) if trace else None
        trip, passenger = seat or ("…", "…")
        shown = get_visible(self._api, f"/v1/trips/{trip}") if seat else None
        number = shown["number"] if shown else trip
        return say(ChangeText.SEATED_ON, trip=number, passenger=passenger)

    def _send(self, kind: EventKind, payloads: Sequence[dict[str, Any]]) -> OutcomesOut:
        """A time that was typed comes from a person's watch: only this computer's own clock is sent
        beside it, so that the server can correct it.
        """
        at = (self._at or now()).isoformat()
        events = [
            {
                "id": str(make_id()),
                "kind": kind.value,
                "occurred_at": at,
                "source": Source.CLI.value,
                "data": payload,
            }
            for payload in payloads
        ]
        body = {"events": events} | ({} if self._at else {"sent_at": at})
        return OutcomesOut.model_validate(self._api.post(f"{self._path}/events", body))

    def _is_told(self, answer: OutcomesOut) -> bool:
        """As JSON, or because it was refused; then nothing more is to be said."""
        problems = _list_problems(answer)
        if self._as_json:
            output.write_json(answer)
            return True
        for problem in problems:
            output.tell_error(describe_problem(problem))
        return bool(problems)

    def _write(self, text: ChangeText, **values: object) -> None:
        output.write_line(say(text, **values))


def _list_problems(answer: OutcomesOut) -> list[Problem]:
    return [outcome.problem for outcome in answer.outcomes if outcome.problem is not None]


def _choose_exit(answer: OutcomesOut) -> ExitCode:
    return ExitCode.UNEXPECTED if _list_problems(answer) else ExitCode.OK

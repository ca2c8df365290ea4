"""`fangang worker withdraw`: somebody does not go; and the way back."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from cli import output
from cli.api import Api
from cli.exits import CommandError, ExitCode
from cli.names import NAMES, get_name
from cli.times import now
from cli.trips.finding import get_visible
from cli.trips.options import read_id
from cli.trips.resolving import make_id
from cli.workers.said import find_seat, read_said
from cli.workers.texts import Text, get_text
from schemas.demands import DemandState
from schemas.errors import Problem
from schemas.events.envelope import OutcomesOut
from schemas.events.kinds import EventKind, Source
from schemas.events.payloads_records import WithdrawalReason
from schemas.texts import get_language
from schemas.tracing import TraceOut
from schemas.workers import WorkerOut

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
    joint = ", " if get_language() == "en" else "、"
    names = NAMES[WithdrawalReason]
    possible = joint.join(get_name(each) for each in _AS_LISTED)
    if undo and text:
        raise CommandError(get_text(Text.REASON_AND_UNDO), ExitCode.USAGE)
    if undo:
        return None
    if not text:
        raise CommandError(get_text(Text.NO_REASON, reasons=possible), ExitCode.USAGE)
    wanted = text.strip().lower()
    for reason in WithdrawalReason:
        if wanted in (reason.value, *names[reason]):
            return reason
    message = get_text(Text.REASON_UNKNOWN, reason=text, reasons=possible)
    raise CommandError(message, ExitCode.USAGE)


class Desk:
    """One person at the desk. `at`: when it was said; None is now, by this computer's clock."""

    def __init__(self, api: Api, worker: str, at: datetime | None, *, as_json: bool) -> None:
        self._api, self._at, self._as_json = api, at, as_json
        self._id = read_id(worker)
        self._path = f"/v1/workers/{self._id}"
        self._name = WorkerOut.model_validate(api.get(self._path)).name

    def withdraw(self, reason: WithdrawalReason) -> ExitCode:
        answer = self._send(EventKind.WORKER_WITHDRAWN, [{"reason": reason.value}])
        if self._is_told(answer):
            return _choose_exit(answer)
        told = get_name(reason)
        self._write(Text.WITHDRAWN_NOW, name=self._name, reason=told, id=self._id)
        left = answer.outcomes[0].decided.get("demand_state")
        if left == DemandState.CANCELLED:
            self._write(Text.DEMAND_CANCELLED)
        elif left == DemandState.ASSIGNED:
            output.say(get_text(Text.SEATED, command=self._name_cure()))
        return ExitCode.OK

    def undo(self) -> ExitCode:
        """Reverses every withdrawal that still counts; the record keeps them all."""
        trace = TraceOut.model_validate(self._api.get(f"{self._path}/trace"))
        standing = read_said(trace).withdrawals
        if not standing:
            message = get_text(Text.NOT_WITHDRAWN, name=self._name)
            raise CommandError(message, ExitCode.USAGE)
        why = output.ask(get_text(Text.ASK_WHY))
        if not why:
            raise CommandError(get_text(Text.NO_WHY), ExitCode.USAGE)
        reversals = [{"event_id": str(item.event_id), "reason": why} for item in standing]
        answer = self._send(EventKind.EVENT_REVERSED, reversals)
        if self._is_told(answer):
            return _choose_exit(answer)
        self._write(Text.RESTORED, name=self._name)
        demands = get_visible(
            self._api, "/v1/demands", worker=self._id, state=DemandState.OPEN.value
        )
        if demands and demands["items"]:
            self._write(Text.DEMAND_OPEN)
        return ExitCode.OK

    def _name_cure(self) -> str:
        """The coordinator's command, with what this account may know of the trip."""
        trace = get_visible(self._api, f"{self._path}/trace")
        seat = find_seat(TraceOut.model_validate(trace)) if trace else None
        trip, passenger = seat or ("…", "…")
        shown = get_visible(self._api, f"/v1/trips/{trip}") if seat else None
        number = shown["number"] if shown else trip
        return get_text(Text.SEATED_ON, trip=number, passenger=passenger)

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
            output.write_json(answer.model_dump(mode="json"))
            return True
        joint = ", " if get_language() == "en" else "，"
        for problem in problems:
            output.say_error(f"{problem.title}{joint}{problem.detail}[{problem.code}]")
        return bool(problems)

    def _write(self, text: Text, **values: object) -> None:
        output.write_line(get_text(text, **values))


def _list_problems(answer: OutcomesOut) -> list[Problem]:
    return [outcome.problem for outcome in answer.outcomes if outcome.problem is not None]


def _choose_exit(answer: OutcomesOut) -> ExitCode:
    return ExitCode.UNEXPECTED if _list_problems(answer) else ExitCode.OK

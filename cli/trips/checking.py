"""`fangang trip check`: everything that holds a trip and its people back, sorted by who can cure it; with
--policy, as if another policy were in force.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple
from uuid import UUID

from cli import output
from cli.api import Api, ApiError
from cli.exits import CommandError, ExitCode
from cli.times import show_time
from cli.trips.finding import find_trip_id
from cli.trips.planning import tell_lacking
from cli.trips.texts import TripText
from schemas.clearance import CURE_NAMES, Cure, ReasonOut
from schemas.gate import GateLine, GateOut
from schemas.plan_checks import PlanCheckOut
from schemas.texts import choose, say
from schemas.trips import TripState


class Held(NamedTuple):
    """One row: who can cure it, whom it is about (empty: the trip), what is said."""

    cure: Cure
    seat: str
    name: str
    township: str
    says: str


def check_trip(api: Api, trip: str, *, policy: str, as_json: bool) -> ExitCode:
    if policy:
        _check_policy(api, policy)
    params = {"policy": policy} if policy else {}
    path = f"/v1/trips/{find_trip_id(api, trip)}"
    answer = api.get(f"{path}/gate", **params)
    shown = GateOut.model_validate(answer)
    if shown.state in _ENDED:
        return _tell_ended(shown.state, answer, as_json=as_json)
    plan = PlanCheckOut.model_validate(api.get(f"{path}/plan-check", **params))
    if as_json:
        output.write_json(answer)
    else:
        _write(shown, plan)
    free = _is_free(shown) and not plan.ended
    return ExitCode.OK if free else ExitCode.NEEDS_SOMEBODY


_ENDED: Final[Mapping[TripState, TripText]] = {
    TripState.CANCELLED: TripText.CHECK_CANCELLED,
    TripState.CLOSED: TripText.CHECK_CLOSED,
}


def _tell_ended(state: TripState, answer: Any, *, as_json: bool) -> ExitCode:
    """Says that a closed or cancelled trip is not judged."""
    if as_json:
        output.write_json(answer)
    else:
        output.write_line(say(_ENDED[state]))
    return ExitCode.OK


def _check_policy(api: Api, wanted: str) -> None:
    """Raises CommandError (usage) for a version that was never loaded, and names those that were."""
    known = [each["version"] for each in api.get_list("/v1/policies")]
    if wanted not in known:
        named = output.join_words(known)
        raise CommandError(say(TripText.NO_POLICY, text=wanted, known=named), ExitCode.USAGE)


def sum_up(api: Api, trip_id: UUID) -> str | None:
    """One line for `trip show`; None for an account that may not ask the gate, and once the trip has ended."""
    try:
        answer = api.get(f"/v1/trips/{trip_id}/gate")
    except ApiError as error:
        if error.exit_code is ExitCode.PERMISSION:
            return None
        raise
    shown = GateOut.model_validate(answer)
    return None if shown.state in _ENDED else _sum_up(shown)


def _sum_up(shown: GateOut) -> str:
    held = len([each for each in shown.lines if not each.may_board])
    passed = len([each for each in shown.lines if any(one.overridden for one in each.reasons)])
    return say(TripText.CHECK_SUM, people=len(shown.lines), held=held, passed=passed)


def _is_free(shown: GateOut) -> bool:
    return not shown.reasons and all(each.may_board for each in shown.lines)


def _write(shown: GateOut, plan: PlanCheckOut) -> None:
    told = {
        "number": shown.number,
        "policy": f"{shown.policy_title}（{shown.policy_version}）",
        "document": shown.document or choose("无", "none"),
        "arrival": show_time(shown.arrival_at),
    }
    output.write_line(say(TripText.CHECK_BY, **told))
    rows = sorted(_list_held(shown, plan), key=lambda each: list(Cure).index(each.cure))
    if rows:
        headings = (TripText.CURE, TripText.SEAT, TripText.NAME, TripText.TOWNSHIP, TripText.REASON)
        cells = [[choose(*CURE_NAMES[each.cure]), *each[1:]] for each in rows]
        output.write_table([say(each) for each in headings], cells)
    for line in (*tell_lacking(plan), *shown.warnings):
        output.write_line(line)
    output.write_line(_sum_up(shown))


def _list_held(shown: GateOut, plan: PlanCheckOut) -> Iterator[Held]:
    for gap in plan.ended:
        says = say(TripText.CHECK_ENDED, name=gap.name)
        yield Held(Cure.CARRIER, "", say(TripText.WHOLE_TRIP), "", says)
    for each in shown.reasons:
        yield Held(each.cure, "", say(TripText.WHOLE_TRIP), "", each.says)
    for line in shown.lines:
        for reason in line.reasons:
            yield _show(line, reason)
        for caution in line.cautions:
            says = say(TripText.CHECK_NOTED, says=caution.says)
            yield _make_row(line, Cure.TOWNSHIP, says)


def _show(line: GateLine, reason: ReasonOut) -> Held:
    passed = say(TripText.LET_PASS) if reason.overridden else ""
    return _make_row(line, reason.cure, f"{passed}{reason.says}")


def _make_row(line: GateLine, cure: Cure, says: str) -> Held:
    return Held(cure, line.seat_label or "", line.name or "", line.township or "", says)

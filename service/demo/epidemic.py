"""The second coach under the rules of February 2020, the first under an ordinary year: what each asks for,
the answers noted, a temperature at the door, the coach disinfected before and after.
"""

from typing import Any, Final

from schemas.gate import GateOut
from schemas.health_records import HealthRecordsOut
from schemas.questions import FIVE_OF_2020
from service.demo.stage import Cast, expect, screen, show, tell
from service.demo.texts import DemoText

POLICY: Final = "national-2020-02"
COACH: Final = 1
NEEDS_SOMEBODY: Final = 7


def compare_two_years(cast: Cast) -> None:
    """The same coach, judged by both; then it is switched, and whoever lacks an answer is asked."""
    screen(DemoText.TWO_YEARS)
    number, token = cast.numbers[COACH], cast.coordinator.token
    show(cast.stage.run("service.manage", "policy", "load", POLICY))
    show(cast.stage.run("cli", "trip", "check", number, token=token))
    command = ("trip", "check", number, "--policy", POLICY)
    show(cast.stage.run("cli", *command, token=token, expected_code=NEEDS_SOMEBODY), lines=6)
    trip = cast.trips[COACH]
    reason = "演示：按2020年2月的规定"
    told = cast.tell(cast.coordinator, trip, "policy.switched", policy=POLICY, reason=reason)
    tell(DemoText.SWITCHED, number=number, places=told.decided["places"])
    held = _read_gate(cast)
    expect(all(not each.may_board for each in held.lines), "nobody lacks an answer")
    _declare(cast, held)
    expect(all(each.may_board for each in _read_gate(cast).lines), "somebody still lacks one")
    tell(DemoText.DECLARED, count=len(held.lines))


def _read_gate(cast: Cast) -> GateOut:
    return cast.coordinator.get(f"/v1/trips/{cast.trips[COACH]}/gate", GateOut)


def _declare(cast: Cast, held: GateOut) -> None:
    answers = {each.code: False for each in FIVE_OF_2020.questions}
    content = {
        "what": "declared",
        "question_set": FIVE_OF_2020.code,
        "version": FIVE_OF_2020.version,
        "answers": answers,
        "asked_by": "凡河镇卫生院",
        "signed": "paper",
    }
    records = [
        {
            "id": cast.new_id(),
            "worker_id": each.worker_id,
            "occurred_at": cast.stage.clock.now,
            "content": content,
        }
        for each in held.lines
    ]
    done = cast.coordinator.post("/v1/health-records", {"records": records}, HealthRecordsOut)
    expect({str(each.status) for each in done.outcomes} == {"recorded"}, done)


def disinfect(cast: Cast) -> None:
    told: dict[str, Any] = {"area": "whole", "concentration_mg_l": 500, "minutes": 30}
    cast.tell(cast.coordinator, cast.trips[COACH], "vehicle.disinfected", **told)


def measure_at_the_door(cast: Cast) -> None:
    """A boarding at 37.4 is refused; then a quarter of an hour passes, and the roll call measures anew."""
    trip, escort = cast.trips[COACH], cast.log_in("escort2")
    passenger = list(cast.lines(trip))[-1]
    warm = {"passenger_id": passenger, "temperature": 374}
    problem = cast.refused(escort, trip, "temperature-high", "passenger.boarded", **warm)
    tell(DemoText.TOO_WARM, title=problem.title)
    cast.stage.clock.advance(minutes=15)

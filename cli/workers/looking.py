"""`fangang worker find` and `show`: whether number, phone or name was typed; the masked worker, demands,
origins; withdrawals, holds and seat as the trace tells them; all their sentences.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from cli import output
from cli.api import Api, connect
from cli.exits import CommandError, ExitCode
from cli.names import get_name
from cli.times import show_time
from cli.trace.timeline import describe_origin
from cli.trips.finding import get_visible, read_id
from schemas.demands import DemandOut
from schemas.events.kinds import EventKind
from schemas.events.payloads_health import TravelAction
from schemas.identity import normalise_id
from schemas.numbers import NumberKind, looks_like_number, read_number
from schemas.texts import Text, say
from schemas.tracing import TraceItem, TraceOut
from schemas.types import normalise_phone
from schemas.workers import WorkerOut


class PersonText(Text):
    ASK_FIND = ("身份证号、手机号或姓名：", "Identity number, phone or name: ")
    CLEARED = ("正常", "nothing against travelling")
    DEMAND = (
        "出行需求：{state}  {where}  {employer}  {window}",
        "Demand: {state}  {where}  {employer}  {window}",
    )
    HELD = ("暂缓出行", "on hold")
    IDENTITY = (
        "{name}  {id_number}  {gender}  {role}",
        "{name}  {id_number}  {gender}  {role}",
    )
    NOBODY = (
        "没有找到；也可能不在您的乡镇。",
        "Nobody found; perhaps not of your township.",
    )
    NOTHING_TO_FIND = ("没有输入要查找的内容。", "Nothing to look for.")
    NO_ID = (
        "没有编号 {id}；也可能不在您的乡镇。",
        "No worker has the id {id}; perhaps not of your township.",
    )
    NO_NUMBER = (
        "没有短编号 {number}；也可能不在您的乡镇。",
        "No worker has the number {number}; perhaps not of your township.",
    )
    NO_DEMAND = ("出行需求：无", "Demand: none")
    ORIGINS = ("来源：", "From:")
    NUMBER_SHAPE = (
        "这不是短编号（如 572-4）、身份证号（18位）或手机号（11位）。请核对后再试。",
        "This is no short number (such as 572-4), identity number or phone. Look at it again.",
    )
    NUMBER_WRONG = (
        "“{number}”的末位校验不对，请核对短编号。",
        "The check digit of {number} does not fit: look at the number again.",
    )
    PEOPLE = (
        "姓名|身份证号|电话|乡镇|村|短编号|编号",
        "name|identity number|phone|township|village|number|id",
    )
    PLACE = (
        "{township}  {village}  电话 {phone}（{reachable}）",
        "{township}  {village}  phone {phone} ({reachable})",
    )
    REACHABLE = ("能联系上", "reachable")
    SIXTEEN = ("  {day} 满16周岁", "  16 on {day}")
    STATE = (
        "状态：{state}  短编号 {number}  编号 {id}  第{version}版",
        "State: {state}  number {number}  id {id}  version {version}",
    )
    UNREACHABLE = ("联系不上", "cannot be reached")
    WITHDRAWN_AT = ("已撤出（{at}）", "withdrawn ({at})")


_K = EventKind
_DIGITS: Final = re.compile(r"[\d\s—－-]+").fullmatch


@dataclass(frozen=True, slots=True)
class WorkerSaid:
    """`withdrawals` in the order of happening; `holds` are those that are not released."""

    withdrawals: list[TraceItem]
    holds: list[Any]


def read_said(trace: TraceOut) -> WorkerSaid:
    standing = [item for item in trace.items if not item.reversed]

    def list_holds(action: TravelAction) -> list[Any]:
        told = [item.data for item in standing if item.kind is _K.WORKER_TRAVEL_CHANGED]
        return [each["hold_id"] for each in told if each["action"] == action]

    released = list_holds(TravelAction.RELEASED)
    return WorkerSaid(
        withdrawals=[item for item in standing if item.kind is _K.WORKER_WITHDRAWN],
        holds=[each for each in list_holds(TravelAction.HELD) if each not in released],
    )


_ASSIGNED: Final = frozenset({_K.PASSENGER_ASSIGNED})
ABOARD_OR_ASSIGNED: Final = _ASSIGNED | {_K.PASSENGER_FOUND_ABOARD, _K.PASSENGER_LINKED}


def find_seat(trace: TraceOut, *, given_by: frozenset[_K] = _ASSIGNED) -> tuple[UUID, UUID] | None:
    """Trip and passenger of the last assignment that was not taken back. `given_by`: what counts as one."""
    seat = None
    for item in trace.items:
        kind, _, stream = item.stream.partition("/")
        if kind != "trip" or item.reversed or item.passenger_id is None:
            continue
        if item.kind in given_by:
            seat = UUID(stream), item.passenger_id
        elif item.kind is _K.PASSENGER_UNASSIGNED and seat == (UUID(stream), item.passenger_id):
            seat = None
    return seat


def find_workers(*, as_json: bool) -> None:
    """What is looked for is asked for: a command line can be read by every user of the machine, and
    stays in its history.
    """
    wanted = output.ask(say(PersonText.ASK_FIND))
    if not wanted:
        raise CommandError(say(PersonText.NOTHING_TO_FIND), ExitCode.USAGE)
    with connect() as api:
        items = api.read_list(api.post("/v1/workers/search", choose_field(wanted)))
        found = [WorkerOut.model_validate(item) for item in items]
    if as_json:
        output.write_json(items)
        return
    if not found:
        output.tell(say(PersonText.NOBODY))
        return
    output.write_table(say(PersonText.PEOPLE).split("|"), [_make_line(worker) for worker in found])


def choose_field(wanted: str) -> dict[str, str]:
    """Digits are a phone when they can be one, else a short number or an identity number; all else is a name.
    Raises CommandError (usage) for digits that are none of them."""
    if normalise_phone(wanted) is not None:
        return {"phone": wanted}
    if looks_like_number(wanted):
        return {"number": _check_number(wanted)}
    number = normalise_id(wanted)
    if number[:14].isdigit():
        return {"id_number": wanted}
    if _DIGITS(wanted.strip()):
        raise CommandError(say(PersonText.NUMBER_SHAPE), ExitCode.USAGE)
    return {"name": wanted}


def _check_number(typed: str) -> str:
    """The number as typed; a usage error where its check digit does not fit. Sends nothing."""
    if read_number(NumberKind.WORKER, typed) is None:
        raise CommandError(say(PersonText.NUMBER_WRONG, number=typed), ExitCode.USAGE)
    return typed


def find_worker_id(api: Api, typed: str) -> UUID:
    """By the system's id, or by the short number. Raises where no worker has that number."""
    return _find_by_number(api, typed).id if looks_like_number(typed) else read_id(typed)


def find_worker(api: Api, typed: str) -> WorkerOut:
    """By one request, whichever of the two it is. Raises where there is none."""
    if looks_like_number(typed):
        return _find_by_number(api, typed)
    return WorkerOut.model_validate(api.get(f"/v1/workers/{read_id(typed)}"))


def _find_by_number(api: Api, typed: str) -> WorkerOut:
    items = api.read_list(api.post("/v1/workers/search", {"number": _check_number(typed)}))
    if not items:
        raise CommandError(say(PersonText.NO_NUMBER, number=typed), ExitCode.USAGE)
    return WorkerOut.model_validate(items[0])


def _make_line(worker: WorkerOut) -> list[str]:
    return [
        worker.name,
        worker.id_number,
        worker.phone or "",
        worker.township or "",
        worker.village or "",
        worker.number or "",
        str(worker.id),
    ]


def show_worker(api: Api, worker: str, *, as_json: bool) -> None:
    worker_id = find_worker_id(api, worker)
    shown = api.get(f"/v1/workers/{worker_id}")
    demands = get_visible(api, "/v1/demands", worker=worker_id)
    trace = get_visible(api, f"/v1/workers/{worker_id}/trace")
    if as_json:
        output.write_json(
            {
                "worker": shown,
                "demands": demands and demands["items"],
                "origins": trace and trace["origins"],
                **_count_said(trace),
            }
        )
        return
    found = TraceOut.model_validate(trace) if trace else None
    said = read_said(found) if found else None
    for line in _describe(WorkerOut.model_validate(shown), said):
        output.write_line(line)
    if demands is not None:
        for line in _describe_demands(demands["items"]):
            output.write_line(line)
    if found is not None and found.origins:
        output.write_line(say(PersonText.ORIGINS))
        for origin in found.origins:
            output.write_line(describe_origin(origin))


def _count_said(trace: Any) -> dict[str, Any]:
    """null where this account does not see what is said of workers."""
    if trace is None:
        return {"withdrawn": None, "holds": None}
    said = read_said(TraceOut.model_validate(trace))
    return {"withdrawn": bool(said.withdrawals), "holds": len(said.holds)}


def _describe(worker: WorkerOut, said: WorkerSaid | None) -> Iterator[str]:
    yield describe_person(worker)
    yield say(
        PersonText.PLACE,
        township=worker.township or "",
        village=worker.village or "",
        phone=worker.phone or "-",
        reachable=say(PersonText.REACHABLE if worker.reachable else PersonText.UNREACHABLE),
    )
    yield say(
        PersonText.STATE,
        state=_describe_state(said),
        number=worker.number or "-",
        id=worker.id,
        version=worker.version,
    )


def describe_person(worker: WorkerOut) -> str:
    person = say(
        PersonText.IDENTITY,
        name=worker.name,
        id_number=worker.id_number,
        gender=worker.gender or "",
        role=get_name(worker.person_role),
    )
    if worker.sixteen_on is None:
        return person
    return person + say(PersonText.SIXTEEN, day=worker.sixteen_on)


def _describe_state(said: WorkerSaid | None) -> str:
    """Why somebody was withdrawn or held is sealed."""
    if said is None:
        return "-"
    states = []
    if said.withdrawals:
        at = show_time(said.withdrawals[-1].happened_at)
        states.append(say(PersonText.WITHDRAWN_AT, at=at))
    if said.holds:
        states.append(say(PersonText.HELD))
    return output.join_clauses(states) or say(PersonText.CLEARED)


def _describe_demands(items: list[Any]) -> Iterator[str]:
    if not items:
        yield say(PersonText.NO_DEMAND)
    for item in items:
        demand = DemandOut.model_validate(item)
        yield say(
            PersonText.DEMAND,
            state=get_name(demand.state),
            where=demand.destination or "-",
            employer=demand.employer or "-",
            window=demand.window_from or "-",
        )

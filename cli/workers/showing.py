"""`fangang worker show`: one person as the registry has them, masked, as far as the role may see."""

from collections.abc import Iterator
from typing import Any

from cli import output
from cli.api import Api
from cli.names import get_name
from cli.times import show_time
from cli.trace.timeline import describe_origin
from cli.trips.finding import get_visible
from cli.trips.options import read_id
from cli.workers.said import WorkerSaid, read_said
from cli.workers.texts import Text, get_text
from schemas.demands import DemandOut
from schemas.texts import get_language
from schemas.tracing import TraceOut
from schemas.workers import WorkerOut


def show_worker(api: Api, worker: str, *, as_json: bool) -> None:
    worker_id = read_id(worker)
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
        output.write_line(get_text(Text.ORIGINS))
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
    yield get_text(
        Text.PLACE,
        township=worker.township or "",
        village=worker.village or "",
        phone=worker.phone or "-",
        reachable=get_text(Text.REACHABLE if worker.reachable else Text.UNREACHABLE),
    )
    yield get_text(
        Text.STATE,
        state=_describe_state(said),
        id=worker.id,
        version=worker.version,
    )


def describe_person(worker: WorkerOut) -> str:
    person = get_text(
        Text.IDENTITY,
        name=worker.name,
        id_number=worker.id_number,
        gender=worker.gender or "",
        role=get_name(worker.person_role),
    )
    if worker.sixteen_on is None:
        return person
    return person + get_text(Text.SIXTEEN, day=worker.sixteen_on)


def _describe_state(said: WorkerSaid | None) -> str:
    """Why somebody was withdrawn or held is sealed."""
    if said is None:
        return "-"
    states = []
    if said.withdrawals:
        at = show_time(said.withdrawals[-1].happened_at)
        states.append(get_text(Text.WITHDRAWN_AT, at=at))
    if said.holds:
        states.append(get_text(Text.HELD))
    joint = ", " if get_language() == "en" else "，"
    return joint.join(states) or get_text(Text.CLEARED)


def _describe_demands(items: list[Any]) -> Iterator[str]:
    if not items:
        yield get_text(Text.NO_DEMAND)
    for item in items:
        demand = DemandOut.model_validate(item)
        yield get_text(
            Text.DEMAND,
            state=get_name(demand.state),
            where=demand.destination or "-",
            employer=demand.employer or "-",
            window=demand.window_from or "-",
        )

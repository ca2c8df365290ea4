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
from schemas.texts import Language
from schemas.tracing import TraceOut
from schemas.workers import WorkerOut


def show_worker(api: Api, worker: str, *, as_json: bool, language: Language) -> None:
    worker_id = read_id(worker, language)
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
    for line in _describe(WorkerOut.model_validate(shown), said, language):
        output.write_line(line)
    if demands is not None:
        for line in _describe_demands(demands["items"], language):
            output.write_line(line)
    if found is not None and found.origins:
        output.write_line(get_text(Text.ORIGINS, language))
        for origin in found.origins:
            output.write_line(describe_origin(origin, language))


def _count_said(trace: Any) -> dict[str, Any]:
    """null where this account does not see what is said of workers."""
    if trace is None:
        return {"withdrawn": None, "holds": None}
    said = read_said(TraceOut.model_validate(trace))
    return {"withdrawn": bool(said.withdrawals), "holds": len(said.holds)}


def _describe(worker: WorkerOut, said: WorkerSaid | None, language: Language) -> Iterator[str]:
    yield describe_person(worker, language)
    yield get_text(
        Text.PLACE,
        language,
        township=worker.township or "",
        village=worker.village or "",
        phone=worker.phone or "-",
        reachable=get_text(Text.REACHABLE if worker.reachable else Text.UNREACHABLE, language),
    )
    yield get_text(
        Text.STATE,
        language,
        state=_describe_state(said, language),
        id=worker.id,
        version=worker.version,
    )


def describe_person(worker: WorkerOut, language: Language) -> str:
    person = get_text(
        Text.IDENTITY,
        language,
        name=worker.name,
        id_number=worker.id_number,
        gender=worker.gender or "",
        role=get_name(worker.person_role, language),
    )
    if worker.sixteen_on is None:
        return person
    return person + get_text(Text.SIXTEEN, language, day=worker.sixteen_on)


def _describe_state(said: WorkerSaid | None, language: Language) -> str:
    """Why somebody was withdrawn or held is sealed."""
    if said is None:
        return "-"
    states = []
    if said.withdrawals:
        at = show_time(said.withdrawals[-1].happened_at)
        states.append(get_text(Text.WITHDRAWN_AT, language, at=at))
    if said.holds:
        states.append(get_text(Text.HELD, language))
    joint = ", " if language == "en" else "，"
    return joint.join(states) or get_text(Text.CLEARED, language)


def _describe_demands(items: list[Any], language: Language) -> Iterator[str]:
    if not items:
        yield get_text(Text.NO_DEMAND, language)
    for item in items:
        demand = DemandOut.model_validate(item)
        yield get_text(
            Text.DEMAND,
            language,
            state=get_name(demand.state, language),
            where=demand.destination or "-",
            employer=demand.employer or "-",
            window=demand.window_from or "-",
        )

"""How each operation is called for the table of personal data: query, body, and whose ids stand in its path.

A route that is not named here is called with the ids of the house; with a body it then has no success, and the
test says so.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from schemas.roster.report import RULES_VERSION
from schemas.workers import RevealField
from tests.lists import make_carrier, make_driver, make_enterprise, make_vehicle
from tests.privacy import canaries, notes
from tests.privacy.house import MIDDAY, PASSWORD, House

REASON: Final = "合成：核对登记"


@dataclass(frozen=True, slots=True)
class Call:
    """One way of calling an operation. `label`: behind the route, where there are several ways; `ids`: other
    ones than the house's."""

    label: str = ""
    params: dict[str, Any] = field(default_factory=dict)
    body: Any = None
    content: bytes | None = None
    version: int | None = None
    ids: dict[str, Any] = field(default_factory=dict)


Calls = dict[str, Sequence[Call]]


def list_calls(house: House) -> Calls:
    """Operation (METHOD /path) → its calls."""
    return {
        **_accounts(house),
        **_lists(house),
        **_imports(house),
        **_stranded(house),
        **_workers(house),
        **_plans(house),
        **_trips(house),
        **_traces(house),
        **_contacts(house),
    }


def _body(body: Any, **more: Any) -> list[Call]:
    return [Call(body=body, **more)]


def _exported(**params: Any) -> list[Call]:
    """A work list read, and taken along."""
    return [Call(params=params), Call("?export=…", params={**params, "export": REASON})]


def _accounts(house: House) -> Calls:
    new = house.describe_account(canaries.ACCOUNTS[2], 2, role="auditor")
    trips = {"trip_ids": [str(house.trip)]}
    escort = {"account_id": house.escort_account}
    change = {"old": PASSWORD, "new": "winter-harvest-43"}
    return {
        "POST /v1/login": _body(house.log_in(1)),
        "POST /v1/me/password": _body(change),
        "POST /v1/accounts": _body(new),
        "POST /v1/accounts/{account_id}/trips": _body(trips, ids=escort),
    }


def _lists(house: House) -> Calls:
    world, carrier = house.world, house.scene.carrier_id
    contacts = {"contacts": [dict(canaries.ENTERPRISE)]}
    driver = make_driver(world, carrier, 7, **canaries.DRIVERS[3]._asdict())
    household = Call("of a household", ids={"enterprise_id": house.household})
    return {
        "GET /v1/enterprises/{enterprise_id}": [Call(), household],
        "POST /v1/enterprises": _body(make_enterprise(world, 7, **contacts)),
        "PATCH /v1/enterprises/{enterprise_id}": _body({"address": "合成路九号"}, version=1),
        "POST /v1/carriers": _body(make_carrier(world, 7, phone=canaries.CARRIER_PHONE)),
        "PATCH /v1/carriers/{carrier_id}": _body({"licence_number": "211200000007"}, version=1),
        "POST /v1/vehicles": _body(make_vehicle(world, carrier, 7)),
        "PATCH /v1/vehicles/{vehicle_id}": _body({"air_sealed": False}, version=1),
        "POST /v1/drivers": _body(driver),
        "POST /v1/policies": _body({"version": "calls-1", "title": "合成", "region": "99"}),
        "POST /v1/risk-areas": _body({"areas": [canaries.AREA]}),
        "PATCH /v1/drivers/{driver_id}": _body({"licence_class": "A3"}, version=1),
    }


def _imports(house: House) -> Calls:
    people, scene = canaries.WORKERS, house.scene
    announced = {
        "id": str(house.world.new_id()),
        "key": "ef" * 32,
        "file_name": "花名册.xlsx",
        "sha256": "ab" * 32,
        "rules_version": RULES_VERSION,
        "township": "211221105",
        "as_of": "2020-03-25",
        "sheets": ["槐荫沟村"],
        "accepted": 1,
    }
    rows = {"rows": [{"row": 4, "record": canaries.describe(people[0], remark="又改过的备注")}]}
    staff = {"rows": [{"row": 2, "record": house.describe_staff(canaries.STRANDED[1])}]}
    sign_up = {
        "id": str(house.world.new_id()),
        "signed_on": scene.now.date().isoformat(),
        "name": people[0].name,
        "id_number": people[0].id_number,
        "phone": people[0].phone,
    }
    staged, staged_staff = {"import_id": house.staged_import}, {"import_id": house.staged_staff}
    importing, listing = "/v1/roster-imports/{import_id}", "/v1/staff-imports/{import_id}"
    return {
        "POST /v1/roster-imports": _body(announced),
        f"POST {importing}/chunks/{{chunk}}": _body(rows, ids={"import_id": house.opened_import}),
        f"POST {importing}/apply": _body({"chunk": 0}, ids=staged),
        f"POST {importing}/undo": _body({"reason": REASON}, ids={"import_id": house.undone_import}),
        f"GET {importing}/absent": _exported(),
        "POST /v1/staff-imports": _body(house.open_staff_import(1)),
        f"GET {listing}": [Call(ids={"import_id": house.staff_import})],
        f"POST {listing}/chunks/{{chunk}}": _body(staff, ids={"import_id": house.opened_staff}),
        f"POST {listing}/apply": _body({"chunk": 0}, ids=staged_staff),
        "POST /v1/sign-ups": _body(sign_up),
    }


def _stranded(house: House) -> Calls:
    call = {
        "id": str(house.world.new_id()),
        "result": "reached",
        "called_at": house.now.isoformat(),
    }
    letter = {"id": str(house.world.new_id()), "bureau": "411302", "purpose": REASON}
    return {
        "GET /v1/stranded-people/chase": _exported(),
        "POST /v1/stranded-people/{stranded_id}/calls": _body(call),
        "POST /v1/stranded-people/letters": _body(letter),
    }


def _workers(house: House) -> Calls:
    person, scene = canaries.WORKERS[0], house.scene
    reveal = {"fields": [str(each) for each in RevealField], "reason": REASON}
    hold = {"hold_id": house.world.new_id(), "reason": canaries.TOLD["hold reason"]}
    worker = {"worker_id": house.workers[0]}
    note = {
        "id": str(house.world.new_id()),
        "worker_id": str(house.workers[0]),
        "occurred_at": house.now.isoformat(),
        "content": notes.make_proof(),
    }
    withdrawal = {"reason": "not_going", "note": canaries.TOLD["withdrawal note"]}
    told = [
        scene.event("worker.travel_changed", action="held", reason_class="health", **hold),
        scene.event("worker.withdrawn", **withdrawal),
    ]
    searches = {"id_number": person.id_number, "phone": person.phone, "name": person.name}
    unread = {"unread_id": house.ids["unread_id of workers"]}
    return {
        "PATCH /v1/workers/{worker_id}": _body(
            {"occupation": "合成质检员"}, version=house.worker_version
        ),
        "POST /v1/workers/search": [
            Call(f"by {name}", body={name: value}) for name, value in searches.items()
        ],
        "POST /v1/workers/{worker_id}/reveal": _body(reveal),
        "POST /v1/workers/{worker_id}/events": _body({"events": told}),
        "GET /v1/workers/{worker_id}/unread-events/{unread_id}": [Call(ids=unread)],
        "GET /v1/workers/todo": _exported(township="211221105"),
        "GET /v1/demands/summary": [Call(params={"by": "employer"})],
        "GET /v1/travellers": _exported(),
        "POST /v1/health-records": _body({"records": [note]}),
        "GET /v1/workers/{worker_id}/health-records": [Call(ids=worker)],
        "GET /v1/health-follow-ups": _exported(),
        "GET /v1/health-missing": _exported(),
        "GET /v1/journeys": [Call(params={"custody": "none"})],
    }


def _plans(house: House) -> Calls:
    """What begins anew, and what is changed on an open list."""
    new_id = house.world.new_id
    batch = {
        "id": str(new_id()),
        "number": "P-7",
        "destination_code": "320500",
        "window_from": "2020-03-24",
        "window_to": "2020-03-31",
    }
    start = house.now + timedelta(hours=40)
    trip = {
        "id": str(new_id()),
        "batch_id": str(house.scene.batch_id),
        "number": "T-7",
        "planned_departure_at": start.isoformat(),
        "planned_arrival_at": (start + timedelta(hours=14)).isoformat(),
        **house.describe_gates(),
    }
    passenger = {
        "id": str(new_id()),
        "event_id": str(new_id()),
        "worker_id": str(house.workers[10]),
        "enterprise_id": str(house.enterprise),
    }
    change = {"contacts": dict(canaries.CONTACTS), "route": "合成路线"}
    ids = {"trip_id": house.open}
    return {
        "POST /v1/batches": _body(batch),
        "PATCH /v1/batches/{batch_id}": _body({"organiser": "合成局"}, version=house.batch_version),
        "POST /v1/batches/{batch_id}/cancel": _body(
            {"reason": canaries.BATCH["cancelled because"]}, ids={"batch_id": house.empty_batch}
        ),
        "POST /v1/trips": _body(trip),
        "PATCH /v1/trips/{trip_id}": _body(change, version=house.open_version, ids=ids),
        "POST /v1/trips/{trip_id}/passengers": _body({"passengers": [passenger]}, ids=ids),
    }


def _trips(house: House) -> Calls:
    path, at = "/v1/trips/{trip_id}", (house.departed + MIDDAY).isoformat()
    unread = {"unread_id": house.ids["unread_id of trips"]}
    file = {"attachment_id": house.world.new_id()}
    return {
        f"POST {path}/events": [
            Call("at the gate", body=_tell(house, _at_the_gate), ids={"trip_id": house.locked}),
            Call("at the destination", body=_tell(house, _at_the_destination)),
            Call(
                "on an open list", body=_tell(house, _on_an_open_list), ids={"trip_id": house.open}
            ),
        ],
        f"GET {path}/unread-events/{{unread_id}}": [Call(ids=unread)],
        f"GET {path}/manifest": _exported(),
        f"GET {path}/handover": _exported(),
        f"GET {path}/insured": _exported(),
        f"GET {path}/aboard": [Call(params={"at": at})],
        f"POST {path}/attachments/{{attachment_id}}": [Call(content=house.scan, ids=file)],
    }


def _tell(house: House, make: Any) -> dict[str, Any]:
    return {"events": [house.scene.event(kind, **data) for kind, data in make(house)]}


def _at_the_gate(house: House) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each stands for itself; the second boarding meets a taken seat."""
    first, second, other = house.waiting
    about = {"passenger_id": first}
    yield "passenger.notified", {**about, "channel": "telephone", "outcome": "reached"}
    yield "passenger.seat_changed", {**about, "seat_row": 5, "seat_column": 2}
    yield "passenger.checked_in", {**about, "identity_shown": "card", "temperature": 386}
    yield "passenger.boarded", about
    yield "passenger.boarded", {"passenger_id": second, "seat_row": 5, "seat_column": 2}
    yield "passenger.denied", {"passenger_id": other, "reason": canaries.TOLD["denial reason"]}
    yield "captain.named", about
    person = canaries.WORKERS[10]
    card = {"name": person.name, "id_number": person.id_number}
    yield "passenger.found_aboard", {"passenger_id": house.world.new_id(), **card}
    unknown = card | {"name": canaries.STRANGER.name}
    yield "passenger.found_aboard", {"passenger_id": house.world.new_id(), **unknown}
    yield "escort.replaced", dict(canaries.SECOND_ESCORT)
    yield "driver.replaced", {"driver_id": house.scene.driver_id}
    yield "incident.reported", {"description": canaries.TRIP["incident"]}
    yield "trip.departed", {"aboard": 1}


def _at_the_destination(house: House) -> Iterator[tuple[str, dict[str, Any]]]:
    (point, *_), left = house.scene.points(house.trip), house.neighbour
    yield "passenger.received", {"passenger_id": left, "temperature": 386}
    signed = {"point_id": point, "passenger_ids": [str(house.aboard[0])], **canaries.RECEIVER}
    yield "handover.signed", {**signed, "method": "own_account"}
    yield (
        "exception.explained",
        {
            "code": "unregistered",
            "passenger_id": house.stranger,
            "explanation": canaries.TRIP["explanation"],
        },
    )
    yield "trip.closed", {}


def _on_an_open_list(house: House) -> Iterator[tuple[str, dict[str, Any]]]:
    person = {"passenger_id": house.world.new_id(), "worker_id": house.workers[10]}
    yield "passenger.assigned", person
    yield "passenger.unassigned", {"passenger_id": house.listed[0], "reason": "合成：退出"}
    filed = {"channel": "letter", "recipient_unit": "苏州合成人社局"}
    yield "trip.filed", filed
    yield "filing.acknowledged", {"unit": "苏州合成人社局", "channel": "api", **canaries.FILING}


def _contacts(house: House) -> Calls:
    """For an investigation, and for an accident, which is the coordinator's question too."""
    case = {"reason": REASON, "case_reference": "合成-1"}
    ill = {**case, "purpose": "epidemiological"}
    accident = {**case, "purpose": "accident"}
    who = {"worker_id": str(house.workers[0])}
    name = {"name": canaries.WORKERS[0].name}
    plate = {"plate": "辽M12345", "date": "2020-03-24"}
    answer = {
        "id": str(house.world.new_id()),
        "line_ids": house.contact_lines[:1],
        "status": "reached",
        "answered_at": house.now.isoformat(),
        "note": "合成答复",
    }
    return {
        "POST /v1/contacts": [
            Call(body={**ill, **name}),
            Call("of a seat", body={**ill, **plate, "seat": "1"}),
            Call("of an accident", body={**accident, **plate}),
        ],
        "POST /v1/contacts/lists": [
            Call(body={**ill, **who}),
            Call("of an accident", body={**accident, **plate}),
        ],
        "POST /v1/contacts/lists/{list_id}/answers": _body(answer),
    }


def _traces(house: House) -> Calls:
    reason = {"reason": REASON}
    stated = Call(body=reason)
    gone = Call("of somebody who withdrew", body=reason, ids={"worker_id": house.workers[11]})
    streams = {
        "trip": house.trip,
        "worker": house.workers[0],
        "account": house.ids["account_id"],
        "import": house.ids["import_id"],
        "batch": house.scene.batch_id,
        "county": house.county_stream,
    }
    person = canaries.WORKERS[0].id_number
    return {
        "POST /v1/trips/{trip_id}/trace": [stated],
        "POST /v1/workers/{worker_id}/trace": [stated, gone],
        "POST /v1/accesses/search": _body({"id_number": person, "reason": REASON}),
        "GET /v1/ledger/streams/{kind}/{stream_id}": [
            Call(f"of {kind}", ids={"kind": kind, "stream_id": identifier})
            for kind, identifier in streams.items()
        ],
    }

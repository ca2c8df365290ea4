"""Somebody under 16 rides with the guardian or by the guardian's written consent, and goes to the receiver
named there only; a worker of 16 or 17 is noted.
"""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from schemas.events.payloads_passengers import PersonRole
from schemas.permissions import Role
from tests.factories import TOWNSHIP, make_name, make_phone
from tests.registry import enter_workers
from tests.service.trips.scenes import CONSENT, Ride, Scene

CHILD = {"birth_date": "2010-05-12"}
TEEN = {"birth_date": "2004-09-01"}
YOUNG = {"birth_date": "2003-05-12"}
RECEIVER = CONSENT["receiver"]


def ride_with_minor(scene: Scene, people: int = 2, **values: Any) -> tuple[Ride, UUID]:
    """A listed ride, and a minor who comes to it, last on its list."""
    ride = scene.listed(people)
    (worker,) = scene.make_workers(role=PersonRole.CHILD, **{**CHILD, **values})
    (minor,) = scene.assign(ride.trip, [worker])
    return ride, minor


def enter_child(scene: Scene, guardian: UUID) -> UUID:
    """In the registry, with this guardian."""
    child = {
        "name": make_name(777),
        "id_number": "211221201005120018",
        "gender": "男",
        **CHILD,
        "phone": make_phone(777),
    }
    (worker,) = enter_workers(
        scene.world, [child], role=PersonRole.CHILD, guardian_worker_id=guardian
    )
    return worker


def reasons(scene: Scene, ride: Ride, minor: UUID) -> list[str]:
    gate = scene.ok(scene.coordinator.get(f"/v1/trips/{ride.trip}/gate"))
    (line,) = (each for each in gate["lines"] if each["passenger_id"] == str(minor))
    return [each["code"] for each in line["reasons"]]


def code_of(outcome: Any) -> str | None:
    return outcome["problem"]["code"] if outcome["problem"] else None


@pytest.mark.parametrize(
    ("values", "role", "found"),
    [
        (CHILD, PersonRole.CHILD, ["consent-missing"]),
        (TEEN, PersonRole.FAMILY, ["consent-missing"]),
        (YOUNG, PersonRole.FAMILY, []),
        ({}, PersonRole.FAMILY, []),
    ],
)
def test_who_needs_a_consent(
    scene: Scene, values: dict[str, Any], role: PersonRole, found: list[str]
) -> None:
    ride = scene.listed(1)
    (worker,) = scene.make_workers(role=role, **values)
    (minor,) = scene.assign(ride.trip, [worker])
    assert reasons(scene, ride, minor) == found
    (outcome,) = scene.send(ride.trip, scene.event("manifest.locked"))
    assert code_of(outcome) == (found[0] if found else None)


def test_a_guardian_on_the_list_is_enough(scene: Scene) -> None:
    """As long as the guardian has a place."""
    ride = scene.listed(2)
    (minor,) = scene.assign(ride.trip, [enter_child(scene, ride.workers[0])])
    assert reasons(scene, ride, minor) == []
    scene.tell(ride.trip, "passenger.unassigned", passenger_id=ride.passengers[0])
    assert reasons(scene, ride, minor) == ["consent-missing"]


@pytest.mark.parametrize(("birth", "found"), [(CHILD, True), (YOUNG, True), ({}, False)])
def test_a_guardian_is_grown_up(scene: Scene, birth: dict[str, Any], *, found: bool) -> None:
    ride = scene.listed(1)
    (guardian,) = scene.make_workers(role=PersonRole.FAMILY, **birth)
    (other,) = scene.assign(ride.trip, [guardian])
    scene.consent(ride.trip, other)
    (minor,) = scene.assign(ride.trip, [enter_child(scene, guardian)])
    assert reasons(scene, ride, minor) == (["consent-missing"] if found else [])
    (outcome,) = scene.send(ride.trip, scene.event("manifest.locked"))
    assert code_of(outcome) == ("consent-missing" if found else None)


@pytest.mark.parametrize("aboard", [True, False])
def test_a_guardian_of_another_township(scene: Scene, *, aboard: bool) -> None:
    """Whose row the clerk of the child may not read."""
    ride = scene.listed(1)
    (guardian,) = scene.make_workers(township="211221102")
    if aboard:
        scene.assign(ride.trip, [guardian])
    scene.assign(ride.trip, [enter_child(scene, guardian)])
    clerk = scene.world.client(Role.TOWNSHIP_CLERK, township=TOWNSHIP)
    listed = scene.ok(clerk.get("/v1/health-missing"))["items"]
    assert ["consent-missing" in str(each) for each in listed] == ([] if aboard else [True])


def test_after_the_ride_nothing_stands_against_who_had_the_guardian_along(scene: Scene) -> None:
    """The guardian is received first, then the child."""
    ride = scene.listed(1)
    (minor,) = scene.assign(ride.trip, [enter_child(scene, ride.workers[0])])
    everybody = [*ride.passengers, minor]
    scene.tell(ride.trip, "manifest.locked")
    scene.board(ride.trip, everybody)
    scene.tell(ride.trip, "trip.departed", aboard=2)
    scene.world.clock.advance(hours=14)
    scene.tell(ride.trip, "trip.arrived")
    for each in everybody:
        scene.tell(ride.trip, "passenger.received", passenger_id=each)
        assert reasons(scene, ride, minor) == []


@pytest.mark.parametrize(("guardian", "found"), [(True, False), (False, True)])
def test_a_child_found_aboard_alone_is_an_exception(
    scene: Scene, *, guardian: bool, found: bool
) -> None:
    ride = scene.departed(1)
    (other,) = scene.make_workers()
    worker = enter_child(scene, ride.workers[0] if guardian else other)
    told = {"passenger_id": scene.world.new_id(), "worker_id": worker}
    outcome = scene.tell(ride.trip, "passenger.found_aboard", **told)
    assert ("boarded-against-clearance" in outcome["exceptions"]) is found


def test_a_consent_opens_list_and_door(scene: Scene) -> None:
    ride, minor = ride_with_minor(scene)
    assert scene.refused(ride.trip, "manifest.locked") == "consent-missing"
    assert scene.consent(ride.trip, minor)["status"] == "recorded"
    assert reasons(scene, ride, minor) == []
    scene.tell(ride.trip, "manifest.locked")
    scene.tell(ride.trip, "trip.boarding_opened")
    scene.roll_call([minor])
    scene.tell(ride.trip, "passenger.boarded", passenger_id=minor)


def test_an_officer_cannot_let_a_child_pass(scene: Scene) -> None:
    ride, minor = ride_with_minor(scene)
    told = {"passenger_id": minor, "reason": "合成"}
    assert scene.refused(ride.trip, "passenger.exempted", **told) == "consent-missing"


def test_told_afterwards_a_child_without_consent_is_an_exception(scene: Scene) -> None:
    ride, minor = ride_with_minor(scene)
    found = scene.afterwards(ride.trip, "passenger.boarded", passenger_id=minor)
    assert "boarded-against-clearance" in found


def test_a_consent_names_its_paper(scene: Scene) -> None:
    ride, minor = ride_with_minor(scene)
    told = {"passenger_id": minor, **CONSENT}
    assert scene.refused(ride.trip, "passenger.consent_recorded", **told) == "consent-unproved"
    event = scene.event("passenger.consent_recorded", **told) | {"mode": "afterwards"}
    (outcome,) = scene.send(ride.trip, event)
    assert code_of(outcome) == "consent-unproved"


def test_the_companion_is_an_adult_with_a_place(scene: Scene) -> None:
    ride, minor = ride_with_minor(scene)
    (young,) = scene.assign(ride.trip, scene.make_workers(**YOUNG))
    for wrong, code in (
        (minor, "not-found"),
        (scene.world.new_id(), "not-found"),
        (young, "field-invalid"),
    ):
        outcome = scene.consent(ride.trip, minor, companion_id=wrong)
        assert code_of(outcome) == code
        assert outcome["problem"]["errors"][0]["field"] == "companion_id"
    assert scene.consent(ride.trip, minor, companion_id=ride.passengers[0])["status"] == "recorded"
    assert reasons(scene, ride, minor) == []
    scene.tell(ride.trip, "passenger.unassigned", passenger_id=ride.passengers[0])
    assert reasons(scene, ride, minor) == ["companion-absent"]
    assert scene.consent(ride.trip, minor)["status"] == "recorded"
    assert reasons(scene, ride, minor) == []


def test_a_reversed_consent_is_none(scene: Scene) -> None:
    ride, minor = ride_with_minor(scene)
    given = scene.consent(ride.trip, minor)
    scene.tell(ride.trip, "event.reversed", event_id=given["id"], reason="登记错人")
    assert reasons(scene, ride, minor) == ["consent-missing"]


@pytest.mark.parametrize(
    ("role", "scope", "status"),
    [
        (Role.TOWNSHIP_CLERK, {"division_prefix": TOWNSHIP}, "recorded"),
        (Role.TOWNSHIP_CLERK, {"division_prefix": "211221102"}, None),
        (Role.CARRIER, {}, None),
    ],
)
def test_who_may_record_one(
    scene: Scene, role: Role, scope: dict[str, str], status: str | None
) -> None:
    ride, minor = ride_with_minor(scene)
    client = scene.world.client(role, **scope)
    if status is not None:
        assert scene.consent(ride.trip, minor, by=client)["status"] == status
        return
    event = scene.event("passenger.consent_recorded", passenger_id=minor, **CONSENT)
    event["attachments"] = [scene.attach(ride.trip)]
    answer = client.post(f"/v1/trips/{ride.trip}/events", {"events": [event]})
    refused = answer.status_code >= 400 or answer.json()["outcomes"][0]["status"] == "refused"
    assert refused


def test_a_clerk_is_told_what_is_wrong_with_a_consent(scene: Scene) -> None:
    """Whoever has nobody on the trip is not told that there is one."""
    ride, minor = ride_with_minor(scene)
    (young,) = scene.assign(ride.trip, scene.make_workers(**YOUNG))
    clerk = scene.world.client(Role.TOWNSHIP_CLERK, township=TOWNSHIP)
    other = scene.world.client(Role.TOWNSHIP_CLERK, township="211221102")
    path = f"/v1/trips/{ride.trip}/events"
    unproved = scene.event("passenger.consent_recorded", passenger_id=minor, **CONSENT)
    too_young = scene.event(
        "passenger.consent_recorded", passenger_id=minor, companion_id=young, **CONSENT
    ) | {"attachments": [scene.attach(ride.trip, by=clerk)]}
    alone = scene.event(
        "passenger.consent_recorded", passenger_id=minor, companion_id=minor, **CONSENT
    ) | {"attachments": [scene.attach(ride.trip, by=clerk)]}
    for event, code in (
        (unproved, "consent-unproved"),
        (too_young, "field-invalid"),
        (alone, "not-found"),
    ):
        (outcome,) = scene.send(ride.trip, event, by=clerk)
        assert code_of(outcome) == code
        assert other.post(path, {"events": [event | {"attachments": []}]}).status_code == 404


@pytest.mark.parametrize(
    ("carer", "code"),
    [("here", None), ("gone", "minor-unaccompanied"), ("not yet", "minor-unaccompanied")],
)
def test_no_departure_with_a_child_left_alone(scene: Scene, carer: str, code: str | None) -> None:
    """The companion did not board, or is still expected; told afterwards it is a fact."""
    ride, minor = ride_with_minor(scene)
    scene.consent(ride.trip, minor, companion_id=ride.passengers[0])
    scene.tell(ride.trip, "manifest.locked")
    scene.tell(ride.trip, "trip.boarding_opened")
    scene.board(ride.trip, [ride.passengers[1], minor])
    if carer == "here":
        scene.board(ride.trip, [ride.passengers[0]])
    elif carer == "gone":
        scene.tell(ride.trip, "passenger.denied", passenger_id=ride.passengers[0], reason="合成")
    (outcome,) = scene.send(ride.trip, scene.event("trip.departed"))
    assert code_of(outcome) == code
    if code is not None:
        assert "3号座（已上车）" in outcome["problem"]["detail"]
        assert "minor-unaccompanied" in scene.afterwards(ride.trip, "trip.departed")
        assert scene.trip(ride.trip)["state"] == "in_transit"


# --- handed over to that person only ---------------------------------------------------------------
def arrive(scene: Scene) -> tuple[Ride, UUID]:
    ride, minor = ride_with_minor(scene)
    scene.consent(ride.trip, minor)
    everybody = [*ride.passengers, minor]
    scene.tell(ride.trip, "manifest.locked")
    scene.tell(ride.trip, "trip.boarding_opened")
    scene.board(ride.trip, everybody)
    scene.tell(ride.trip, "trip.departed", aboard=3)
    scene.world.clock.advance(hours=14)
    scene.tell(ride.trip, "trip.arrived")
    return ride, minor


def test_a_minor_goes_to_the_receiver_only(scene: Scene) -> None:
    ride, minor = arrive(scene)
    told = {"passenger_id": minor, "point_id": scene.points(ride.trip)[0]}
    assert scene.refused(ride.trip, "passenger.received", **told) == "receiver-different"
    other = {**told, "receiver": "王小二"}
    assert scene.refused(ride.trip, "passenger.received", **other) == "receiver-different"
    scene.tell(ride.trip, "passenger.received", **told, receiver=f" {RECEIVER} ")
    assert scene.people(ride.trip)[str(minor)]["custody"]["party"] == "other"


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("John Smith", "JOHN  SMITH"),
        ("买买提·艾力", "买买提．艾力"),
        ("李四海", "李　四\u200b海"),
    ],
)
def test_a_name_may_be_written_in_another_way(scene: Scene, written: str, told: str) -> None:
    ride, minor = arrive(scene)
    assert scene.consent(ride.trip, minor, receiver=written)["status"] == "recorded"
    scene.tell(ride.trip, "passenger.received", passenger_id=minor, receiver=told)


def test_the_named_receiver_signs_for_the_minor(scene: Scene) -> None:
    ride, minor = arrive(scene)
    signature = scene.signature(ride.trip, [minor])
    signature["data"]["receiver"] = RECEIVER
    scene.record(ride.trip, signature)
    assert scene.people(ride.trip)[str(minor)]["exceptions"] == []


def test_nobody_signs_for_a_minor_who_was_not_handed_over(scene: Scene) -> None:
    ride, minor = arrive(scene)
    everybody = [*ride.passengers, minor]
    (outcome,) = scene.send(ride.trip, scene.signature(ride.trip, everybody))
    assert code_of(outcome) == "receiver-different"
    assert outcome["problem"]["detail"].startswith(
        "涉及：3号座（已上车）。请核对来人，单独登记“接收”"
    )
    told = {"passenger_id": minor, "point_id": scene.points(ride.trip)[0]}
    scene.tell(ride.trip, "passenger.received", **told, receiver=RECEIVER)
    scene.record(ride.trip, scene.signature(ride.trip, everybody))


@pytest.mark.parametrize(("receiver", "found"), [("王小二", True), (None, True), (RECEIVER, False)])
def test_told_afterwards_another_receiver_is_an_exception(
    scene: Scene, receiver: str | None, *, found: bool
) -> None:
    ride, minor = arrive(scene)
    named = {"receiver": receiver} if receiver else {}
    told = {"passenger_id": minor, "point_id": scene.points(ride.trip)[0], **named}
    listed = scene.afterwards(ride.trip, "passenger.received", **told)
    assert ("received-by-another" in listed) is found


@pytest.mark.parametrize(("receiver", "found"), [("王小二", True), (None, True), (RECEIVER, False)])
def test_a_consent_that_is_told_after_the_receiving_is_compared_with_it(
    scene: Scene, receiver: str | None, *, found: bool
) -> None:
    """Signed before the departure or typed in after the arrival; reversed, it says nothing."""
    ride = scene.listed(1)
    (minor,) = scene.assign(ride.trip, [enter_child(scene, ride.workers[0])])
    scene.tell(ride.trip, "manifest.locked")
    scene.board(ride.trip, [*ride.passengers, minor])
    scene.tell(ride.trip, "trip.departed", aboard=2)
    scene.world.clock.advance(hours=14)
    scene.tell(ride.trip, "trip.arrived")
    named = {"receiver": receiver} if receiver else {}
    scene.tell(ride.trip, "passenger.received", passenger_id=minor, **named)
    scene.world.clock.advance(minutes=5)
    for hours in (0, 15):
        at = scene.now - timedelta(hours=hours)
        told = {"passenger_id": minor, **CONSENT}
        event = scene.event("passenger.consent_recorded", mode="afterwards", at=at, **told)
        event["attachments"] = [scene.attach(ride.trip)]
        (outcome,) = scene.send(ride.trip, event)
        assert ("received-by-another" in outcome["exceptions"]) is found
        scene.tell(ride.trip, "event.reversed", event_id=event["id"], reason="合成")
        assert scene.people(ride.trip)[str(minor)]["exceptions"] == []


def test_a_signature_told_late_says_nothing_new_of_a_child_who_was_received(scene: Scene) -> None:
    ride, minor = arrive(scene)
    told = {"passenger_id": minor, "point_id": scene.points(ride.trip)[0], "receiver": RECEIVER}
    signature = scene.signature(ride.trip, [minor]) | {"mode": "afterwards"}
    received = scene.event("passenger.received", **told)
    scene.world.clock.advance(minutes=1)
    signature["occurred_at"] = scene.now.isoformat()
    (outcome,) = scene.send(ride.trip, signature)
    assert "received-by-another" in outcome["exceptions"]
    scene.record(ride.trip, received | {"mode": "afterwards"})
    assert scene.people(ride.trip)[str(minor)]["exceptions"] == []


def test_the_papers_name_companion_and_receiver(scene: Scene) -> None:
    ride, minor = ride_with_minor(scene)
    scene.consent(ride.trip, minor, companion_id=ride.passengers[0])
    manifest = scene.ok(scene.coordinator.get(f"/v1/trips/{ride.trip}/manifest"))
    lines = {each["passenger_id"]: each for each in manifest["lines"]}
    line, other = lines[str(minor)], lines[str(ride.passengers[0])]
    assert line["receiver"] == f"{RECEIVER} {CONSENT['receiver_phone']}"
    assert line["companion"].endswith(other["name"])
    assert (other["receiver"], other["companion"]) == (None, None)
    sheet = scene.ok(scene.coordinator.get(f"/v1/trips/{ride.trip}/handover"))
    scene.tell(ride.trip, "passenger.unassigned", passenger_id=ride.passengers[0])
    manifest = scene.ok(scene.coordinator.get(f"/v1/trips/{ride.trip}/manifest"))
    assert [each["companion"] for each in manifest["lines"]] == [None, None]
    found = {e["passenger_id"]: e["receiver"] for p in sheet["points"] for e in p["lines"]}
    assert found[str(minor)] == line["receiver"]
    assert found[str(ride.passengers[0])] is None


def test_names_of_a_consent_stand_nowhere_in_clear(scene: Scene) -> None:
    ride, minor = ride_with_minor(scene)
    scene.consent(ride.trip, minor)
    trace = scene.coordinator.get(f"/v1/trips/{ride.trip}/trace").text
    rows = str(scene.rows())
    for secret in CONSENT.values():
        assert secret not in trace
        assert secret not in rows
        assert secret.encode() not in rows.encode()


# --- workers of 16 and 17 --------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("values", "found"),
    [
        ({**YOUNG, "occupation": "包装工"}, ["young-worker"]),
        (YOUNG, ["young-worker", "post-missing"]),
        ({**YOUNG, "occupation": "冷库搬运工"}, ["young-worker", "post-forbidden"]),
        ({"occupation": "冷库搬运工"}, []),
    ],
)
def test_a_young_worker_is_noted(scene: Scene, values: dict[str, Any], found: list[str]) -> None:
    ride = scene.listed(1)
    (passenger,) = scene.assign(ride.trip, scene.make_workers(**values))
    gate = scene.ok(scene.coordinator.get(f"/v1/trips/{ride.trip}/gate"))
    (line,) = (each for each in gate["lines"] if each["passenger_id"] == str(passenger))
    assert [each["code"] for each in line["cautions"]] == found
    assert line["may_board"]
    forbidden = [each["says"] for each in line["cautions"] if each["code"] == "post-forbidden"]
    assert all("冷水和低温作业、重体力和负重作业" in each for each in forbidden)
    manifest = scene.ok(scene.coordinator.get(f"/v1/trips/{ride.trip}/manifest"))
    young = {each["passenger_id"] for each in manifest["lines"] if each["young_worker"]}
    assert young == ({str(passenger)} if found else set())

"""Enterprises over HTTP: scope, masks, search, repeats, versions, and what the record keeps."""

from typing import Any
from uuid import UUID

from schemas.enterprises import Contact
from schemas.events.kinds import StreamKind
from schemas.permissions import Role
from service.enterprises import queries
from service.enterprises.rules import EnterpriseDetails, EnterpriseFacts
from service.records import commit_record, county_stream
from tests.factories import World
from tests.lists import Body, add, make_credit_code, make_enterprise, without
from tests.queries import list_statements

PATH = "/v1/enterprises"
PERSON = [{"name": "欧阳接待", "phone": "15499990001"}]


def _names(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [item["name"] for item in answer.json()["items"]]


def test_register_and_read(world: World) -> None:
    body = make_enterprise(world, contacts=PERSON)
    coordinator = world.client()
    answer = coordinator.post(PATH, body)
    shown = {**body, "contacts": [{"name": "欧***", "phone": "154****0001"}], "version": 1}
    assert (answer.status_code, answer.json()) == (201, shown)
    assert answer.headers["ETag"] == '"1"'
    read = coordinator.get(f"{PATH}/{body['id']}")
    assert (read.status_code, read.json(), read.headers["ETag"]) == (200, shown, '"1"')


def test_a_small_site_has_no_credit_code(world: World) -> None:
    coordinator = world.client()
    for number in (1, 2):
        body = without(make_enterprise(world, number, kind="site"), "credit_code", "address")
        assert coordinator.post(PATH, body).json()["credit_code"] is None


def test_a_household_is_a_person(world: World) -> None:
    """Its name is masked, its address not shown; only the exact name finds it."""
    body = make_enterprise(world, kind="household", name="司马丰收", address="合成屯9号")
    coordinator = world.client()
    shown = coordinator.post(PATH, without(body, "credit_code")).json()
    assert (shown["name"], shown["address"]) == ("司***", None)
    assert _names(coordinator.get(PATH, q="司马")) == []
    assert _names(coordinator.get(PATH, q="司马丰收")) == ["司***"]
    changed = coordinator.patch(f"{PATH}/{body['id']}", {"name": "司马有余"}, version=1)
    assert (changed.status_code, changed.json()["name"]) == (200, "司***")
    assert _names(coordinator.get(PATH, q="司马丰收")) == []
    with world.context.reading(coordinator.actor) as work:
        opened = queries.open_contacts(work, [UUID(shown["id"])])
    assert [(each.name, each.address) for each in opened.values()] == [("司马有余", "合成屯9号")]


SEARCHES = {
    "苏州": ["苏州一（中国）有限公司", "苏州二厂"],
    "苏州一(中国)": ["苏州一（中国）有限公司"],
    "苏州一 （中国": ["苏州一（中国）有限公司"],
    "abc": ["ABC％_电子"],
    "ABC%_": ["ABC％_电子"],
    "_": [],
    "%": [],
    "电子": [],
}


def test_search_by_how_names_begin(world: World) -> None:
    coordinator = world.client()
    for number, name in enumerate(("苏州一（中国）有限公司", "苏州二厂", "ABC％_电子")):
        add(coordinator, PATH, make_enterprise(world, number, name=name))
    assert {q: _names(coordinator.get(PATH, q=q)) for q in SEARCHES} == SEARCHES


def test_the_same_again_changes_nothing(world: World) -> None:
    body = make_enterprise(world)
    coordinator = world.client()
    first = coordinator.post(PATH, body)
    assert coordinator.post(PATH, body).json() == first.json()
    changed = coordinator.patch(f"{PATH}/{body['id']}", {"division_code": "320500"}, version=1)
    assert coordinator.post(PATH, body).json() == changed.json()
    assert len(world.list_bodies(*county_stream("211221"))) == 2


def test_an_id_is_not_used_twice(world: World) -> None:
    body = make_enterprise(world)
    coordinator = world.client()
    first = coordinator.post(PATH, body).json()
    others: list[Body] = [
        {"name": "苏州另一有限公司"},
        {"contacts": []},
        {"contacts": PERSON},
        {"credit_code": make_credit_code(77)},
        {"address": None},
    ]
    for other in others:
        answer = coordinator.post(PATH, body | other)
        assert (answer.status_code, answer.json()["code"]) == (409, "id-reused"), other
    assert coordinator.get(f"{PATH}/{body['id']}").json() == first


def test_a_credit_code_stands_there_once(world: World) -> None:
    coordinator = world.client()
    first = add(coordinator, PATH, make_enterprise(world, 1))
    again = coordinator.post(PATH, make_enterprise(world, 1))
    assert (again.status_code, again.json()["code"]) == (409, "record-exists")
    assert again.json()["facts"] == {"id": str(first)}
    second = add(coordinator, PATH, make_enterprise(world, 2))
    change = {"credit_code": make_credit_code(1)}
    assert coordinator.patch(f"{PATH}/{second}", change, version=1).status_code == 409
    assert coordinator.patch(f"{PATH}/{first}", change, version=1).status_code == 200


def test_change_needs_the_version_that_was_read(world: World) -> None:
    coordinator = world.client()
    path = f"{PATH}/{add(coordinator, PATH, make_enterprise(world))}"
    change = {"address": "合成路2号", "contacts": PERSON}
    without_version = coordinator.patch(path, change)
    assert (without_version.status_code, without_version.json()["code"]) == (
        428,
        "precondition-required",
    )
    for tag in ("2", '"0"', "*", '"x"', '"99999999999"'):
        stale = coordinator.request("PATCH", path, body=change, headers={"If-Match": tag})
        assert (stale.status_code, stale.json()["code"]) == (412, "version-stale")
    before = coordinator.get(path).json()
    answer = coordinator.patch(path, change, version=1)
    contacts = [{"name": "欧***", "phone": "154****0001"}]
    changed = {"address": "合成路2号", "contacts": contacts, "version": 2}
    assert (answer.status_code, answer.json()) == (200, before | changed)
    assert answer.headers["ETag"] == '"2"'
    assert coordinator.patch(path, change, version=1).status_code == 412
    emptied = coordinator.patch(path, {"address": None, "contacts": []}, version=2).json()
    assert (emptied["address"], emptied["contacts"], emptied["version"]) == (None, [], 3)


def test_what_a_change_may_not_say(world: World) -> None:
    coordinator = world.client()
    path = f"{PATH}/{add(coordinator, PATH, make_enterprise(world))}"
    before = coordinator.get(path).json()
    named = ({"name": None}, {"division_code": None}, {"contacts": None}, {"kind": "farm"})
    for change in ({}, {"id": 1}, *named):
        answer = coordinator.patch(path, change, version=1)
        assert (answer.status_code, answer.json()["code"]) == (422, "request-invalid"), change
    assert coordinator.get(path).json() == before


def test_a_receiver_sees_its_own_only(world: World) -> None:
    coordinator = world.client()
    own, other = (add(coordinator, PATH, make_enterprise(world, number)) for number in (1, 2))
    receiver = world.client(Role.ENTERPRISE_RECEIVER, enterprise_id=own)
    assert _names(receiver.get(PATH)) == ["苏州合成第1电子有限公司"]
    assert _names(receiver.get(PATH, q="苏州")) == ["苏州合成第1电子有限公司"]
    assert receiver.get(f"{PATH}/{own}").status_code == 200
    hidden = receiver.get(f"{PATH}/{other}")
    unknown = receiver.get(f"{PATH}/{world.new_id()}")
    assert (hidden.status_code, hidden.json()) == (404, unknown.json())
    assert receiver.patch(f"{PATH}/{own}", {"address": None}, version=1).status_code == 403


def test_another_county_sees_nothing(world: World) -> None:
    own = add(world.client(), PATH, make_enterprise(world))
    neighbour = world.client(county_code="211224")
    assert _names(neighbour.get(PATH)) == []
    assert neighbour.get(f"{PATH}/{own}").status_code == 404
    assert neighbour.patch(f"{PATH}/{own}", {"address": None}, version=1).status_code == 404
    body = make_enterprise(world)
    assert neighbour.post(PATH, body).status_code == 201, "credit codes are each county's own"


WHO_MAY = {
    Role.TOWNSHIP_CLERK: (200, 403),
    Role.AUDITOR: (200, 403),
    Role.CARRIER: (403, 403),
    Role.ESCORT: (403, 403),
    Role.HEALTH_OFFICER: (403, 403),
}


def test_who_may_read_and_write(world: World) -> None:
    clients = {role: world.client(role) for role in WHO_MAY}
    assert {
        role: (
            client.get(PATH).status_code,
            client.post(PATH, make_enterprise(world)).status_code,
        )
        for role, client in clients.items()
    } == WHO_MAY


def test_pages(world: World) -> None:
    coordinator = world.client()
    ids = [str(add(coordinator, PATH, make_enterprise(world, number))) for number in range(3)]
    first = coordinator.get(PATH, limit=2).json()
    second = coordinator.get(PATH, limit=2, after=first["next"]).json()
    pages = [[item["id"] for item in page["items"]] for page in (first, second)]
    assert (pages, second["next"]) == ([ids[:2], ids[2:]], None)


def test_a_list_costs_the_same_for_one_and_for_three(world: World) -> None:
    coordinator = world.client()
    costs = []
    for number in range(3):
        add(coordinator, PATH, make_enterprise(world, number))
        with list_statements() as sent:
            assert len(_names(coordinator.get(PATH))) == number + 1
        costs.append(len(sent))
    assert costs == [2, 2, 2], "rows, keys"


def test_what_the_record_keeps(world: World) -> None:
    """Each writing is an event that commits to the row; names and numbers are not in it."""
    coordinator = world.client()
    body = make_enterprise(world, contacts=PERSON)
    enterprise_id = add(coordinator, PATH, body)
    coordinator.patch(f"{PATH}/{enterprise_id}", {"contacts": [], "address": "新路"}, version=1)
    registered, changed = world.list_bodies(*county_stream("211221"))
    assert county_stream("211221").kind is StreamKind.COUNTY
    with world.context.reading(coordinator.actor) as work:
        committed = commit_record(queries.find_enterprise(work, enterprise_id=enterprise_id))
    assert changed["kind"] == "enterprise.changed"
    assert changed["data"] == {
        "record_id": str(enterprise_id),
        "content_hash": committed,
        "version": 2,
        "fields": ["address", "contacts"],
    }
    assert (registered["kind"], registered["data"].keys()) == (
        "enterprise.registered",
        {"record_id", "content_hash"},
    )
    assert {registered["subject"], changed["subject"]} == {str(enterprise_id)}
    assert registered["data"]["content_hash"] != changed["data"]["content_hash"]


def test_what_other_features_ask(world: World) -> None:
    coordinator = world.client()
    own = add(coordinator, PATH, make_enterprise(world, 1, contacts=PERSON))
    add(coordinator, PATH, make_enterprise(world, 2))
    wanted = [own, world.new_id()]
    with world.context.reading(coordinator.actor) as work:
        facts = queries.list_enterprises(work.session, "211221", wanted)
        opened = queries.open_contacts(work, wanted)
    name = "苏州合成第1电子有限公司"
    code = make_credit_code(1)
    assert facts == {own: EnterpriseFacts(own, name, code, "320583")}
    person = Contact(name="欧阳接待", phone="15499990001")
    details = EnterpriseDetails("enterprise", name, code, "320583", "合成路1号", [person])
    assert opened == {own: details}

"""The story begins: accounts, enterprises, coaches; the roster; who wants to go where."""

import secrets
from typing import Any

from service.clock import local_date
from service.manage.demo.cast import Cast
from service.manage.demo.roster import CAR_PARTS, ELECTRONICS, PEOPLE, WRONG_ROWS, write_roster
from service.manage.demo.stage import Person
from service.manage.demo.texts import Say

CITY = "320500"
TOWNSHIP = "211221105"
ACCOUNTS: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
    ("fanhe", "township_clerk", "王经办", {"division_prefix": TOWNSHIP}),
    ("county", "county_coordinator", "李协调", {}),
    ("health", "health_officer", "赵医生", {}),
    ("audit", "auditor", "钱审计", {}),
)
PLATES = ("辽M12345", "辽M23456")
SEATS_ON_LIST, STAND_BYS = 30, 2


def open_county(cast: Cast) -> None:
    """Accounts, enterprises, carrier, coaches, drivers."""
    stage = cast.stage
    stage.screen(Say.S1)
    stage.say(Say.MADE, folder=stage.folder, url=stage.url)
    administrator = stage.log_in(cast.http, "admin")
    for username, role, name, scope in ACCOUNTS:
        add_account(cast, administrator, username=username, role=role, name=name, scope=scope)
    stage.say(Say.ACCOUNTS, count=len(ACCOUNTS))
    for name in (ELECTRONICS, CAR_PARTS):
        cast.enterprises[name] = cast.new_id()
        body = {"id": cast.enterprises[name], "name": name, "kind": "site", "division_code": CITY}
        cast.coordinator.post("/v1/enterprises", body)
    _open_fleet(cast)
    stage.say(Say.FLEET, plates=stage.join(PLATES))


def add_account(
    cast: Cast, administrator: Person, *, username: str, role: str, name: str, scope: dict[str, Any]
) -> None:
    password = secrets.token_urlsafe(15)
    cast.stage.passwords[username] = password
    identity = {"id": cast.new_id(), "username": username, "name": name}
    administrator.post("/v1/accounts", {**identity, "role": role, "password": password, **scope})
    cast.people[username] = cast.stage.log_in(cast.http, username)


def _open_fleet(cast: Cast) -> None:
    carrier = cast.new_id()
    cast.coordinator.post("/v1/carriers", {"id": carrier, "name": "铁岭示例客运有限公司"})
    for number, plate in enumerate(PLATES):
        vehicle, driver = cast.new_id(), cast.new_id()
        coach = {
            "id": vehicle,
            "carrier_id": carrier,
            "kind": "coach",
            "plate": plate,
            "licensed_places": 47,
            "crew_seats": 2,
            "layout": {"rows": 11, "columns": [1, 2, 4, 5], "last_row": 5},
            "air_sealed": True,
        }
        cast.coordinator.post("/v1/vehicles", coach)
        person = {"name": "李师傅" if number else "周师傅", "phone": f"1549900000{number}"}
        cast.coordinator.post(
            "/v1/drivers",
            {"id": driver, "carrier_id": carrier, "licence_class": "A1", **person},
        )
        cast.vehicles.append(vehicle)
        cast.drivers.append(driver)


def import_roster(cast: Cast) -> None:
    """The clerk's own commands, on a file as villages send it."""
    stage = cast.stage
    stage.screen(Say.S2)
    file = stage.folder / "凡河镇花名册.xlsx"
    write_roster(file, local_date(stage.clock.now))
    day = ("--as-of", local_date(stage.clock.now).isoformat())
    clerk = cast.people["fanhe"].token
    command = ("roster", "import", str(file), *day, "--yes")
    stage.show(stage.run("cli", *command, token=clerk, expect=5))
    stage.say(Say.AGAIN)
    again = stage.run("cli", *command, token=clerk, expect=5)
    stage.show(again.rstrip().splitlines()[-1])
    people = _count_workers(cast)
    stage.expect(people == PEOPLE - WRONG_ROWS, f"{people} workers")


def _count_workers(cast: Cast) -> int:
    return len(cast.coordinator.get("/v1/workers", limit=200)["items"])


def see_demand(cast: Cast) -> None:
    stage = cast.stage
    stage.screen(Say.S3)
    token = cast.coordinator.token
    for grouping in ("city", "employer"):
        stage.show(stage.run("cli", "demand", "summary", "--by", grouping, token=token))
    demands = cast.coordinator.get("/v1/demands", limit=200)["items"]
    for name, identifier in cast.enterprises.items():
        mine = [each for each in demands if each["enterprise_id"] == identifier]
        cast.workers[name] = [each["worker_id"] for each in mine if each["reachable"]]
    stage.expect(len(cast.workers[ELECTRONICS]) >= SEATS_ON_LIST + STAND_BYS, "demand")

"""The first half, at home: accounts and coaches; a roster and its import; who wants to go where; a batch and
two trips, filled, told, filed, acknowledged, locked and printed.

合成测试数据: nobody in the roster exists. Numbers are made by the check-digit rule, phones from a range that
is not given out.
"""

import secrets
from dataclasses import astuple, dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import xlsxwriter

from schemas.base import Page
from schemas.demands import DemandOut
from schemas.events.envelope import OutcomeStatus
from schemas.identity import compute_check_character
from schemas.passengers import AssignIn, AssignmentsOut
from schemas.workers import WorkerOut
from service.days import local_date
from service.demo.stage import Cast, Person, expect, join, screen, show, tell
from service.demo.texts import DemoText

CITY = "320500"
TOWNSHIP = "211221105"
ACCOUNTS: tuple[tuple[str, str, str, dict[str, object]], ...] = (
    ("fanhe", "township_clerk", "王经办", {"division_prefix": TOWNSHIP}),
    ("county", "county_coordinator", "李协调", {}),
    ("health", "health_officer", "赵医生", {}),
    ("audit", "auditor", "钱审计", {}),
)
PLATES = ("辽M12345", "辽M23456")
DRIVERS = ("周师傅", "李师傅", "郑师傅", "冯师傅", "蒋师傅", "沈师傅")
SPARE = "辽M34567"
"""Smaller: 33 seats, licensed for 26 passengers beside the crew."""
ELECTRONICS = "苏州示例电子有限公司"
CAR_PARTS = "昆山示例汽配有限公司"
DESTINATIONS = {ELECTRONICS: "江苏省苏州市", CAR_PARTS: "江苏省苏州市昆山市"}
SEATS_ON_LIST, STAND_BYS = 30, 2
ROWS_REJECTED = 5
"""What `fangang roster import` ends with when some rows of the file were wrong."""


# --- accounts, enterprises, coaches -------------------------------------------------------------
def open_county(cast: Cast) -> None:
    """Accounts, enterprises, carrier, coaches, drivers."""
    screen(DemoText.OPENING)
    tell(DemoText.MADE, folder=cast.stage.folder, url=cast.stage.url)
    administrator = cast.log_in("admin")
    for username, role, name, scope in ACCOUNTS:
        add_account(cast, administrator, username=username, role=role, name=name, scope=scope)
    tell(DemoText.ACCOUNTS, count=len(ACCOUNTS))
    for name in DESTINATIONS:
        cast.enterprises[name] = cast.new_id()
        body = {"id": cast.enterprises[name], "name": name, "kind": "site", "division_code": CITY}
        cast.coordinator.create("/v1/enterprises", body)
    _open_fleet(cast)
    tell(DemoText.FLEET, plates=join(PLATES), spare=SPARE)


def add_account(
    cast: Cast,
    administrator: Person,
    *,
    username: str,
    role: str,
    name: str,
    scope: dict[str, object],
) -> Person:
    """The new account, logged in."""
    password = cast.stage.passwords[username] = secrets.token_urlsafe(15)
    identity = {"id": cast.new_id(), "username": username, "name": name}
    administrator.create("/v1/accounts", {**identity, "role": role, "password": password, **scope})
    return cast.log_in(username)


def _open_fleet(cast: Cast) -> None:
    carrier = cast.new_id()
    cast.coordinator.create("/v1/carriers", {"id": carrier, "name": "铁岭示例客运有限公司"})
    for plate in PLATES:
        _add_coach(cast, carrier, plate, rows=11, licensed=47)
    _add_coach(cast, carrier, SPARE, rows=8, licensed=28)
    for number, name in enumerate(DRIVERS):
        driver = cast.new_id()
        person = {"name": name, "phone": f"1549900000{number}"}
        licence = {"id": driver, "carrier_id": carrier, "licence_class": "A1"}
        cast.coordinator.create("/v1/drivers", {**licence, **person})
        cast.drivers.append(driver)


def _add_coach(cast: Cast, carrier: UUID, plate: str, *, rows: int, licensed: int) -> None:
    """Rows of four, the last one of five."""
    vehicle = cast.new_id()
    coach = {
        "id": vehicle,
        "carrier_id": carrier,
        "kind": "coach",
        "plate": plate,
        "licensed_places": licensed,
        "crew_seats": 2,
        "layout": {"rows": rows, "columns": [1, 2, 4, 5], "last_row": 5},
        "air_sealed": True,
    }
    cast.coordinator.create("/v1/vehicles", coach)
    cast.vehicles.append(vehicle)


# --- the roster of three villages ---------------------------------------------------------------
HEADINGS = (
    "序号",
    "姓 名",
    "性别",
    "身份证号码",
    "联系电话",
    "家庭电话",
    "返岗目的地",
    "务工企业",
    "拟返岗时间",
    "人员类型",
    "监护人身份证号",
    "备注",
)
VILLAGES = {"东兴村": 22, "新立村": 20, "松山村": 18}
PEOPLE = sum(VILLAGES.values())
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高"
_GIVEN_NAMES = (
    *("国强", "秀英", "建军", "桂兰", "志刚", "玉梅", "永福", "春花"),
    *("海涛", "丽华", "文斌", "淑珍", "德胜", "红霞", "长山", "晓燕"),
)


@dataclass(frozen=True, slots=True)
class Line:
    """One row as the village wrote it, in the order of HEADINGS after the number; `id_cell` may be a
    number (that is one of the mistakes).
    """

    name: str
    gender: str
    id_cell: str | float
    phone: str
    home_phone: str
    destination: str
    employer: str
    day: str
    kind: str = "务工人员"
    guardian: str = ""
    remark: str = ""


def list_lines(today: date) -> list[Line]:
    """Sixty lines, village after village. Families share the telephone at home; one child travels with
    a parent; five lines are wrong.
    """
    lines = [_make_line(number, today) for number in range(PEOPLE)]
    lines[5] = replace(
        lines[5],
        name="王小宝",
        id_cell=_make_id_number(f"{today.year - 9}0601", 511),
        phone="",
        home_phone=lines[4].home_phone,
        destination=lines[4].destination,
        employer=lines[4].employer,
        day=lines[4].day,
        kind="儿童",
        guardian=str(lines[4].id_cell),
        remark="随父母",
    )
    return [_spoil(place, line) for place, line in enumerate(lines)]


def _make_line(number: int, today: date) -> Line:
    birth = f"{1968 + number * 7 % 33}{1 + number % 12:02d}{1 + number % 28:02d}"
    employer = CAR_PARTS if number % 5 == 3 else ELECTRONICS
    given_name = _GIVEN_NAMES[number * 3 % len(_GIVEN_NAMES)]
    return Line(
        name=_SURNAMES[number % len(_SURNAMES)] + given_name,
        gender="",
        id_cell=_make_id_number(birth, 100 + number),
        phone=f"154{10_000_000 + number * 137:08d}",
        home_phone=f"154{90_000_000 + number // 2:08d}",
        destination=DESTINATIONS[employer],
        employer=employer,
        day=(today + timedelta(days=1)).isoformat() if number % 9 else "待定",
    )


def _make_id_number(birth: str, sequence: int) -> str:
    """211221 + birth (YYYYMMDD) + sequence + check character."""
    first17 = f"211221{birth}{sequence:03d}"
    return first17 + compute_check_character(first17)


WRONG_ROWS = 5


def _spoil(place: int, line: Line) -> Line:
    """Five mistakes that villages really make (and that no program may repair by itself)."""
    text = str(line.id_cell)
    wrong: dict[int, str | float] = {
        16: float(text[:17] + "0"),  # stored as a number: the last digits are lost
        23: text[:-1] + ("1" if text[-1] != "1" else "2"),  # a typing error
        31: text[:6] + text[8:17],  # a first-generation number
        38: _make_id_number("20180301", 520),  # a child entered as a worker
        45: "",  # nothing there
    }
    return replace(line, id_cell=wrong[place]) if place in wrong else line


def write_roster(path: Path, today: date) -> None:
    """A workbook as a township keeps it: a title above the table, one sheet for each village."""
    lines = iter(list_lines(today))
    with xlsxwriter.Workbook(path) as book:
        bold = book.add_format({"bold": True, "align": "center"})
        for village, count in VILLAGES.items():
            sheet = book.add_worksheet(village)
            title = "凡河镇外出务工人员返岗花名册（合成）"
            sheet.merge_range(0, 0, 0, len(HEADINGS) - 1, title, bold)
            sheet.write_row(1, 0, ["填报单位：凡河镇人社所"])
            sheet.write_row(2, 0, HEADINGS, bold)
            for row in range(3, 3 + count):
                _write_line(sheet, row, next(lines))
            sheet.write_row(3 + count, 0, ["合计", f"{count}人"])
            sheet.set_column(3, 5, 22)


def _write_line(sheet: xlsxwriter.worksheet.Worksheet, row: int, line: Line) -> None:
    sheet.write_number(row, 0, row - 2)
    for column, value in enumerate(astuple(line), start=1):
        if isinstance(value, float):
            sheet.write_number(row, column, value)
        elif value:
            sheet.write_string(row, column, value)


def import_roster(cast: Cast) -> None:
    """The clerk's own commands, on a file as villages send it."""
    screen(DemoText.ROSTER)
    today = local_date(cast.stage.clock.now)
    file = cast.stage.folder / "凡河镇花名册.xlsx"
    write_roster(file, today)
    command = ("roster", "import", str(file), "--as-of", today.isoformat(), "--yes")
    clerk = cast.people["fanhe"].token
    show(cast.stage.run("cli", *command, token=clerk, expected_code=ROWS_REJECTED))
    tell(DemoText.AGAIN)
    again = cast.stage.run("cli", *command, token=clerk, expected_code=ROWS_REJECTED)
    show(again.rstrip().splitlines()[-1])
    people = len(cast.coordinator.get("/v1/workers", Page[WorkerOut], limit=200).items)
    expect(people == PEOPLE - WRONG_ROWS, f"{people} workers")


def see_demand(cast: Cast) -> None:
    screen(DemoText.DEMAND)
    token = cast.coordinator.token
    for grouping in ("city", "employer"):
        show(cast.stage.run("cli", "demand", "summary", "--by", grouping, token=token))
    demands = cast.coordinator.get("/v1/demands", Page[DemandOut], limit=200).items
    for name, enterprise in cast.enterprises.items():
        mine = [each for each in demands if each.enterprise_id == enterprise]
        cast.workers[name] = [each.worker_id for each in mine if each.reachable]
    expect(len(cast.workers[ELECTRONICS]) >= SEATS_ON_LIST + STAND_BYS, "demand")


# --- two trips ----------------------------------------------------------------------------------
def plan_trips(cast: Cast) -> None:
    """One batch, a coach for each enterprise, filled in one call each."""
    screen(DemoText.PLANNING)
    batch, today = cast.new_id(), local_date(cast.stage.clock.now)
    cast.coordinator.create(
        "/v1/batches",
        {
            "id": batch,
            "number": f"P{today:%Y%m%d}",
            "destination_code": CITY,
            "window_from": today,
            "window_to": today + timedelta(days=3),
        },
    )
    for place, enterprise in enumerate(cast.enterprises):
        _plan_trip(cast, batch, place, enterprise)
    first, second = (cast.workers[name] for name in cast.enterprises)
    seated, waiting = first[:SEATS_ON_LIST], first[SEATS_ON_LIST : SEATS_ON_LIST + STAND_BYS]
    _fill(cast, 0, seated, waiting)
    _fill(cast, 1, second, [])


def _plan_trip(cast: Cast, batch: UUID, place: int, enterprise: str) -> None:
    departure = cast.stage.clock.now.replace(hour=5, minute=30) + timedelta(days=1)
    trip, number = cast.new_id(), f"T{departure:%m%d}-{place + 1}"
    cast.trips.append(trip)
    cast.numbers.append(number)
    gate = {
        "id": cast.new_id(),
        "name": f"{enterprise}厂门",
        "enterprise_id": cast.enterprises[enterprise],
    }
    cast.coordinator.create(
        "/v1/trips",
        {
            "id": trip,
            "batch_id": batch,
            "number": number,
            "vehicle_id": cast.vehicles[place],
            "driver_ids": cast.drivers[place :: len(PLATES)],
            "planned_departure_at": departure,
            "planned_arrival_at": departure + timedelta(hours=21),
            "route": "铁岭—沈阳—天津—济南—苏州",
            "distance_km": 1500,
            "expressway": True,
            "kept_free_rows": [10, 11],
            "boarding_points": [{"id": cast.new_id(), "name": "凡河镇政府广场"}],
            "handover_points": [gate],
            "contacts": {
                "escort": ("孙领队", "吴领队")[place],
                "escort_phone": ("15499000010", "15499000013")[place],
                "reception": "张经理",
                "reception_phone": "15499000011",
                "duty_phone": "15499000012",
            },
        },
    )


def _fill(cast: Cast, place: int, seated: list[UUID], waiting: list[UUID]) -> None:
    people = [
        AssignIn(
            id=cast.new_id(),
            event_id=cast.new_id(),
            worker_id=worker,
            stand_by=worker in waiting,
        )
        for worker in [*seated, *waiting]
    ]
    path = f"/v1/trips/{cast.trips[place]}/passengers"
    answer = cast.coordinator.post(path, {"passengers": people}, AssignmentsOut)
    expect({each.status for each in answer.outcomes} == {OutcomeStatus.RECORDED}, answer)
    cast.passengers |= {each.worker_id: each.id for each in people}
    cast.stand_bys += [each.id for each in people if each.stand_by]
    tell(
        DemoText.SEATED,
        number=cast.numbers[place],
        people=len(seated),
        stand_by=len(waiting),
        left=answer.places - answer.taken,
    )


def prepare(cast: Cast) -> None:
    """Everybody is told; the plan is filed and acknowledged; the list is locked and printed."""
    screen(DemoText.PAPERS)
    for trip in cast.trips:
        _notify(cast, trip)
        _file_and_lock(cast, trip)
    file = cast.stage.folder / f"乘客信息登记表-{cast.numbers[0]}.xlsx"
    command = ("trip", "manifest", str(cast.trips[0]), "--purpose", "随车名册", "-o", str(file))
    cast.stage.run("cli", *command, token=cast.coordinator.token)
    expect(file.exists(), "manifest file")
    tell(DemoText.PRINTED, file=file)
    _add_escorts(cast)


def _notify(cast: Cast, trip: UUID) -> None:
    notices = [
        cast.event(
            "passenger.notified",
            passenger_id=passenger,
            channel="telephone",
            outcome="reached",
            source="telephone",
        )
        for passenger in cast.lines(trip)
    ]
    tell(DemoText.NOTIFIED, reached=len(cast.record(cast.coordinator, trip, *notices)))


def _file_and_lock(cast: Cast, trip: UUID) -> None:
    by, unit = cast.coordinator, "苏州市人社局"
    cast.tell(by, trip, "trip.filed", channel="telephone", recipient_unit=unit)
    cast.tell(
        by,
        trip,
        "filing.acknowledged",
        channel="telephone",
        person="陈科长",
        post="就业促进科科长",
        approved_at=cast.stage.clock().isoformat(),
        unit=unit,
        phone="15499000020",
        source="telephone",
    )
    locked = cast.tell(by, trip, "manifest.locked").decided
    tell(
        DemoText.LOCKED,
        version=locked["list_version"],
        count=locked["count"],
        hash=locked["list_hash"][:12],
    )


def _add_escorts(cast: Cast) -> None:
    """Each trip's escort sees that trip only."""
    administrator = cast.log_in("admin")
    for place, trip in enumerate(cast.trips):
        add_account(
            cast,
            administrator,
            username=f"escort{place + 1}",
            role="escort",
            name="孙领队" if place == 0 else "吴领队",
            scope={"trip_ids": [trip]},
        )

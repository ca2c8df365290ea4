"""The questions at 23:00: scenarios 13 and 14 of the field, by the command line and through the API."""

import io
from typing import Any
from uuid import UUID

import openpyxl

from schemas.permissions import Role
from tests.factories import Client, make_id_number, make_name, make_phone
from tests.journeys.county_town import CountyTown
from tests.service.trips.scenes import Ride

POLICY: dict[str, Any] = {
    "version": "rows-3",
    "title": "合成：普通客车前后3排",
    "document": "合成〔2020〕1号",
    "valid_from": "2020-03-01",
    "contact_rules": [
        {"vehicle": "coach", "air_sealed": False, "reach": "rows", "rows": 3},
        {"vehicle": "coach", "air_sealed": True, "reach": "everybody"},
        {"vehicle": "carriage", "reach": "everybody"},
    ],
    "lookback_days": 2,
}
STATED = ("--purpose", "流调：铁岭县疾控来函", "--case", "LD-2020-017")


def _register(county: CountyTown, **vehicle: Any) -> str:
    body = {
        "id": str(county.world.new_id()),
        "carrier_id": str(county.scene.carrier_id),
        "licensed_places": 70,
        "crew_seats": 2,
        **vehicle,
    }
    county.scene.ok(county.coordinator.post("/v1/vehicles", body), 201)
    return str(body["id"])


def _letters(rows: int) -> list[dict[str, Any]]:
    return [
        {"row": row, "column": place, "label": f"{row}排{letter}座"}
        for row in range(1, rows + 1)
        for place, letter in enumerate("ABCD", start=1)
    ]


def _drive(county: CountyTown, ride: Ride, seats: list[tuple[int, int]]) -> None:
    escort = county.escort(ride)
    for passenger, (row, column) in zip(ride.passengers, seats, strict=True):
        told = {"passenger_id": passenger, "seat_row": row, "seat_column": column}
        county.say(escort, ride.trip, "passenger.boarded", **told)
    county.leave_and_arrive(escort, ride)


def _receive(county: CountyTown, ride: Ride) -> None:
    for passenger in ride.passengers:
        county.say(county.factory, ride.trip, "passenger.received", passenger_id=passenger)
    county.say(
        county.factory,
        ride.trip,
        "handover.signed",
        point_id=county.gate_of(ride),
        method="own_account",
        receiver="张经理",
        receiver_phone="15400012121",
        passenger_ids=[str(each) for each in ride.passengers],
    )


def _read_sheets(county: CountyTown, name: str) -> dict[str, list[list[str]]]:
    book = openpyxl.load_workbook(io.BytesIO((county.desk.folder / name).read_bytes()))
    return {
        sheet.title: [
            [str(cell) for cell in row if cell is not None]
            for row in sheet.iter_rows(values_only=True)
        ]
        for sheet in book
    }


def _officer(county: CountyTown) -> Client:
    officer = county.world.client(Role.HEALTH_OFFICER)
    county.desk.sit_down(officer)
    return officer


def test_scenario_13_who_sat_within_three_rows(county: CountyTown) -> None:
    """卫健局问"3月24日辽M12345这趟，5排C座前后三排是谁"，一分钟内出名单，含电话（查询留痕）。"""
    county.scene.ok(county.coordinator.post("/v1/policies", POLICY), 201)
    coach = _register(county, plate="辽A12345", kind="coach", air_sealed=False, seats=_letters(11))
    people = county.import_people(40)
    ride = county.plan(people, vehicle_id=coach)
    seats = [(row, column) for row in range(1, 11) for column in range(1, 5)]
    _drive(county, ride, seats)
    _receive(county, ride)

    officer = _officer(county)
    asked = ("contacts", "辽A12345", "--date", "2020-03-24", "--seat", "5排C座", *STATED)
    shown = county.desk.run(*asked)
    assert (shown.code, shown.err) == (0, "出名单（含电话）：在同一条命令后加 --out 名单.xlsx\n")
    assert "前后3排、司乘、同行家人" in shown.out
    assert "车上乘客40人，其中在范围内27人（其中因座位未核实列入0人），司乘2人" in shown.out
    assert "[5排C座]" in shown.out
    assert "(1排A座)" in shown.out
    assert "(9排A座)" in shown.out
    assert make_name(0) not in shown.out

    written = county.desk.run(*asked, "--out", "名单.xlsx")
    assert written.code == 0, written.err
    assert "名单.xlsx：29人，2张名单" in written.out
    sheets = _read_sheets(county, "名单.xlsx")
    assert list(sheets) == ["协查函", "2.江苏省苏州市", "3.在途或不详"]
    cover = "\n".join(" ".join(row) for row in sheets["协查函"])
    for part in ("LD-2020-017", "流调：铁岭县疾控来函", "江苏省苏州市：27人", "辽A12345"):
        assert part in cover
    lines = [row for row in sheets["2.江苏省苏州市"] if row and row[0].isdigit()]
    assert len(lines) == 27
    phones = {cell for row in lines for cell in row if cell.startswith("154")}
    near = [n for n, (row, column) in enumerate(seats) if 2 <= row <= 8 and (row, column) != (5, 3)]
    assert {make_phone(each) for each in near} <= phones
    everything = "\n".join(" ".join(row) for sheet in sheets.values() for row in sheet)
    assert "张经理 15400012121" in everything
    assert "合成电子一厂" in everything
    assert "密" + "接" not in everything

    auditor = county.world.client(Role.AUDITOR)
    path = f"/v1/accounts/{officer.actor.account_id}/accesses"
    told = county.scene.ok(auditor.get(path))["items"]
    assert {each["kind"] for each in told} == {"access.exported", "access.listed"}
    assert {each["case_reference"] for each in told} == {"LD-2020-017"}
    need = [each["name"] for each in county.trip(ride)["needs"]]
    assert "卫健部门询问同乘人员" in need

    open_now = county.desk.run("contacts-open")
    assert "江苏省苏州市" in open_now.out
    (listed,) = county.desk.run("contacts-open", "--json").json["items"]
    answer = ("contacts-answer", listed["id"], "--county", "320500", "--status", "当地已接手管理")
    done = county.desk.run(*answer, "--at", "2020-03-24T23:00", "--note", "苏州疾控电话")
    assert (done.code, done.out) == (0, "已登记。还有2人没有答复。\n")
    people_now = county.desk.run("contacts-open", listed["id"])
    assert people_now.out.count("当地已接手管理") == 27
    wrong = county.desk.run("contacts-answer", listed["id"], "--county", "320500", "--status", "好")
    assert wrong.code == 2


def test_scenario_13_other_ways_of_asking(county: CountyTown) -> None:
    """By what somebody is called, which is typed and stands in no history; with what nobody has."""
    people = county.import_people(3)
    ride = county.plan(people)
    _drive(county, ride, [(1, 1), (1, 2), (1, 4)])
    _officer(county)
    number = county.scene.ok(county.coordinator.get(f"/v1/workers/{people[0]}"))["number"]
    for what, typed in ((number, ""), ("", make_name(0)), ("", make_phone(0))):
        arguments = ("contacts", what) if what else ("contacts",)
        shown = county.desk.run(*arguments, *STATED, typed=f"{typed}\n")
        assert shown.code == 0, shown.err
        assert "其中在范围内2人" in shown.out
        assert "全车（无现行规定）" in shown.out
    where = county.desk.run("where", number)
    assert "领队，自2020-03-24 08:00起（上车，登记于" in where.out
    assert county.desk.run("where", str(people[0])).out == where.out
    assert county.desk.run("where", typed=f"{make_name(0)}\n").out == where.out
    nobody = county.desk.run("where", typed="无此人\n")
    assert (nobody.code, nobody.out) == (2, "")
    unknown = county.desk.run("contacts", "辽M99999", "--date", "2020-03-24", *STATED)
    assert unknown.code != 0
    assert "没有这个车牌或车次" in unknown.err
    wrong_day = county.desk.run("contacts", "辽M12345", "--date", "2020-03-20", *STATED)
    assert "最近的一趟是2020-03-24" in wrong_day.err
    no_seat = county.desk.run(
        "contacts", "辽M12345", "--date", "2020-03-24", "--seat", "99", *STATED
    )
    assert "座位号有：1、2、3" in no_seat.err
    no_purpose = county.desk.run("contacts", "辽M12345", "--purpose", "看看", "--case", "LD-1")
    assert no_purpose.code == 2
    english = county.desk.run(
        "contacts", "辽M12345", "--date", "2020-03-24", *STATED, "--lang", "en"
    )
    assert "3 passengers aboard, 3 within the rule" in english.out
    empty = county.desk.run("contacts", "辽M12345", "--date", "2020-03-24", "--seat", "30", *STATED)
    assert empty.code == 2
    assert "请加 --choose 序号再查一次" in empty.err
    again = ("contacts", "辽M12345", "--date", "2020-03-24", "--seat", "30", *STATED)
    chosen = county.desk.run(*again, "--choose", "2")
    assert "查询对象：" in chosen.out
    assert county.desk.run(*again, "--choose", "9").code == 2


def test_an_accident_for_the_coordinator(county: CountyTown) -> None:
    people = county.import_people(3)
    ride = county.plan(people)
    _drive(county, ride, [(1, 1), (1, 2), (1, 4)])
    county.desk.sit_down(county.coordinator)
    stated = ("--purpose", "事故：追尾", "--case", "SG-1")
    asked = ("contacts", "辽M12345", "--at", "2020-03-24T10:00", *stated)
    written = county.desk.run(*asked, "--out", "事故.xlsx")
    assert written.code == 0, written.err
    assert "人数：记录在车乘客3人，司乘2人" in written.out
    sheets = _read_sheets(county, "事故.xlsx")
    assert next(iter(sheets)) == "事故快报"
    (listed,) = [rows for name, rows in sheets.items() if name != "事故快报"]
    heading = next(row for row in listed if row[0] == "序号")
    assert heading.index("家属电话") < heading.index("本人电话")
    refused = county.desk.run("contacts", "辽M12345", "--date", "2020-03-24", *STATED)
    assert "只能为处置事故查询同乘人员" in refused.err


def test_scenario_14_feeders_and_the_carriage(county: CountyTown) -> None:
    """火车专厢66人，从各村接到县城再上车，接驳段和主段都查得到。"""
    county.scene.ok(county.coordinator.post("/v1/policies", POLICY), 201)
    people = county.import_people(66)
    feeders = [people[:22], people[22:44], people[44:]]
    rides = []
    for number, villagers in enumerate(feeders):
        coach = _register(
            county, plate=f"辽A5000{number}", kind="coach", air_sealed=True, seats=_letters(8)
        )
        rides.append(county.plan(villagers, vehicle_id=coach))
    for ride in rides:
        escort = county.escort(ride)
        county.scene.record(
            ride.trip,
            *(
                county.scene.event("passenger.boarded", passenger_id=each)
                for each in ride.passengers
            ),
            by=escort,
        )
    county.clock.advance(hours=1)
    for ride in rides:
        county.say(county.escort(ride), ride.trip, "trip.departed", aboard=22)
    county.clock.advance(hours=1)
    for ride in rides:
        escort = county.escort(ride)
        county.say(escort, ride.trip, "trip.arrived")
        county.scene.record(
            ride.trip,
            *(
                county.scene.event("passenger.received", passenger_id=each, party="station")
                for each in ride.passengers
            ),
            by=escort,
        )
    carriage = _register(
        county,
        designation="K7602-6车厢",
        kind="carriage",
        air_sealed=True,
        crew_seats=0,
        seats=_letters(17),
    )
    main = county.plan(people, vehicle_id=carriage, driver_ids=[])
    _drive(county, main, [(1 + n // 4, 1 + n % 4) for n in range(66)])

    officer = _officer(county)
    body = {
        "purpose": "epidemiological",
        "reason": "合成流调",
        "case_reference": "合成-14",
        "number": make_id_number(birth="1970-05-12", sequence=341),
    }
    lists: dict[UUID, Any] = {}
    for who in (people[0], people[30]):
        question = {**body, "worker_id": str(who)}
        question.pop("number")
        lists[who] = county.scene.ok(officer.post("/v1/contacts/lists", question))
    for who, feeder in ((people[0], rides[0]), (people[30], rides[1])):
        listed = lists[who]
        assert [each["trip_id"] for each in listed["vehicles"]] == [
            str(feeder.trip),
            str(main.trip),
        ]
        assert [each["within"] for each in listed["vehicles"]] == [21, 65]
        assert {each["plate"] for each in listed["vehicles"]} >= {"K7602-6车厢"}
    shown = county.desk.run("contacts", "K7602-6车厢", "--date", "2020-03-24", *STATED)
    assert "车上乘客66人" in shown.out
    assert "范围：查询全车" in shown.out, "a rule holds, and is not asked for"
    by_train = county.desk.run("contacts", "K7602", "--date", "2020-03-24", *STATED)
    assert by_train.out == shown.out, "by the number of the train"

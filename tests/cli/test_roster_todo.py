"""`fangang roster todo`: on the screen, as JSON, and as a workbook for the village."""

from schemas.events.kinds import StreamKind
from schemas.permissions import Role
from tests.cli.client_commands import Desk
from tests.cli.sheet_readings import open_sheets
from tests.factories import World, make_phone
from tests.registry import enter_demands, enter_workers, make_values

SILENT = {"phone": None, "phone_text": "同上"}
HEADINGS = ["村", "姓名", "证件末四位", "联系电话", "缺什么", "表里原来写的"]
FILLED_IN = [
    "姓名", "身份证号", "手机号码", "拟出发日期", "务工地", "监护人身份证号", "人员类型", "村(社区)", "乡镇",
]  # fmt: skip


def test_screen_json_and_workbook(world: World, desk: Desk) -> None:
    people = [
        make_values(1, village="西沟村", departure_date=None, departure_text="=月底"),
        make_values(2, village="东兴村", **SILENT),
        make_values(3),
    ]
    late, silent, fine = enter_workers(world, people)
    enter_demands(world, [late, silent, fine])
    clerk = world.client(Role.TOWNSHIP_CLERK)
    desk.sit_down(clerk)
    shown = desk.run("roster", "todo")
    assert shown.code == 0
    assert [line.split() for line in shown.out.splitlines()] == [
        [*HEADINGS, "编号"],
        ["东兴村", people[1]["name"], _end(people[1]), "电话号码读不出来", "同上", str(silent)],
        ["西沟村", people[0]["name"], _end(people[0]), make_phone(1),
         "出发日期没有写到哪一天", "=月底", str(late)],
    ]  # fmt: skip
    assert shown.err.startswith("有 2 人的登记需要补充。")
    assert (shown.out + shown.err).encode("gbk")
    told = desk.run("roster", "todo", "--json").json
    assert (told["count"], [each["id"] for each in told["items"]]) == (2, [str(silent), str(late)])
    written = desk.run("roster", "todo", "--xlsx", "待补.xlsx")
    assert (written.code, written.out) == (0, "")
    assert desk.run("roster", "todo", "--xlsx", "待补.xlsx", "--json").json == {
        "file": "待补(2).xlsx",
        "count": 2,
    }
    for name in ("待补.xlsx", "待补(2).xlsx"):
        path = desk.folder / name
        notes, (_, rows) = open_sheets(path.read_bytes())
        assert notes[0].name == "说明"
        assert rows[1] == [*FILLED_IN, "缺什么", "表里原来写的", "询问电话", "编号"]
        assert rows[3][-3:] == ["'=月底", make_phone(1), str(late)]
        assert rows[3][:2] == [people[0]["name"], "*" * 14 + _end(people[0])]
        assert all(isinstance(cell, str) for row in rows.values() for cell in row)
        assert path.stat().st_mode & 0o077 == 0
    outputs = [shown.out, written.out, written.err]
    assert [
        each["id_number"] for each in people for out in outputs if each["id_number"] in out
    ] == []
    bodies = world.list_bodies(StreamKind.ACCOUNT, clerk.actor.account_id)
    accesses = [body["kind"] for body in bodies if body["kind"].startswith("access.")]
    assert accesses == ["access.listed"] * 2 + ["access.exported"] * 2


def _end(values: dict[str, str]) -> str:
    return values["id_number"][-4:]


def test_whose_township(world: World, desk: Desk) -> None:
    enter_workers(world, [make_values(1, **SILENT)], township="211221101")
    desk.sit_down(world.client())
    unnamed = desk.run("roster", "todo")
    assert (unnamed.code, unnamed.err) == (2, "请写明乡镇：--township 凡河镇。\n")
    assert desk.run("roster", "todo", "--township", "无此镇").code == 2
    assert desk.run("roster", "todo", "--township", "211221101", "--json").json["count"] == 1
    nobody = desk.run("roster", "todo", "--township", "凡河镇")
    assert (nobody.code, nobody.out, nobody.err) == (0, "", "没有要补的。\n")
    wrong = desk.run("roster", "todo", "--township", "凡河镇", "--xlsx", "清单.docx")
    assert (wrong.code, wrong.err) == (2, "文件名要以 .xlsx 结尾：清单.docx\n")
    desk.sit_down(world.client(Role.TOWNSHIP_CLERK))
    theirs = desk.run("roster", "todo", "--township", "211221101")
    assert (theirs.code, "[not-found]" in theirs.err) == (2, True)

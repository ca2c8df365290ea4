"""`fangang health record`, `due` and `missing` against a real server."""

from pathlib import Path
from typing import Any

import pytest

from cli.exits import CommandError
from cli.health.entries import choose_questions, make_content, read_lines
from cli.health.recording import read_what
from cli.health.tables import read_table
from schemas.clearance import PROOF_NAMES
from schemas.health_notes import NoteWhat
from schemas.permissions import Role
from schemas.policies import ProofKind
from tests.cli.client_commands import Desk
from tests.cli.workbook_factories import make_xlsx
from tests.factories import TOWNSHIP, World, make_id_number
from tests.registry import enter_workers, make_values

_W = NoteWhat
AT = "2020-03-24T07:30"
ALL_NO = "1=否\n2=否\n3=否\n4=否\n5=否"
TYPED: list[tuple[NoteWhat, str, dict[str, Any]]] = [
    (
        _W.MEASURED,
        "体温=36.5\n部位=额温\n收缩压=121\n舒张压=78\n测量人=村医",
        {
            "what": "measured",
            "readings": [
                {"code": "body_temperature", "value": 365, "site": "forehead"},
                {"code": "diastolic", "value": 78},
                {"code": "systolic", "value": 121},
            ],
            "measured_by": "村医",
        },
    ),
    (
        _W.MEASURED,
        "body_temperature=读不出\nblood glucose=5.6",
        {
            "what": "measured",
            "readings": [
                {"code": "body_temperature", "value": "unreadable"},
                {"code": "blood_glucose", "value": 56},
            ],
        },
    ),
    (
        _W.FOLLOW_UP,
        "第几天=3\n联系上=是\n情况=健康\n随访人=王",
        {"what": "follow_up", "day": 3, "reached": True, "status": "well", "called_by": "王"},
    ),
    (
        _W.PROOF,
        "证明种类=健康申报证明\n编号=77\n签发日期=2020-03-20\n结果=正常\n签发地代码=2112",
        {
            "what": "proof",
            "kind": "health_certificate",
            "number": "77",
            "issued_on": "2020-03-20",
            "result": "normal",
            "issuing_region": "2112",
        },
    ),
    (
        _W.SCREENING,
        "系统=查询平台\n结果代码=A1\n查询人=李",
        {"what": "screening", "system": "查询平台", "result_code": "A1", "operator": "李"},
    ),
]


@pytest.mark.parametrize(("what", "typed", "content"), TYPED)
def test_lines_are_a_content(what: NoteWhat, typed: str, content: dict[str, Any]) -> None:
    assert make_content(what, read_lines(typed.splitlines(), what)) == content


@pytest.mark.parametrize("kind", list(ProofKind))
def test_a_paper_is_typed_by_the_name_under_which_it_is_missed(kind: ProofKind) -> None:
    typed = [f"证明种类={PROOF_NAMES[kind][0]}", "签发日期=2020-03-20"]
    assert make_content(_W.PROOF, read_lines(typed, _W.PROOF))["kind"] == kind


def test_questions_by_number_and_code() -> None:
    typed = f"{ALL_NO}\n询问人=网格员\n签名方式=纸质签字"
    by_number = make_content(_W.DECLARED, read_lines(typed.splitlines(), _W.DECLARED))
    assert (by_number["question_set"], by_number["version"]) == ("2020-five", 1)
    assert set(by_number["answers"].values()) == {False}
    coded = typed.replace("2=", "met_case=")
    assert make_content(_W.DECLARED, read_lines(coded.splitlines(), _W.DECLARED)) == by_number


WRONG = [
    (_W.MEASURED, "体温36.5", "第1行没有等号"),
    (_W.MEASURED, "血型=A", "第1行的“血型”认不出"),
    (_W.MEASURED, "体温=36.5\n体温=36.6", "“体温”写了两次"),
    (_W.MEASURED, "体温=98.6", "没有登记，请改正后重来"),
    (_W.MEASURED, "脉搏=7000", "应为20至300的整数"),
    (
        _W.DECLARED,
        "1=否\n询问人=王\n签名方式=纸质签字",
        "第2题没有回答（14天内是否接触过确诊或疑似病例）：写 2=是 或 2=否",
    ),
    (_W.PROOF, "证明种类=健康码", "请填写签发日期"),
    (_W.FOLLOW_UP, "第几天=3\n联系上=否\n情况=健康\n随访人=王", "联系上的要写情况"),
    (_W.MEASURED, "", "没有输入内容"),
    (_W.DECLARED, "", "1 至 5（各题，写 是 或 否）"),
    (_W.DECLARED, "六=否", "备注、1 至 5（各题，写 是 或 否）"),
    (
        _W.DECLARED,
        f"{ALL_NO}\n签名方式=画押",
        "\n  没有写：询问人（asked_by）\n  签名方式（signed）：电子签名、纸质签字、口头、按手印",
    ),
    (
        _W.DECLARED,
        f"{ALL_NO}\n询问人=王",
        "\n  没有写：签名方式（signed），可以写：电子签名、纸质签字、口头、按手印",
    ),
    (
        _W.DECLARED,
        f"{ALL_NO[:-1]}或许\n询问人=王\n签名方式=纸质",
        "第5题（14天内本人是否有发热、咳嗽、乏力等症状）：写 是 或 否",
    ),
    (_W.MEASURED, "体温=36.5\n部位=脚", "部位（site）：腋温、耳温、额温、口温、腕温"),
    (_W.MEASURED, "体温=98.6", "体温：写摄氏度，30.0—45.0，或 读不出"),
    (_W.MEASURED, "血糖=900", "血糖：应为0.5至60.0（mmol/L），或 读不出"),
    (_W.FOLLOW_UP, "第几天=3\n联系上=可能\n随访人=王", "联系上（reached）：写 是 或 否"),
    (_W.PROOF, "证明种类=健康卡\n签发日期=2020-03-20", "证明种类（kind）：健康随访记录表、"),
]


@pytest.mark.parametrize(("what", "typed", "said"), WRONG)
def test_what_is_wrong_is_named_without_its_value(what: NoteWhat, typed: str, said: str) -> None:
    with pytest.raises(CommandError) as refused:
        make_content(what, read_lines(typed.splitlines(), what))
    assert said in refused.value.message
    assert refused.value.exit_code == 2
    assert "7000" not in refused.value.message


SAID = [
    (_W.MEASURED, "体温=36.5\n部位=", ["额头", "额温", "额"], ("readings", 0, "site"), "forehead"),
    (_W.MEASURED, "体温=36.5\n部位=", ["腋下", "腋温"], ("readings", 0, "site"), "armpit"),
    (_W.MEASURED, "体温=36.5\n部位=", ["耳温", "耳朵"], ("readings", 0, "site"), "ear"),
    (_W.DECLARED, f"{ALL_NO}\n询问人=王\n签名方式=", ["纸质", "纸质签字"], ("signed",), "paper"),
    (_W.DECLARED, f"{ALL_NO}\n询问人=王\n签名方式=", ["电子"], ("signed",), "electronic"),
    (_W.PROOF, "签发日期=2020-03-20\n证明种类=", ["核酸", "核酸检测"], ("kind",), "nucleic_test"),
    (_W.PROOF, "证明种类=健康码\n签发日期=2020-03-20\n结果=", ["绿码", "绿"], ("result",), "green"),
    (
        _W.FOLLOW_UP,
        "第几天=3\n联系上=是\n随访人=王\n情况=",
        ["良好", "正常", "健康"],
        ("status",),
        "well",
    ),
]


@pytest.mark.parametrize(("what", "typed", "names", "path", "value"), SAID)
def test_choices_are_typed_as_people_say_them(
    what: NoteWhat, typed: str, names: list[str], path: tuple[Any, ...], value: str
) -> None:
    for name in names:
        found: Any = make_content(what, read_lines(f"{typed}{name}".splitlines(), what))
        for step in path:
            found = found[step]
        assert found == value, name


def test_questions_by_their_words() -> None:
    asked = [each.zh for each in choose_questions().questions]
    more = ["询问人=王", "签名方式=纸质"]
    ways = [
        [f"{place}={'是' if place == 2 else '否'}" for place in range(1, 6)],
        [f"问{place}={'是' if place == 2 else '否'}" for place in range(1, 6)],
        [f"第{place}题={'是' if place == 2 else '否'}" for place in range(1, 6)],
        [
            f"{place}. {text}？={'是' if place == 2 else '否'}"
            for place, text in enumerate(asked, 1)
        ],
    ]
    contents = [make_content(_W.DECLARED, read_lines([*way, *more], _W.DECLARED)) for way in ways]
    assert contents == [contents[0]] * 4
    assert [code for code, yes in contents[0]["answers"].items() if yes] == ["met_case"]


def test_the_sort_as_people_say_it() -> None:
    assert [read_what(each) for each in ("测量", "proof", "证明作废")] == [
        _W.MEASURED,
        _W.PROOF,
        _W.PROOF_INVALIDATED,
    ]
    with pytest.raises(CommandError) as refused:
        read_what("体检")
    assert "测量" in refused.value.message


@pytest.fixture
def people(desk: Desk, world: World) -> list[str]:
    """Two of the clerk's own township, one of another."""
    numbers = [make_id_number(birth="1978-05-12", sequence=each) for each in (1, 2, 3)]
    own = [make_values(place, id_number=number) for place, number in enumerate(numbers[:2])]
    enter_workers(world, own)
    enter_workers(world, [make_values(5, id_number=numbers[2])], township="211221101")
    desk.sit_down(world.client(Role.TOWNSHIP_CLERK, division_prefix=TOWNSHIP))
    return numbers


def test_one_by_number_typed(desk: Desk, people: list[str]) -> None:
    typed = f"{people[0]}\n体温=34.6\n部位=额温\n"
    shown = desk.run("health", "record", "--what", "测量", "--at", AT, typed=typed)
    assert (shown.code, "已登记：" in shown.out, "测量" in shown.out) == (0, True, True)
    assert "请再测一次" in shown.err
    assert people[0] not in shown.out + shown.err
    nobody = desk.run("health", "record", "--what", "测量", typed=f"{people[2]}\n体温=36.5\n")
    assert (nobody.code, "没有找到" in nobody.err) == (2, True)


def test_a_table(desk: Desk, people: list[str], tmp_path: Path) -> None:
    """Two are recorded, one is of another township, one has a value in °F; the second time nothing is new."""
    heading = ["序号", "身份证号", "体温", "脉搏", "备注"]
    rows = [
        ["体温登记表"],
        heading,
        ["1", people[0], "36.5", "72", ""],
        ["2", people[1], "36.8", "", "复测"],
        ["3", people[2], "36.4", "70", ""],
        ["4", people[0], "98.6", "", ""],
        ["5", "2112211978", "36.6", "", ""],
    ]
    file = tmp_path / "体温.xlsx"
    file.write_bytes(make_xlsx({"表": rows}))
    without = desk.run("health", "record", "--file", file)
    assert (without.code, without.err.count("没有写时间")) == (1, 4)
    first = desk.run("health", "record", "--file", file, "--at", AT)
    assert first.code == 1
    assert "登记 2 条，此前已登记 0 条，没有登记 3 条" in first.err
    for row, said in ((5, "没有找到"), (6, "请改正"), (7, "身份证号读不出")):
        assert any(f"第{row}行" in line and said in line for line in first.err.splitlines()), row
    again = desk.run("health", "record", "--file", file, "--at", AT, "--json")
    assert [each["status"] for each in again.json["outcomes"]] == ["repeated", "repeated"]
    assert [number for number in people if number in first.err + again.out] == []


def test_a_table_of_declarations(desk: Desk, people: list[str], tmp_path: Path) -> None:
    """By number or by the question's words; a temperature beside them is a measurement of its own."""
    asked = [each.zh for each in choose_questions().questions]
    rows = [
        ["身份证号", "问1", "问2", *asked[2:], "询问人", "签名方式", "体温"],
        [people[0], "否", "否", "否", "否", "否", "网格员", "纸质", "36.5"],
        [people[1], "否", "", "否", "否", "否", "网格员", "纸质签字", ""],
    ]
    file = tmp_path / "申报.xlsx"
    file.write_bytes(make_xlsx({"表": rows}))
    shown = desk.run("health", "record", "--file", file, "--at", AT)
    assert shown.code == 1
    assert "表格 2 行：登记 2 条，此前已登记 0 条，没有登记 1 条" in shown.err
    assert "第3行：没有登记，请改正后重来： 第2题没有回答" in shown.err
    again = desk.run("health", "record", "--file", file, "--at", AT, "--json")
    assert [each["status"] for each in again.json["outcomes"]] == ["repeated", "repeated"]


def test_a_column_of_numbers_is_no_question(tmp_path: Path) -> None:
    file = tmp_path / "数.xlsx"
    file.write_bytes(make_xlsx({"表": [["身份证号", "1", "2"], ["x", "是", "否"]]}))
    with pytest.raises(CommandError) as refused:
        read_table(file, None)
    assert "问1、问2…，或问题原文" in refused.value.message


def test_nobody_is_asked_for_in_an_ordinary_year(desk: Desk, people: list[str]) -> None:
    assert people
    due, lacking = desk.run("health", "due"), desk.run("health", "missing", "--days", "3")
    assert (due.code, lacking.code) == (0, 0)
    assert due.err == "没有该随访的人（今天）：都联系上了，或当前政策不要求随访。\n"
    other = desk.run("health", "due", "--on", "2020-03-26").err
    assert other.startswith("没有该随访的人（2020-03-26）：")
    assert "都可以上车" in lacking.err
    assert desk.run("health", "due", "--json").json == {"count": 0, "items": []}

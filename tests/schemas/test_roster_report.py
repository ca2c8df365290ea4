import json
from dataclasses import asdict
from datetime import date
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from schemas.events.payloads_passengers import PersonRole
from schemas.roster.codes import (
    Detail,
    FileCode,
    IgnoredReason,
    RowCode,
    WarningCode,
    get_group_message,
    get_message,
)
from schemas.roster.columns import Field
from schemas.roster.headers import Column
from schemas.roster.records import RosterRecord
from schemas.roster.report import FileError, RowError, report_to_json
from schemas.texts import speaking
from tests.schemas.roster_factories import (
    AS_OF,
    check,
    check_people,
    make_id,
    make_person,
    make_sheet,
)

GUARDIAN = make_id(9)
CHILD = make_id(4, born="20120601")


def test_the_whole_shape() -> None:
    report = check(
        make_sheet(
            make_person(1, 备注="无"),
            make_person(2, 身份证号="211221197805123418", 备注=""),
            make_person(3, 姓名="合计", 身份证号="3人", 手机号码="", 备注=""),
            make_person(4, 手机号码="无", 备注=""),
        )
    )
    assert report_to_json(report) == {
        "as_of": "2020-03-24",
        "file_error": None,
        "file_warnings": [],
        "sheets_read": ["花名册"],
        "counts": {"accepted": 2, "rejected": 1, "ignored": 1},
        "accepted": [
            {
                "sheet": "花名册",
                "row": 2,
                "name": "张三",
                "id_number": "211221********0013",
                "gender": "男",
                "phone": "154****0001",
                "birth_date": "1978-05-12",
                "remark": "无",
            },
            {
                "sheet": "花名册",
                "row": 5,
                "name": "张三",
                "id_number": f"211221********{make_id(4)[-4:]}",
                "gender": "女",
                "birth_date": "1978-05-12",
            },
        ],
        "rejected": [
            {
                "sheet": "花名册",
                "row": 3,
                "errors": [
                    {
                        "field": "id_number",
                        "column": "身份证号",
                        "cell": "C3",
                        "code": "id-check-digit",
                        "message": "有误（校验码不符），多为录错一位，请对照证件核对"
                        "（211221********3418）。",
                    }
                ],
            }
        ],
        "ignored": [{"sheet": "花名册", "row": 4, "reason": "total-row"}],
        "warnings": [
            {
                "sheet": "花名册",
                "row": 5,
                "field": "phone",
                "column": "手机号码",
                "cell": "D5",
                "code": "phone-missing",
            }
        ],
    }


def test_a_refused_file() -> None:
    with speaking("en"):
        body = report_to_json(check(make_sheet()))
    assert body["file_error"] == {
        "code": "no-data-rows",
        "message": "There is a header and nobody below it. Is it the right file?",
    }
    assert body["counts"] == {"accepted": 0, "rejected": 0, "ignored": 0}


SECRETS = {
    "id": make_id(1),
    "wrong id": "211221197805123418",
    "guardian": GUARDIAN,
    "phone": "15400001234",
    "second phone": "15400005678",
    "landline": "024-74841111",
    "emergency": "15404599063",
    "in the remark": "211221196801229957",
    "in the name": "15411112222",
    "in the date": "15433334444",
    "short id": "211221780512341",
    "its long form": "211221197805123418",
}


def make_report_with_secrets() -> Any:
    return check_people(
        make_person(
            1,
            身份证号=SECRETS["id"],
            手机号码=f"{SECRETS['phone']}/{SECRETS['second phone']}/{SECRETS['landline']}",
            紧急联系电话=f"{SECRETS['emergency']}(妻)",
            监护人身份证号=GUARDIAN,
            备注=f"替{SECRETS['in the remark']}报名",
            拟出发日期=f"听通知{SECRETS['in the date']}",
        ),
        make_person(2, 身份证号=SECRETS["wrong id"], 姓名=f"李四{SECRETS['in the name']}"),
        make_person(3, 身份证号=SECRETS["short id"]),
        make_person(4, 手机号码="154000012345678"),
    )


@pytest.mark.parametrize("language", ["zh", "en"])
def test_nothing_leaks_from_a_masked_report(language: Any) -> None:
    with speaking(language):
        text = json.dumps(report_to_json(make_report_with_secrets()))
    assert [name for name, secret in SECRETS.items() if secret in text] == []
    assert "154000012345678" not in text


def test_messages_stay_masked_with_include_ids() -> None:
    body = report_to_json(make_report_with_secrets(), include_ids=True)
    accepted, rejected = json.dumps(body["accepted"]), json.dumps(body["rejected"])
    assert (SECRETS["id"] in accepted, SECRETS["emergency"] in accepted) == (True, True)
    assert [name for name, secret in SECRETS.items() if secret in rejected] == []


@pytest.mark.parametrize("code", RowCode)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_row_code_has_a_message(code: RowCode, language: Any) -> None:
    error = RowError(Field.NAME, "姓名", "B2", code, other_row=3, differing=(Field.PHONE,))
    with speaking(language):
        message = error.get_message()
        grouped = get_group_message(
            code, column="B", heading="姓名", count=12, row=2, message=message
        )
    assert "{" not in message + grouped
    assert "12" in grouped


@pytest.mark.parametrize("code", FileCode)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_file_code_has_a_message(code: FileCode, language: Any) -> None:
    values = {"sheet": "表", "columns": "A、B", "row": 1, "example": "name"}
    named = {Column(0, "名儿", None): Field.NAME}
    for detail, proposal in ((None, named), *((each, {}) for each in Detail)):
        error = FileError(code, detail, (Field.NAME,), values, proposal)
        with speaking(language):
            assert "{" not in error.get_message()


@pytest.mark.parametrize("code", [*WarningCode, *IgnoredReason])
def test_every_other_code_has_a_message(code: Any) -> None:
    chinese = get_message(code)
    with speaking("en"):
        assert get_message(code) != chinese


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        (
            {"身份证号": 2.11221197805123e17},
            (
                "被存成了数字，末三位已丢失（显示为 2.11221E+17）。请先把该列设为“文本”，"
                "再按身份证重新输入（只改格式不能恢复）。"
            ),
        ),
        (
            {"身份证号": "211221780512341"},
            (
                "是15位旧号码（211221*****2341），对应的18位可能是211221********3417。"
                "请对照身份证填写18位号码。"
            ),
        ),
        (
            {"身份证号": "21122119780512341"},
            "不是18位身份证号或含有无效字符（211221*******2341，17位）。请对照证件重新填写。",
        ),
        (
            {"身份证号": make_id(4, born="20050501")},
            "未满16周岁（14岁），不能作为务工人员。随行子女请在“人员类型”列填“儿童”，未满14周岁的还要在“监护人身份证号”列填监护人的号码（没有这些列就加上）。",
        ),
        (
            {"姓名": "李四15400001234"},
            (
                "“李四154****1234”不像姓名（只能有汉字、字母和间隔号·，至少2个字）。"
                "请只写姓名，其他内容移到备注。"
            ),
        ),
    ],
)
def test_messages(cells: dict[str, Any], message: str) -> None:
    report = check_people(make_person(1, **cells))
    assert report.rejected[0].errors[0].get_message() == message


def test_a_record_crosses_the_line_and_comes_back_equal() -> None:
    wire = TypeAdapter(RosterRecord)
    record = RosterRecord(
        name="张三",
        id_number=CHILD,
        gender="女",
        birth_date=date(2012, 6, 1),
        person_role=PersonRole.CHILD,
        other_phones=("024-74840000",),
    )
    assert wire.validate_json(wire.dump_json(record)) == record
    with pytest.raises(ValidationError, match="unexpected"):
        wire.validate_python(asdict(record) | {"age": 8})
    assert AS_OF.isoformat() == "2020-03-24"

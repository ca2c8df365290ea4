from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from schemas.events.payloads_passengers import PersonRole
from schemas.roster.checking import check_record, check_records
from schemas.roster.records import RosterRecord
from tests.schemas.roster_factories import AS_OF, check_people, make_id, make_person

GOOD = RosterRecord(
    name="张三",
    id_number=make_id(1),
    gender="男",
    phone="15400001234",
    birth_date=date(1978, 5, 12),
)
CHILD = replace(
    GOOD,
    id_number=make_id(4, born="20120601"),
    gender="女",
    birth_date=date(2012, 6, 1),
    person_role=PersonRole.CHILD,
    guardian_id=make_id(9),
)


@pytest.mark.parametrize(
    ("record", "changes", "findings"),
    [
        (GOOD, {}, []),
        (CHILD, {}, []),
        (GOOD, {"phone": None, "other_phones": ("024-74840000",)}, []),
        (GOOD, {"name": ""}, [("name", "name-missing")]),
        (GOOD, {"name": "王"}, [("name", "name-invalid")]),
        (GOOD, {"name": "张 三"}, [("name", "name-invalid")]),
        (GOOD, {"id_number": ""}, [("id_number", "id-missing")]),
        (GOOD, {"id_number": "21122119780512001x"}, [("id_number", "id-format")]),
        (GOOD, {"id_number": "211221780512341"}, [("id_number", "id-15-digit")]),
        (GOOD, {"id_number": "211221197805123418"}, [("id_number", "id-check-digit")]),
        (GOOD, {"id_number": make_id(born="20200325")}, [("id_number", "id-birth-date")]),
        (GOOD, {"gender": "女"}, [("gender", "gender-mismatch")]),
        (GOOD, {"gender": None}, [("gender", "gender-mismatch")]),
        (GOOD, {"birth_date": date(1978, 5, 13)}, [("birth_date", "birth-date-mismatch")]),
        (GOOD, {"phone": "154 0000 1234"}, [("phone", "phone-invalid")]),
        (GOOD, {"phone": "024-74840000"}, [("phone", "phone-invalid")]),
        (GOOD, {"other_phones": ("问村长",)}, [("phone", "phone-invalid")]),
        (CHILD, {"person_role": None}, [("id_number", "under-age")]),
        (CHILD, {"guardian_id": None}, [("guardian_id", "guardian-missing")]),
        (CHILD, {"guardian_id": CHILD.id_number}, [("guardian_id", "guardian-missing")]),
        (CHILD, {"guardian_id": "2112"}, [("guardian_id", "id-format")]),
    ],
)
def test_check_record(
    record: RosterRecord, changes: dict[str, Any], findings: list[tuple[str, str]]
) -> None:
    assert list(check_record(replace(record, **changes), as_of=AS_OF)) == findings


def test_doubles_between_records() -> None:
    records = [
        GOOD,
        replace(GOOD),
        replace(GOOD, employer="甲厂"),
        CHILD,
        replace(CHILD, name="李四"),
        replace(GOOD, id_number=""),
        replace(GOOD, id_number=""),
    ]
    findings, doubles = check_records(records, as_of=AS_OF)
    assert [bool(found) for found in findings] == [False] * 5 + [True] * 2
    assert doubles.same == {1: 0}
    assert doubles.different == {2: (0, ("employer",))}
    assert doubles.conflicts == {3: 4, 4: 3}


def test_whatever_the_reader_accepts_passes_again() -> None:
    report = check_people(
        make_person(1, 性别="女", 出生日期="1970-01-01", 手机号码="024-74840000转801"),
        make_person(2, 姓名="阿卜杜拉•买买提", 身份证号=make_id(2).lower()),
        make_person(3, 人员类型="儿童", 身份证号=CHILD.id_number, 监护人身份证号=make_id(9)),
    )
    records = [row.record for row in report.accepted]
    assert len(records) == 3
    findings, doubles = check_records(records, as_of=AS_OF)
    assert (findings, doubles.same | doubles.different | doubles.conflicts) == ([()] * 3, {})

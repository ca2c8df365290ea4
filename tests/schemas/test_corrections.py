"""A correction is read as the cells of a roster are."""

from typing import Any

import pytest
from pydantic import ValidationError

from schemas.corrections import WorkerChange
from tests.factories import make_id_number

NUMBER = make_id_number()
READ: list[tuple[str, Any, Any]] = [
    ("name", " 古丽 · 买买提 ", "古丽·买买提"),
    ("phone", "+86 154-0000-0001", "15400000001"),
    ("other_phones", ["0247484 0000", "154 0000 0002"], ["024-74840000", "15400000002"]),
    ("emergency_phone", "15400000003/15400000004", "15400000003、15400000004"),
    ("village", "东 兴 村", "东兴村"),
    ("ethnicity", "满", "满族"),
    ("destination", " 大连 ", "大连"),
    ("destination_code", "２１０２００", "210200"),
    ("departure_date", "2020年3月8日", "2020-03-08"),
    ("departure_date", "20200308", "2020-03-08"),
    ("person_role", "随行子女", "child"),
    ("person_role", "family", "family"),
    ("guardian_id", NUMBER.lower(), NUMBER),
    ("remark", "=1+1", "=1+1"),
    ("phone", None, None),
]
REFUSED: list[tuple[str, Any, str]] = [
    ("name", "张", "name-invalid"),
    ("name", None, "field-required"),
    ("person_role", None, "field-required"),
    ("phone", "024-74840000", "phone-not-mobile"),
    ("phone", "同上", "phone-invalid"),
    ("other_phones", [], "too_short"),
    ("other_phones", ["15400000001"] * 6, "too_long"),
    ("emergency_phone", "问村长", "phone-invalid"),
    ("departure_date", "3月底", "departure-unreadable"),
    ("departure_date", "-", "departure-unreadable"),
    ("village", " ", "value-unreadable"),
    ("person_role", "亲家", "enum"),
    ("id_number", NUMBER, "id-number-fixed"),
    ("gender", "女", "extra_forbidden"),
]


@pytest.mark.parametrize(("field", "given", "expected"), READ)
def test_read(field: str, given: Any, expected: Any) -> None:
    change = WorkerChange.model_validate({field: given})
    assert change.model_dump(mode="json", exclude_unset=True) == {field: expected}


@pytest.mark.parametrize(("field", "given", "code"), REFUSED)
def test_refused(field: str, given: Any, code: str) -> None:
    with pytest.raises(ValidationError) as refused:
        WorkerChange.model_validate({field: given})
    assert [error["type"] for error in refused.value.errors()] == [code]

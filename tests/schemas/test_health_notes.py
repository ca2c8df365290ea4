"""What may be noted of health, and what is said about what may not: as tables."""

from typing import Any

import pytest
from pydantic import ValidationError

from schemas.events.fields import declarations, split_payload
from schemas.events.payloads_health import WorkerHealthNoted, WorkerTravelChanged
from schemas.events.payloads_passengers import PassengerLeft, PassengerNoted
from schemas.health_notes import NoteWhat, asks_again
from schemas.measures import MEASURES, MeasureCode
from schemas.questions import FIVE_OF_2020, QUESTION_SETS, get_question_set, list_versions
from schemas.shapes import describe_field
from schemas.texts import speaking

ID = "01710a3e-2400-7000-8000-000000000401"
NO = dict.fromkeys(FIVE_OF_2020.codes, False)
DECLARED = {
    "what": "declared",
    "question_set": "2020-five",
    "version": 1,
    "answers": NO,
    "asked_by": "网格员",
    "signed": "paper",
}
PROOF = {"what": "proof", "kind": "nucleic_test", "sampled_at": "2020-03-23T08:00:00+08:00"}
SCREENED = {"what": "screening", "system": "平台", "result_code": "A1", "operator": "李"}
FOLLOWED = {"what": "follow_up", "day": 1, "reached": True, "status": "well", "called_by": "王"}
INVALIDATED = {"what": "proof_invalidated", "proof_id": ID}


def reading(code: str, value: Any, **more: Any) -> dict[str, Any]:
    return {"what": "measured", "readings": [{"code": code, "value": value, **more}]}


GOOD = [
    DECLARED,
    PROOF,
    {"what": "proof", "kind": "health_code", "issued_on": "2020-03-23", "result": "green"},
    SCREENED,
    FOLLOWED,
    {"what": "follow_up", "day": 14, "reached": False, "called_by": "王"},
    INVALIDATED,
    reading("body_temperature", 300),
    reading("body_temperature", 450, site="ear", unit="tenth_celsius"),
    reading("body_temperature", "unreadable"),
    reading("oxygen", 97),
    reading("systolic", "unreadable", unit="mmhg"),
]
BAD: list[tuple[dict[str, Any], str, str]] = [
    ({}, "note-unknown", "content"),
    ({"what": "dreamt"}, "note-unknown", "content"),
    ({**DECLARED, "question_set": "1918-flu"}, "question-set-unknown", "declared.question_set"),
    ({**DECLARED, "version": 2}, "question-version-unknown", "declared.version"),
    ({**DECLARED, "answers": {}}, "answer-missing", f"declared.answers.{FIVE_OF_2020.codes[0]}"),
    (
        {**DECLARED, "answers": {**NO, "likes_music": True}},
        "answer-unknown",
        "declared.answers.likes_music",
    ),
    ({**DECLARED, "answers": {**NO, "met_case": 1}}, "bool_type", "declared.answers.met_case"),
    ({**DECLARED, "signed": "seal"}, "enum", "declared.signed"),
    (reading("body_temperature", 36), "temperature-in-degrees", "measured.readings.0.value"),
    (reading("body_temperature", 36.5), "temperature-in-degrees", "measured.readings.0.value"),
    (reading("body_temperature", 98), "temperature-in-fahrenheit", "measured.readings.0.value"),
    (reading("body_temperature", 98.6), "temperature-in-fahrenheit", "measured.readings.0.value"),
    (reading("body_temperature", 986), "temperature-in-fahrenheit", "measured.readings.0.value"),
    (reading("body_temperature", 299), "temperature-invalid", "measured.readings.0.value"),
    (reading("body_temperature", 451), "temperature-invalid", "measured.readings.0.value"),
    (reading("body_temperature", 365.5), "temperature-invalid", "measured.readings.0.value"),
    (reading("body_temperature", [365]), "int_type", "measured.readings.0.value"),
    (reading("body_temperature", "36.5"), "int_type", "measured.readings.0.value"),
    (reading("pulse", 19), "measure-out-of-range", "measured.readings.0.value"),
    (reading("pulse", 72.5), "measure-out-of-range", "measured.readings.0.value"),
    (reading("pulse", 72, unit="percent"), "unit-misfit", "measured.readings.0.unit"),
    (reading("pulse", 72, site="ear"), "site-misfit", "measured.readings.0.site"),
    (reading("mood", 1), "enum", "measured.readings.0.code"),
    ({"what": "measured", "readings": []}, "too_short", "measured.readings"),
    ({"what": "proof", "kind": "nucleic_test"}, "proof-undated", "proof.issued_on"),
    ({**PROOF, "kind": "horoscope"}, "enum", "proof.kind"),
    ({**PROOF, "issuing_region": "21122"}, "string_pattern_mismatch", "proof.issuing_region"),
    ({**PROOF, "valid_until": "2020-04-01"}, "extra_forbidden", "proof.valid_until"),
    ({**SCREENED, "result_code": "阳 性"}, "string_pattern_mismatch", "screening.result_code"),
    ({**FOLLOWED, "reached": False}, "follow-up-unclear", "follow_up.status"),
    ({**FOLLOWED, "status": None}, "follow-up-unclear", "follow_up.status"),
    ({**FOLLOWED, "day": 0}, "greater_than_equal", "follow_up.day"),
]


def refuse(model: Any, data: dict[str, Any]) -> tuple[str, str, str, str]:
    """Type, field, and both sentences of the first error."""
    with pytest.raises(ValidationError) as refused:
        model.model_validate(data)
    error = refused.value.errors()[0]
    with speaking("zh"):
        zh = describe_field(error)
    with speaking("en"):
        en = describe_field(error)
    return error["type"], zh.field, zh.message, en.message


@pytest.mark.parametrize("content", GOOD)
def test_good_contents_are_sealed_whole(content: dict[str, Any]) -> None:
    split = split_payload(WorkerHealthNoted.model_validate({"content": content}))
    assert split.public == {}
    ((about, sealed),) = split.personal.items()
    assert (about, sealed["content"]["what"]) == (("worker", "health"), content["what"])


@pytest.mark.parametrize(("content", "code", "place"), BAD)
def test_bad_contents_are_refused_with_the_place(
    content: dict[str, Any], code: str, place: str
) -> None:
    found, field, zh, en = refuse(WorkerHealthNoted, {"content": content})
    assert (found, field.removeprefix("content.")) == (code, place)
    assert "内容不符合要求" not in zh
    assert zh != en
    assert "dreamt" not in zh + en


def test_every_sort_has_a_good_one() -> None:
    assert {each["what"] for each in GOOD} == {each.value for each in NoteWhat}


def test_every_code_has_a_measure() -> None:
    assert set(MEASURES) == set(MeasureCode)


def test_question_sets_are_told_apart() -> None:
    keys = [(each.code, each.version) for each in QUESTION_SETS]
    assert len(set(keys)) == len(keys)
    assert (list_versions("2020-five"), list_versions("none")) == ((1,), ())
    assert get_question_set("2020-five", 1) is FIVE_OF_2020
    assert len(FIVE_OF_2020.codes) == len(set(FIVE_OF_2020.codes)) == 5


@pytest.mark.parametrize(("value", "again"), [(349, True), (350, False), ("unreadable", False)])
def test_a_low_reading_asks_for_another(*, value: Any, again: bool) -> None:
    note = WorkerHealthNoted.model_validate({"content": reading("body_temperature", value)})
    assert asks_again(note.content) is again
    assert asks_again(WorkerHealthNoted.model_validate({"content": SCREENED}).content) is False


# --- holds, remarks and ends ----------------------------------------------------------------------
HELD = {"action": "held", "hold_id": ID, "reason": "证件过期", "reason_class": "document"}
RELEASED = {"action": "released", "hold_id": ID}
CALL = {"person": "钱", "post": "科长", "approved_at": "2020-03-24T08:00:00+08:00"}
LEFT = {"passenger_id": ID, "place": "服务区"}
GIVEN = {"passenger_id": ID, "end": "given_on", "given_to": "police", "unit": "派出所"}
NOTED = {"passenger_id": ID, "what": "fever"}
MISFITS: list[tuple[Any, dict[str, Any], str, str]] = [
    (WorkerTravelChanged, {**HELD, "reason": None}, "hold-unexplained", "reason"),
    (WorkerTravelChanged, {**HELD, "reason_class": None}, "hold-unexplained", "reason_class"),
    (WorkerTravelChanged, {**HELD, **CALL}, "travel-misfit", "person"),
    (WorkerTravelChanged, {**RELEASED, "may_release": "卫健"}, "travel-misfit", "may_release"),
    (WorkerTravelChanged, {**RELEASED, "action": "paused"}, "enum", "action"),
    (PassengerLeft, {"passenger_id": ID}, "left-unclear", "place"),
    (PassengerLeft, {**GIVEN, "unit": None}, "left-unclear", "unit"),
    (PassengerLeft, {**GIVEN, "given_to": None}, "left-unclear", "given_to"),
    (PassengerLeft, {**LEFT, "unit": "派出所"}, "left-given-on", "end"),
    (PassengerLeft, {**LEFT, "note": "发热"}, "left-given-on", "end"),
    (PassengerLeft, {**LEFT, "end": "own_way", "given_to": "police"}, "left-given-on", "end"),
    (PassengerNoted, {**NOTED, "what": "remark"}, "remark-empty", "remark"),
    (PassengerNoted, {**NOTED, "what": "injury"}, "remark-empty", "remark"),
    (PassengerNoted, {**NOTED, "what": "symptoms"}, "remark-empty", "symptoms"),
    (PassengerNoted, {"passenger_id": ID}, "missing", "what"),
]


@pytest.mark.parametrize(("model", "data", "code", "field"), MISFITS)
def test_what_does_not_fit_is_refused(
    model: Any, data: dict[str, Any], code: str, field: str
) -> None:
    found, place, zh, en = refuse(model, data)
    assert (found, place) == (code, field)
    assert zh != en


@pytest.mark.parametrize(
    ("model", "data", "public"),
    [
        (WorkerTravelChanged, HELD, {"action": "held", "hold_id": ID}),
        (WorkerTravelChanged, {**RELEASED, "reason": "换好"}, RELEASED),
        (PassengerLeft, LEFT, {"passenger_id": ID}),
        (PassengerLeft, GIVEN, {"passenger_id": ID, "end": "given_on"}),
        (
            PassengerNoted,
            {**NOTED, "temperature": 386, "seat_row": 3, "seat_column": 1},
            {"passenger_id": ID, "seat_row": 3, "seat_column": 1},
        ),
    ],
)
def test_what_is_public(model: Any, data: dict[str, Any], public: dict[str, Any]) -> None:
    assert split_payload(model.model_validate(data)).public == public


def test_all_of_a_note_is_declared_sealed() -> None:
    declared = declarations(WorkerHealthNoted)
    assert [str(each.personal_class) for each in declared.values()] == ["health"]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("content", "place"),
    [
        ({**DECLARED, "answers": {**NO, "昨夜发热": True}}, "declared.answers.?.[key]"),
        ({**DECLARED, "answers": {**NO, "met_case": "x"}}, "declared.answers.met_case"),
        ({**DECLARED, "昨夜发热": True}, "declared.?"),
        ({**DECLARED, "fever_at": "x"}, "declared.fever_at"),
    ],
)
def test_a_name_that_the_sender_made_up_is_not_repeated(
    content: dict[str, Any], place: str
) -> None:
    """Of an event's contents, where it does not look like the name of a field."""
    with pytest.raises(ValidationError) as refused:
        WorkerHealthNoted.model_validate({"content": content})
    (found,) = {describe_field(each, is_event=True).field for each in refused.value.errors()}
    assert found == f"content.{place}"
    assert "昨夜发热" not in describe_field(refused.value.errors()[0], is_event=True).message

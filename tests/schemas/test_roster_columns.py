import pytest

from schemas.roster.columns import (
    STAFF_FIELDS,
    SYNONYMS,
    Field,
    find_field,
    get_heading,
    make_staff_mapping,
    normalise_heading,
    read_mapping,
)


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("*姓 名", Field.NAME),
        ("姓\n名", Field.NAME),
        ("姓　名※", Field.NAME),
        ("身份证\n号码(必填)", Field.ID_NUMBER),
        ("身份证号码（18位）", Field.ID_NUMBER),
        ("【身份证号】", Field.ID_NUMBER),
        ("公民身份号码：", Field.ID_NUMBER),
        ("1.姓名", Field.NAME),
        ("二、身份证号", Field.ID_NUMBER),
        ("本人手机号 *", Field.PHONE),
        ("电话（手机）", Field.PHONE),
        ("村 (社区)", Field.VILLAGE),
        ("村/社区", Field.VILLAGE),
        ("所属乡镇(街道)", Field.TOWNSHIP),
        ("乡（镇）", Field.TOWNSHIP),
        ("男/女", Field.GENDER),
        ("性       别", Field.GENDER),
        ("前往城市", Field.DESTINATION),
        ("务工企业(全称)", Field.EMPLOYER),
        ("目的地行政区划代码", Field.DESTINATION_CODE),
        ("拟返岗\n时间", Field.DEPARTURE_DATE),
        ("身体状况(体温℃)", Field.HEALTH),
        ("家属电话", Field.EMERGENCY_PHONE),
        ("电话（家属）", Field.EMERGENCY_PHONE),
        ("联系电话（紧急联系人）", Field.EMERGENCY_PHONE),
        ("监护人身份证号", Field.GUARDIAN_ID),
        ("身份证号（监护人）", Field.GUARDIAN_ID),
        ("未返岗原因", Field.NOT_RETURNED_REASON),
        ("ＮＯ.", Field.SERIAL),
        ("id_number", Field.ID_NUMBER),
        ("年龄(岁)", Field.AGE),
        ("监护人姓名", None),
        ("姓名（户主）", None),
        ("户主身份证号", None),
        ("企业联系电话", None),
        ("电话（企业）", None),
        ("联系人", None),
        ("紧急联系人", None),
        ("是否党员", None),
        ("核酸日期", None),
        ("", None),
    ],
)
def test_find_field(heading: str, field: Field | None) -> None:
    assert find_field(heading) is field


@pytest.mark.parametrize(
    ("group", "heading", "field"),
    [
        ("务工地", "省", Field.DESTINATION_PROVINCE),
        ("务工地", "市", Field.DESTINATION_CITY),
        ("基本信息", "姓名", Field.NAME),
        ("本人信息", "联系电话", Field.PHONE),
        ("监护人", "身份证号", Field.GUARDIAN_ID),
        ("监护人信息", "身份证号码", Field.GUARDIAN_ID),
        ("监护人信息", "姓名", None),
        ("紧急联系人", "电话", Field.EMERGENCY_PHONE),
        ("紧急联系人", "姓名", None),
        ("企业信息", "联系电话", None),
        ("用工单位信息", "企业名称", Field.EMPLOYER),
    ],
)
def test_find_field_below_a_group(group: str, heading: str, field: Field | None) -> None:
    assert find_field(heading, group) is field


def test_every_synonym_means_one_field() -> None:
    meanings: dict[str, set[Field]] = {}
    for field, synonyms in SYNONYMS.items():
        for synonym in synonyms.split():
            meanings.setdefault(normalise_heading(synonym), set()).add(field)
    assert {text: fields for text, fields in meanings.items() if len(fields) > 1} == {}
    assert "" not in meanings


def test_every_field_has_a_heading_that_is_understood() -> None:
    of_rosters = set(Field) - STAFF_FIELDS
    assert {field: find_field(get_heading(field)) for field in of_rosters} == {
        field: field for field in of_rosters
    }


def test_where_staff_are_now_is_asked_of_enterprises_only() -> None:
    """In a village's roster the same headings say where the house is."""
    headings = ("现在地", "滞留地点", "现居住地", "目前所在地（省市）")
    assert [find_field(heading) for heading in headings] == [None] * 4
    told = read_mapping(make_staff_mapping())
    assert [told[normalise_heading(heading)] for heading in headings] == [Field.CURRENT_PLACE] * 4


def test_read_mapping() -> None:
    assert read_mapping({" 联系 方法*": "phone", "身份证号码": "ignore"}) == {
        "联系方法": Field.PHONE,
        "身份证号码": None,
    }
    with pytest.raises(ValueError, match="telephone"):
        read_mapping({"联系方法": "telephone"})

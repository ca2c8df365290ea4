from collections import Counter

import pytest

from schemas.divisions import reading, table
from schemas.divisions.table import divisions_by_code

TIELING_COUNTY = "211221"

TIELING_TOWNSHIPS = {
    "211221101": ("新台子镇", "镇"),
    "211221102": ("阿吉镇", "镇"),
    "211221103": ("平顶堡镇", "镇"),
    "211221104": ("大甸子镇", "镇"),
    "211221105": ("凡河镇", "镇"),
    "211221106": ("腰堡镇", "镇"),
    "211221107": ("镇西堡镇", "镇"),
    "211221108": ("蔡牛镇", "镇"),
    "211221109": ("李千户镇", "镇"),
    "211221110": ("熊官屯镇", "镇"),
    "211221111": ("横道河子镇", "镇"),
    "211221112": ("双井子镇", "镇"),
    "211221208": ("鸡冠山乡", "乡"),
    "211221209": ("白旗寨满族乡", "民族乡"),
    "211221400": ("如意湖街道", "街道"),
    "211221402": ("莲花湖街道", "街道"),
}

TOWNSHIPS = {
    "211221105": "211221105",
    "凡河镇": "211221105",
    " 凡河 ": "211221105",
    "fh": "211221105",
    "ＦＨ": "211221105",
    "铁岭县凡河镇": "211221105",
    "辽宁省铁岭市铁岭县凡河镇": "211221105",
    "李千户": "211221109",
    "李千户乡": "211221109",
    "lqh": "211221109",
    "pdb": "211221103",
    "pdp": "211221103",
    "白旗寨": "211221209",
    "白旗寨满族乡": "211221209",
    "如意湖": "211221400",
    "莲花湖街道办事处": "211221402",
}


def test_tieling_county_has_exactly_its_sixteen_townships() -> None:
    units = table.list_divisions(TIELING_COUNTY)
    assert {unit.code: (unit.name, unit.kind) for unit in units} == TIELING_TOWNSHIPS


def test_counts_are_those_of_the_published_list() -> None:
    """34 provinces; 333 cities and the five sums of municipalities; 2,845 counties since 2025."""
    levels = Counter(division.level for division in divisions_by_code().values())
    assert levels == {"province": 34, "city": 338, "county": 2845, "township": 16}


def test_kinds_are_those_of_the_published_list() -> None:
    kinds = Counter((unit.level, unit.kind) for unit in divisions_by_code().values())
    assert kinds == {
        ("province", "省"): 23,
        ("province", "自治区"): 5,
        ("province", "直辖市"): 4,
        ("province", "特别行政区"): 2,
        ("city", "地级市"): 293,
        ("city", "自治州"): 30,
        ("city", "地区"): 7,
        ("city", "盟"): 3,
        ("city", "市辖区"): 4,
        ("city", "县"): 1,
        ("county", "市辖区"): 976,
        ("county", "县级市"): 397,
        ("county", "县"): 1301,
        ("county", "自治县"): 117,
        ("county", "旗"): 49,
        ("county", "自治旗"): 3,
        ("county", "林区"): 1,
        ("county", "特区"): 1,
        ("township", "镇"): 12,
        ("township", "乡"): 1,
        ("township", "民族乡"): 1,
        ("township", "街道"): 2,
    }


def test_every_parent_exists_and_lists_its_children() -> None:
    listed = list(table.list_divisions())
    for unit in listed:
        listed.extend(table.list_divisions(unit.code))
    assert sorted(unit.code for unit in listed) == sorted(divisions_by_code())


@pytest.mark.parametrize(
    ("code", "level", "parent", "kind", "name"),
    [
        ("210000", "province", None, "省", "辽宁省"),
        ("110100", "city", "110000", "市辖区", "北京市"),
        ("110105", "county", "110100", "市辖区", "北京市朝阳区"),
        ("500235", "county", "500200", "县", "重庆市云阳县"),
        ("429004", "county", "420000", "县级市", "湖北省仙桃市"),
        ("441900", "city", "440000", "地级市", "广东省东莞市"),
        ("653229", "county", "653200", "县", "新疆维吾尔自治区和田地区和安县"),
        ("820000", "province", None, "特别行政区", "澳门特别行政区"),
        ("211221105", "township", "211221", "镇", "辽宁省铁岭市铁岭县凡河镇"),
    ],
)
def test_a_division_knows_its_place(
    code: str, level: str, parent: str | None, kind: str, name: str
) -> None:
    unit = table.get_division(code)
    assert unit is not None
    assert (unit.level, unit.parent, unit.kind) == (level, parent, kind)
    assert table.full_name(code) == name


@pytest.mark.parametrize("code", ["", "21", "211222", "429000", "999999", "211221999"])
def test_what_is_not_in_the_table_is_no_division(code: str) -> None:
    assert table.get_division(code) is None
    assert table.list_divisions(code) == ()
    with pytest.raises(KeyError):
        table.full_name(code)


@pytest.mark.parametrize(("text", "code"), TOWNSHIPS.items())
def test_a_township_is_found_in_every_usual_form(text: str, code: str) -> None:
    assert reading.find_township(TIELING_COUNTY, text) == code


@pytest.mark.parametrize("code", TIELING_TOWNSHIPS)
def test_each_township_is_found_by_code_and_name(code: str) -> None:
    name = TIELING_TOWNSHIPS[code][0]
    assert reading.find_township(TIELING_COUNTY, code) == code
    assert reading.find_township(TIELING_COUNTY, name) == code
    assert reading.find_township(TIELING_COUNTY, table.full_name(code)) == code


@pytest.mark.parametrize(
    ("county", "text"),
    [
        (TIELING_COUNTY, ""),
        (TIELING_COUNTY, "镇"),
        (TIELING_COUNTY, "凡"),
        (TIELING_COUNTY, "大甸"),
        (TIELING_COUNTY, "105"),
        (TIELING_COUNTY, "211221113"),
        (TIELING_COUNTY, "铁岭县"),
        (TIELING_COUNTY, "西丰县凡河镇"),
        ("211223", "凡河镇"),
        ("211223", "211221105"),
        ("2112", "凡河镇"),
        ("", "凡河镇"),
    ],
)
def test_no_township_is_guessed(county: str, text: str) -> None:
    assert reading.find_township(county, text) is None


@pytest.mark.parametrize(
    ("code", "known"),
    [
        ("211221", True),
        ("211222", True),  # 开原县, until 1988
        ("211203", True),  # 铁法区, until 1986
        ("500112", True),  # 渝北区, until 2025
        ("110100", True),
        ("110103", True),
        ("810000", True),
        ("211299", False),
        ("999999", False),
        ("211221105", False),
        ("21122", False),
        ("", False),
    ],
)
def test_known_areas_are_those_of_today_and_of_old_cards(code: str, known: bool) -> None:  # noqa: FBT001 - a table's column
    assert table.is_known_area(code) is known


def test_provinces() -> None:
    prefixes = [f"{number:02}" for number in range(100)]
    assert " ".join(prefix for prefix in prefixes if table.is_province(prefix)) == (
        "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 "
        "50 51 52 53 54 61 62 63 64 65 71 81 82"
    )
    assert not table.is_province("2100")

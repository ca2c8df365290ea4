import json
from pathlib import Path
from typing import Any

import pytest

from schemas.divisions import reading, table
from schemas.divisions.reading import longest_alias
from schemas.divisions.table import divisions_by_code, short_name

EXPECTED = Path(__file__).parents[3] / "shared/samples/rosters/expected.json"

DESTINATIONS = {
    # as rosters have them
    "山东省青岛市": "370200",
    "北京市": "110100",
    "重庆市": "500100",
    "广东省": "440000",
    # without suffixes, and more exact
    "青岛": "370200",
    "北京": "110100",
    "西安": "610100",
    "广东深圳": "440300",
    "江苏苏州昆山": "320583",
    "江苏昆山": "320583",
    "苏州市昆山市开发区": "320583",
    "江苏昆山富士康": "320583",
    "深圳富士康": "440300",
    "上海浦东": "310115",
    "浦东新区": "310115",
    "海淀": "110108",
    "宁波北仑": "330206",
    "沈阳和平": "210102",
    "台州路桥": "331004",
    "内蒙古呼和浩特": "150100",
    "延边州": "222400",
    "黔西南": "522300",
    "吉林": "220000",
    "吉林吉林": "220200",
    "海南": "460000",
    "河北": "130000",
    "铁岭": "211200",
    "铁岭市铁岭县凡河镇": "211221",
    "香港": "810000",
    # units without counties, or without a city
    "广东省东莞市长安镇": "441900",
    "海南儋州": "460400",
    "嘉峪关": "620200",
    "湖北省仙桃市": "429004",
    "河南济源": "419001",
    "石河子": "659001",
    "重庆云阳": "500235",
    # a parent decides
    "北京市朝阳区": "110105",
    "北京朝阳": "110105",
    "辽宁朝阳": "211300",
    "辽宁省朝阳市朝阳县": "211321",
    "天津河北": "120105",
    "攀枝花东区": "510402",
    "江苏鼓楼区": "320000",
    "北京朝阳或海淀": "110100",
    # cut in the right place
    "青岛市南": "370202",
    "青岛市南京路": "370200",
    "天津河西务镇": "120100",
    "上海市南京东路": "310100",
    "深圳光明集团": "440300",
    "上海外高桥": "310100",
    "北京市市辖区海淀区": "110108",
    # written in other ways
    " 北 京 市 ": "110100",
    "去深圳": "440300",
    "山东、青岛": "370200",
    "深圳(宝安)": "440306",
    "昆山（苏州）": "320583",
    "210100": "210100",
    # abolished names tell the city
    "渝北": "500100",
    "重庆渝北": "500100",
    "上海闸北": "310100",
}

NO_DESTINATION = [
    "",
    "待定",
    "外省",
    "本市",
    "富士康",
    # shared by several places
    "朝阳",
    "鼓楼区",
    "中山",
    "城区",
    "江北区",
    # two places
    "青岛或大连",
    "沈阳大连",
    "山东青岛大连",
    "山东省青岛市或大连市",
    "广州市，佛山市",
    "青岛市黄岛区、大连市",
    "沈阳市开原市",
    # somewhere else, or something else
    "沈阳以外",
    "沈阳周边",
    "不去深圳",
    "南京路",
    "昆山富士康",
    "999999",
    "211221105",
    "北京" * 51,
]


@pytest.mark.parametrize(("text", "code"), DESTINATIONS.items())
def test_a_destination_text_gives_its_most_exact_place(text: str, code: str) -> None:
    assert reading.find_destination(text) == code


@pytest.mark.parametrize("text", NO_DESTINATION)
def test_a_doubtful_destination_text_gives_nothing(text: str) -> None:
    assert reading.find_destination(text) is None


def test_every_full_name_is_its_own_destination() -> None:
    """Of all 3,217 units; a municipality's two upper codes are both its city."""
    wrong = {
        code: found
        for code, unit in divisions_by_code().items()
        if unit.level != "township"
        and (found := reading.find_destination(table.full_name(code))) != code
    }
    assert wrong == {
        "110000": "110100",
        "120000": "120100",
        "310000": "310100",
        "500000": "500100",
        "500200": "500100",
    }


def test_every_chain_of_short_names_is_read_except_where_two_units_share_it() -> None:
    """辽宁铁岭开原 and its like, for every city and county of the country."""
    texts = {
        _shorten(unit): code
        for code, unit in divisions_by_code().items()
        if unit.level in {"city", "county"}
    }
    read = {text: reading.find_destination(text) for text in texts}
    wrong = {text: read[text] for text, code in texts.items() if read[text] != code}
    assert len(texts) > 3100
    assert wrong == {
        "重庆重庆": "500100",  # the sum of the counties, which is no place
        "甘肃临夏临夏": "622900",
        "新疆和田和田": "653200",
        "新疆伊犁伊宁": "654000",
    }


def _shorten(unit: table.Division) -> str:
    """Short names from the province down; the code between 北京 and its districts is left out."""
    above = table.get_division(unit.parent) if unit.parent else None
    if above and above.level == "city" and above.kind in {"市辖区", "县"}:
        above = table.get_division(above.code[:2] + "0000")
    return (_shorten(above) if above else "") + short_name(unit.name)


@pytest.mark.skipif(not EXPECTED.exists(), reason="the shared samples are not beside the checkout")
def test_every_destination_of_the_samples_gives_its_code() -> None:
    pairs = set(_list_destinations(json.loads(EXPECTED.read_text(encoding="utf-8"))))
    assert len(pairs) > 5
    assert {(text, reading.find_destination(text)) for text, _code in pairs} == pairs


def _list_destinations(value: Any) -> list[tuple[str, str]]:
    if isinstance(value, list):
        return [pair for item in value for pair in _list_destinations(item)]
    if not isinstance(value, dict):
        return []
    own = [(value["destination"], value["destination_code"])] if "destination" in value else []
    return own + [pair for item in value.values() for pair in _list_destinations(item)]


def test_a_long_text_is_cheap_to_refuse() -> None:
    """A reader that tried every cut at every depth would not come back from these."""
    assert longest_alias() < 20
    for text in ("青岛、大连" * 20, "和北京" * 33, "吉林市" * 32 + "大连市"):
        assert reading.find_destination(text) is None

"""Where people are at home, and whose bureau is written to."""

import pytest

from service.stranded.rules import find_bureau, find_home, name_home
from tests.factories import COUNTY, make_id_number

HOMES = {
    # first six digits: home, its name, the bureau
    "211221": ("211221", "辽宁省铁岭市铁岭县", None),
    "411302": ("411302", "河南省南阳市宛城区", "411302"),
    "110105": ("110105", "北京市朝阳区", "110105"),
    "441900": ("441900", "广东省东莞市", "441900"),
    "412723": ("412723", None, "410000"),
    "210102": ("210102", "辽宁省沈阳市和平区", "210102"),
    "710000": ("710000", "台湾省", None),
    "830000": (None, None, None),
    "911221": (None, None, None),
}


@pytest.mark.parametrize("area", HOMES)
def test_homes(area: str) -> None:
    """Former codes go to what is left of them; permits name no home."""
    home = find_home(make_id_number(area=area))
    assert (home, name_home(home), find_bureau(home, county_code=COUNTY)) == HOMES[area]

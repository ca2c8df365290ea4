"""What each role may do, asked over HTTP: every route of this feature and of places, every role."""

from typing import Any

import pytest

from schemas.permissions import Role
from tests.factories import World

pytestmark = pytest.mark.tables

ONLY_ADMINISTRATORS = {Role.ADMINISTRATOR}
ONLY_COORDINATORS = {Role.COUNTY_COORDINATOR}
NOBODY = "01710a3e-2400-7000-8000-000000000001"
ROUTES: list[tuple[str, str, Any, set[Role], int]] = [
    ("GET", "/v1/me", None, set(Role), 200),
    ("GET", "/v1/divisions", None, set(Role), 200),
    ("GET", "/v1/divisions/211221105", None, set(Role), 200),
    ("GET", "/v1/accounts", None, ONLY_ADMINISTRATORS, 200),
    ("POST", "/v1/accounts", {}, ONLY_ADMINISTRATORS, 422),
    ("POST", f"/v1/accounts/{NOBODY}/disable", None, ONLY_ADMINISTRATORS, 404),
    ("GET", "/v1/escorts", None, ONLY_COORDINATORS, 200),
    ("POST", f"/v1/accounts/{NOBODY}/trips", {"trip_ids": []}, ONLY_COORDINATORS, 404),
    ("POST", "/v1/logout", None, set(Role), 204),
]


@pytest.mark.parametrize("role", Role)
def test_routes_by_role(world: World, role: Role) -> None:
    client = world.client(role)
    found = {
        (method, path): client.request(method, path, body=body).status_code
        for method, path, body, _allowed, _status in ROUTES
    }
    assert found == {
        (method, path): status if role in allowed else 403
        for method, path, _body, allowed, status in ROUTES
    }


def test_refusals_name_the_permission_in_both_languages(world: World) -> None:
    answers = {
        language: world.client(Role.ESCORT, language=language).get("/v1/accounts").json()
        for language in ("zh", "en")
    }
    assert {language: each["title"] for language, each in answers.items()} == {
        "zh": "没有此项权限",
        "en": "not permitted",
    }
    assert {str(each["facts"]) for each in answers.values()} == {"{'permission': 'account:read'}"}

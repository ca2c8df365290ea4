from schemas.permissions import Role
from tests.factories import World


def test_me(world: World) -> None:
    clerk = world.client(Role.TOWNSHIP_CLERK)
    answer = clerk.get("/v1/me")
    assert answer.status_code == 200, answer.text
    print(answer.json())

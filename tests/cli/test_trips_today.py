"""`fangang trip today` against a real server: order, words, exit code, watching, a server that is away."""

from typing import Any

import pytest

from cli.api import Api, make_api
from cli.exits import CommandError, ExitCode
from cli.trips.today import read_day, watch
from schemas.permissions import Role
from tests.cli.client_commands import Desk
from tests.factories import World
from tests.service.trips.scenes import Scene

DAY = "2020-03-24"


@pytest.fixture
def scene(desk: Desk, world: World) -> Scene:
    made = Scene(world)
    desk.sit_down(made.coordinator)
    return made


def number(scene: Scene, trip: Any) -> str:
    return str(scene.trip(trip)["number"])


def today(desk: Desk, *more: str) -> Any:
    return desk.run("trip", "today", "--on", DAY, *more)


def test_a_day_without_trips(desk: Desk, scene: Scene) -> None:
    assert scene.coordinator.token
    shown = today(desk)
    assert (shown.code, shown.out, shown.err) == (0, "", "2020-03-24 没有专车。\n")


def test_what_needs_somebody_comes_first_with_what_to_do(desk: Desk, scene: Scene) -> None:
    calm, held = scene.departed(1), scene.departed(1)
    scene.tell(held.trip, "trip.held_up", reason="合成：雾")
    shown = today(desk)
    lines = shown.out.splitlines()
    assert shown.code == ExitCode.NEEDS_SOMEBODY
    assert lines[0].startswith("2020-03-24 专车 2 趟：需要处理 1（急 1），在途 2，已交接 0。")
    assert lines[1].startswith(
        f"{number(scene, held.trip)}  辽M70001  途中受阻  凡河镇政府 → 厂门0"
    )
    assert lines[2].startswith("  [急] 途中受阻（自 2020-03-24 ")
    assert lines[2].endswith("：联系领队，问清原因和预计放行时间。")
    assert lines[3] == "  领队：合成领队 15498000001"
    assert lines[4].startswith("  驾驶员：")
    assert lines[5].startswith("  最后消息：途中受阻 2020-03-24 ")
    assert lines[6].startswith(f"{number(scene, calm.trip)}  辽M12345  在途")
    assert len(lines) == 7


def test_english(desk: Desk, scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    held = scene.departed(1)
    scene.tell(held.trip, "trip.held_up", reason="合成：雾")
    monkeypatch.setenv("FANGANG_LANG", "en")
    lines = today(desk).out.splitlines()
    assert lines[0].startswith("2020-03-24: 1 trips, 1 need somebody (1 now), 1 under way, 0 done.")
    assert lines[2].startswith("  [!] held up (since 2020-03-24 ")


def test_what_is_not_red_ends_with_0(desk: Desk, scene: Scene) -> None:
    scene.locked(1)
    shown = today(desk)
    assert (shown.code, "[急]" in shown.out) == (0, False)
    assert "  有人未通知到（自 " in shown.out


def test_json_is_the_servers_rows(desk: Desk, scene: Scene) -> None:
    scene.locked(1, hours=-0.2)
    scene.world.clock.advance(hours=2)
    shown = today(desk, "--json")
    assert shown.code == ExitCode.NEEDS_SOMEBODY
    (row,) = shown.json["items"]
    assert row["needs"][0]["code"] == "should-have-left"


def test_an_account_without_trips_is_told(desk: Desk, world: World, scene: Scene) -> None:
    desk.sit_down(world.client(Role.ADMINISTRATOR))
    assert today(desk).code == ExitCode.PERMISSION
    assert scene.now


@pytest.mark.parametrize("text", ["morgen", "2020-13-01", "24.3.2020"])
def test_what_is_no_day(text: str) -> None:
    with pytest.raises(CommandError, match="请写成 2020-03-24"):
        read_day(text)


class Rounds:
    """What happens between two looks of a watch."""

    def __init__(self, *acts: Any) -> None:
        self._acts = list(acts)

    def __call__(self, _seconds: float) -> None:
        self._acts.pop(0)()


def _look(desk: Desk, api: Api, rounds: Rounds, count: int) -> tuple[ExitCode, str, str]:
    desk.capsys.readouterr()
    code = watch(api, read_day(DAY), rounds=count, pause=rounds)
    shown = desk.capsys.readouterr()
    return code, shown.out, shown.err


def test_a_watch_writes_what_changed(desk: Desk, scene: Scene) -> None:
    ride = scene.departed(1)

    def hold() -> None:
        scene.tell(ride.trip, "trip.held_up", reason="合成：雾")

    with make_api(desk.server, token=scene.coordinator.token) as api:
        code, out, err = _look(desk, api, Rounds(lambda: None, hold, lambda: None), 4)
    assert (code, err) == (ExitCode.NEEDS_SOMEBODY, "")
    assert out.count("专车 1 趟") == 2, "once at the beginning, once for the change"


def test_a_watch_goes_on_when_the_server_is_away(desk: Desk, scene: Scene) -> None:
    scene.departed(1)
    with make_api(desk.server, token=scene.coordinator.token) as api:
        api._pause = lambda _: None
        client, gone = api._client, make_api("http://127.0.0.1:9", token="x")._client

        def use(other: Any) -> Any:
            return lambda: setattr(api, "_client", other)

        rounds = Rounds(use(gone), lambda: None, use(client))
        code, out, err = _look(desk, api, rounds, 4)
    assert code == ExitCode.OK
    assert err.count("连接中断，以上是 ") == 1
    assert out.count("专车 1 趟") == 2, "and once more when the server is back"


def test_a_watch_ends_when_the_login_does(desk: Desk, scene: Scene) -> None:
    assert scene.coordinator.token
    with make_api(desk.server, token="fg_211221_x") as api, pytest.raises(CommandError) as found:
        watch(api, read_day(DAY), rounds=2, pause=Rounds(lambda: None))
    assert found.value.exit_code == ExitCode.PERMISSION

"""`fangang trip event … 发车` of a coach on which nobody was recorded, or of whose list somebody is neither
aboard nor absent: asked about, and not sent unasked.
"""

import pytest

from schemas.events.kinds import StreamKind
from tests.cli.client_commands import Desk, Shown
from tests.cli.trip_scenes import Coach, LoadedCoach
from tests.pictures import PHONE_JPEG

ASKED = "车上没有人登记上车；现在发车，会记为例外。确定发车？(y/N) "
ASKED_ENGLISH = (
    "Nobody is recorded aboard; a departure now is an exception. Depart all the same? (y/N) "
)
UNASKED = (
    "没有登记发车：车上没有人登记上车（不在终端中，不能询问）。"
    "请先登记上车；确定发车，请加 --yes。\n"
)
UNASKED_ENGLISH = (
    "No departure was recorded: nobody is recorded aboard, and nobody to ask here. "
    "Record who is aboard first; to send it all the same, add --yes.\n"
)


@pytest.fixture
def coach(desk: Desk, built_coach: LoadedCoach) -> Coach:
    """Locked, an hour before anybody comes aboard."""
    coach = built_coach.seen_from(desk)
    coach.scene.tell(coach.trip_id, "manifest.locked")
    return coach


def list_kinds(coach: Coach) -> list[str]:
    bodies = coach.scene.world.list_bodies(StreamKind.TRIP, coach.trip_id)
    return [each["kind"] for each in bodies]


def depart_at_terminal(coach: Coach, *more: str, typed: str) -> Shown:
    """By the standing clock."""
    words = ("trip", "event", coach.number, "发车", "--at", coach.at, *more)
    return coach.desk.run_at_terminal(*words, typed=typed)


@pytest.mark.parametrize("answer", ["n\n", "\n", "", "好\n"])
def test_a_no_sends_nothing(coach: Coach, answer: str) -> None:
    """Nor is a file uploaded before the answer."""
    before = list_kinds(coach)
    (coach.desk.folder / "空车.jpg").write_bytes(PHONE_JPEG)
    shown = depart_at_terminal(coach, "--attach", "空车.jpg", typed=answer)
    declined = "已取消，没有登记发车。请先登记上车（点名、上车）。\n"
    assert (shown.code, shown.out, shown.err) == (2, "", ASKED + declined)
    assert (list_kinds(coach), coach.run("attachments", "--json").json) == (before, [])
    assert coach.scene.trip(coach.trip_id)["state"] == "locked"


@pytest.mark.parametrize("answer", ["y\n", "YES\n", "是\n"])
def test_a_yes_sends_it_with_its_exception(coach: Coach, answer: str) -> None:
    shown = depart_at_terminal(coach, typed=answer)
    assert (shown.code, shown.err) == (0, ASKED)
    assert "例外：发车时无人登记上车（照实登记；冲正或说明后才能归档）" in shown.out.splitlines()
    assert coach.scene.trip(coach.trip_id)["state"] == "in_transit"


def test_without_a_terminal_it_is_refused_unless_yes_is_said(coach: Coach) -> None:
    before = list_kinds(coach)
    refused = coach.tell("trip.departed", "--json")
    assert (refused.code, refused.out) == (2, "")
    assert refused.err == UNASKED
    assert list_kinds(coach) == before
    sent = coach.tell("发车", "--yes")
    assert (sent.code, sent.err) == (0, "")
    assert list_kinds(coach) == [*before, "trip.departed"]


def test_a_head_count_is_no_roll_call(coach: Coach) -> None:
    """Who counts three and recorded nobody is asked all the same."""
    assert coach.tell("发车", "--data", "aboard=3").code == 2


def test_with_yes_nobody_is_asked(coach: Coach) -> None:
    shown = depart_at_terminal(coach, "--yes", typed="n\n")
    assert (shown.code, shown.err) == (0, "")


def test_what_is_told_afterwards_is_not_asked_about(coach: Coach) -> None:
    shown = coach.tell("发车", "--afterwards")
    assert (shown.code, shown.err) == (0, "")
    assert coach.scene.trip(coach.trip_id)["state"] == "in_transit"


def board(coach: Coach, *places: int) -> None:
    coach.scene.board(coach.trip_id, [coach.passengers[each] for each in places])


def test_with_everybody_aboard_or_absent_it_goes_unasked(coach: Coach) -> None:
    board(coach, 0)
    assert coach.tell("未到", "--seat", "2").code == 0
    assert coach.tell("不准上车", "--seat", "3", "--data", "reason=合成").code == 0
    shown = coach.tell("发车")
    assert (shown.code, shown.err) == (0, "")


def test_who_is_neither_aboard_nor_absent_is_asked_about(coach: Coach) -> None:
    """One of them was checked in, the other is listed."""
    board(coach, 0)
    assert coach.tell("点名", "--seat", "2", "--data", "identity_shown=card").code == 0
    before = list_kinds(coach)
    refused = coach.tell("发车")
    assert (refused.code, refused.out) == (2, "")
    assert refused.err == (
        "没有登记发车：名册上还有 2 人没有结果（2、3号座）。"
        "请先登记“未到”或“不准上车”；仍要发车，请加 --yes。\n"
    )
    asked = "名册上还有 2 人没有结果（2、3号座）：先登记“未到”或“不准上车”。仍要发车？(y/N) "
    declined = depart_at_terminal(coach, typed="n\n")
    assert (declined.code, declined.err) == (
        2,
        f"{asked}已取消，没有登记发车。请先登记“未到”或“不准上车”。\n",
    )
    assert list_kinds(coach) == before
    assert depart_at_terminal(coach, typed="y\n").code == 0


def test_who_was_refused_at_the_door_is_in_the_way_of_closing_until_denied(coach: Coach) -> None:
    board(coach, 0, 1)
    before = coach.at
    coach.scene.world.clock.advance(hours=1)
    assert coach.tell("发车", "--yes").code == 0
    coach.arrive()
    coach.scene.hand_over(coach.trip_id, coach.passengers[:2])
    closing = coach.tell("归档")
    assert "上车时被拦下的，补登“不准上车”（加 --afterwards --at 时间）" in closing.err
    denied = ("不准上车", "--seat", "3", "--data", "reason=合成", "--afterwards", "--at", before)
    assert coach.run("event", *denied).code == 0
    assert coach.tell("归档").code == 0


def test_other_events_of_an_empty_coach_are_not_asked_about(coach: Coach) -> None:
    assert coach.tell("开始上车").code == 0


def test_a_trip_that_has_left_is_not_asked_about(coach: Coach) -> None:
    """The server says why not: it is on its way."""
    assert coach.tell("发车", "--yes").code == 0
    again = coach.tell("发车")
    assert again.code != 2
    assert "在途" in again.err + again.out


def test_in_english(coach: Coach) -> None:
    refused = coach.tell("departed", "--lang", "en")
    assert (refused.code, refused.err) == (2, UNASKED_ENGLISH)
    asked = depart_at_terminal(coach, "--lang", "en", typed="n\n")
    declined = "Cancelled; no departure was recorded. Record who is aboard first.\n"
    assert (asked.code, asked.err) == (2, ASKED_ENGLISH + declined)

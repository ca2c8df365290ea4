"""`fangang trip attach` and `attachments` against a real server."""

import hashlib
import stat
from pathlib import Path

import pytest

from schemas.attachments import MAX_ATTACHMENT_BYTES
from schemas.permissions import Role
from service.attachments.rules import read_content
from tests.cli.client_commands import Desk
from tests.cli.trip_scenes import Coach, LoadedCoach
from tests.pictures import PHONE_JPEG, PHONE_PNG, PLACE, make_pdf

KEPT = read_content(PHONE_JPEG).content
SHA256 = hashlib.sha256(KEPT).hexdigest()


@pytest.fixture
def coach(desk: Desk, built_coach: LoadedCoach) -> Coach:
    return built_coach.seen_from(desk)


@pytest.fixture
def photo(coach: Coach) -> Path:
    path = coach.desk.folder / "交接单.jpg"
    path.write_bytes(PHONE_JPEG)
    return path


def test_a_file_is_uploaded_once(coach: Coach, photo: Path) -> None:
    """A repeat after a broken line is the same attachment; the same file on another trip is another."""
    first = coach.run("attach", photo)
    assert (first.code, first.err) == (0, "")
    again = coach.run("attach", photo, "--json")
    assert again.code == 0
    assert (again.json["sha256"], again.json["size"]) == (SHA256, len(KEPT))
    assert first.out.splitlines() == [
        f"附件已上传：{again.json['id']}  jpg  {len(KEPT)} 字节",
        f"哈希（SHA-256，去除拍摄位置后的内容）：{SHA256}",
    ]
    assert [each["id"] for each in coach.run("attachments", "--json").json] == [again.json["id"]]
    other = coach.scene.trip(coach.scene.open_trip(hours=48))["number"]
    elsewhere = coach.desk.run("trip", "attach", other, photo, "--json").json
    assert elsewhere["id"] != again.json["id"]


def test_in_english(coach: Coach, photo: Path) -> None:
    shown = coach.run("attach", photo, "--lang", "en")
    assert shown.out.splitlines()[0].startswith("Uploaded: ")
    assert coach.run("attachments", "--lang", "en").out.splitlines()[0].startswith("id ")


def test_the_list(coach: Coach, photo: Path) -> None:
    assert coach.run("attachments").err == "本趟还没有附件。\n"
    kept = coach.run("attach", photo, "--json").json
    lines = coach.run("attachments").out.splitlines()
    assert lines[0].split() == ["编号", "类型", "字节", "上传时间", "上传人", "哈希"]
    assert lines[1].split()[:3] == [kept["id"], "jpg", str(len(KEPT))]
    assert lines[1].split()[-1] == SHA256[:16]


def test_saving_reads_each_once(coach: Coach, photo: Path) -> None:
    """What lies there already is not asked for again: each reading is recorded."""
    coach.run("attach", photo)
    (coach.desk.folder / "b.pdf").write_bytes(make_pdf(PLACE))
    coach.run("attach", coach.desk.folder / "b.pdf")
    folder = coach.desk.folder / "附件"
    shown = coach.run("attachments", "--save", folder)
    assert shown.code == 0
    assert "已保存 2 个附件" in shown.out
    found = sorted(folder.iterdir(), key=lambda each: each.suffix)
    assert [each.suffix for each in found] == [".jpg", ".pdf"]
    assert [each.read_bytes() for each in found] == [KEPT, make_pdf(PLACE)]
    assert {stat.S_IMODE(each.stat().st_mode) for each in found} == {0o600}
    with coach.scene.world.counting() as statements:
        assert "已保存 0 个附件" in coach.run("attachments", "--save", folder).out
    assert [each for each in statements if each.startswith("INSERT INTO event")] == []
    found[0].write_bytes(b"something else")
    assert "已保存 1 个附件" in coach.run("attachments", "--save", folder).out
    assert found[0].read_bytes() == KEPT


@pytest.mark.parametrize(
    ("content", "code", "said"),
    [
        (None, 2, "读不了文件"),
        (b"", 2, "附件只能是 jpg、png 或 pdf"),
        ("名单".encode(), 2, "附件只能是 jpg、png 或 pdf"),
        (PHONE_PNG[:50], 2, "文件不完整或已损坏"),
        (bytes(MAX_ATTACHMENT_BYTES + 1), 2, "附件超过10MB"),
    ],
    ids=["no file", "nothing", "a text", "cut off", "too large"],
)
def test_what_cannot_be_uploaded(coach: Coach, content: bytes | None, code: int, said: str) -> None:
    path = coach.desk.folder / "x.jpg"
    if content is not None:
        path.write_bytes(content)
    shown = coach.run("attach", path)
    assert (shown.code, shown.out) == (code, "")
    assert said in shown.err


def test_who_may_not_is_told(coach: Coach, photo: Path) -> None:
    coach.desk.sit_down(coach.scene.world.client(Role.AUDITOR))
    assert coach.run("attach", photo).code == 4

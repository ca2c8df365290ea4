"""Logging in and out from the command line, against a real server."""

import json
import stat
from pathlib import Path

import pytest

from cli import settings
from schemas.permissions import Role
from tests.cli.client_commands import Desk
from tests.factories import PASSWORD, World


@pytest.fixture
def username(world: World) -> str:
    form = {
        "id": str(world.new_id()),
        "username": "fanhe",
        "name": "王经办",
        "password": PASSWORD,
        "role": "township_clerk",
        "division_prefix": "211221105",
    }
    created = world.client(Role.ADMINISTRATOR).post("/v1/accounts", form)
    assert created.status_code == 201, created.text
    return "fanhe"


def _tokens(desk: Desk) -> Path:
    return desk.folder / "config" / "tokens.json"


def test_a_login_is_kept_until_logout(
    desk: Desk, username: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("FANGANG_SERVER")
    done = desk.run("login", "--server", desk.server, typed=f"{username}\n{PASSWORD}\n")
    assert (done.code, done.out) == (0, "")
    assert "已登录：fanhe（乡镇经办 凡河镇），有效至 " in done.err
    assert "没有可用的钥匙串" in done.err
    assert stat.S_IMODE(_tokens(desk).stat().st_mode) == 0o600
    assert PASSWORD not in _tokens(desk).read_text()
    assert settings.get_account() == ("211221", "211221105")
    token = json.loads(_tokens(desk).read_text())[desk.server]
    assert desk.run("demand", "summary").code == 0
    gone = desk.run("logout")
    assert (gone.code, gone.err) == (0, "已退出登录。\n")
    assert json.loads(_tokens(desk).read_text()) == {}
    refused = desk.run("demand", "summary")
    assert (refused.code, refused.err) == (4, "尚未登录。请先登录：fangang login\n")
    monkeypatch.setenv("FANGANG_TOKEN", token)
    ended = desk.run("demand", "summary")
    assert (ended.code, "[token-invalid]" in ended.err) == (4, True)


def test_a_wrong_password_is_refused_and_nothing_is_kept(desk: Desk, username: str) -> None:
    refused = desk.run("login", "--user", username, typed="wrong-password-1\n")
    assert refused.code == 4
    assert refused.err == (
        "账号或密码不正确，请重新输入；忘记密码请联系县管理员。[credentials-wrong]\n"
    )
    assert not _tokens(desk).exists()


def test_an_empty_password_is_not_sent(desk: Desk, username: str) -> None:
    assert desk.run("login", "--user", username, typed="\n").code == 2


def test_without_a_server_the_next_step_is_named(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("FANGANG_SERVER")
    refused = desk.run("demand", "summary")
    assert (refused.code, "fangang login --server" in refused.err) == (4, True)


def test_english(desk: Desk, username: str) -> None:
    done = desk.run("login", "--lang", "en", "--user", username, typed=f"{PASSWORD}\n")
    assert "Logged in: fanhe (township clerk 凡河镇), until " in done.err


def test_an_impossible_address_is_a_usage_error(desk: Desk) -> None:
    refused = desk.run("login", "--server", "https://server:port", "--user", "x", typed="y\n")
    assert (refused.code, "不是服务器地址" in refused.err) == (2, True)


def test_nobody_answers(desk: Desk) -> None:
    """Port 9 of this machine: nothing listens there."""
    refused = desk.run("login", "--server", "http://127.0.0.1:9", "--user", "x", typed="y\n")
    assert (refused.code, "连不上服务器 http://127.0.0.1:9" in refused.err) == (6, True)

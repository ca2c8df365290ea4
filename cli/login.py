"""`fangang login` and `logout`: user name and password are asked for, never an argument; the note about http;
what is remembered of server and account; what a login shows.
"""

import platform
from typing import TYPE_CHECKING, Annotated, Final

import typer

from cli import output
from cli.exits import CommandError, ExitCode
from schemas.texts import Text, say

if TYPE_CHECKING:
    from schemas.accounts import LoginOut, MeOut


class _LoginText(Text):
    DONE = (
        "已登录：{username}（{role}{scope}），有效至 {until}",
        "Logged in: {username} ({role}{scope}), until {until}",
    )
    EMPTY = ("账号和密码不能为空。", "User name and password must not be empty.")
    GONE = ("已退出登录。", "Logged out.")
    NOT_ENCRYPTED = (
        "注意：{server} 未加密，密码和人员信息在网络上可被看到；请改用 https://。",
        "Note: {server} is not encrypted; passwords and people's data can be seen. Use https://.",
    )
    PASSWORD = ("密码：", "Password: ")
    USER = ("账号：", "User name: ")


app: Final = typer.Typer(rich_markup_mode=None)

_HELP_LOGIN: Final = (
    "登录服务器；登录凭证存入本机钥匙串。\n\n"
    "例：fangang login --server https://fangang.example.cn\n\n"
    "不在终端中时，账号和密码各占标准输入一行。"
)
_HELP_LOGOUT: Final = "退出登录，凭证立即失效。\n\n例：fangang logout"
_TOWNSHIP_DIGITS: Final = 9


@app.command(help=_HELP_LOGIN)
def login(
    *,
    server: Annotated[str, typer.Option("--server", help="服务器地址；登录一次后会记住。")] = "",
    user: Annotated[str, typer.Option("--user", help="账号；不写则询问。")] = "",
    county: Annotated[
        str, typer.Option("--county", help="县代码（6位）；一台服务器管几个县时才需要。")
    ] = "",
) -> None:
    """The password is asked for, never an argument."""
    from cli import settings  # noqa: PLC0415 - keeps --help fast
    from cli.api import is_local, make_api  # noqa: PLC0415 - keeps --help fast
    from schemas.accounts import LoginOut, MeOut  # noqa: PLC0415 - keeps --help fast

    address = settings.find_server(server)
    with make_api(address) as api:
        if address.startswith("http:") and not is_local(address):
            output.tell(say(_LoginText.NOT_ENCRYPTED, server=address))
        form = {**_ask(user), "device": platform.node()[:60] or None}
        if county:
            form["county_code"] = county
        # Not repeatable: every attempt counts.
        answer = LoginOut.model_validate(api.post("/v1/login", form, repeatable=False))
    with make_api(address, token=answer.token) as api:
        me = MeOut.model_validate(api.get("/v1/me"))
    settings.remember_server(address)
    prefix = me.scope.division_prefix or ""
    settings.remember_account(me.county_code, prefix if len(prefix) == _TOWNSHIP_DIGITS else "")
    settings.keep_token(address, answer.token)
    output.tell(_describe(answer, me))


@app.command(help=_HELP_LOGOUT)
def logout(
    *,
    server: Annotated[str, typer.Option("--server", help="服务器地址；默认上次登录的。")] = "",
) -> None:
    """The token is forgotten here even when the server cannot be reached."""
    from cli import settings  # noqa: PLC0415 - keeps --help fast
    from cli.api import ApiError, connect  # noqa: PLC0415 - keeps --help fast
    from schemas.errors import ErrorCode  # noqa: PLC0415 - keeps --help fast

    address = settings.find_server(server)
    try:
        with connect(server=address) as api:
            api.post("/v1/logout")
    except ApiError as error:
        if error.code is not ErrorCode.TOKEN_INVALID:
            raise
    finally:
        settings.forget_token(address)
    output.tell(say(_LoginText.GONE))


def _ask(user: str) -> dict[str, str | None]:
    username = user or output.ask(say(_LoginText.USER))
    password = output.ask_secret(say(_LoginText.PASSWORD))
    if not username or not password:
        raise CommandError(say(_LoginText.EMPTY), ExitCode.USAGE)
    return {"username": username, "password": password}


def _describe(answer: "LoginOut", me: "MeOut") -> str:
    from cli.names import get_name  # noqa: PLC0415 - keeps --help fast
    from cli.times import show_time  # noqa: PLC0415 - keeps --help fast
    from schemas.divisions.table import get_division  # noqa: PLC0415 - keeps --help fast

    prefix = me.scope.division_prefix
    division = get_division(prefix) if prefix else None
    return say(
        _LoginText.DONE,
        username=answer.username,
        role=get_name(answer.role),
        scope=f" {division.name}" if division else "",
        until=show_time(answer.expires_at),
    )

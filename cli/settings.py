"""What is kept on this computer (FANGANG_CONFIG_DIR): server address, token (keyring, else a file of the user's
own), county and township of the last login; precedence of option, FANGANG_SERVER, FANGANG_TOKEN and file.

A token is never an argument: what stands in a command line can be read by every user of the machine.
"""

import json
import os
import tomllib
from pathlib import Path
from typing import Final

import typer

from cli import output
from cli.exits import CommandError, ExitCode
from schemas.texts import Text, say


class _SettingText(Text):
    BROKEN = (
        "配置文件读不出来：{path}。请删除它后重新登录：fangang login",
        "The config file cannot be read: {path}. Delete it and log in again.",
    )
    IN_FILE = (
        "注意：本机没有可用的钥匙串，登录凭证存在文件 {path}（仅本人可读）。共用电脑用完请 fangang logout。",
        "Note: no keyring here; the token is in {path} (yours to read only). On a shared computer, log out.",
    )
    NO_SERVER = (
        "还不知道服务器地址。请先登录：fangang login --server https://服务器地址",
        "No server yet. Log in first: fangang login --server https://…",
    )
    NO_TOKEN = ("尚未登录。请先登录：fangang login", "Not logged in: fangang login")


_SERVICE: Final = "fangang"


def get_folder() -> Path:
    """Of this user: settings, and what is needed to resume an import."""
    given = os.environ.get("FANGANG_CONFIG_DIR")
    return Path(given) if given else Path(typer.get_app_dir("fangang"))


def find_server(given: str) -> str:
    """Flag, then environment, then the config file. Raises CommandError when there is none."""
    server = given or os.environ.get("FANGANG_SERVER") or _read_config().get("server", "")
    if not server:
        raise CommandError(say(_SettingText.NO_SERVER), ExitCode.PERMISSION)
    return normalise_server(server)


def normalise_server(text: str) -> str:
    """`server.example` → `https://server.example`; what is written with a scheme keeps it."""
    url = text.strip().rstrip("/")
    return url if "://" in url else f"https://{url}"


def remember_server(server: str) -> None:
    _change_config(server=server)


def remember_account(county_code: str, township: str) -> None:
    """Whose office this is; `township` is empty for an account of the county."""
    _change_config(county=county_code, township=township)


def get_account() -> tuple[str, str]:
    """County and township of the last login, each empty when not known. Asks no server."""
    config = _try_config()
    return config.get("county", ""), config.get("township", "")


def _change_config(**changed: str) -> None:
    path = _config_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    # A JSON string is a TOML string as well.
    lines = [f"{name} = {json.dumps(text)}\n" for name, text in (_try_config() | changed).items()]
    path.write_text("".join(lines), encoding="utf-8")


def _try_config() -> dict[str, str]:
    try:
        config = tomllib.loads(_config_path().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {name: text for name, text in config.items() if isinstance(text, str)}


def _config_path() -> Path:
    return get_folder() / "config.toml"


def _read_config() -> dict[str, str]:
    path = _config_path()
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        message = say(_SettingText.BROKEN, path=path)
        raise CommandError(message, ExitCode.USAGE) from error


# --- the token ----------------------------------------------------------------------------------
def find_token(server: str) -> str:
    """Environment, then keyring, then file. Raises CommandError when there is none."""
    token = os.environ.get("FANGANG_TOKEN") or _read_keyring(server) or _read_tokens().get(server)
    if not token:
        raise CommandError(say(_SettingText.NO_TOKEN), ExitCode.PERMISSION)
    return token


def keep_token(server: str, token: str) -> None:
    """In the keyring; where there is none, in a file that only its owner reads, with a warning."""
    if _write_keyring(server, token):
        return
    _write_tokens({**_read_tokens(), server: token})
    output.tell(say(_SettingText.IN_FILE, path=_token_path()))


def forget_token(server: str) -> None:
    _delete_keyring(server)
    tokens = _read_tokens()
    if tokens.pop(server, None) is not None:
        _write_tokens(tokens)


def _token_path() -> Path:
    return get_folder() / "tokens.json"


def _read_tokens() -> dict[str, str]:
    try:
        tokens: dict[str, str] = json.loads(_token_path().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return tokens


def _write_tokens(tokens: dict[str, str]) -> None:
    path = _token_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(tokens, file)
    path.chmod(0o600)


def _read_keyring(server: str) -> str | None:
    import keyring  # noqa: PLC0415 - looks for its backends when imported
    from keyring.errors import KeyringError  # noqa: PLC0415 - the same

    try:
        return keyring.get_password(_SERVICE, server)
    except KeyringError:
        return None


def _write_keyring(server: str, token: str) -> bool:
    import keyring  # noqa: PLC0415 - looks for its backends when imported
    from keyring.errors import KeyringError  # noqa: PLC0415 - the same

    try:
        keyring.set_password(_SERVICE, server, token)
        return keyring.get_password(_SERVICE, server) == token
    except KeyringError:
        return False


def _delete_keyring(server: str) -> None:
    import keyring  # noqa: PLC0415 - looks for its backends when imported
    from keyring.errors import KeyringError  # noqa: PLC0415 - the same

    try:
        keyring.delete_password(_SERVICE, server)
    except KeyringError:
        return

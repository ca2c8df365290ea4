"""`fangang-server account …` on both databases."""

import csv
import stat
from pathlib import Path

import pytest

from schemas.permissions import Role
from schemas.texts import say
from service.manage.account_drafts import ROLE_NAMES
from service.manage.account_files import make_password
from service.manage.messages import ErrorText, FieldText
from service.settings import Settings
from tests.factories import PASSWORD, World
from tests.service.manage.conftest import Answer, Program

pytestmark = pytest.mark.tables

CLERK = ("account", "create", "fanhe", "--role", "township_clerk", "--name", "王经办")


def log_in(settings: Settings, username: str, password: str) -> int:
    world = World(settings)
    body = {"username": username, "password": password}
    status = world.http.post("/v1/login", json=body).status_code
    world.close()
    return status


def test_from_standard_input_to_a_login(settings: Settings, program: Program) -> None:
    made = program(*CLERK, "--township", "凡河", "--password-stdin", typed=PASSWORD + "\n")
    assert made == Answer(0, "已建立账号 fanhe（乡镇经办）。\n", "")
    assert log_in(settings, "fanhe", PASSWORD) == 200


def test_password_from_the_environment(settings: Settings, program: Program) -> None:
    made = program(
        "--lang", "en", "account", "create", "boss", "--role", "管理员", "--name", "张主任",
        FANGANG_PASSWORD=PASSWORD,
    )  # fmt: skip
    assert made == Answer(0, "Account boss made (administrator).\n", "")
    assert log_in(settings, "boss", PASSWORD) == 200


def test_no_password_and_nobody_to_ask(program: Program) -> None:
    answer = program(*CLERK, "--township", "凡河")
    assert answer.code == 2
    assert answer.err == say(ErrorText.NO_PASSWORD) + "\n"


def test_a_password_is_no_argument(program: Program) -> None:
    answer = program(*CLERK, "--township", "凡河", "--password", PASSWORD)
    assert answer.code == 2
    assert PASSWORD not in answer.out + answer.err


@pytest.mark.parametrize(
    ("role", "scope"),
    [
        ("administrator", ()),
        ("auditor", ()),
        ("county-coordinator", ()),
        ("输入地人社", ("--division", "320500")),
        ("escort", ()),
        ("health_officer", ()),
        ("乡镇经办", ("--township", "211221105")),
    ],
    ids=str,
)
def test_roles_without_names(program: Program, role: str, scope: tuple[str, ...]) -> None:
    answer = program(
        "account", "create", "somebody", "--role", role, "--name", "李某某", *scope,
        FANGANG_PASSWORD=PASSWORD,
    )  # fmt: skip
    assert (answer.code, answer.err) == (0, "")


@pytest.mark.parametrize(
    ("arguments", "password", "faults"),
    [
        (("x", "--role", "auditor", "--name", "王审计"), PASSWORD, ["USERNAME"]),
        (("a b", "--role", "auditor", "--name", "1"), PASSWORD, ["USERNAME", "NAME"]),
        (("wang", "--role", "auditor", "--name", "王审计"), "short", ["PASSWORD"]),
        (("wang", "--role", "township_clerk", "--name", "王某"), PASSWORD, ["DIVISION_PREFIX"]),
        (
            ("wang", "--role", "乡镇经办", "--name", "王某", "--township", "开原镇"),
            PASSWORD,
            ["DIVISION_PREFIX"],
        ),
        (
            ("wang", "--role", "乡镇经办", "--name", "1", "--phone", "1", "--township", "开原镇"),
            PASSWORD,
            ["DIVISION_PREFIX", "NAME", "PHONE"],
        ),
        (("wang", "--role", "auditor", "--name", "王某", "--phone", "1"), PASSWORD, ["PHONE"]),
    ],
    ids=str,
)
def test_everything_wrong_is_said_at_once(
    program: Program, arguments: tuple[str, ...], password: str, faults: list[str]
) -> None:
    answer = program("account", "create", *arguments, FANGANG_PASSWORD=password)
    assert (answer.code, answer.out) == (1, "")
    assert answer.err.splitlines() == [say(FieldText[name]) for name in faults]
    assert program("account", "list").out == "还没有账号。\n"


def test_an_unknown_role_names_the_known_ones(program: Program) -> None:
    arguments = ("account", "create", "wang", "--role", "king", "--name", "王某")
    answer = program("--lang", "en", *arguments, FANGANG_PASSWORD=PASSWORD)
    roles = ", ".join(sorted(Role))
    assert (answer.code, answer.err) == (1, f"No such role. There are: {roles}.\n")
    assert set(ROLE_NAMES) == set(Role)


def test_a_taken_name(program: Program) -> None:
    arguments = (*CLERK, "--township", "凡河")
    assert program(*arguments, FANGANG_PASSWORD=PASSWORD).code == 0
    answer = program(*arguments, FANGANG_PASSWORD=PASSWORD)
    assert answer == Answer(1, "", "账号名已被使用。请换一个账号名。\n")


def test_list_disable_and_new_password(settings: Settings, program: Program) -> None:
    program(*CLERK, "--township", "凡河", FANGANG_PASSWORD=PASSWORD)
    assert [line.split() for line in program("account", "list").out.splitlines()] == [
        ["账号", "角色", "姓名", "范围", "状态"],
        ["fanhe", "乡镇经办", "王**", "辽宁省铁岭市铁岭县凡河镇", "启用"],
    ]
    changed = program(
        "account", "set-password", "Fanhe", "--password-stdin", typed="winter-journey-43\n"
    )
    assert (changed.code, changed.err) == (0, "")
    assert log_in(settings, "fanhe", PASSWORD) == 401
    assert log_in(settings, "fanhe", "winter-journey-43") == 200
    weak = program("account", "set-password", "fanhe", FANGANG_PASSWORD="fanhe-password")
    assert weak == Answer(1, "", "密码太弱。至少12个字符，不要用常见词或账号名。\n")
    assert program("account", "disable", "fanhe") == Answer(0, "已停用账号 fanhe。\n", "")
    assert log_in(settings, "fanhe", "winter-journey-43") == 401
    assert program("--lang", "en", "account", "list").out.split()[-1] == "disabled"
    for command in ("disable", "set-password"):
        assert program("account", command, "nobody") == Answer(1, "", "没有账号 nobody。\n")


# --- many at once -----------------------------------------------------------------------------
def write(folder: Path, content: str, encoding: str = "utf-8") -> Path:
    path = folder / "clerks.csv"
    path.write_bytes(content.encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_many(settings: Settings, program: Program, tmp_path: Path, encoding: str) -> None:
    file = write(
        tmp_path,
        "账号,角色,乡镇,姓名,密码\r\n"
        "fanhe,乡镇经办,凡河镇,王经办,\r\n"
        "\r\n"
        f"aji,township_clerk,阿吉,李经办,{PASSWORD}\r\n"
        "lead,领队,,赵领队,\r\n",
        encoding,
    )
    made = program("account", "create-many", str(file))
    kept = tmp_path / "clerks-passwords.csv"
    assert made == Answer(
        0,
        f"已建立 3 个账号。\n自动生成的密码写在 {kept}（仅本人可读），请分发后删除。\n",
        "",
    )
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    with kept.open(encoding="utf-8-sig", newline="") as opened:
        passwords = {row["username"]: row["password"] for row in csv.DictReader(opened)}
    assert list(passwords) == ["fanhe", "lead"]
    assert log_in(settings, "aji", PASSWORD) == 200
    assert {log_in(settings, *each) for each in passwords.items()} == {200}


def test_all_or_none(program: Program, tmp_path: Path) -> None:
    program(*CLERK, "--township", "凡河", FANGANG_PASSWORD=PASSWORD)
    file = write(
        tmp_path,
        "username,role,township,name,password\n"
        f"good,township_clerk,阿吉,李经办,{PASSWORD}\n"
        "Fanhe,township_clerk,凡河,王经办,\n"
        "good,township_clerk,蔡牛,赵经办,\n"
        "weak,auditor,,王审计,12345678\n"
        "who,king,,王某,\n",
    )
    answer = program("account", "create-many", str(file))
    roles = ", ".join(ROLE_NAMES[role] for role in Role)
    assert answer.code == 1
    assert answer.err.splitlines() == [
        "第3行：账号名 Fanhe 已被使用。",
        "第4行：账号名 good 在文件中出现两次。",
        "第5行：密码太弱：至少12个字符，不要用常见词或账号名。",
        f"第6行：角色无效。可用：{roles}。",
        "未建立任何账号。请改正后重新运行。",
    ]
    assert not (tmp_path / "clerks-passwords.csv").exists()
    assert len(program("account", "list").out.splitlines()) == 2


def test_a_password_file_is_never_overwritten(program: Program, tmp_path: Path) -> None:
    file = write(tmp_path, "username,role,township,name\nfanhe,乡镇经办,凡河,王经办\n")
    there = tmp_path / "there.csv"
    there.write_text("precious")
    answer = program("account", "create-many", str(file), "--out", str(there))
    assert answer.code == 1
    assert answer.err == f"不能新建 {there}（File exists）。请用 --out 指定别处。\n"
    assert there.read_text() == "precious"
    assert program("account", "list").out == "还没有账号。\n"


@pytest.mark.parametrize(
    ("content", "missing"),
    [
        ("", "账号 角色 姓名"),
        ("username,name\nx,y\n", "角色"),
        ("帐户,角色,名字\nx,乡镇经办,y\n", "账号 姓名"),
    ],
)
def test_files_without_the_headings(
    program: Program, tmp_path: Path, content: str, missing: str
) -> None:
    answer = program("account", "create-many", str(write(tmp_path, content)))
    message = say(ErrorText.COLUMNS_MISSING, columns=missing)
    assert answer == Answer(1, "", f"{message}\n")


def test_a_file_without_accounts(program: Program, tmp_path: Path) -> None:
    file = write(tmp_path, "账号,角色,乡镇,姓名\n,,,\n")
    assert program("account", "create-many", str(file)) == Answer(1, "", "文件中没有账号。\n")


def test_a_file_that_is_not_there(program: Program, tmp_path: Path) -> None:
    path = tmp_path / "no.csv"
    answer = program("account", "create-many", str(path))
    assert answer == Answer(1, "", f"读不了文件 {path}（No such file or directory）。\n")


def test_generated_passwords_differ() -> None:
    made = {make_password("fanhe") for _ in range(200)}
    assert len(made) == 200
    assert {(len(each), each.count("-")) for each in made} == {(19, 3)}

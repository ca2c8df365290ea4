"""`migrate`, and what the other commands say without it."""

from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from service.db.schema import head_revision
from service.settings import Settings
from tests.service.manage.conftest import Program

NOT_MIGRATED = "数据库尚未建立或不是最新版本（{place}）。请先运行：fangang-server migrate\n"
READY = f"数据库已就绪（版本 {head_revision()}）。\n"


def find_database(program: Program) -> str:
    return str(program.environment["FANGANG_DATABASE_URL"]).removeprefix("sqlite:///")


def test_the_first_time(empty_program: Program) -> None:
    first = empty_program("migrate")
    assert (first.code, first.err) == (0, "")
    assert first.out == (
        READY + "下一步：fangang-server account create 账号名 --role administrator --name 姓名\n"
    )
    again = empty_program("migrate")
    assert (again.code, again.out) == (0, READY)


@pytest.mark.parametrize(
    "arguments",
    [
        ("serve", "--port", "0"),
        ("account", "list"),
        ("account", "disable", "wang"),
        ("account", "create", "wang", "--role", "auditor", "--name", "王协调"),
        ("account", "create-many", "clerks.csv"),
    ],
    ids=str,
)
def test_everything_else_names_it_as_the_next_step(
    empty_program: Program, arguments: tuple[str, ...]
) -> None:
    answer = empty_program(*arguments)
    database = find_database(empty_program)
    assert (answer.code, answer.out) == (3, "")
    assert answer.err == NOT_MIGRATED.format(place=database)
    assert not Path(database).exists()


def test_english(empty_program: Program) -> None:
    place = find_database(empty_program)
    expected = (
        f"The database is missing or not up to date ({place}). Run first: fangang-server migrate\n"
    )
    assert empty_program("--lang", "en", "account", "list").err == expected
    assert empty_program("--lang=en", "account", "list").err == expected
    assert empty_program("account", "list", FANGANG_LANG="en_GB.UTF-8").err == expected
    chinese = empty_program("--lang", "zh", "account", "list", FANGANG_LANG="en").err
    assert chinese == NOT_MIGRATED.format(place=place)


def test_on_both_databases(program: Program) -> None:
    assert program("migrate").out == READY


def test_a_database_of_a_newer_program(settings: Settings, program: Program) -> None:
    engine = create_engine(settings.migration_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    for arguments in (("migrate",), ("serve",), ("account", "list")):
        answer = program(*arguments)
        assert (answer.code, answer.out) == (3, "")
        assert answer.err == "数据库版本 9999 不是本程序所认识的，请用与之配套的程序。\n"


def test_a_lost_key_file_is_not_replaced(settings: Settings, program: Program) -> None:
    settings.key_file.unlink()
    for arguments in (("migrate",), ("serve",), ("account", "list")):
        answer = program(*arguments)
        assert (answer.code, answer.out) == (1, "")
        assert answer.err == (
            f"找不到密钥文件 {settings.key_file}，而数据库里已有数据。"
            "请从备份中恢复该文件；另建新密钥将永远打不开原有数据。\n"
        )
    assert not settings.key_file.exists()


def test_a_database_that_does_not_answer(program: Program, tmp_path: Path) -> None:
    url = f"postgresql+psycopg://fangang@/fangang?host={tmp_path}"
    answer = program("account", "list", FANGANG_DATABASE_URL=url)
    assert (answer.code, answer.out) == (4, "")
    assert answer.err == "数据库暂时不可用。本次未保存；请稍后原样重发，不会重复。\n"


def test_every_command_has_a_help_in_both_languages(empty_program: Program) -> None:
    pages = {
        (language, command): empty_program("--lang", language, *command, "--help")
        for language in ("zh", "en")
        for command in (
            (),
            ("migrate",),
            ("serve",),
            ("account",),
            ("account", "create"),
            ("account", "create-many"),
            ("account", "list"),
            ("account", "disable"),
            ("account", "set-password"),
        )
    }
    assert {answer.code for answer in pages.values()} == {0}
    assert [command for command, answer in pages.items() if "HELP_" in answer.out] == []
    example = {"zh": "例：fangang-server", "en": "Example:fangang-server"}
    without = [
        (language, command)
        for (language, command), answer in pages.items()
        if command not in {(), ("account",)}
        and example[language] not in "".join(answer.out.split())
    ]
    assert without == []

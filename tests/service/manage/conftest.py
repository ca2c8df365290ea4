"""`fangang-server` in this process, on the test's own database, set up by its environment only."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from service.manage.main import app
from service.settings import Settings


@dataclass(frozen=True, slots=True)
class Answer:
    """How a command ended; errors go to a stream of their own."""

    code: int
    out: str
    err: str


@dataclass(frozen=True, slots=True)
class Program:
    environment: Mapping[str, str | None]

    def __call__(self, *arguments: str, typed: str = "", **environment: str) -> Answer:
        runner = CliRunner(env={**self.environment, **environment})
        done = runner.invoke(app, arguments, input=typed, prog_name="fangang-server")
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return Answer(done.exit_code, done.stdout, done.stderr)


def make_environment(settings: Settings) -> dict[str, str | None]:
    owner = settings.owner_database_url
    return {
        "FANGANG_DATABASE_URL": settings.database_url.get_secret_value(),
        "FANGANG_OWNER_DATABASE_URL": owner.get_secret_value() if owner else None,
        "FANGANG_KEY_FILE": str(settings.key_file),
        "FANGANG_LANG": None,
        "FANGANG_PASSWORD": None,
    }


@pytest.fixture
def program(settings: Settings) -> Program:
    return Program(make_environment(settings))


@pytest.fixture
def empty_program(tmp_path: Path) -> Program:
    """On a database that is not there yet."""
    return Program(
        make_environment(
            Settings(
                database_url=f"sqlite:///{tmp_path / 'new' / 'fangang.db'}",
                key_file=tmp_path / "new" / "fangang.kek",
            )
        )
    )

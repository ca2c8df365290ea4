"""Which form the database has, and which one this code needs."""

from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text


def find_scripts() -> Path:
    """`alembic/` of the source tree, or `service/_alembic` of the wheel."""
    service = Path(__file__).resolve().parents[1]
    packed = service / "_alembic"
    return packed if packed.is_dir() else service.parent / "alembic"


def make_config(connection: Connection | None = None) -> Config:
    """Alembic's configuration, built here because a wheel carries no pyproject.toml."""
    config = Config()
    config.set_main_option("script_location", str(find_scripts()))
    if connection is not None:
        config.attributes["connection"] = connection
    return config


def head_revision() -> str:
    head = ScriptDirectory.from_config(make_config()).get_current_head()
    if head is None:
        raise RuntimeError("there is no migration")
    return head


def stored_revision(connection: Connection) -> str | None:
    """The revision that the database is at; None when it is empty."""
    if not connection.dialect.has_table(connection, "alembic_version"):
        return None
    revision: str | None = connection.execute(
        text("SELECT version_num FROM alembic_version")
    ).scalar()
    return revision

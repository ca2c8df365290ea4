"""Running the migrations: from the source tree or from an installed wheel, which carries them."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, pool, text
from sqlalchemy.engine import make_url

from service.manage import grants
from service.settings import Settings
from service.vault.keyfile import make_key_file
from service.vault.store import create_key_file_store


def find_scripts() -> Path:
    """`alembic/` of the source tree, or `service/_alembic` of the wheel."""
    here = Path(__file__).resolve().parents[1]
    packed = here / "_alembic"
    return packed if packed.is_dir() else here.parent / "alembic"


def make_config(connection: Connection | None = None) -> Config:
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


def current_revision(settings: Settings) -> str | None:
    """The revision that the database is at; None when it is empty."""
    engine = create_engine(settings.database_url.get_secret_value(), poolclass=pool.NullPool)
    try:
        with engine.connect() as connection:
            if not engine.dialect.has_table(connection, "alembic_version"):
                return None
            return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    finally:
        engine.dispose()


def migrate(settings: Settings) -> None:
    """Bring database, key store and key file to the newest form; what is there stays."""
    make_key_file(settings.key_file)
    url = make_url(settings.migration_url)
    sqlite = url.get_backend_name() == "sqlite"
    if sqlite:
        path = Path(url.database or "")
        path.parent.mkdir(parents=True, exist_ok=True)
        create_key_file_store(path)
    engine = create_engine(url, poolclass=pool.NullPool)
    with engine.begin() as connection:
        if not sqlite:
            connection.execute(text("CREATE SCHEMA IF NOT EXISTS vault"))
        command.upgrade(make_config(connection), "head")
    if not sqlite:
        grants.apply(engine, settings)
    engine.dispose()

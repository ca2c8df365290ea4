"""Running the migrations: from the source tree or from an installed wheel, which carries them."""

from pathlib import Path

from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, pool, text
from sqlalchemy.engine import make_url

from service.db.revisions import make_config, stored_revision
from service.db.statistics import tell_sizes
from service.manage import grants
from service.settings import Settings
from service.vault.keyfile import make_key_file
from service.vault.store import create_key_file_store


def is_known(revision: str) -> bool:
    """Whether this program has the migration: a database of a newer program has others."""
    scripts = ScriptDirectory.from_config(make_config())
    return any(script.revision == revision for script in scripts.walk_revisions())


def current_revision(settings: Settings) -> str | None:
    """The revision that the database is at; None when it is empty."""
    engine = create_engine(settings.database_url.get_secret_value(), poolclass=pool.NullPool)
    try:
        with engine.connect() as connection:
            return stored_revision(connection)
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
        tell_sizes(connection)
    if sqlite:
        path.chmod(0o600)  # the files that SQLite puts beside it take over its rights
    else:
        grants.apply(engine, settings)
    engine.dispose()

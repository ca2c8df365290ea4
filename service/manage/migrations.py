"""Migrating the database and the key store, rights of files; on PostgreSQL what the application's role may
do, and row-level security: which rows of which county and townships are seen.
"""

from pathlib import Path

from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, Table, create_engine, pool, select, text
from sqlalchemy.engine import make_url

from service.db.database import INSERT_ONLY_TABLES
from service.db.schema import head_revision, make_config, stored_revision, tell_sizes
from service.manage.leftover_keys import repeat_erasures
from service.manage.refolding import Refolded, refold
from service.settings import Settings
from service.tables import key_metadata, metadata
from service.vault.conversion import prepare_key_store
from service.vault.keyfile import make_key_file
from service.vault.vault import ERASURE


def migrate(settings: Settings) -> Refolded | None:
    """Bring database, key store and key file to the newest form; what is there stays. Derived rows of a
    database that was at an older revision are folded anew, in the same transaction; None where there was
    nothing to do. What was erased is destroyed again, where an archive put back has brought it."""
    make_key_file(settings.key_file)
    url = make_url(settings.migration_url)
    sqlite = url.get_backend_name() == "sqlite"
    if sqlite:
        path = Path(url.database or "")
        path.parent.mkdir(parents=True, exist_ok=True)
        prepare_key_store(path, settings.key_file)
    engine = create_engine(url, poolclass=pool.NullPool)
    with engine.begin() as connection:
        if not sqlite:
            connection.execute(text("CREATE SCHEMA IF NOT EXISTS vault"))
            _see_all_counties(connection)
        before = stored_revision(connection)
        command.upgrade(make_config(connection, key_file=settings.key_file), "head")
        refolded = refold(connection) if before not in {None, head_revision()} else None
        tell_sizes(connection)
        counties = connection.execute(select(ERASURE.c.county_code).distinct()).scalars().all()
    if sqlite:
        path.chmod(0o600)  # the files that SQLite puts beside it take over its rights
    else:
        _apply_rights(engine, settings)
    engine.dispose()
    if counties:
        repeat_erasures(settings, counties)
    return refolded


def _see_all_counties(connection: Connection) -> None:
    """The owner sees every row until the rights are applied anew, after the migration."""
    forced = text("SELECT oid::regclass::text FROM pg_class WHERE relforcerowsecurity")
    for name in connection.execute(forced).scalars().all():
        connection.execute(text(f"ALTER TABLE {name} NO FORCE ROW LEVEL SECURITY"))


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


# --- PostgreSQL: rights, and which rows are seen --------------------------------------------------
_COUNTY = "county_code = current_setting('fangang.county')"


def _apply_rights(engine: Engine, settings: Settings) -> None:
    """What the application's role may do, and to which rows; applied after every migration, by the owner,
    and repeatable. Where one URL serves both, there is no second role and nothing is granted.
    """
    role = make_url(settings.database_url.get_secret_value()).username
    owner = make_url(settings.migration_url).username
    with engine.begin() as connection:
        for table in (*metadata.sorted_tables, *key_metadata.sorted_tables):
            protect_table(connection, table)
        if role is not None and role != owner:
            _grant(connection, role)


def _grant(connection: Connection, role: str) -> None:
    """Everything but changes to events, which this keeps insert-only, and to the revision."""
    quoted = connection.dialect.identifier_preparer.quote(role)
    for schema in ("public", "vault"):
        connection.execute(text(f"GRANT USAGE ON SCHEMA {schema} TO {quoted}"))
        connection.execute(
            text(
                f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {quoted}"
            )
        )
    for name in sorted(INSERT_ONLY_TABLES):
        connection.execute(text(f"REVOKE UPDATE, DELETE, TRUNCATE ON {name} FROM {quoted}"))
    connection.execute(
        text(f"REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON alembic_version FROM {quoted}")
    )


def protect_table(connection: Connection, table: Table) -> None:
    """Tenant tables show only the county of the transaction; tables of people who live in a
    division also only the actor's divisions. An unset county is an error, not everything."""
    if "county_code" not in table.c:
        return
    name = table.fullname
    condition = _COUNTY
    if division := table.info.get("division_column"):
        condition += (
            f" AND (current_setting('fangang.divisions', true) = ''"
            f" OR starts_with(coalesce({division}, ''), current_setting('fangang.divisions', true)))"
        )
    policy = f"{table.name}_scope"
    connection.execute(text(f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY"))
    connection.execute(text(f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY"))
    connection.execute(text(f"DROP POLICY IF EXISTS {policy} ON {name}"))
    connection.execute(text(f"CREATE POLICY {policy} ON {name} USING ({condition})"))

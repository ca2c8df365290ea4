"""Alembic's environment. Runs with the owner's URL; `fangang-server migrate` hands in a connection."""

from alembic import context
from sqlalchemy import Connection, create_engine, pool
from sqlmodel.sql.sqltypes import AutoString

from service.db.columns import Day, Id, Instant
from service.settings import Settings
from service.tables import key_metadata, metadata


def render_item(kind: str, item: object, autogen_context: object) -> str | bool:
    """Our column types by their own names; SQLModel's AutoString as the plain String it is."""
    imports: set[str] = autogen_context.imports  # type: ignore[attr-defined]  # untyped in alembic
    if kind != "type":
        return False
    if isinstance(item, Id | Instant | Day):
        name = type(item).__name__
        imports.add(f"from service.db.columns import {name}")
        return f"{name}()"
    if isinstance(item, AutoString):
        length = f"length={item.length}" if item.length else ""
        return f"sa.String({length})"
    return False


def migrate(connection: Connection) -> None:
    postgres = connection.dialect.name == "postgresql"
    context.configure(
        connection=connection,
        target_metadata=[metadata, key_metadata] if postgres else metadata,
        include_schemas=postgres,
        render_item=render_item,
        render_as_batch=not postgres,
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    migrate(given)
else:
    engine = create_engine(Settings().migration_url, poolclass=pool.NullPool)
    with engine.connect() as own:
        migrate(own)
        own.commit()

"""/healthz and /readyz: what a monitor is told, and what must be there for ready (database, its revision,
the keys).
"""

from typing import Literal
from uuid import UUID

from fastapi import APIRouter
from sqlalchemy.exc import SQLAlchemyError

from schemas.base import Wire
from schemas.errors import ErrorCode
from service.accounts.actions import make_console_actor
from service.context import Context, Here
from service.db.schema import head_revision, stored_revision
from service.errors import DomainError
from service.rest import name_operation

router = APIRouter(tags=["server"], generate_unique_id_function=name_operation)
_NO_SUBJECT = UUID(int=0)


class Alive(Wire):
    status: Literal["alive"] = "alive"


class Ready(Wire):
    status: Literal["ready"] = "ready"


@router.get("/healthz")
async def tell_alive() -> Alive:
    """The process lives. Never waits for the database or for a thread."""
    return Alive()


@router.get("/readyz")
def tell_ready(context: Here) -> Ready:
    """Database, its revision and the keys are there; else 503, naming what is not."""
    found = {
        "database": _database_answers(context),
        "revision": _revision_fits(context),
        "keys": _keys_answer(context),
    }
    if not all(found.values()):
        raise DomainError(ErrorCode.NOT_READY, facts=dict(found))
    return Ready()


def _database_answers(context: Context) -> bool:
    try:
        context.database.check()
    except (DomainError, SQLAlchemyError):
        return False
    return True


def _revision_fits(context: Context) -> bool:
    try:
        with context.database.engine.connect() as connection:
            return stored_revision(connection) == head_revision()
    except SQLAlchemyError:
        return False


def _keys_answer(context: Context) -> bool:
    """The file of the key-encryption key is in its place and the key store can be read."""
    if not context.settings.key_file.is_file():
        return False
    county_code = context.settings.county_code
    try:
        with context.database.read(make_console_actor(county_code)) as session:
            context.vault.open_keyring(session, county_code, {_NO_SUBJECT})
    except (DomainError, SQLAlchemyError):
        return False
    return True

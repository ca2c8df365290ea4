"""What a plan refers to has to be there, and what it calls itself must be free."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import Table
from sqlmodel import Session

from schemas.errors import ErrorCode
from service.auth import Actor
from service.db import load_many
from service.enterprises.queries import ENTERPRISE
from service.errors import DomainError


def check_number(session: Session, actor: Actor, table: Table, number: str) -> None:
    """People call trips and batches by their numbers."""
    taken = load_many(
        session,
        table,
        county_code=actor.county_code,
        column="number",
        keys=[number],
        columns=("county_code", "id"),
    )
    if taken:
        raise DomainError(ErrorCode.RECORD_EXISTS, facts={"id": str(taken[0]["id"])})


def check_enterprises(session: Session, actor: Actor, *, named: Iterable[UUID | None]) -> None:
    wanted = {each for each in named if each is not None}
    known = load_many(
        session,
        ENTERPRISE,
        county_code=actor.county_code,
        column="id",
        keys=wanted,
        columns=("county_code", "id"),
    )
    if {row["id"] for row in known} != wanted:
        raise DomainError(ErrorCode.NOT_FOUND)

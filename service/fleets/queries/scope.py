"""Whose carriers, vehicles and drivers an account sees, and where sealed columns lie."""

from typing import Any
from uuid import UUID

from sqlalchemy import Column, Select, Table, select
from sqlalchemy.engine import RowMapping
from sqlmodel import Session

from schemas.errors import ErrorCode
from schemas.permissions import Role
from service.auth import Actor
from service.errors import DomainError
from service.rest import Cursor


def select_visible(actor: Actor, table: Table, *, carrier: Column[Any]) -> Select[Any]:
    """A carrier's account sees its own; one that names no carrier sees nothing."""
    statement = select(table).where(table.c.county_code == actor.county_code)
    if actor.role is Role.CARRIER or actor.scope.carrier_id is not None:
        statement = statement.where(carrier == actor.scope.carrier_id)
    return statement


def find_one(session: Session, statement: Select[Any]) -> RowMapping:
    """Raises not-found also for what exists outside of the actor's scope."""
    row = session.execute(statement).mappings().one_or_none()
    if row is None:
        raise DomainError(ErrorCode.NOT_FOUND)
    return row


def list_page(
    session: Session, statement: Select[Any], *, cursor: Cursor, identifier: Column[Any]
) -> list[RowMapping]:
    """In the order of ids, one row more than the page holds."""
    if cursor.after_id is not None:
        statement = statement.where(identifier > cursor.after_id)
    statement = statement.order_by(identifier).limit(cursor.limit + 1)
    return list(session.execute(statement).mappings())


def sealed_place(noun: str, identifier: UUID, column: str) -> str:
    return f"{noun}/{identifier}/{column}"

"""Undoing a list: what an earlier one said of a person holds again, or nothing does."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlmodel import Session

from service.context import Context
from service.db import delete_many, write_many
from service.db.freezing import thaw
from service.stranded import queries

_LETTER = ("letter_id", "requested_at", "requested_by")


@dataclass(slots=True)
class Forgetting:
    """`restored`: whole rows; `removed`: people whom only this list named. `kept`: of them somebody
    has telephoned, or a letter was written, since the list came: that cannot be taken back.
    """

    restored: list[dict[str, Any]] = field(default_factory=list)
    removed: list[UUID] = field(default_factory=list)
    kept: int = 0

    @property
    def unlisted(self) -> int:
        return len(self.restored) + len(self.removed)


def plan_forgetting(
    session: Session, county_code: str, *, import_id: UUID, undone: Collection[UUID]
) -> Forgetting:
    """Locks the people whom this list was the last to name. `undone`: lists that were taken back
    already, which an earlier word must not come from.
    """
    plan = Forgetting()
    for row in queries.lock_of_import(session, county_code, import_id=import_id):
        before = _find_before(row["previous"], undone)
        if row["call_result"] is not None or _was_asked_since(row, before):
            plan.kept += 1
        elif before is None:
            plan.removed.append(row["id"])
        else:
            letter = {name: row[name] for name in _LETTER}
            earlier = {"previous": before.get("previous")}
            plan.restored.append({**thaw(queries.STRANDED, before), **letter, **earlier})
    return plan


def _find_before(
    previous: Mapping[str, Any] | None, undone: Collection[UUID]
) -> Mapping[str, Any] | None:
    while previous is not None and UUID(previous["import_id"]) in undone:
        previous = previous.get("previous")
    return previous


def _was_asked_since(row: Mapping[Any, Any], before: Mapping[str, Any] | None) -> bool:
    asked = None if row["letter_id"] is None else str(row["letter_id"])
    return asked != (before["letter_id"] if before else None)


def forget(context: Context, session: Session, county_code: str, plan: Forgetting) -> None:
    """The keys of those who are removed are destroyed."""
    table = queries.STRANDED
    write_many(session, table, plan.restored, conflict="overwrite")
    delete_many(session, table, county_code=county_code, column="id", keys=plan.removed)
    context.vault.destroy(session, county_code, plan.removed)

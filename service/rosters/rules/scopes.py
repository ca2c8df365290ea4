"""Who may see which import, and what an enterprise is told of its own."""

from collections.abc import Mapping
from typing import Any

from schemas.imports import ChunkAppliedOut, ChunkPlanOut, Counts, RosterImportOut, RowOutcome
from schemas.permissions import Role
from schemas.workers import Feed
from service.auth import Actor


def covers_import(actor: Actor, head: Mapping[Any, Any]) -> bool:
    """`head`: the row of roster_import. An enterprise's account sees its own lists only, others what
    lies in their townships.
    """
    if is_enterprise(actor):
        own = actor.scope.enterprise_id
        return head["feed"] == Feed.ENTERPRISE and own is not None and head["enterprise_id"] == own
    return actor.scope.covers_township(head["township_code"])


def is_enterprise(actor: Actor) -> bool:
    return actor.role is Role.ENTERPRISE_RECEIVER or actor.scope.enterprise_id is not None


def conceal_counts(counts: Counts) -> Counts:
    """Only how many: who of them is in the registry is nobody's at the enterprise to learn."""
    return Counts(received=sum(counts.model_dump().values()))


def conceal_plan(plan: ChunkPlanOut) -> ChunkPlanOut:
    """Each row is received, whether the registry knows, contradicts or lacks the person."""
    return ChunkPlanOut(
        chunk=plan.chunk,
        counts=conceal_counts(plan.counts),
        rows=[
            row.model_copy(
                update={
                    "outcome": RowOutcome.RECEIVED,
                    "code": None,
                    "notes": [],
                    "changed": [],
                }
            )
            for row in plan.rows
        ],
    )


def conceal_applied(applied: ChunkAppliedOut) -> ChunkAppliedOut:
    return ChunkAppliedOut(**dict(conceal_plan(applied)), receipt=applied.receipt)


def conceal_import(shown: RosterImportOut) -> RosterImportOut:
    return shown.model_copy(update={"counts": conceal_counts(shown.counts), "absent": None})

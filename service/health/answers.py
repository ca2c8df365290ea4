"""Reasons of clearances as the API shows them: to each account what it may know, else whom to ask."""

from collections.abc import Iterable

from schemas.clearance import CURES, ReasonOut, tell_neutrally, tell_reason
from schemas.policies import PolicyVersion
from service.auth import Actor
from service.health.rules import Obstacle, may_know


def show_reasons(
    obstacles: Iterable[Obstacle], policy: PolicyVersion, *, actor: Actor, overridden: bool = False
) -> list[ReasonOut]:
    return [_show(each, policy, actor=actor, overridden=overridden) for each in obstacles]


def _show(
    obstacle: Obstacle, policy: PolicyVersion, *, actor: Actor, overridden: bool
) -> ReasonOut:
    told = may_know(actor, obstacle.code)
    return ReasonOut(
        code=obstacle.code if told else None,
        says=tell_reason(obstacle.code, obstacle.facts) if told else tell_neutrally(obstacle.code),
        cure=CURES[obstacle.code],
        document=policy.document,
        overridden=overridden,
    )

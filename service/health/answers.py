"""Clearances and their reasons as the API shows them: whole for who may know, else whom to ask."""

from collections.abc import Iterable

from schemas.clearance import CURES, NEUTRAL, ReasonOut, tell_neutrally, tell_reason
from schemas.policies import PolicyVersion
from service.health.rules import Obstacle


def show_reasons(
    obstacles: Iterable[Obstacle], policy: PolicyVersion, *, whole: bool, overridden: bool = False
) -> list[ReasonOut]:
    """`whole`: for who may know of somebody's health; others read what is neutral, and whom to ask."""
    return [_show(each, policy, whole=whole, overridden=overridden) for each in obstacles]


def _show(obstacle: Obstacle, policy: PolicyVersion, *, whole: bool, overridden: bool) -> ReasonOut:
    told = whole or obstacle.code in NEUTRAL
    return ReasonOut(
        code=obstacle.code if told else None,
        says=tell_reason(obstacle.code, obstacle.facts) if told else tell_neutrally(obstacle.code),
        cure=CURES[obstacle.code],
        document=policy.document,
        overridden=overridden,
    )

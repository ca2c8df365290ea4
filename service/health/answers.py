"""Clearances and their reasons as the API shows them: whole for who may know, else whom to ask."""

from collections.abc import Iterable

from schemas.clearance import CURES, NEUTRAL, OF_PAPERS, ReasonOut, tell_neutrally, tell_reason
from schemas.policies import PolicyVersion
from service.health.rules import Obstacle


def show_reasons(
    obstacles: Iterable[Obstacle],
    policy: PolicyVersion,
    *,
    whole: bool,
    papers: bool = False,
    overridden: bool = False,
) -> list[ReasonOut]:
    """`whole`: for who may know of somebody's health; others read what is neutral, and whom to ask. `papers`:
    for who collects papers and answers, also which of them are missing."""
    told = NEUTRAL | OF_PAPERS if papers else NEUTRAL
    return [
        _show(each, policy, told=whole or each.code in told, overridden=overridden)
        for each in obstacles
    ]


def _show(obstacle: Obstacle, policy: PolicyVersion, *, told: bool, overridden: bool) -> ReasonOut:
    return ReasonOut(
        code=obstacle.code if told else None,
        says=tell_reason(obstacle.code, obstacle.facts) if told else tell_neutrally(obstacle.code),
        cure=CURES[obstacle.code],
        document=policy.document,
        overridden=overridden,
    )

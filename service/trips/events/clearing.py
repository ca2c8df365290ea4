"""Whether somebody may ride: the clearance asked at the door and on the list, what a boarding told afterwards
would have been refused for, from which temperature on (38.0 where the policy names none) it is a fever.
"""

from dataclasses import replace
from typing import Any, Final

from schemas.errors import ErrorCode
from schemas.events.payloads_passengers import PersonRole
from service.clock import local_date
from service.health.rules import ClearanceFacts, clear
from service.policies.rules import is_too_warm
from service.trips.events.guards import Facts


def cleared(facts: Facts) -> ErrorCode | None:
    """The clearance under the trip's policy, on the day of departure."""
    if facts.clearance is None:
        return ErrorCode.NOT_FOUND
    role = facts.passenger.role if facts.passenger else facts.data("role")
    return refusal_to_clear(facts, facts.clearance, role)


def refusal_to_clear(
    facts: Facts, clearance: ClearanceFacts, role: PersonRole | None
) -> ErrorCode | None:
    """`role`: the one on this trip; None for the registry's."""
    departure = facts.view.plan.planned_departure_at or facts.command.happened_at
    policy = facts.policy
    listed = replace(clearance, role=role) if role else clearance
    found = clear(listed, policy, local_date(departure))
    return None if found.may_travel else found.reasons[0]


def list_told_refusals(facts: Facts) -> list[ErrorCode]:
    """Why a boarding that is told afterwards would have been refused at the gate, but for holds."""
    if facts.clearance is None:
        return []
    role = facts.passenger.role if facts.passenger else None
    code = refusal_to_clear(facts, replace(facts.clearance, holds=frozenset()), role)
    return [] if code is None else [code]


def is_feverish(facts: Facts) -> bool:
    """The temperature that the fact tells is above the policy's limit (where it has none: any year's)."""
    return find_fever_limit(facts, facts.data("temperature")) is not None


FEVER_ANYWHERE: Final = 380
"""Tenths of a degree. Policies set their limits lower; under none of them is this normal."""


def find_fever_limit(facts: Facts, reading: Any) -> int | None:
    """The limit that the reading breaks: the policy's, or where that has none, any thermometer's."""
    if not isinstance(reading, int):
        return None
    policy = facts.policy
    if policy.temperature_limit_tenths is None:
        return FEVER_ANYWHERE if reading >= FEVER_ANYWHERE else None
    return policy.temperature_limit_tenths if is_too_warm(policy, reading) else None

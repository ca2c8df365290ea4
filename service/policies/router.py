"""HTTP of the policy in force in the account's county on a day."""

from typing import Annotated

from schemas.permissions import Permission
from schemas.policies import PolicyVersion
from schemas.types import Day
from service.auth import Actor, allowed
from service.clock import local_date
from service.context import Here
from service.policies.rules import policy_in_force
from service.rest import Router

router = Router(prefix="/v1/policies", tags=["policies 防控政策"])
Reader = Annotated[Actor, allowed(Permission.POLICY_READ)]


@router.get("/current")
def get_current_policy(actor: Reader, context: Here, on: Day | None = None) -> PolicyVersion:
    """What holds in the account's county, today or on a given day."""
    return policy_in_force(actor.county_code, on or local_date(context.now()))

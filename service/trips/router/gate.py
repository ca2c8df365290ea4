"""HTTP of the gate: of one trip, who may board and what holds it back."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from schemas.events.fields import PolicyCode
from schemas.gate import GateOut
from schemas.permissions import Permission
from service.auth import Actor, allowed
from service.context import Here
from service.rest import Router
from service.trips.actions import gate as actions

gate = Router(prefix="/v1", tags=["trips"])
Reader = Annotated[Actor, allowed(Permission.GATE_READ)]
Policy = Annotated[
    PolicyCode | None,
    Query(
        description="Judge by this version of a policy instead of the trip's: what a switch changes."
    ),
]


@gate.get("/trips/{trip_id}/gate")
def get_gate(trip_id: UUID, actor: Reader, context: Here, policy: Policy = None) -> GateOut:
    """Who on the list may board, and every reason why not with what to do.

    What holds the trip itself back stands beside it. The list and the door judge by the same rule.
    """
    with context.reading(actor) as work:
        return actions.read_gate(work, trip_id=trip_id, policy=policy)

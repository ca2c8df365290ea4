"""Workers who sign up themselves. Whoever may write workers forwards it: the county's desk, a clerk
for the own township, an account of the county that a mini program's service uses.
"""

from typing import Annotated

from fastapi import APIRouter

from schemas.permissions import Permission
from schemas.sign_ups import SignUpIn, SignUpOut
from service.auth import Actor, allowed
from service.context import Here
from service.rosters.actions import sign_ups

router = APIRouter(prefix="/v1/sign-ups", tags=["imports 名册导入"])
Writer = Annotated[Actor, allowed(Permission.WORKER_WRITE)]


@router.post("")
def sign_up(actor: Writer, context: Here, wanted: SignUpIn) -> SignUpOut:
    """One worker's own word, which is believed before any roster; sent again it changes nothing."""
    with context.database.write(actor) as session:
        return sign_ups.sign_up(context, session, actor, wanted=wanted)

"""HTTP of stranded people: the masked list with its filters, the people to telephone, the bureaus, letters,
calls.
"""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query

from schemas.base import Page
from schemas.divisions.table import full_name
from schemas.permissions import Permission
from schemas.stranded import (
    BureauOut,
    CallIn,
    CallOut,
    ChaseLine,
    LetterIn,
    LetterOut,
    StrandedPersonOut,
    StrandedState,
)
from service.auth import Actor, allowed
from service.context import Here
from service.rest import Cursor, Router, make_page
from service.stranded import actions, answers, queries
from service.stranded.queries import StrandedFilter

router = Router(prefix="/v1/stranded-people", tags=["stranded 滞留员工"])
Reader = Annotated[Actor, allowed(Permission.STAFF_READ)]
Writer = Annotated[Actor, allowed(Permission.STAFF_WRITE)]
Purpose = Annotated[str | None, Query(min_length=2, max_length=200, examples=["逐个打电话核实"])]


def read_filter(
    state: Annotated[StrandedState | None, Query()] = None,
    home: Annotated[
        str | None, Query(pattern=r"^[0-9]{2}([0-9]{2}){0,2}$", examples=["411302"])
    ] = None,
    enterprise: UUID | None = None,
) -> StrandedFilter:
    """`home`: 2, 4 or 6 digits of a division."""
    return StrandedFilter(state=state, home_prefix=home, enterprise_id=enterprise)


@router.get("")
def list_stranded_people(
    actor: Reader,
    context: Here,
    cursor: Annotated[Cursor, Depends()],
    wanted: Annotated[StrandedFilter, Depends(read_filter)],
) -> Page[StrandedPersonOut]:
    """People of the enterprises' newest lists, masked, with the township that knows them."""
    with context.reading(actor) as work:
        found = queries.list_stranded(work, cursor=cursor, wanted=wanted)
        people = answers.mask_people(answers.open_people(work, found))
        return make_page(people, cursor=cursor, present=lambda each: each, key=lambda each: each.id)


@router.get("/chase")
def list_chase(
    actor: Writer, context: Here, cursor: Annotated[Cursor, Depends()], export: Purpose = None
) -> Page[ChaseLine]:
    """Whom the county telephones itself, with whole phones; recorded, with a purpose as an export."""
    with context.writing(actor) as work:
        return actions.list_chase(work, cursor=cursor, purpose=export)


@router.get("/bureaus")
def list_bureaus(actor: Reader, context: Here) -> Page[BureauOut]:
    """The home counties of people whom the registry does not know, and how many of each."""
    with context.reading(actor) as work:
        return Page(
            items=[
                BureauOut(code=code, name=full_name(code), people=people, fresh=fresh)
                for code, people, fresh in queries.count_bureaus(work)
            ]
        )


@router.post("/letters")
def write_letter(actor: Writer, context: Here, wanted: LetterIn) -> LetterOut:
    """One letter of request: its people in full, noted as asked for and recorded as an export."""
    with context.writing(actor) as work:
        return actions.write_letter(work, wanted=wanted)


@router.post("/{stranded_id}/calls")
def record_call(actor: Writer, context: Here, stranded_id: UUID, wanted: CallIn) -> CallOut:
    """What a call told; the latest call decides whether somebody has to call again."""
    with context.writing(actor) as work:
        return actions.record_call(work, stranded_id=stranded_id, wanted=wanted)

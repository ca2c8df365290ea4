"""HTTP of who rode with whom 同乘人员: the question and its work list, lists and other counties' answers; where
somebody is now.
"""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query

from schemas.base import Page
from schemas.contact_lists import (
    ContactAnswersIn,
    ContactPersonOut,
    ContactsListOut,
    ContactsListRow,
    WhereOut,
)
from schemas.contacts import ContactsListIn, ContactsOut, ContactsQuestion
from schemas.permissions import Permission
from service.auth import Actor, allowed
from service.contacts.actions import answering, lists, presence
from service.context import Here
from service.rest import Cursor, Router

router = Router(prefix="/v1", tags=["contacts"])
Asking = Annotated[Actor, allowed(Permission.CONTACTS_READ)]
Answering = Annotated[Actor, allowed(Permission.CONTACTS_ANSWER)]


@router.post("/contacts")
def ask_contacts(body: ContactsQuestion, actor: Asking, context: Here) -> ContactsOut:
    """Who rode with somebody, or on a vehicle: counts and seat maps without names, or what to choose from."""
    with context.writing(actor) as work:
        return lists.answer_question(work, question=body)


@router.post("/contacts/lists")
def write_contacts_list(body: ContactsListIn, actor: Asking, context: Here) -> ContactsListOut:
    """The same with names and whole phones: a work list. Recorded with purpose and case."""
    with context.writing(actor) as work:
        return lists.write_list(work, wanted=body)


@router.get("/contacts")
def list_contacts_lists(
    actor: Answering,
    context: Here,
    cursor: Annotated[Cursor, Depends()],
    *,
    is_open: Annotated[bool, Query(alias="open")] = False,
) -> Page[ContactsListRow]:
    """The lists that were asked for; with `open` those of which somebody is unanswered."""
    with context.reading(actor) as work:
        return answering.list_lists(work, cursor=cursor, is_open=is_open)


@router.get("/contacts/lists/{list_id}")
def get_contacts_list(list_id: UUID, actor: Answering, context: Here) -> Page[ContactPersonOut]:
    """One list, masked, with what was answered; in one page."""
    with context.reading(actor) as work:
        return answering.show_list(work, list_id=list_id)


@router.post("/contacts/lists/{list_id}/answers")
def answer_contacts_list(
    list_id: UUID, body: ContactAnswersIn, actor: Answering, context: Here
) -> Page[ContactPersonOut]:
    """What the county where people are now says of them: of some, or of all that are there."""
    with context.writing(actor) as work:
        return answering.take_answers(work, list_id=list_id, wanted=body)


@router.get("/workers/{worker_id}/where")
def find_worker_now(
    worker_id: UUID, actor: Annotated[Actor, allowed(Permission.TRACE_READ)], context: Here
) -> WhereOut:
    """Who has this person now, since when, and by which statement."""
    with context.reading(actor) as work:
        return presence.find_person(work, worker_id=worker_id)

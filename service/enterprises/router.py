"""HTTP of enterprises: list and search by name, register, read one, change with If-Match."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Response

from schemas.base import Page
from schemas.enterprises import EnterpriseChange, EnterpriseIn, EnterpriseOut
from schemas.permissions import Permission
from service.auth import Actor, allowed
from service.context import Here
from service.enterprises import actions, answers, queries
from service.rest import Cursor, IfMatch, Router, make_page, set_etag, set_location

router = Router(prefix="/v1/enterprises", tags=["enterprises 用工企业"])
Reader = Annotated[Actor, allowed(Permission.ENTERPRISE_READ)]
Writer = Annotated[Actor, allowed(Permission.ENTERPRISE_WRITE)]
Name = Annotated[str | None, Query(min_length=1, max_length=120, examples=["苏州示例"])]


@router.get("")
def list_enterprises(
    actor: Reader, context: Here, cursor: Annotated[Cursor, Depends()], q: Name = None
) -> Page[EnterpriseOut]:
    """All enterprises, or those whose name begins with `q` (a household's must be exact)."""
    with context.reading(actor) as work:
        found = queries.list_page(work, cursor=cursor, name=q)
        shown = answers.show_enterprises(work, found)
    return make_page(shown, cursor=cursor, present=lambda each: each, key=lambda each: each.id)


@router.post("", status_code=201)
def register_enterprise(
    form: EnterpriseIn, actor: Writer, context: Here, response: Response
) -> EnterpriseOut:
    """Register an enterprise; the same id with the same content again changes nothing."""
    with context.writing(actor) as work:
        enterprise = actions.register_enterprise(work, form=form)
        shown = answers.show_enterprises(work, [enterprise])[0]
    set_location(response, f"/v1/enterprises/{shown.id}")
    set_etag(response, shown.version)
    return shown


@router.get("/{enterprise_id}")
def get_enterprise(
    enterprise_id: UUID, actor: Reader, context: Here, response: Response
) -> EnterpriseOut:
    """One enterprise, with the version that a change must name."""
    with context.reading(actor) as work:
        enterprise = queries.find_enterprise(work, enterprise_id=enterprise_id)
        shown = answers.show_enterprises(work, [enterprise])[0]
    set_etag(response, shown.version)
    return shown


@router.patch("/{enterprise_id}")
def change_enterprise(
    *,
    enterprise_id: UUID,
    change: EnterpriseChange,
    actor: Writer,
    context: Here,
    version: IfMatch,
    response: Response,
) -> EnterpriseOut:
    """Change what is named. If-Match names the version that was read."""
    with context.writing(actor) as work:
        enterprise = actions.change_enterprise(
            work, enterprise_id=enterprise_id, version=version, change=change
        )
        shown = answers.show_enterprises(work, [enterprise])[0]
    set_etag(response, shown.version)
    return shown

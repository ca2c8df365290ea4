"""HTTP of accounts: login, logout, one's own account and password, the lists of accounts and of escorts,
making and disabling an account, the trips of an escort.
"""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request, Response

from schemas.accounts import (
    AccountIn,
    AccountOut,
    AccountTripsIn,
    LoginIn,
    LoginOut,
    MeOut,
    PasswordIn,
)
from schemas.base import Page
from schemas.permissions import Permission, Role
from service.accounts import actions, answers, queries, sessions
from service.accounts.sessions import AddressLimit
from service.auth import Actor, allowed
from service.context import Context, Here
from service.rest import Cursor, Router, make_page, set_location

router = Router(prefix="/v1", tags=["accounts"])
Paging = Annotated[Cursor, Depends()]
Myself = Annotated[Actor, allowed(Permission.OWN_READ)]
Reader = Annotated[Actor, allowed(Permission.ACCOUNT_READ)]
Writer = Annotated[Actor, allowed(Permission.ACCOUNT_WRITE)]
Planner = Annotated[Actor, allowed(Permission.TRIP_WRITE)]


@router.post("/login")
def log_in(body: LoginIn, context: Here, request: Request, response: Response) -> LoginOut:
    """User name and password → a token for the Authorization header."""
    response.headers["Cache-Control"] = "no-store"
    limit: AddressLimit = request.app.state.address_limit
    address = request.client.host if request.client else None
    return sessions.log_in_from(context, body, address=address, limit=limit)


@router.post("/logout", status_code=204)
def log_out(actor: Myself, context: Here, request: Request) -> None:
    """End the token that this request was sent with."""
    token = request.headers["authorization"].split(maxsplit=1)[1].strip()
    with context.writing(actor) as work:
        sessions.log_out(work, token=token)


@router.get("/me")
def get_me(actor: Myself, context: Here) -> MeOut:
    """Whose token this is, and what it may do to whose data."""
    with context.reading(actor) as work:
        account = queries.find_account(work.session, actor.county_code, actor.account_id)
        return answers.show_me(work, account)


@router.post("/me/password", status_code=204)
def change_my_password(body: PasswordIn, actor: Myself, context: Here) -> None:
    """A new password for one's own account; every login of it ends."""
    password_hash = sessions.prepare_password(actor, context, body)
    with context.writing(actor) as work:
        actions.change_password(work, account_id=actor.account_id, password_hash=password_hash)


@router.get("/accounts")
def list_accounts(
    actor: Reader, context: Here, cursor: Paging, role: Role | None = None
) -> Page[AccountOut]:
    """All accounts of the county in the order of their making, names masked."""
    return _list(actor, context, cursor, role)


@router.get("/escorts")
def list_escorts(actor: Planner, context: Here, cursor: Paging) -> Page[AccountOut]:
    """The accounts that can be given trips to lead, names masked."""
    return _list(actor, context, cursor, Role.ESCORT)


@router.post("/accounts", status_code=201)
def create_account(body: AccountIn, actor: Writer, context: Here, response: Response) -> AccountOut:
    """A new account; the same id with the same content again gives the same answer."""
    set_location(response, f"/v1/accounts/{body.id}")
    new = actions.prepare_account(body, county_code=actor.county_code)
    with context.writing(actor) as work:
        actions.check_references(work, new.scope)
        account = actions.create_account(work, new=new)
        return answers.show_accounts(work, [account])[0]


@router.get("/accounts/{account_id}")
def get_account(account_id: UUID, actor: Reader, context: Here) -> AccountOut:
    """One account, its name masked."""
    with context.reading(actor) as work:
        account = queries.find_account(work.session, actor.county_code, account_id)
        return answers.show_accounts(work, [account])[0]


@router.post("/accounts/{account_id}/disable")
def disable_account(account_id: UUID, actor: Writer, context: Here) -> AccountOut:
    """No more logins for this account, and every token of it ends now."""
    with context.writing(actor) as work:
        account = actions.disable_account(work, account_id=account_id)
        return answers.show_accounts(work, [account])[0]


@router.post("/accounts/{account_id}/trips")
def set_trips(account_id: UUID, body: AccountTripsIn, actor: Planner, context: Here) -> AccountOut:
    """The trips that an escort (or a health officer) may see from now on."""
    with context.writing(actor) as work:
        account = actions.set_trips(work, account_id=account_id, trip_ids=body.trip_ids)
        return answers.show_accounts(work, [account])[0]


def _list(actor: Actor, context: Context, cursor: Cursor, role: Role | None) -> Page[AccountOut]:
    with context.reading(actor) as work:
        found = queries.list_accounts(work.session, actor.county_code, cursor=cursor, role=role)
        shown = answers.show_accounts(work, found)
    return make_page(shown, cursor=cursor, present=lambda out: out, key=lambda out: out.id)

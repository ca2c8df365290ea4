"""Making accounts, ending them, and changing what they may see."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import insert, update
from sqlalchemy.engine import RowMapping
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from schemas.accounts import AccountIn, ScopeFields
from schemas.errors import ErrorCode, FieldProblem
from schemas.events.kinds import EventKind, Source
from schemas.events.payloads_records import AccountCreated, AccountScopeChanged
from schemas.events.payloads_trips import Nothing
from schemas.permissions import Role
from service.accounts import credentials, events, queries, rules
from service.accounts.rows import NewAccount, is_same, make_row
from service.auth import Actor
from service.context import Work
from service.errors import DomainError

CONSOLE_ID = UUID(int=0)


def make_console_actor(county_code: str) -> Actor:
    """Whoever has the server's console: makes the first administrator, stands in no table."""
    return Actor(county_code, CONSOLE_ID, Role.ADMINISTRATOR)


def prepare_account(body: AccountIn, *, county_code: str) -> NewAccount:
    """Checks scope and password, and does the slow hashing: call it outside of a transaction."""
    scope = ScopeFields(**{name: getattr(body, name) for name in rules.SCOPE_NAMES})
    check_scope(body.role, scope, county_code=county_code)
    password = body.password.get_secret_value()
    if rules.is_weak(password, body.username):
        raise DomainError(ErrorCode.PASSWORD_WEAK)
    return NewAccount(
        id=body.id,
        username=body.username,
        name=body.name,
        phone=body.phone,
        role=body.role,
        scope=scope,
        password=body.password,
        password_hash=credentials.hash_password(password),
    )


def check_scope(role: Role, scope: ScopeFields, *, county_code: str) -> None:
    """Raises field-invalid, naming what is missing, too much, or no township of this county."""
    faults = rules.find_scope_faults(role, scope, county_code=county_code)
    if faults:
        problems = [
            FieldProblem(field=name, message=f"does not fit the role {role}") for name in faults
        ]
        raise DomainError(ErrorCode.FIELD_INVALID, errors=problems)


def create_account(work: Work, *, new: NewAccount, source: Source = Source.API) -> RowMapping:
    """The stored row. The same id and content again: the same row, and nothing is written."""
    stored = queries.get_account(work.session, work.county_code, new.id)
    if stored is not None:
        keyring = work.context.vault.open_keyring(work.session, work.county_code, [new.id])
        if not is_same(stored, new, keyring):
            raise DomainError(ErrorCode.ID_REUSED)
        return stored
    if queries.get_account_by_name(work.session, work.county_code, new.username) is not None:
        raise DomainError(ErrorCode.ACCOUNT_EXISTS)
    now = work.now()
    keyring = work.context.vault.make_keyring(work.session, work.county_code, [new.id])
    values = make_row(new, keyring, county_code=work.county_code, now=now)
    try:
        work.session.execute(insert(queries.ACCOUNT), [values])
    except IntegrityError as error:  # somebody took the name in the same moment
        raise DomainError(ErrorCode.ACCOUNT_EXISTS) from error
    payload = AccountCreated(
        role=str(new.role),
        username=new.username,
        division_prefix=values["division_prefix"],
        enterprise_id=values["enterprise_id"],
        carrier_id=values["carrier_id"],
        trip_ids=values["trip_ids"],
    )
    events.record(
        work,
        account_id=new.id,
        kind=EventKind.ACCOUNT_CREATED,
        payload=payload,
        now=now,
        source=source,
    )
    return queries.find_account(work.session, work.county_code, new.id)


def disable_account(work: Work, *, account_id: UUID, source: Source = Source.API) -> RowMapping:
    """No more logins, and every token ends now. Nobody disables the account that they use."""
    if account_id == work.actor.account_id:
        raise DomainError(ErrorCode.PERMISSION_DENIED)
    row = queries.lock_account(work.session, work.county_code, account_id)
    if not row["active"]:
        return row
    _change(work.session, row, active=False)
    revoke_tokens(work, work.county_code, account_id=account_id)
    kind = EventKind.ACCOUNT_DISABLED
    _record(work, account_id=account_id, kind=kind, source=source)
    return queries.find_account(work.session, work.county_code, account_id)


def set_trips(work: Work, *, account_id: UUID, trip_ids: Collection[UUID]) -> RowMapping:
    """The trips that an escort or a health officer may see from now on; all others end."""
    row = queries.lock_account(work.session, work.county_code, account_id)
    return _set_trips(work, row=row, trip_ids=set(trip_ids))


def grant_trip(work: Work, *, account_id: UUID, trip_id: UUID) -> RowMapping:
    """One more trip for an escort. Granted already: nothing is written."""
    row = queries.lock_account(work.session, work.county_code, account_id)
    granted = {UUID(each) for each in row["trip_ids"] or ()}
    return _set_trips(work, row=row, trip_ids=granted | {trip_id})


def change_password(
    work: Work, *, account_id: UUID, password_hash: str, source: Source = Source.API
) -> None:
    """Every token of the account ends: whoever knew the old password is out."""
    row = queries.lock_account(work.session, work.county_code, account_id)
    _change(work.session, row, password_hash=password_hash)
    revoke_tokens(work, work.county_code, account_id=account_id)
    kind = EventKind.ACCOUNT_PASSWORD_CHANGED
    _record(work, account_id=account_id, kind=kind, source=source)


def revoke_tokens(work: Work, county_code: str, *, account_id: UUID) -> None:
    token = queries.TOKEN
    work.session.execute(
        update(token)
        .where(token.c.county_code == county_code, token.c.account_id == account_id)
        .where(token.c.revoked_at.is_(None))
        .values(revoked_at=work.now())
    )


def _record(work: Work, *, account_id: UUID, kind: EventKind, source: Source) -> None:
    """What is said by its kind alone."""
    events.record(
        work,
        account_id=account_id,
        kind=kind,
        payload=Nothing(),
        now=work.now(),
        source=source,
    )


def _set_trips(work: Work, *, row: RowMapping, trip_ids: set[UUID]) -> RowMapping:
    if not rules.takes_trips(Role(row["role"])):
        problem = FieldProblem(field="trip_ids", message=f"does not fit the role {row['role']}")
        raise DomainError(ErrorCode.FIELD_INVALID, errors=[problem])
    wanted = sorted(trip_ids)
    if row["trip_ids"] == [str(each) for each in wanted]:
        return row
    _change(work.session, row, trip_ids=[str(each) for each in wanted])
    events.record(
        work,
        account_id=row["id"],
        kind=EventKind.ACCOUNT_SCOPE_CHANGED,
        payload=AccountScopeChanged(trip_ids=wanted),
        now=work.now(),
    )
    return queries.find_account(work.session, work.county_code, row["id"])


def _change(session: Session, row: RowMapping, **values: Any) -> None:
    account = queries.ACCOUNT
    session.execute(
        update(account)
        .where(account.c.county_code == row["county_code"], account.c.id == row["id"])
        .values(version=row["version"] + 1, **values)
    )

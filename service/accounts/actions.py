"""New accounts, ended ones, new passwords, changed trips of an escort: what is checked, which tokens end,
which event is recorded; the console's actor.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from pydantic import SecretStr
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, update

from schemas.accounts import AccountIn, ScopeFields
from schemas.errors import ErrorCode
from schemas.events.fields import PersonalClass
from schemas.events.kinds import EventKind, Source
from schemas.events.payloads_records import AccountCreated, AccountScopeChanged
from schemas.events.payloads_trips import Nothing
from schemas.permissions import ROLE_NAMES, Role
from schemas.shapes import FieldText
from schemas.texts import choose
from service.accounts import passwords, queries, rules
from service.accounts.models import Account, Token
from service.accounts.rules import ScopeName
from service.accounts.tokens import note_revocation
from service.auth import Actor
from service.context import Work
from service.errors import DomainError, object_to, unknown_reference
from service.records import account_stream, record_event, sealed_place
from service.vault.vault import Keyring

CONSOLE_ID = UUID(int=0)


def make_console_actor(county_code: str) -> Actor:
    """Whoever has the server's console: makes the first administrator, stands in no table."""
    return Actor(county_code, CONSOLE_ID, Role.ADMINISTRATOR)


# --- new accounts -------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class NewAccount:
    """`password` is there to compare a repeat with; only its hash is stored."""

    id: UUID
    username: str
    name: str
    phone: str | None
    role: Role
    scope: ScopeFields
    password: SecretStr | None
    password_hash: str


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
        password_hash=passwords.hash_password(password),
    )


def check_scope(role: Role, scope: ScopeFields, *, county_code: str) -> None:
    """Raises field-invalid, naming what is missing, too much, or no township of this county."""
    faults = rules.find_scope_faults(role, scope, county_code=county_code)
    if faults:
        problems = [
            object_to(name, FieldText.ROLE_MISFIT, role=choose(*ROLE_NAMES[role]))
            for name in faults
        ]
        raise DomainError(ErrorCode.FIELD_INVALID, errors=problems)


def check_references(work: Work, scope: ScopeFields) -> None:
    """Raises not-found, naming each field whose id (of several trips: which one) the county does not have. For
    whoever takes a scope from outside; a role that does not fit it is for `check_scope`.
    """
    named: dict[ScopeName, list[UUID | None]] = {
        "enterprise_id": [scope.enterprise_id],
        "carrier_id": [scope.carrier_id],
        "trip_ids": [*(scope.trip_ids or ())],
    }
    unknown = [
        f"{name}.{place}" if name == "trip_ids" else name
        for name, ids in named.items()
        for place in _list_unknown(work, name, ids)
    ]
    if unknown:
        raise unknown_reference(*unknown)


def _list_unknown(work: Work, name: ScopeName, ids: Sequence[UUID | None]) -> list[int]:
    """The places of ids that lead nowhere. No ids, no statement."""
    wanted = {each for each in ids if each is not None}
    if not wanted:
        return []
    known = work.context.references[name](work.session, work.county_code, wanted)
    return [place for place, each in enumerate(ids) if each is not None and each not in known]


def create_account(work: Work, *, new: NewAccount, source: Source = Source.API) -> Account:
    """The stored account. The same id and content again: the same account, and nothing is written;
    other content: id-reused. Raises account-exists for a user name that is there.
    """
    wanted = _make_account(work, new)
    stored = queries.get_account(work.session, work.county_code, new.id)
    if stored is not None:
        keyring = work.context.vault.open_keyring(work.session, work.county_code, [new.id])
        if not _is_same(stored, wanted, new, keyring):
            raise DomainError(ErrorCode.ID_REUSED)
        return stored
    if queries.get_account_by_name(work.session, work.county_code, new.username) is not None:
        raise DomainError(ErrorCode.ACCOUNT_EXISTS)
    _seal(work, wanted, new)
    work.session.add(wanted)
    try:
        work.session.flush()
    except IntegrityError as error:  # somebody took the name in the same moment
        raise DomainError(ErrorCode.ACCOUNT_EXISTS) from error
    payload = AccountCreated(
        role=wanted.role,
        username=wanted.username,
        division_prefix=wanted.division_prefix,
        enterprise_id=wanted.enterprise_id,
        carrier_id=wanted.carrier_id,
        trip_ids=wanted.trip_ids,
    )
    _record(work, wanted, EventKind.ACCOUNT_CREATED, payload, source=source)
    return wanted


def _make_account(work: Work, new: NewAccount) -> Account:
    """Without what is sealed. An escort without trips sees none, not all."""
    trip_ids = new.scope.trip_ids
    if trip_ids is None and new.role is Role.ESCORT:
        trip_ids = []
    return Account(
        county_code=work.county_code,
        id=new.id,
        username=new.username,
        identity=b"",
        role=str(new.role),
        password_hash=new.password_hash,
        division_prefix=rules.shorten_prefix(new.scope.division_prefix),
        enterprise_id=new.scope.enterprise_id,
        carrier_id=new.scope.carrier_id,
        trip_ids=None if trip_ids is None else _write_ids(trip_ids),
        active=True,
        version=1,
        created_at=work.now(),
    )


def _seal(work: Work, account: Account, new: NewAccount) -> None:
    """Name and phone, under the account's own keys."""
    keyring = work.context.vault.make_keyring(work.session, work.county_code, [new.id])
    account.identity = keyring.seal(
        new.id,
        PersonalClass.IDENTITY,
        {"name": new.name},
        place=sealed_place("account", new.id, "identity"),
    )
    if new.phone is not None:
        account.contact = keyring.seal(
            new.id,
            PersonalClass.CONTACT,
            {"phone": new.phone},
            place=sealed_place("account", new.id, "contact"),
        )


def _is_same(stored: Account, wanted: Account, new: NewAccount, keyring: Keyring) -> bool:
    """Whether a repeated creation says what is stored, its password included."""
    compared = ("username", "role", *rules.SCOPE_NAMES)
    return (
        all(getattr(stored, name) == getattr(wanted, name) for name in compared)
        and queries.open_name(stored, keyring) == new.name
        and queries.open_phone(stored, keyring) == new.phone
        and new.password is not None
        and passwords.fits(new.password.get_secret_value(), stored.password_hash)
    )


# --- changes ------------------------------------------------------------------------------------
def disable_account(work: Work, *, account_id: UUID, source: Source = Source.API) -> Account:
    """No more logins, and every token ends now. Disabled already: nothing is written. Raises
    permission-denied for the account that asks.
    """
    if account_id == work.actor.account_id:
        raise DomainError(ErrorCode.PERMISSION_DENIED)
    account = queries.lock_account(work.session, work.county_code, account_id)
    if not account.active:
        return account
    account.active = False
    account.version += 1
    _revoke_tokens(work, account)
    _record(work, account, EventKind.ACCOUNT_DISABLED, source=source)
    return account


def set_trips(work: Work, *, account_id: UUID, trip_ids: Sequence[UUID]) -> Account:
    """The trips that an escort or a health officer may see from now on; all others end. The same
    trips again: nothing is written. Raises field-invalid for an account of another role, not-found,
    naming which, for a trip that the county does not have.
    """
    account = queries.lock_account(work.session, work.county_code, account_id)
    role = Role(account.role)
    if not rules.takes_trips(role):
        problem = object_to("trip_ids", FieldText.ROLE_MISFIT, role=choose(*ROLE_NAMES[role]))
        raise DomainError(ErrorCode.FIELD_INVALID, errors=[problem])
    check_references(work, ScopeFields(trip_ids=list(trip_ids)))
    if _change_trips(work, account, set(trip_ids)):
        record_trips(work, account)
    return account


def give_trip(work: Work, *, account_id: UUID, trip_id: UUID, field: str) -> Account | None:
    """One more trip for an escort, whose account is locked; None where it has the trip already. The change is
    recorded by `record_trips`, in the same transaction: not at once, so that the account's stream is locked
    after the streams of workers, as everywhere. Raises, naming the field of the request: not-found for an
    account that the county does not have, field-invalid for a disabled one or another role's.
    """
    account = _lock_escort(work, account_id, field)
    trips = set(map(UUID, account.trip_ids or ()))
    return account if _change_trips(work, account, trips | {trip_id}) else None


def _lock_escort(work: Work, account_id: UUID, field: str) -> Account:
    try:
        account = queries.lock_account(work.session, work.county_code, account_id)
    except DomainError as error:
        raise unknown_reference(field) from error
    if account.role == Role.ESCORT and account.active:
        return account
    text = FieldText.ESCORT_DISABLED if account.role == Role.ESCORT else FieldText.NO_ESCORT
    raise DomainError(ErrorCode.FIELD_INVALID, errors=[object_to(field, text)])


def record_trips(work: Work, account: Account) -> None:
    """The trips that the account sees from now on."""
    payload = AccountScopeChanged(trip_ids=[UUID(each) for each in account.trip_ids or ()])
    _record(work, account, EventKind.ACCOUNT_SCOPE_CHANGED, payload)


def change_password(
    work: Work, *, account_id: UUID, password_hash: str, source: Source = Source.API
) -> None:
    """Every token of the account ends: whoever knew the old password is out."""
    account = queries.lock_account(work.session, work.county_code, account_id)
    account.password_hash = password_hash
    account.version += 1
    _revoke_tokens(work, account)
    _record(work, account, EventKind.ACCOUNT_PASSWORD_CHANGED, source=source)


def _change_trips(work: Work, account: Account, trip_ids: set[UUID]) -> bool:
    """False where they are what the account has."""
    if account.trip_ids == _write_ids(trip_ids):
        return False
    account.trip_ids = _write_ids(trip_ids)
    account.version += 1
    note_revocation(work)
    return True


def _revoke_tokens(work: Work, account: Account) -> None:
    work.session.exec(
        update(Token)
        .where(col(Token.county_code) == account.county_code, col(Token.account_id) == account.id)
        .where(col(Token.revoked_at).is_(None))
        .values(revoked_at=work.now())
    )
    note_revocation(work)


def _record(
    work: Work,
    account: Account,
    kind: EventKind,
    payload: AccountCreated | AccountScopeChanged | Nothing = Nothing(),  # noqa: B008 (immutable)
    *,
    source: Source = Source.API,
) -> None:
    record_event(work, payload, kind=kind, stream=account_stream(account.id), source=source)


def _write_ids(ids: Collection[UUID]) -> list[str]:
    """In the one order in which they are stored."""
    return [str(each) for each in sorted(set(ids))]

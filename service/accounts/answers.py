"""How accounts are shown: name and phone masked in lists; one's own name, scope and permissions in full."""

from collections.abc import Sequence

from schemas.accounts import AccountOut, MeOut, ScopeOut
from schemas.identity import mask_name, mask_phone
from schemas.permissions import Role
from service.accounts.models import Account
from service.accounts.queries import open_name, open_phone
from service.context import Work
from service.vault.vault import Keyring


def show_accounts(work: Work, accounts: Sequence[Account]) -> list[AccountOut]:
    """Name and phone masked; one read of keys for all."""
    ids = [account.id for account in accounts]
    keyring = work.context.vault.open_keyring(work.session, work.county_code, ids)
    return [_show(account, keyring) for account in accounts]


def show_me(work: Work, account: Account) -> MeOut:
    keyring = work.context.vault.open_keyring(work.session, work.county_code, [account.id])
    return MeOut(
        account_id=account.id,
        county_code=work.county_code,
        username=account.username,
        name=open_name(account, keyring),
        role=work.actor.role,
        scope=ScopeOut.model_validate(account),
        permissions=sorted(work.actor.permissions),
    )


def _show(account: Account, keyring: Keyring) -> AccountOut:
    name, phone = open_name(account, keyring), open_phone(account, keyring)
    return AccountOut(
        id=account.id,
        username=account.username,
        name=mask_name(name) if name else None,
        phone=mask_phone(phone) if phone else None,
        role=Role(account.role),
        scope=ScopeOut.model_validate(account),
        active=account.active,
        version=account.version,
        created_at=account.created_at,
    )

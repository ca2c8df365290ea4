"""How answers show enterprises: people masked."""

from collections.abc import Sequence

from sqlmodel import Session

from schemas.enterprises import ContactOut, EnterpriseKind, EnterpriseOut
from schemas.identity import mask_name, mask_phone
from service.enterprises.queries import make_contact
from service.enterprises.rules import EnterpriseContact
from service.recording.described import Row
from service.vault.vault import Vault


def show_enterprises(
    session: Session, vault: Vault, county_code: str, rows: Sequence[Row]
) -> list[EnterpriseOut]:
    """One read of keys for all rows."""
    keyring = vault.open_keyring(session, county_code, [row["id"] for row in rows])
    return [_show(row, make_contact(row, keyring)) for row in rows]


def _show(row: Row, opened: EnterpriseContact) -> EnterpriseOut:
    household_name = mask_name(opened.name) if opened.name else None
    return EnterpriseOut(
        id=row["id"],
        kind=EnterpriseKind(row["kind"]),
        name=row["name"] or household_name,
        credit_code=row["credit_code"],
        division_code=row["division_code"],
        address=row["address"],
        contacts=[
            ContactOut(name=mask_name(each.name), phone=mask_phone(each.phone))
            for each in opened.contacts
        ],
        version=row["version"],
    )

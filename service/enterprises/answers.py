"""How enterprises are shown: contacts and a household's name masked."""

from collections.abc import Sequence

from schemas.enterprises import ContactOut, EnterpriseKind, EnterpriseOut
from schemas.identity import mask_name, mask_phone
from service.context import Work
from service.enterprises.models import Enterprise
from service.enterprises.queries import open_details
from service.enterprises.rules import EnterpriseDetails


def show_enterprises(work: Work, enterprises: Sequence[Enterprise]) -> list[EnterpriseOut]:
    """One read of keys for all."""
    opened = open_details(work, enterprises)
    return [_show(each, details) for each, details in zip(enterprises, opened, strict=True)]


def _show(enterprise: Enterprise, details: EnterpriseDetails) -> EnterpriseOut:
    household_name = mask_name(details.name) if details.name else None
    return EnterpriseOut(
        id=enterprise.id,
        kind=EnterpriseKind(enterprise.kind),
        name=enterprise.name or household_name,
        credit_code=enterprise.credit_code,
        division_code=enterprise.division_code,
        address=enterprise.address,
        contacts=[
            ContactOut(name=mask_name(each.name), phone=mask_phone(each.phone))
            for each in details.contacts
        ],
        version=enterprise.version,
    )

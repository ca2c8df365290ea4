"""Registering and changing enterprises, each with its event: a credit code stands once; a household's name
and address are sealed.
"""

from dataclasses import replace
from uuid import UUID

from schemas.enterprises import EnterpriseChange, EnterpriseIn
from schemas.errors import ErrorCode
from schemas.events.fields import PersonalClass
from schemas.events.kinds import EventKind
from schemas.types import search_key
from service import records
from service.context import Work
from service.enterprises import queries
from service.enterprises.models import Enterprise
from service.enterprises.rules import EnterpriseDetails
from service.errors import DomainError
from service.records import RecordList, Values

_ENTERPRISES = RecordList(
    "enterprise",
    Enterprise,
    EventKind.ENTERPRISE_REGISTERED,
    EventKind.ENTERPRISE_CHANGED,
)


def register_enterprise(work: Work, *, form: EnterpriseIn) -> Enterprise:
    """The same id with the same content again changes nothing. Raises record-exists for a credit
    code that is there, naming the enterprise that has it.
    """

    def build() -> Values:
        details = EnterpriseDetails(
            kind=str(form.kind),
            name=form.name,
            credit_code=form.credit_code,
            division_code=form.division_code,
            address=form.address,
            contacts=form.contacts,
        )
        return _build(work, details, enterprise_id=form.id)

    return records.register_record(work, _ENTERPRISES, form=form, record_id=form.id, build=build)


def change_enterprise(
    work: Work, *, enterprise_id: UUID, version: int, change: EnterpriseChange
) -> Enterprise:
    """The row as it is now. Raises not-found for a household whose name was erased."""

    def build(stored: Enterprise, given: Values) -> Values:
        (before,) = queries.open_details(work, [stored])
        if before.name is None:
            raise DomainError(ErrorCode.NOT_FOUND)
        named = {name: getattr(change, name) for name in given}
        return _build(work, replace(before, **named), enterprise_id=enterprise_id)

    return records.change_record(
        work,
        _ENTERPRISES,
        change=change,
        version=version,
        find=lambda: queries.find_enterprise(work, enterprise_id=enterprise_id),
        build=build,
    )


def _build(work: Work, details: EnterpriseDetails, *, enterprise_id: UUID) -> Values:
    """The columns. A household's name and address go where contacts go: they are a person's."""
    if details.credit_code is not None:
        holder = queries.get_by_credit_code(work.session, work.county_code, details.credit_code)
        records.check_not_taken(holder, record_id=enterprise_id)
    keyring = work.context.vault.make_keyring(
        work.session, work.county_code, [enterprise_id], classes=[PersonalClass.CONTACT]
    )
    sealed = keyring.seal(
        enterprise_id,
        PersonalClass.CONTACT,
        details.list_sealed(),
        place=records.sealed_place("enterprise", enterprise_id, "details_sealed"),
    )
    return {
        "kind": details.kind,
        "credit_code": details.credit_code,
        "division_code": details.division_code,
        "details_sealed": sealed,
        **_build_name(work, details),
    }


def _build_name(work: Work, details: EnterpriseDetails) -> Values:
    name = details.name or ""  # never empty: without a name nothing is registered or changed
    if details.is_private:
        digest = queries.digest_name(work.context.vault.indexes, work.county_code, name)
        return {"name": None, "name_key": None, "address": None, "name_index": digest}
    return {
        "name": name,
        "name_key": search_key(name),
        "address": details.address,
        "name_index": None,
    }

"""Registering and changing enterprises: the row and its event in one transaction."""

from uuid import UUID

from sqlmodel import Session

from schemas.enterprises import EnterpriseChange, EnterpriseIn, EnterpriseKind, search_key
from schemas.errors import ErrorCode
from schemas.events.fields import PersonalClass
from schemas.events.kinds import EventKind
from service.context import Work
from service.enterprises import queries
from service.errors import DomainError
from service.recording import described
from service.recording.described import RecordList, Row, Values

_ENTERPRISES = RecordList(
    "enterprise",
    queries.ENTERPRISE,
    EventKind.ENTERPRISE_REGISTERED,
    EventKind.ENTERPRISE_CHANGED,
)
_FIELDS = ("kind", "name", "credit_code", "division_code", "address", "contacts")


def register_enterprise(work: Work, *, form: EnterpriseIn) -> Row:
    """The same id with the same content again changes nothing. Raises record-exists for a credit
    code that is there, naming the enterprise that has it.
    """

    def build() -> Values:
        values = form.model_dump(mode="json", include=set(_FIELDS))
        return _build(work, enterprise_id=form.id, values=values)

    return described.register_row(
        work.session,
        work.actor,
        tools=work.context,
        records=_ENTERPRISES,
        form=form,
        identifier=form.id,
        build=build,
    )


def change_enterprise(
    work: Work, *, enterprise_id: UUID, version: int, change: EnterpriseChange
) -> Row:
    """The row as it is now."""

    def build(stored: Row, given: Values) -> Values:
        values = _read_values(work, stored) | given
        return _build(work, enterprise_id=enterprise_id, values=values)

    return described.change_row(
        work.session,
        work.actor,
        tools=work.context,
        records=_ENTERPRISES,
        change=change,
        version=version,
        find=lambda: queries.find_enterprise(work, enterprise_id=enterprise_id),
        build=build,
    )


def _read_values(work: Work, stored: Row) -> Values:
    """All described fields of a stored row, the sealed ones opened; not-found for a household
    whose name was erased.
    """
    keyring = work.context.vault.open_keyring(work.session, stored["county_code"], [stored["id"]])
    sealed = {"contacts": []} | queries.open_details(keyring, stored)
    values: Values = {name: sealed.get(name, stored.get(name)) for name in _FIELDS}
    if values["name"] is None:
        raise DomainError(ErrorCode.NOT_FOUND)
    return values


def _build(work: Work, *, enterprise_id: UUID, values: Values) -> Values:
    """The columns. A household's name and address go where contacts go: they are a person's."""
    _check_credit_code(work.session, work.county_code, values["credit_code"], enterprise_id)
    private = values["kind"] == EnterpriseKind.HOUSEHOLD
    names = ("name", "address", "contacts") if private else ("contacts",)
    keyring = work.context.vault.make_keyring(
        work.session, work.county_code, [enterprise_id], classes=[PersonalClass.CONTACT]
    )
    sealed = keyring.seal(
        enterprise_id,
        PersonalClass.CONTACT,
        {name: values[name] for name in names if values[name] is not None},
        place=queries.sealed_place(enterprise_id),
    )
    return {
        "kind": values["kind"],
        "credit_code": values["credit_code"],
        "division_code": values["division_code"],
        "details_sealed": sealed,
        **_name_columns(work, values, private=private),
    }


def _name_columns(work: Work, values: Values, *, private: bool) -> Values:
    name, indexes = values["name"], work.context.vault.indexes
    if private:
        digest = queries.digest_name(indexes, work.county_code, name)
        return {"name": None, "name_key": None, "address": None, "name_index": digest}
    key = search_key(name)
    return {"name": name, "name_key": key, "address": values["address"], "name_index": None}


def _check_credit_code(
    session: Session, county_code: str, credit_code: str | None, enterprise_id: UUID
) -> None:
    if credit_code is None:
        return
    other = queries.get_by_credit_code(session, county_code, credit_code)
    if other is not None and other["id"] != enterprise_id:
        raise DomainError(ErrorCode.RECORD_EXISTS, facts={"id": str(other["id"])})

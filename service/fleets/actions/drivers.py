"""Registering and changing drivers."""

from uuid import UUID

from sqlmodel import Session

from schemas.errors import ErrorCode
from schemas.events.fields import PersonalClass
from schemas.events.kinds import EventKind
from schemas.fleets import DriverChange, DriverIn
from service.auth import Actor
from service.context import Context
from service.errors import DomainError
from service.fleets import queries
from service.fleets.actions.carriers import check_carrier
from service.recording import described
from service.recording.described import RecordList, Row, Values
from service.vault.sealing import IndexPurpose

_DRIVERS = RecordList(
    "driver", queries.DRIVER, EventKind.DRIVER_REGISTERED, EventKind.DRIVER_CHANGED
)
_SEALED = {
    PersonalClass.IDENTITY: ("name", "id_number", "licence_number", "qualification_number"),
    PersonalClass.CONTACT: ("phone",),
}


def register_driver(session: Session, actor: Actor, *, context: Context, form: DriverIn) -> Row:
    """The same id with the same content again changes nothing. Raises record-exists for an identity
    number that is there, and field-invalid for an unknown carrier.
    """

    def build() -> Values:
        values = form.model_dump(exclude={"id"})
        return _build(session, actor, context, driver_id=form.id, values=values, given=values)

    return described.register_row(
        session,
        actor,
        tools=context,
        records=_DRIVERS,
        form=form,
        identifier=form.id,
        build=build,
    )


def change_driver(
    session: Session,
    actor: Actor,
    *,
    context: Context,
    driver_id: UUID,
    version: int,
    change: DriverChange,
) -> Row:
    """The row as it is now. What was erased comes back only as far as it is named anew."""

    def build(stored: Row, given: Values) -> Values:
        keyring = context.vault.open_keyring(session, actor.county_code, [driver_id])
        values = queries.open_driver(keyring, stored) | given
        return _build(session, actor, context, driver_id=driver_id, values=values, given=given)

    return described.change_row(
        session,
        actor,
        tools=context,
        records=_DRIVERS,
        change=change,
        version=version,
        find=lambda: queries.find_driver(session, actor, driver_id=driver_id),
        build=build,
    )


def _build(
    session: Session,
    actor: Actor,
    context: Context,
    *,
    driver_id: UUID,
    values: Values,
    given: Values,
) -> Values:
    """The columns of what is `given`; `values` are all sealed fields as they are to be."""
    if carrier_id := given.get("carrier_id"):
        check_carrier(session, actor, carrier_id)
    sealed = {name for names in _SEALED.values() for name in names}
    columns = {name: value for name, value in given.items() if name not in sealed}
    if "id_number" in given:
        columns["id_number_index"] = _index_id_number(
            session, actor, context, driver_id=driver_id, id_number=given["id_number"]
        )
    return columns | _seal(session, actor, context, driver_id=driver_id, values=values, given=given)


def _seal(
    session: Session,
    actor: Actor,
    context: Context,
    *,
    driver_id: UUID,
    values: Values,
    given: Values,
) -> Values:
    """The sealed columns of which something is given; the others stay as they lie."""
    keyring = context.vault.make_keyring(
        session, actor.county_code, [driver_id], classes=list(_SEALED)
    )
    columns: Values = {}
    for personal_class, names in _SEALED.items():
        if given.keys().isdisjoint(names):
            continue
        column = f"{personal_class}_sealed"
        content = {name: values[name] for name in names if values.get(name) is not None}
        place = queries.sealed_place("driver", driver_id, column)
        columns[column] = keyring.seal(driver_id, personal_class, content, place=place)
    return columns


def _index_id_number(
    session: Session, actor: Actor, context: Context, *, driver_id: UUID, id_number: str | None
) -> bytes | None:
    """Raises record-exists when the number is another driver's."""
    if id_number is None:
        return None
    digest = context.vault.indexes.digest(
        IndexPurpose.DRIVER_ID_NUMBER, actor.county_code, id_number
    )
    other = queries.get_driver_by_id_number(session, actor.county_code, digest)
    if other is not None and other["id"] != driver_id:
        raise DomainError(ErrorCode.RECORD_EXISTS, facts={"id": str(other["id"])})
    return digest

"""Registering and changing carriers."""

from uuid import UUID

from sqlmodel import Session

from schemas.errors import ErrorCode, FieldProblem
from schemas.events.fields import PersonalClass
from schemas.events.kinds import EventKind
from schemas.fleets import CarrierChange, CarrierIn
from service.auth import Actor
from service.context import Context
from service.errors import DomainError
from service.fleets import queries
from service.recording import described
from service.recording.described import RecordList, Row, Values

_CARRIERS = RecordList(
    "carrier", queries.CARRIER, EventKind.CARRIER_REGISTERED, EventKind.CARRIER_CHANGED
)


def register_carrier(session: Session, actor: Actor, *, context: Context, form: CarrierIn) -> Row:
    """The same id with the same content again changes nothing. Raises record-exists for a credit
    code that is there.
    """

    def build() -> Values:
        values = form.model_dump(exclude={"id"})
        return _build(session, actor, context, carrier_id=form.id, values=values)

    return described.register_row(
        session,
        actor,
        tools=context,
        records=_CARRIERS,
        form=form,
        identifier=form.id,
        build=build,
    )


def change_carrier(
    session: Session,
    actor: Actor,
    *,
    context: Context,
    carrier_id: UUID,
    version: int,
    change: CarrierChange,
) -> Row:
    """The row as it is now."""
    return described.change_row(
        session,
        actor,
        tools=context,
        records=_CARRIERS,
        change=change,
        version=version,
        find=lambda: queries.find_carrier(session, actor, carrier_id=carrier_id),
        build=lambda _stored, given: _build(
            session, actor, context, carrier_id=carrier_id, values=given
        ),
    )


def check_carrier(session: Session, actor: Actor, carrier_id: UUID) -> None:
    """A vehicle or driver of nobody known: field-invalid."""
    try:
        queries.find_carrier(session, actor, carrier_id=carrier_id)
    except DomainError as error:
        problem = FieldProblem(field="carrier_id", message="no such carrier")
        raise DomainError(ErrorCode.FIELD_INVALID, errors=[problem]) from error


def _build(
    session: Session, actor: Actor, context: Context, *, carrier_id: UUID, values: Values
) -> Values:
    """The columns of the values that are named."""
    if credit_code := values.get("credit_code"):
        other = queries.get_carrier_by_credit_code(session, actor.county_code, credit_code)
        if other is not None and other["id"] != carrier_id:
            raise DomainError(ErrorCode.RECORD_EXISTS, facts={"id": str(other["id"])})
    columns = {name: value for name, value in values.items() if name != "phone"}
    if "phone" not in values:
        return columns
    keyring = context.vault.make_keyring(
        session, actor.county_code, [carrier_id], classes=[PersonalClass.CONTACT]
    )
    place = queries.sealed_place("carrier", carrier_id, "contact_sealed")
    content = {"phone": values["phone"]} if values["phone"] else {}
    sealed = keyring.seal(carrier_id, PersonalClass.CONTACT, content, place=place)
    return columns | {"contact_sealed": sealed}

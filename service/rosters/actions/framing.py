"""What all rows of an import share, with name and place of the enterprise that tells it."""

from collections.abc import Iterator, Mapping

from sqlalchemy.engine import RowMapping
from sqlmodel import Session

from schemas.divisions.table import full_name, get_division
from service.context import Context
from service.enterprises import queries as enterprise_queries
from service.rosters.rules.reading import Frame, make_frame


def open_frame(context: Context, session: Session, head: RowMapping) -> Frame:
    """`head`: the row of roster_import. Who stands on an enterprise's list works there, unless the
    row says otherwise.
    """
    if head["enterprise_id"] is None:
        return make_frame(head)
    return make_frame(head, workplace=tuple(_open_workplace(context, session, head)))


def _open_workplace(
    context: Context, session: Session, head: RowMapping
) -> Iterator[Mapping[str, str]]:
    county_code, enterprise_id = head["county_code"], head["enterprise_id"]
    facts = enterprise_queries.list_enterprises(session, county_code, [enterprise_id])
    contacts = enterprise_queries.open_contacts(
        session, context.vault, county_code, [enterprise_id]
    )
    if name := contacts[enterprise_id].name:
        yield {"employer": name}
    code = facts[enterprise_id].division_code[:6]
    if get_division(code):
        yield {"destination": full_name(code), "destination_code": code}

"""Stranded people as they leave: masked in lists, in full in the two work lists."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.engine import RowMapping

from schemas.divisions.table import get_division
from schemas.identity import mask_id, mask_name, mask_phone
from schemas.stranded import ChaseLine, LetterLine, StrandedPersonOut, StrandedState
from service.context import Work
from service.enterprises import queries as enterprise_queries
from service.enterprises.rules import EnterpriseDetails, EnterpriseFacts
from service.stranded import queries
from service.stranded.rules import name_home, show_plan


@dataclass(frozen=True, slots=True)
class Opened:
    """A row, what its enterprise said, and that enterprise."""

    row: RowMapping
    values: Mapping[str, Any]
    facts: EnterpriseFacts | None
    contact: EnterpriseDetails | None

    @property
    def employer(self) -> str | None:
        return self.contact.name if self.contact else None


def open_people(work: Work, county_code: str, rows: Sequence[RowMapping]) -> list[Opened]:
    """Four reads, whatever their number."""
    ids = {row["enterprise_id"] for row in rows}
    facts = enterprise_queries.list_enterprises(work.session, county_code, ids)
    contacts = enterprise_queries.open_contacts(work, ids)
    keyring = work.context.vault.open_keyring(
        work.session, county_code, [row["id"] for row in rows]
    )
    return [
        Opened(
            row,
            queries.open_statement(keyring, row),
            facts.get(row["enterprise_id"]),
            contacts.get(row["enterprise_id"]),
        )
        for row in rows
    ]


def mask_people(people: Sequence[Opened]) -> dict[UUID, StrandedPersonOut]:
    return {each.row["id"]: _mask(each) for each in people}


def _mask(person: Opened) -> StrandedPersonOut:
    row, values = person.row, person.values
    phone, planned = values.get("phone"), values.get("departure_date")
    is_private = person.facts is not None and person.facts.name is None
    employer = person.employer
    return StrandedPersonOut(
        id=row["id"],
        state=StrandedState.MATCHED if row["worker_id"] else StrandedState.UNMATCHED,
        enterprise_id=row["enterprise_id"],
        enterprise=mask_name(employer) if is_private and employer else employer,
        name=mask_name(values.get("name", "")),
        id_number=mask_id(values.get("id_number", "")),
        phone=mask_phone(phone) if phone else None,
        home_code=row["home_code"],
        home=name_home(row["home_code"]),
        township_code=row["township_code"],
        township=_name_township(row),
        name_differs=bool(row["name_differs"]),
        planned_on=date.fromisoformat(planned) if planned else None,
        call_result=row["call_result"],
        called_at=row["called_at"],
        requested_at=row["requested_at"],
        as_of=row["as_of"],
    )


def _name_township(row: RowMapping) -> str | None:
    division = get_division(row["township_code"]) if row["township_code"] else None
    return division.name if division else None


def make_chase_line(person: Opened) -> ChaseLine:
    row, values = person.row, person.values
    return ChaseLine(
        id=row["id"],
        name=values.get("name", ""),
        id_number_end=values.get("id_number", "")[-4:],
        phone=values.get("phone"),
        other_phones=list(values.get("other_phones", ())),
        phone_text=values.get("phone_text"),
        home=name_home(row["home_code"]),
        current_place=values.get("current_place"),
        enterprise=person.employer,
        planned=show_plan(values),
        township=_name_township(row),
        call_result=row["call_result"],
        called_at=row["called_at"],
    )


def make_letter_line(person: Opened) -> LetterLine:
    row, values, facts, contact = person.row, person.values, person.facts, person.contact
    phones = [values.get("phone"), *values.get("other_phones", ())]
    return LetterLine(
        id=row["id"],
        name=values.get("name", ""),
        gender=values.get("gender"),
        id_number=values.get("id_number", ""),
        phone=next((phone for phone in phones if phone), None),
        current_place=values.get("current_place"),
        planned=show_plan(values),
        enterprise=person.employer,
        credit_code=facts.credit_code if facts else None,
        enterprise_address=contact.address if contact else None,
    )

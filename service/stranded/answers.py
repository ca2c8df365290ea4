"""How stranded people are shown: masked in the list; in full, and with which fields, among the people to
telephone and in letters.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from schemas.divisions.table import get_division
from schemas.events.payloads_records import CallResult
from schemas.identity import get_end, mask_id, mask_name, mask_phone
from schemas.stranded import ChaseLine, LetterLine, StrandedPersonOut, StrandedState
from service.context import Work
from service.enterprises import queries as enterprises
from service.enterprises.rules import EnterpriseDetails, EnterpriseFacts
from service.stranded.models import StrandedPerson
from service.stranded.queries import Listed, open_statement
from service.stranded.rules import name_home, show_plan


@dataclass(frozen=True, slots=True)
class Opened:
    """A person, what the enterprise said, and that enterprise."""

    listed: Listed
    values: Mapping[str, Any]
    facts: EnterpriseFacts | None
    contact: EnterpriseDetails | None

    @property
    def person(self) -> StrandedPerson:
        return self.listed.person

    @property
    def employer(self) -> str | None:
        return self.contact.name if self.contact else None

    @property
    def township(self) -> str | None:
        code = self.listed.township_code
        division = get_division(code) if code else None
        return division.name if division else None


def open_people(work: Work, people: Sequence[Listed]) -> list[Opened]:
    """Four reads, whatever their number."""
    session, county_code, vault = work.session, work.county_code, work.context.vault
    firms = {each.person.enterprise_id for each in people}
    facts = enterprises.list_enterprises(session, county_code, firms)
    contacts = enterprises.open_contacts(work, firms)
    keyring = vault.open_keyring(session, county_code, [each.person.id for each in people])
    return [
        Opened(
            each,
            open_statement(keyring, each.person),
            facts.get(each.person.enterprise_id),
            contacts.get(each.person.enterprise_id),
        )
        for each in people
    ]


def mask_people(people: Sequence[Opened]) -> list[StrandedPersonOut]:
    return [_mask(each) for each in people]


def _mask(opened: Opened) -> StrandedPersonOut:
    person, values, employer = opened.person, opened.values, opened.employer
    phone, planned = values.get("phone"), values.get("departure_date")
    is_private = opened.facts is not None and opened.facts.name is None
    return StrandedPersonOut(
        id=person.id,
        state=StrandedState.MATCHED if opened.listed.worker_id else StrandedState.UNMATCHED,
        enterprise_id=person.enterprise_id,
        enterprise=mask_name(employer) if is_private and employer else employer,
        name=mask_name(values.get("name", "")),
        id_number=mask_id(values.get("id_number", "")),
        phone=mask_phone(phone) if phone else None,
        home_code=person.home_code,
        home=name_home(person.home_code),
        township_code=opened.listed.township_code,
        township=opened.township,
        name_differs=bool(opened.listed.name_differs),
        planned_on=date.fromisoformat(planned) if planned else None,
        call_result=CallResult(person.call_result) if person.call_result else None,
        called_at=person.called_at,
        requested_at=person.requested_at,
        as_of=person.as_of,
    )


def make_chase_line(opened: Opened) -> ChaseLine:
    person, values = opened.person, opened.values
    return ChaseLine(
        id=person.id,
        name=values.get("name", ""),
        id_number_end=get_end(values.get("id_number", "")),
        phone=values.get("phone"),
        other_phones=list(values.get("other_phones", ())),
        phone_text=values.get("phone_text"),
        home=name_home(person.home_code),
        current_place=values.get("current_place"),
        enterprise=opened.employer,
        planned=show_plan(values),
        township=opened.township,
        call_result=CallResult(person.call_result) if person.call_result else None,
        called_at=person.called_at,
    )


def make_letter_line(opened: Opened) -> LetterLine:
    values, facts, contact = opened.values, opened.facts, opened.contact
    phones = [values.get("phone"), *values.get("other_phones", ())]
    return LetterLine(
        id=opened.person.id,
        name=values.get("name", ""),
        gender=values.get("gender"),
        id_number=values.get("id_number", ""),
        phone=next((phone for phone in phones if phone), None),
        current_place=values.get("current_place"),
        planned=show_plan(values),
        enterprise=opened.employer,
        credit_code=facts.credit_code if facts else None,
        enterprise_address=contact.address if contact else None,
    )

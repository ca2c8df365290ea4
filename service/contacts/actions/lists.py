"""Asking who rode with whom: the first answer without names, and the work list, each with its access."""

from collections.abc import Iterable
from uuid import UUID

from schemas.contact_lists import ContactsListOut
from schemas.contacts import ContactsListIn, ContactsOut, ContactsPurpose, ContactsQuestion
from schemas.divisions.table import full_name
from service.accounts import access
from service.contacts.actions.asking import find_asked, show_asked
from service.contacts.actions.computing import compute_rides, show_vehicles
from service.contacts.actions.keeping import keep_list, read_lines
from service.contacts.actions.lines import count_people, make_lines
from service.contacts.actions.reporting import report_accident
from service.context import Work


def answer_question(work: Work, *, question: ContactsQuestion) -> ContactsOut:
    """Counts and seat maps, or what to choose from; recorded as an access to who was asked about. Raises what
    find_asked does."""
    asked = find_asked(work, question=question)
    if asked.choices:
        ids = [each.worker_id for each in asked.choices]
        shown = [each.model_dump() for each in asked.choices]
        _record(work, question, shown=shown, people=ids)
        return ContactsOut(choices=list(asked.choices), asked=None, vehicles=[], count=0)
    rides = compute_rides(work, question=question, asked=asked)
    vehicles, who = show_vehicles(rides), show_asked(work, asked=asked)
    answer = ContactsOut(choices=[], asked=who, vehicles=vehicles, count=count_people(rides))
    _record(work, question, shown=[answer.model_dump()], people=[asked.worker_id])
    return answer


def _record(
    work: Work,
    question: ContactsQuestion,
    *,
    shown: access.Shown,
    people: Iterable[UUID | None],
    trips: Iterable[UUID] = (),
    export: bool = False,
) -> None:
    ridden = set(trips)
    access.record_contacts(
        work,
        trip_id=ridden.pop() if len(ridden) == 1 else None,
        shown=shown,
        people=people,
        purpose=question.reason,
        case_reference=question.case_reference,
        export=export,
    )


# --- the work list ----------------------------------------------------------------------------------
def write_list(work: Work, *, wanted: ContactsListIn) -> ContactsListOut:
    """Everybody within the rule in full, recorded as an access with purpose and case. The same question of the
    same case is the same list, as it is now: who is on it since is waited for too. Of an accident no list is
    kept. Raises what find_asked does."""
    asked = find_asked(work, question=wanted)
    is_accident = wanted.purpose is ContactsPurpose.ACCIDENT
    rides = compute_rides(work, question=wanted, asked=asked)
    lines = make_lines(work, rides, with_condition=is_accident)
    list_id, asked_at, shown = None, work.now(), [line.content for line in lines]
    if rides and not is_accident:
        kept = keep_list(work, question=wanted, asked=asked, lines=lines)
        list_id, asked_at = kept.id, kept.asked_at
        shown = read_lines(work, kept=kept, lines=lines)
    if not is_accident:
        shown = [each for each in shown if not each.is_asked]
    dumped = [each.model_dump() for each in shown] or [each.model_dump() for each in asked.choices]
    people = [each.worker_id for each in (shown or asked.choices)]
    trips = {leg.trip_id for leg in asked.legs}
    _record(
        work,
        wanted,
        shown=dumped,
        people=[*people, asked.worker_id],
        trips=trips,
        export=wanted.export,
    )
    bulletin = None
    if rides and is_accident:
        bulletin = report_accident(work, question=wanted, rides=rides)
    return ContactsListOut(
        id=list_id,
        purpose=wanted.purpose,
        reason=wanted.reason,
        case_reference=wanted.case_reference,
        sender=full_name(work.county_code),
        asked_at=asked_at,
        choices=list(asked.choices),
        vehicles=show_vehicles(rides),
        lines=shown,
        bulletin=bulletin,
    )

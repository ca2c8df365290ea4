"""Who leads a trip, and who led it before: the escort of the plan, then each who came for another; by name and
phone as they were told, else as the account has them.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from schemas.events.fields import PersonalClass
from schemas.passengers import PersonUse
from service.accounts.queries import get_account, open_name, open_phone
from service.context import Work
from service.ledger.parts import open_contents
from service.trips.rules.overview import TripView
from service.trips.rules.vehicle_runs import EscortRun


class Escort(NamedTuple):
    """None: nobody told it, or it was erased."""

    name: str | None
    phone: str | None
    use: PersonUse


def list_escorts(
    work: Work, view: TripView, contacts: Mapping[str, str | None]
) -> Sequence[Escort]:
    """One after the other, the last one in use. `contacts`: of the plan. Nothing of the later ones is read
    where there are none."""
    runs = view.course.escorts
    until = runs[0].from_at if runs else None
    planned = contacts.get("escort"), contacts.get("escort_phone")
    told = _open_told(work, runs)
    found = [_make(*planned, PersonUse(who="", from_at=None, to_at=until))]
    for run in runs:
        said = told.get(run.fact.event_id, {})
        known = _read_account(work, run.account_id) if run.account_id else (None, None)
        who = said.get("name") or known[0], said.get("phone") or known[1]
        found.append(_make(*who, PersonUse(who="", from_at=run.from_at, to_at=run.to_at)))
    return found


def _make(name: str | None, phone: str | None, use: PersonUse) -> Escort:
    who = " ".join(each for each in (name, phone) if each)
    return Escort(name, phone, use.model_copy(update={"who": who}))


def _open_told(work: Work, runs: Iterable[EscortRun]) -> dict[UUID, dict[str, str]]:
    """Event → name and phone, as far as they were told."""
    return open_contents(
        work.session,
        work.context.vault,
        work.county_code,
        [run.fact.event_id for run in runs],
        classes=[PersonalClass.CONTACT],
    )


def _read_account(work: Work, account_id: UUID) -> tuple[str | None, str | None]:
    account = get_account(work.session, work.county_code, account_id)
    if account is None:
        return None, None
    keyring = work.context.vault.open_keyring(work.session, work.county_code, [account_id])
    return open_name(account, keyring), open_phone(account, keyring)


def show_last(escorts: Sequence[Escort]) -> dict[str, str | None]:
    """Who leads now, as the papers' contacts name them."""
    return {"escort": escorts[-1].name, "escort_phone": escorts[-1].phone}

"""Writing travel demands: what of the newest demand a new one keeps (id, enterprise), its window, its
employer's registered enterprise, what is sealed of it; many at once.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Final, NamedTuple, Protocol
from uuid import UUID

from pydantic_core import to_json
from sqlmodel import Session

from schemas.demands import DemandState
from schemas.events.fields import PersonalClass
from schemas.workers import Feed
from service.db.bulk import write_many
from service.demand import queries
from service.demand.rules import DemandStep, is_firm_name, read_destination
from service.registry.columns import WorkerIndex
from service.vault.vault import Keyring

_NOTHING: Final[Mapping[UUID, bytes]] = MappingProxyType({})


@dataclass(slots=True)
class Demand:
    """One demand as it is to be written. `destination`, `employer`, `departure_text`: as somebody wrote
    them. `enterprise_id`: where it is known otherwise than by the employer's name.
    """

    id: UUID
    worker_id: UUID
    township_code: str | None
    created_at: datetime
    destination_code: str | None = None
    destination: str | None = None
    employer: str | None = None
    enterprise_id: UUID | None = None
    departure_text: str | None = None
    window_from: date | None = None
    window_to: date | None = None
    source: Feed = Feed.TOWNSHIP
    state: DemandState = DemandState.OPEN
    version: int = 1


class EarlierDemand(Protocol):
    """What is taken over from the worker's newest demand, as it is stored."""

    @property
    def id(self) -> UUID: ...
    @property
    def version(self) -> int: ...
    @property
    def created_at(self) -> datetime: ...
    @property
    def enterprise_id(self) -> UUID | None: ...


def describe_demand(
    values: Mapping[str, Any],
    newest: EarlierDemand | None,
    *,
    step: DemandStep,
    changed: Collection[str],
    worker_id: UUID,
    township_code: str | None,
    source: Feed,
    fresh_id: UUID,
    now: datetime,
    enterprise_id: UUID | None = None,
) -> Demand:
    """The demand that follows from the worker's values. `newest`: the stored one, which is described
    anew unless the step opens another; `changed`: fields that are new in the values. The enterprise
    stays as long as nobody names another employer; then it is `enterprise_id`, the one that told the
    employer itself.
    """
    kept = None if step is DemandStep.OPEN else newest
    same_employer = newest is not None and "employer" not in changed
    day = values.get("departure_date")
    departure = date.fromisoformat(day) if day else None
    return Demand(
        id=kept.id if kept else fresh_id,
        worker_id=worker_id,
        township_code=township_code,
        created_at=kept.created_at if kept else now,
        destination_code=read_destination(values.get("destination_code")),
        destination=values.get("destination"),
        employer=values.get("employer"),
        enterprise_id=(newest.enterprise_id if newest and same_employer else None) or enterprise_id,
        departure_text=values.get("departure_text"),
        window_from=departure,
        window_to=departure,
        source=source,
        state=DemandState.CANCELLED if step is DemandStep.CANCEL else DemandState.OPEN,
        version=kept.version + 1 if kept else 1,
    )


class Employer(NamedTuple):
    """What an employer's name gives: the key to group by, and the registered enterprise of that name."""

    key: str | None = None
    enterprise_id: UUID | None = None


def write_demands(
    session: Session,
    county_code: str,
    demands: Sequence[Demand],
    *,
    keyring: Keyring,
    index: WorkerIndex,
    now: datetime,
    sealed: Mapping[UUID, bytes] = _NOTHING,
) -> None:
    """Insert or overwrite whole rows. Those that exist must be locked. `keyring` holds the workers'
    keys of class note; `sealed`: demand → what seal_wish gave before, where no key is needed.
    """
    written = {demand.employer for demand in demands if demand.employer}
    keys = {name: index.employer(name) for name in written}
    _name_employers(session, county_code, keys)
    enterprises = queries.list_matching_enterprises(session, county_code, names=written)
    employers = {name: Employer(key, enterprises.get(name)) for name, key in keys.items()}
    rows = [
        {
            "county_code": county_code,
            "updated_at": now,
            **_make_row(demand, employers.get(demand.employer or "", Employer())),
            "wish_sealed": sealed.get(demand.id) or seal_wish(demand, keyring),
        }
        for demand in demands
    ]
    are_new = all(demand.version == 1 for demand in demands)
    write_many(session, queries.DEMAND, rows, conflict="refuse" if are_new else "overwrite")


def _name_employers(session: Session, county_code: str, keys: dict[str, str]) -> None:
    names = {key: name for name, key in keys.items() if is_firm_name(name)}
    rows = [
        {"county_code": county_code, "key": key, "name": name}
        for key, name in sorted(names.items())
    ]
    write_many(session, queries.EMPLOYER_NAME, rows, conflict="ignore")


def seal_wish(demand: Demand, keyring: Keyring) -> bytes:
    """The personal fields of a demand, under the worker's key of class note."""
    wish = {  # in the order in which a content is encoded
        "departure_text": demand.departure_text,
        "destination": demand.destination,
        "employer": demand.employer,
    }
    content = {name: value for name, value in wish.items() if value is not None}
    place = queries.sealing_place(demand.id)
    return keyring.seal_bytes(demand.worker_id, PersonalClass.NOTE, to_json(content), place=place)


def _make_row(demand: Demand, employer: Employer) -> dict[str, Any]:
    return {
        "id": demand.id,
        "worker_id": demand.worker_id,
        "township_code": demand.township_code,
        "destination_code": demand.destination_code,
        "enterprise_id": demand.enterprise_id or employer.enterprise_id,
        "employer_name_key": employer.key,
        "window_from": demand.window_from,
        "window_to": demand.window_to,
        "source": str(demand.source),
        "state": str(demand.state),
        "version": demand.version,
        "created_at": demand.created_at,
    }

"""What an account is narrowed to, by the names that people know: enterprises, carriers, trips."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import Table
from sqlmodel import Session

from schemas.accounts import ScopeOut
from schemas.enterprises import normalise_organisation, search_key
from schemas.errors import ErrorCode
from service.auth import Actor
from service.clock import new_id
from service.context import Context
from service.db import load_many
from service.enterprises.queries import ENTERPRISE
from service.fleets.queries.carriers import CARRIER
from service.manage.account_drafts import AccountDraft
from service.manage.console import read
from service.manage.messages import Text
from service.trips.queries.states import TRIP


def _read_id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class _Register:
    """Where to look, and by which columns; each with the form in which it is stored."""

    table: Table
    columns: Mapping[str, Callable[[str], object]]
    missing: Text


_ENTERPRISES = _Register(
    ENTERPRISE,
    {"id": _read_id, "credit_code": str.upper, "name_key": search_key},
    Text.NO_SUCH_ENTERPRISE,
)
_CARRIERS = _Register(
    CARRIER,
    {"id": _read_id, "credit_code": str.upper, "name": normalise_organisation},
    Text.NO_SUCH_CARRIER,
)
_TRIPS = _Register(TRIP, {"id": _read_id, "number": str.strip}, Text.NO_SUCH_TRIP)


def find_named(
    context: Context, actor: Actor, drafts: Sequence[AccountDraft]
) -> list[AccountDraft]:
    """The drafts with ids in the place of names. What is not there, or there twice, is a fault of
    the draft; a made-up id stands for it, so that everything else is still checked.
    """
    with context.database.read(actor) as session:
        enterprises = _look_up(session, actor, _ENTERPRISES, [each.enterprise for each in drafts])
        carriers = _look_up(session, actor, _CARRIERS, [each.carrier for each in drafts])
        trips = _look_up(session, actor, _TRIPS, [text for each in drafts for text in each.trips])
    return [
        replace(
            each,
            enterprise=_put(enterprises, each.enterprise),
            carrier=_put(carriers, each.carrier),
            trips=tuple(filter(None, (_put(trips, text) for text in each.trips))),
            faults=(
                *_list_faults(_ENTERPRISES, enterprises, [each.enterprise]),
                *_list_faults(_CARRIERS, carriers, [each.carrier]),
                *_list_faults(_TRIPS, trips, each.trips),
            ),
        )
        for each in drafts
    ]


def list_names(context: Context, actor: Actor, scopes: Iterable[ScopeOut]) -> dict[UUID, str]:
    """What enterprises, carriers and trips are called; whatever has no open name is left out."""
    wanted = list(scopes)
    ids = {
        (ENTERPRISE, "name"): [each.enterprise_id for each in wanted if each.enterprise_id],
        (CARRIER, "name"): [each.carrier_id for each in wanted if each.carrier_id],
        (TRIP, "number"): [trip for each in wanted for trip in each.trip_ids or ()],
    }
    names: dict[UUID, str] = {}
    with context.database.read(actor) as session:
        for (table, column), keys in ids.items():
            rows = load_many(
                session,
                table,
                county_code=actor.county_code,
                column="id",
                keys=keys,
                columns=("county_code", "id", column),
            )
            names |= {row["id"]: row[column] for row in rows if row[column]}
    return names


def _look_up(
    session: Session, actor: Actor, register: _Register, texts: Sequence[str | None]
) -> dict[str, set[UUID]]:
    """Text → the ids that it may mean; one statement a column."""
    wanted = [text for text in dict.fromkeys(texts) if text]
    found: dict[str, set[UUID]] = defaultdict(set)
    for column, read_form in register.columns.items():
        forms = {text: read_form(text) for text in wanted}
        rows = load_many(
            session,
            register.table,
            county_code=actor.county_code,
            column=column,
            keys=[form for form in forms.values() if form],
            columns=tuple(dict.fromkeys(("county_code", "id", column))),
        )
        for text, form in forms.items():
            found[text] |= {row["id"] for row in rows if row[column] == form}
    return found


def _put(found: Mapping[str, set[UUID]], text: str | None) -> str | None:
    if not text:
        return text
    ids = found[text]
    return str(next(iter(ids)) if len(ids) == 1 else new_id())


def _list_faults(
    register: _Register, found: Mapping[str, set[UUID]], texts: Sequence[str | None]
) -> Iterator[str]:
    for text in filter(None, texts):
        ids = found[text]
        if len(ids) != 1:
            what = Text.SEVERAL_NAMED if ids else register.missing
            yield f"{read(what, named=text)}[{ErrorCode.NOT_FOUND}]"

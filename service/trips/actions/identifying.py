"""People named by their card: found before anything is judged, and each look-up kept as an access.

What is kept of it is the worker's id; number and name are not stored a second time.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from sqlmodel import Session

from schemas.events.fields import PersonalClass
from schemas.events.payloads_passengers import PassengerFoundAboard
from schemas.events.payloads_records import ListKind
from service.accounts import access
from service.auth import Actor
from service.context import Context
from service.ledger import queries as ledger
from service.recording.values import Command
from service.workers import queries
from service.workers.rules.indexing import WorkerIndex


@dataclass(frozen=True, slots=True)
class LookUp:
    """Whom one request named by card, and who that is; an unknown one is None."""

    actor: Actor
    trip_id: UUID
    found: tuple[UUID | None, ...]


def find_people(
    session: Session, context: Context, county_code: str, commands: Sequence[Command]
) -> list[Command]:
    """The commands with the worker's id where both number and name fit; as they were where not.
    Two reads at most, whatever their number.

    By their places: one id may come twice with two cards, and the recorder is to see that they differ.
    """
    cards = {place: card for place, each in enumerate(commands) if (card := _read_card(each))}
    if not cards:
        return list(commands)
    index = WorkerIndex(context.vault.indexes, county_code)
    digests = {index.id_number(number) for number, _ in cards.values()}
    heads = {
        row["id_number_index"]: row
        for row in queries.list_heads_by_id_number(session, county_code, digests=digests)
    }
    named = {place: heads.get(index.id_number(number)) for place, (number, _) in cards.items()}
    strange = [
        p for p, head in named.items() if head and head["name_index"] != index.name(cards[p][1])
    ]
    told = _list_told(session, county_code, [commands[place].id for place in strange])
    for place in strange:
        head = named[place]
        if head is not None and told.get(commands[place].id) != head["id"]:
            named[place] = None
    return [
        _name(each, head["id"] if (head := named[place]) else None) if place in named else each
        for place, each in enumerate(commands)
    ]


def _list_told(session: Session, county_code: str, ids: Sequence[UUID]) -> dict[UUID, UUID | None]:
    """Event → whom it was recorded of. A name that was corrected since makes no other event of it."""
    rows = ledger.list_events_by_id(session, county_code, ids) if ids else []
    return {row["id"]: row["worker_id"] for row in rows}


def list_found(commands: Iterable[Command]) -> tuple[UUID | None, ...]:
    """Who was looked for by card."""
    return tuple(
        each.payload.worker_id
        for each in commands
        if isinstance(each.payload, PassengerFoundAboard) and _read_card(each) is not None
    )


def record_look_ups(session: Session, context: Context, look_ups: Iterable[LookUp]) -> None:
    """In the accounts' order, so that two groups cannot wait for each other."""
    for each in sorted(look_ups, key=lambda look_up: look_up.actor.account_id):
        if each.found:
            access.record_listing(
                context,
                session,
                each.actor,
                list_kind=ListKind.PERSON_BY_CARD,
                trip_id=each.trip_id,
                shown=[{"worker_id": worker} for worker in each.found],
            )


def _read_card(command: Command) -> tuple[str, str] | None:
    payload = command.payload
    if not isinstance(payload, PassengerFoundAboard):
        return None
    if payload.id_number is None or payload.name is None:
        return None
    return payload.id_number, payload.name


def _name(command: Command, worker_id: UUID | None) -> Command:
    kept = {key: part for key, part in command.personal.items() if key[1] is not _IDENTITY}
    if worker_id is None:
        return replace(command, personal=kept)
    return replace(
        command,
        payload=command.payload.model_copy(update={"worker_id": worker_id}),
        public=command.public | {"worker_id": str(worker_id)},
        personal=kept,
    )


_IDENTITY = PersonalClass.IDENTITY

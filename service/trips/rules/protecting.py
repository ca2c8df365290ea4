"""When a trip's vehicle was disinfected, and whether in time: after its run before and before people board."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from service.recording.handlers import Ref


class Disinfection(NamedTuple):
    """A vehicle was disinfected; None: the trip had none yet."""

    at: datetime
    vehicle_id: UUID | None


class DisinfectionAsked(NamedTuple):
    """A departure, or a boarding told afterwards, for which a disinfection was asked: of this vehicle, after
    its run before (`since`; None: it had none)."""

    at: datetime
    vehicle_id: UUID | None
    since: datetime | None
    fact: Ref


DISINFECT_SINCE = "disinfect_since"
"""Stands in `decided` of such a fact: the moment, or an empty text."""


def is_disinfected(
    known: Iterable[Disinfection],
    vehicle_id: UUID | None,
    *,
    since: datetime | None,
    until: datetime,
) -> bool:
    return any(
        each.vehicle_id == vehicle_id and each.at <= until and (since is None or since <= each.at)
        for each in known
    )


def list_undone(
    asked: Iterable[DisinfectionAsked],
    known: Iterable[Disinfection],
    *,
    boarding_opened_at: datetime | None,
) -> list[Ref]:
    """The facts for which none was told: before boarding where that is known, else before the fact."""
    done = list(known)
    return [
        each.fact
        for each in asked
        if not is_disinfected(
            done,
            each.vehicle_id,
            since=each.since,
            until=min(each.at, boarding_opened_at or each.at),
        )
    ]

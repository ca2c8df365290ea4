"""Which seats are usable, taken and next free; which passengers need another seat; the order of seating:
employer, village, family side by side. Simple on purpose: in the order given, front to back; the caller
orders people so that families, then colleagues and neighbours follow one another.
"""

from collections.abc import Iterable, Sequence
from typing import Protocol, TypeVar
from uuid import UUID

from service.trips.rules.overview import TripView


class SeatLike(Protocol):
    @property
    def row(self) -> int: ...

    @property
    def column(self) -> int: ...


S = TypeVar("S", bound=SeatLike)


def usable_seats(seats: Iterable[S], kept_free_rows: frozenset[int]) -> list[S]:
    """Front to back, window to window; rows that the plan keeps free left out."""
    usable = [seat for seat in seats if seat.row not in kept_free_rows]
    return sorted(usable, key=lambda seat: (seat.row, seat.column))


def taken_seats(view: TripView) -> set[tuple[int | None, int | None]]:
    return {
        (each.seat_row, each.seat_column) for each in view.passengers.values() if each.place_held
    }


def next_free_seat(seats: Sequence[S], view: TripView) -> S | None:
    taken = taken_seats(view)
    usable = usable_seats(seats, view.kept_free_rows)
    return next((seat for seat in usable if (seat.row, seat.column) not in taken), None)


def seats_to_change(
    seats: Iterable[S], view: TripView, *, kept_free_rows: frozenset[int]
) -> list[tuple[UUID, S]]:
    """Whose seat is not in the vehicle (any more) or has to stay free, with the free one that is
    given instead; in seat order. People for whom no seat is left are left out."""
    usable = usable_seats(seats, kept_free_rows)
    there = {(seat.row, seat.column) for seat in usable}
    people = sorted(
        (each for each in view.passengers.values() if each.place_held and not each.found),
        key=lambda each: (each.seat_row or 0, each.seat_column or 0, each.id),
    )
    homeless = [each.id for each in people if (each.seat_row, each.seat_column) not in there]
    taken = taken_seats(view)
    free = [seat for seat in usable if (seat.row, seat.column) not in taken]
    return list(zip(homeless, free, strict=False))


class Seatable(Protocol):
    """What seating needs to know of a person; blind keys, no names."""

    @property
    def id(self) -> UUID: ...

    @property
    def household_key(self) -> str | None: ...

    @property
    def employer_key(self) -> str | None: ...

    @property
    def village_key(self) -> str | None: ...


def seating_order(people: Iterable[Seatable]) -> list[UUID]:
    """Worker ids: employers together, in them villages, and families side by side; whoever was
    named first goes first."""
    listed = list(people)
    first: dict[str, int] = {}
    for place, person in enumerate(listed):
        for name in _group_names(person):
            first.setdefault(name, place)
    keys = {
        person.id: (*[first[name] for name in _group_names(person)], place)
        for place, person in enumerate(listed)
    }
    leads: dict[str, tuple[int, ...]] = {}
    for person in listed:
        home = _group_names(person)[-1]
        leads[home] = min(leads.get(home, keys[person.id]), keys[person.id])
    ordered = sorted(listed, key=lambda each: (leads[_group_names(each)[-1]], keys[each.id]))
    return [person.id for person in ordered]


def _group_names(person: Seatable) -> tuple[str, str, str]:
    """Employer, village, household; who has none of the last stands alone."""
    home = person.household_key or person.id.hex
    return f"e{person.employer_key or ''}", f"v{person.village_key or ''}", f"h{home}"

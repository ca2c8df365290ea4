"""The same person twice: in one file, or between the records of one request.

Same id and same name: an identical later record is ignored, a different one refused, the first is
kept. Same id and another name: all are refused, for nobody can tell which name is right.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final, Generic, TypeVar

from schemas.roster.columns import Field
from schemas.roster.records import RECORD_FIELDS, RosterRecord

K = TypeVar("K")
_FIELD_OF: Final = {
    "other_phones": Field.PHONE,
    "phone_text": Field.PHONE,
    "departure_text": Field.DEPARTURE_DATE,
}


@dataclass(slots=True)
class Doubles(Generic[K]):
    """What became of each record that is not the first of its id. Keys are the caller's own.

    `same` maps to the row kept, `different` to the row kept and the fields that differ,
    `conflicts` each row to another one with the other name.
    """

    same: dict[K, K] = field(default_factory=dict)
    different: dict[K, tuple[K, tuple[Field, ...]]] = field(default_factory=dict)
    conflicts: dict[K, K] = field(default_factory=dict)


class DoubleFinder(Generic[K]):
    """`list_people` gives key, id and name of every row with a valid id and name, in file order.

    It is asked twice where an id occurs again: what is remembered of all others is the id alone.
    """

    def __init__(
        self,
        list_people: Callable[[], Iterable[tuple[K, str, str]]],
        *,
        get_record: Callable[[K], RosterRecord | None],
    ) -> None:
        self._list_people, self._get_record = list_people, get_record

    def find(self) -> Doubles[K]:
        found: Doubles[K] = Doubles()
        for group in self._list_groups():
            if len({name for _, name in group}) > 1:
                self._add_conflicts(group, found)
            else:
                self._add_repeats([key for key, _ in group], found)
        return found

    def _list_groups(self) -> Iterable[list[tuple[K, str]]]:
        seen: set[str] = set()
        groups: dict[str, list[tuple[K, str]]] = {}
        for _, number, _ in self._list_people():
            if number in seen:
                groups[number] = []
            seen.add(number)
        for key, number, name in self._list_people() if groups else ():
            if number in groups:
                groups[number].append((key, name))
        return groups.values()

    @staticmethod
    def _add_conflicts(group: list[tuple[K, str]], found: Doubles[K]) -> None:
        for key, name in group:
            found.conflicts[key] = next(other for other, named in group if named != name)

    def _add_repeats(self, keys: list[K], found: Doubles[K]) -> None:
        kept: tuple[K, RosterRecord] | None = None
        for key in keys:
            record = self._get_record(key)
            if record is None:
                continue
            if kept is None:
                kept = key, record
            elif record == kept[1]:
                found.same[key] = kept[0]
            else:
                found.different[key] = kept[0], list_differences(kept[1], record)


def list_differences(one: RosterRecord, other: RosterRecord) -> tuple[Field, ...]:
    differing = dict.fromkeys(
        _FIELD_OF.get(name) or Field(name)
        for name in RECORD_FIELDS
        if getattr(one, name) != getattr(other, name)
    )
    return tuple(differing)

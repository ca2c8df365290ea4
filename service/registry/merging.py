"""Which source is believed when several tell the same field of a worker (sign-up, township of residence,
others; the newest), how a correction by hand ranks; which cells belong together; who guards a child.

The order of belief: the worker's own sign-up, then the township of residence, then everybody else
(enterprises, other townships). Within one of the three the newest wins. An empty cell never erases.

A correction by hand is always taken, and may empty a field. From then on it ranks as the township of
residence, as of its day: a roster as of an earlier day does not undo it, one as of the same or a later
day does. Where it corrects a field of the worker's own sign-up it ranks as that: only a newer sign-up
replaces it (docs/decisions/0015).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, NamedTuple
from uuid import UUID

from schemas.workers import Feed
from service.registry.columns import Values

_OWN, _RESIDENCE, _OTHERS = 2, 1, 0
# One cell of a roster can fill two fields: they are replaced together, or the code of the old
# destination would stand beside the new one's text.
_CELLS: Final = (
    ("destination", "destination_code"),
    ("departure_date", "departure_text"),
    ("other_phones", "phone_text"),
)
_CELL_OF: Final = {name: cell for cell in _CELLS for name in cell}


class Source(NamedTuple):
    """Who says something, and as of which day. `place` is a township's code, an enterprise's id, or
    empty for the worker's own sign-up.
    """

    feed: Feed
    place: str
    as_of: date

    @property
    def key(self) -> str:
        return f"{self.feed}/{self.place}"

    @property
    def township_code(self) -> str | None:
        return self.place if self.feed is Feed.TOWNSHIP else None


class Origin(NamedTuple):
    """How much a stored field is believed. Absent from `origins`: the township of residence, older
    than any day. A field that was emptied by hand has an origin and no value.
    """

    rank: int
    as_of: str

    @classmethod
    def parse(cls, text: str | None) -> "Origin":
        if text is None:
            return cls(_RESIDENCE, "")
        rank, as_of = text.split("@")
        return cls(int(rank), as_of)

    def __str__(self) -> str:
        return f"{self.rank}@{self.as_of}"


@dataclass(slots=True)
class Merged:
    """`changed` names the fields whose values differ from before, in alphabetical order."""

    values: dict[str, Any]
    origins: dict[str, str]
    changed: tuple[str, ...]


def merge(
    stored: Values,
    origins: Mapping[str, str],
    *,
    incoming: Values,
    source: Source,
    residence: str | None,
) -> Merged:
    """`incoming` must not be older than what the same source said before: the caller checks."""
    origin = Origin(_rank(source, residence), source.as_of.isoformat())
    if not stored and not origins:
        return _begin(incoming, origin)
    values, merged_origins = dict(stored), dict(origins)
    for cell in dict.fromkeys(_CELL_OF.get(name, (name,)) for name in incoming):
        if not _believes(origin, cell, stored, origins):
            continue
        for name in cell:
            _replace(values, merged_origins, name, incoming.get(name), origin)
    return Merged(values, merged_origins, _list_changed(stored, values))


def _begin(incoming: Values, origin: Origin) -> Merged:
    """The same result, faster, where nothing is stored: nearly every row of a first roster."""
    values = {name: value for name, value in incoming.items() if value is not None}
    origins = {} if origin.rank == _RESIDENCE else dict.fromkeys(values, str(origin))
    return Merged(values, origins, tuple(sorted(values)))


def correct(
    stored: Values, origins: Mapping[str, str], *, given: Mapping[str, Any], on: date
) -> Merged:
    """By hand, on that day. `given`: field → value, None empties; a field of the same cell that is
    not given is emptied with it. A value that is stored already is no change.
    """
    values, noted = dict(stored), dict(origins)
    for cell in dict.fromkeys(_CELL_OF.get(name, (name,)) for name in given):
        said = {name: given[name] for name in cell if given.get(name) is not None}
        if said == {name: stored[name] for name in cell if name in stored}:
            continue
        origin = _make_correction(cell, stored, origins, on)
        for name in cell:
            values.pop(name, None)
            noted.pop(name, None)
        values |= said
        noted |= dict.fromkeys(said or cell[:1], str(origin))
    return Merged(values, noted, _list_changed(stored, values))


def _make_correction(
    cell: tuple[str, ...], stored: Values, origins: Mapping[str, str], on: date
) -> Origin:
    """At least the township of residence; never less than what it corrects."""
    here = Origin(_RESIDENCE, on.isoformat())
    highest = max([here, *_list_origins(cell, stored, origins)])
    return Origin(highest.rank, max(highest.as_of, here.as_of))


def _list_changed(before: Values, after: Values) -> tuple[str, ...]:
    return tuple(sorted(n for n in {**before, **after} if before.get(n) != after.get(n)))


def _rank(source: Source, residence: str | None) -> int:
    if source.feed is Feed.OWN:
        return _OWN
    at_home = source.township_code is not None and source.township_code == residence
    return _RESIDENCE if at_home else _OTHERS


def _believes(
    origin: Origin, cell: tuple[str, ...], stored: Values, origins: Mapping[str, str]
) -> bool:
    return all(origin >= each for each in _list_origins(cell, stored, origins))


def _list_origins(
    cell: tuple[str, ...], stored: Values, origins: Mapping[str, str]
) -> list[Origin]:
    """Of what the cell holds, and of what was emptied by hand."""
    present = (name for name in cell if name in stored or name in origins)
    return [Origin.parse(origins.get(name)) for name in present]


def _replace(
    values: dict[str, Any], origins: dict[str, str], name: str, value: Any, origin: Origin
) -> None:
    origins.pop(name, None)
    if value is None:
        values.pop(name, None)
        return
    values[name] = value
    if origin.rank != _RESIDENCE:
        origins[name] = str(origin)


# --- guardians -----------------------------------------------------------------------------------
class Household(NamedTuple):
    """A worker whom a child may name as its guardian, and the key of those who belong together."""

    worker_id: UUID
    key: str | None


def choose_guardian(
    digest: bytes | None,
    *,
    known: Mapping[bytes, Household],
    linked: Household | None,
) -> Household | None:
    """The guardian and the household of a child. `digest`: of the guardian's number as it is believed
    now, None for somebody without a guardian; `known`: by digest, who was looked up or is being
    written; `linked`: the guardian before, if the number is the same as before. None: the guardian
    is not registered.
    """
    return None if digest is None else known.get(digest, linked)

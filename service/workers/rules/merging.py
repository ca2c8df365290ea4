"""What we believe about a worker when several sources tell it.

The order of belief: the worker's own sign-up, then the township of residence, then everybody else
(enterprises, other townships). Within one of the three the newest wins. An empty cell never erases.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, NamedTuple

from schemas.workers import Feed
from service.workers.people import Values

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
    """Who says it, and as of which day. `place` is a township's code, an enterprise's id, or empty
    for the worker's own word.
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
    """How much a stored field is believed. Absent from `origins`: the township of residence."""

    rank: int
    as_of: str

    @classmethod
    def parse(cls, text: str | None) -> "Origin":
        if text is None:
            return cls(_RESIDENCE, "")
        rank, as_of = text.split("@")
        return cls(int(rank), as_of)


@dataclass(frozen=True, slots=True)
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
    values, merged_origins = dict(stored), dict(origins)
    for cell in dict.fromkeys(_CELL_OF.get(name, (name,)) for name in incoming):
        if not _believes(origin, cell, stored, origins):
            continue
        for name in cell:
            _replace(values, merged_origins, name, incoming.get(name), origin)
    changed = {name for name in {**stored, **values} if stored.get(name) != values.get(name)}
    return Merged(values, merged_origins, tuple(sorted(changed)))


def _rank(source: Source, residence: str | None) -> int:
    if source.feed is Feed.OWN:
        return _OWN
    at_home = source.township_code is not None and source.township_code == residence
    return _RESIDENCE if at_home else _OTHERS


def _believes(
    origin: Origin, cell: tuple[str, ...], stored: Values, origins: Mapping[str, str]
) -> bool:
    present = [Origin.parse(origins.get(name)) for name in cell if name in stored]
    return all(origin >= each for each in present)


def _replace(
    values: dict[str, Any], origins: dict[str, str], name: str, value: Any, origin: Origin
) -> None:
    origins.pop(name, None)
    if value is None:
        values.pop(name, None)
        return
    values[name] = value
    if origin.rank != _RESIDENCE:
        origins[name] = f"{origin.rank}@{origin.as_of}"

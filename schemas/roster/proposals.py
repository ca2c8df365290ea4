"""Guesses at what a column means that nobody named. They are only ever shown, never used."""

import difflib
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import product
from typing import Final

from schemas.roster.cells import RawCell, Row, is_blank, show
from schemas.roster.columns import (
    REQUIRED,
    STAFF_FIELDS,
    SYNONYMS,
    UNCOMPARED,
    Field,
    find_field,
    is_of_others,
    normalise_heading,
)

_ALIKE: Final = 0.6
_LONGEST: Final = 16
_OF_ROSTERS: Final = tuple(field for field in Field if field not in STAFF_FIELDS | UNCOMPARED)
Proposal = dict[str, Field]


def propose(headings: Iterable[str], wanted: Collection[Field]) -> Proposal:
    """Heading → field, the most similar first; no heading and no field twice.

    监护人姓名 is somebody else's: it is never proposed for 姓名.
    """
    scored = [
        (_compare(heading, field), heading, field) for heading, field in product(headings, wanted)
    ]
    found: Proposal = {}
    for score, heading, field in sorted(scored, key=lambda each: -each[0]):
        if score >= _ALIKE and heading not in found and field not in found.values():
            found[heading] = field
    return found


def _compare(heading: str, field: Field) -> float:
    own = normalise_heading(heading)
    if not own or is_of_others(heading, field):
        return 0.0
    synonyms = (normalise_heading(each) for each in SYNONYMS[field].split())
    return max(difflib.SequenceMatcher(None, own, each).ratio() for each in synonyms)


def propose_unused(headings: Iterable[str], used: Collection[Field]) -> Proposal:
    """For columns that are not read: what they resemble most, where the roster lacks just that.

    What a heading is stands at its end in Chinese: 紧急联系人 is no 紧急联系电话.
    """
    found: Proposal = {}
    for heading in headings:
        if not heading or len(heading) > _LONGEST:
            continue
        likeness, field = max((_compare(heading, each), each) for each in _OF_ROSTERS)
        is_new = field not in used and field not in found.values()
        if is_new and likeness >= _ALIKE and _ends_alike(heading, field):
            found[heading] = field
    return found


def _ends_alike(heading: str, field: Field) -> bool:
    ends = {normalise_heading(each)[-1:] for each in SYNONYMS[field].split()}
    return normalise_heading(heading)[-1:] in ends


def propose_header(rows: Sequence[Row]) -> Proposal:
    """What would make one of the rows a header; empty where none looks like one."""
    read = [_read_as_header(cells) for _, cells in rows]
    likely = [each for each in read if {Field.NAME, Field.ID_NUMBER} & each[0]]
    known, proposal = max(likely, key=lambda each: len(each[0]), default=(set(), {}))
    return proposal if len(known) > 1 else {}


def _read_as_header(cells: Sequence[RawCell]) -> tuple[set[Field], Proposal]:
    """What it would have, guesses included, and the guesses."""
    texts = [show(cell) for cell in cells if isinstance(cell, str) and not is_blank(cell)]
    short = [text for text in texts if len(text) <= _LONGEST and not any(map(str.isdigit, text))]
    known = {field for field in map(find_field, short) if field is not None}
    proposal = propose([text for text in short if find_field(text) is None], _lacking(known))
    return known | set(proposal.values()), proposal


def _lacking(known: Collection[Field]) -> list[Field]:
    return [field for field in REQUIRED if field not in known]


def write_options(proposal: Mapping[str, Field]) -> str:
    """As they are typed; blanks inside a heading mean nothing."""
    return " ".join(f"--map '{''.join(h.split())}={field.value}'" for h, field in proposal.items())

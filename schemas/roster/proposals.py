"""Guesses at what a column means that nobody named. They are only ever shown, never used."""

import difflib
import unicodedata
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
from schemas.roster.headers import Column

_ALIKE: Final = 0.6
_LONGEST: Final = 16
_OF_ROSTERS: Final = tuple(field for field in Field if field not in STAFF_FIELDS | UNCOMPARED)
_HARMLESS: Final = frozenset({"Ll", "Lo", "Lu", "Nd", "Nl", "No"})
_HARMLESS_MARKS: Final = frozenset("（）【】《》、，。：·—_-./:")
_WIDE: Final = str.maketrans("()", "（）")
_LONGEST_TYPED: Final = 40
Proposal = dict[Column, Field]


def propose(columns: Iterable[Column], wanted: Collection[Field]) -> Proposal:
    """Column → field, the most similar heading first; no column and no field twice.

    监护人姓名 is somebody else's: it is never proposed for 姓名.
    """
    scored = [
        (_compare(column.heading, field), column, field)
        for column, field in product(columns, wanted)
    ]
    found: Proposal = {}
    for score, column, field in sorted(scored, key=lambda each: -each[0]):
        if score >= _ALIKE and column not in found and field not in found.values():
            found[column] = field
    return found


def _compare(heading: str, field: Field) -> float:
    own = normalise_heading(heading)
    if not own or is_of_others(heading, field):
        return 0.0
    synonyms = (normalise_heading(each) for each in SYNONYMS[field].split())
    return max(difflib.SequenceMatcher(None, own, each).ratio() for each in synonyms)


def propose_unused(columns: Iterable[Column], used: Collection[Field]) -> Proposal:
    """For columns that are not read: what they resemble most, where the roster lacks just that.

    What a heading is stands at its end in Chinese: 紧急联系人 is no 紧急联系电话.
    """
    found: Proposal = {}
    for column in columns:
        heading = column.heading
        if not heading or len(heading) > _LONGEST:
            continue
        likeness, field = max((_compare(heading, each), each) for each in _OF_ROSTERS)
        is_new = field not in used and field not in found.values()
        if is_new and likeness >= _ALIKE and _ends_alike(heading, field):
            found[column] = field
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
    columns = [
        Column(place, text, find_field(text))
        for place, cell in enumerate(cells)
        if isinstance(cell, str) and not is_blank(cell) and _is_short(text := show(cell))
    ]
    known = {column.field for column in columns if column.field is not None}
    proposal = propose([column for column in columns if column.field is None], _lacking(known))
    return known | set(proposal.values()), proposal


def _is_short(text: str) -> bool:
    return len(text) <= _LONGEST and not any(map(str.isdigit, text))


def _lacking(known: Collection[Field]) -> list[Field]:
    return [field for field in REQUIRED if field not in known]


def split_by_typing(proposal: Mapping[Column, Field]) -> tuple[Proposal, Proposal]:
    """What may be offered as an option to be pasted, and what has to be renamed in the sheet.

    A heading is a stranger's text: an option is offered only where no shell (sh, cmd.exe,
    PowerShell) could see more in it than a word, and where the console shows every character of it.
    """
    typed = {column: field for column, field in proposal.items() if _is_harmless(_type(column))}
    return typed, {column: field for column, field in proposal.items() if column not in typed}


def write_options(proposal: Mapping[Column, Field]) -> str:
    """As they are typed, each once; what cannot be typed safely is left out."""
    typed, _ = split_by_typing(proposal)
    options = (f"--map '{_type(column)}={field.value}'" for column, field in typed.items())
    return " ".join(dict.fromkeys(options))


def _type(column: Column) -> str:
    """Blanks inside a heading, and the width of its brackets, mean nothing."""
    return "".join(column.heading.split()).translate(_WIDE)


def _is_harmless(text: str) -> bool:
    """Letters, digits and a few marks, all of GBK: what it lacks is printed as a question mark, and
    some of that (ʼ, ǃ) is taken for a quote or worse where text is fitted to a code page.
    """
    is_shown = text.encode("gbk", "ignore").decode("gbk") == text
    return (
        is_shown
        and len(text) <= _LONGEST_TYPED
        and all(c in _HARMLESS_MARKS or unicodedata.category(c) in _HARMLESS for c in text)
    )

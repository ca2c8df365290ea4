"""Lists of people in the registry to ask after: on the screen, or as a roster to be filled in.

The file is a roster in which identity numbers are masked: written over, it is imported again.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Generic, TypeVar

from cli import output
from cli.exits import CommandError, ExitCode
from cli.exports import Table, find_free, make_workbook
from cli.papers.files import reserve_file
from cli.roster.excerpts import hide_id, list_marks
from cli.roster.texts import Text, get_text
from schemas.corrections import TodoOut
from schemas.imports import AbsentOut
from schemas.roster.columns import Field
from schemas.roster.report import get_field_label

_NOTES_WIDTH: Final = 100
_TOLD_WIDTH: Final = 36
_MARK_WIDTHS: Final = (16, 40)
_WIDTHS: Final[Mapping[Field, int]] = {
    Field.ID_NUMBER: 24,
    Field.GUARDIAN_ID: 24,
    Field.DESTINATION: 18,
    Field.PERSON_ROLE: 10,
}
_OTHER_WIDTH: Final = 16
Person = TypeVar("Person", bound=TodoOut | AbsentOut)


@dataclass(frozen=True, slots=True)
class WorkList(Generic[Person]):
    """One kind of list, in the reader's words. `told`: headings of what `tell` says of a person;
    `columns` are filled in, as far as `fill` does not know them.
    """

    sheet: str
    notes: str
    nobody: str
    count: str
    written: str
    told: Sequence[str]
    tell: Callable[[Person], Sequence[str]]
    columns: Sequence[Field]
    fill: Callable[[Person], Mapping[Field, str]]


def give_list(
    kind: WorkList[Person],
    list_people: Callable[[str | None], Sequence[Person]],
    *,
    purpose: str,
    file: Path | None,
    as_json: bool,
) -> None:
    """On the screen, or into the file. `list_people` takes the purpose of an export, None for none."""
    if file is None:
        _show_list(kind, list_people(None), as_json=as_json)
    else:
        _write_list(kind, file, lambda: list_people(purpose), as_json=as_json)


def _show_list(kind: WorkList[Person], people: Sequence[Person], *, as_json: bool) -> None:
    if as_json:
        items = [each.model_dump(mode="json") for each in people]
        output.write_json({"count": len(people), "items": items})
        return
    if not people:
        output.say(kind.nobody)
        return
    first, last = get_text(Text.PEOPLE).split("|"), get_text(Text.PERSON_CODE)
    lines = [
        [p.village or "", p.name, p.id_number_end, p.phone or "", *kind.tell(p), str(p.id)]
        for p in people
    ]
    output.write_table([*first, *kind.told, last], lines)
    output.say(kind.count.format(count=len(people)))


def _write_list(
    kind: WorkList[Person],
    file: Path,
    list_people: Callable[[], Sequence[Person]],
    *,
    as_json: bool,
) -> None:
    """The server records the export: the file is reserved before. An older list may be half filled
    in, and stays.
    """
    if file.suffix.lower() != ".xlsx":
        raise CommandError(get_text(Text.LIST_ENDING, path=file), ExitCode.USAGE)
    path = find_free(file) if file.exists() else file
    unwritable = get_text(Text.LIST_UNWRITABLE, path=path)
    with reserve_file(path, unwritable=unwritable) as reserved:
        people = list_people()
        reserved.write(_make_workbook(kind, people))
    if as_json:
        output.write_json({"file": str(path), "count": len(people)})
    output.say(kind.written.format(path=path, count=len(people)))


def _make_workbook(kind: WorkList[Person], people: Sequence[Person]) -> bytes:
    """With how to fill it in on its first sheet."""
    labels = [get_field_label(field) for field in kind.columns]
    widths = [_WIDTHS.get(field, _OTHER_WIDTH) for field in kind.columns]
    return make_workbook(
        Table(
            get_text(Text.EXPLANATION),
            [_NOTES_WIDTH],
            [[line] for line in kind.notes.splitlines()],
        ),
        Table(
            kind.sheet,
            [*widths, *[_TOLD_WIDTH] * len(kind.told), *_MARK_WIDTHS],
            [
                [*labels, *kind.told, *list_marks()],
                *(_make_row(kind, person) for person in people),
            ],
        ),
    )


def _make_row(kind: WorkList[Person], person: Person) -> list[str]:
    known = {
        Field.NAME: person.name,
        Field.ID_NUMBER: hide_id(person.id_number_end),
        Field.VILLAGE: person.village or "",
        **kind.fill(person),
    }
    cells = [known.get(field, "") for field in kind.columns]
    return [*cells, *kind.tell(person), person.phone or "", str(person.id)]

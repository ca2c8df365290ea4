"""The people of a sheet, table by table: the fast way for a plain row; people who share a row, example rows,
ragged rows, what is filled from above; at most 300,000 people and 1,000 tables.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from schemas.roster.cells import RawCell, RawSheet, Row
from schemas.roster.codes import Detail, FileCode, IgnoredReason, RowCode, WarningCode
from schemas.roster.columns import Field, normalise_heading
from schemas.roster.filling import FILLED, fill_blanks, tell_filled
from schemas.roster.headers import (
    Header,
    MergedFill,
)
from schemas.roster.ignoring import (
    EXAMPLE_STARTS,
    is_example,
    read_section,
)
from schemas.roster.ragged import RaggedRows, make_ragged_error
from schemas.roster.report import (
    AcceptedRow,
    ColumnWarning,
    FileError,
    IgnoredRow,
    RejectedRow,
    RowError,
    SheetFacts,
    make_cell_error,
    name_cell,
)
from schemas.roster.rows import RowReader
from schemas.roster.settling import Doubtful, Wrong, get_number, get_place, get_record
from schemas.roster.table_start import RefusedError, SheetState, Table, Task, is_filled
from schemas.roster.unread import ID_LENGTH

MAX_ROWS: Final = 300_000
MAX_TABLES: Final = 1_000
_NEVER_FILLED: Final = frozenset(
    {Field.NAME, Field.ID_NUMBER, Field.GENDER, Field.BIRTH_DATE, Field.RELATION}
)


def read_tables(task: Task, sheet: RawSheet, table: Table, rows: Iterable[Row]) -> None:
    """Every row of the sheet below its first header into what is gathered. Raises RefusedError."""
    state = SheetState(task, sheet, iter(rows))
    following: Table | None = table
    count = 0
    while following is not None:
        count += 1
        if count > MAX_TABLES:
            raise RefusedError(FileError(FileCode.FILE_TOO_LARGE, Detail.ROWS))
        following = _read_table(state, following)


def _read_table(state: SheetState, table: Table) -> Table | None:
    """The people of one table; the next one, if a further heading begins it."""
    gathered, header = state.task.gathered, table.header
    gathered.sheets.extend(table.parts)
    gathered.begin(table.parts[0])
    state.task.watch.see_lines(state.sheet.name, header.row, header.lines)
    state.next_row = header.row + 1
    rows = state.iterate()
    if table.problem is not None:
        return _refuse(state, table, table.problem)
    body = _Body(state, table)
    following = body.read_alone(rows) if len(table.parts) == 1 else body.read_shared(rows)
    body.finish()
    return following


def _refuse(state: SheetState, table: Table, problem: FileError) -> Table | None:
    """Every row below a heading that cannot be mapped is an error that names the heading's place."""
    facts = table.parts[0]
    field = problem.fields[0] if problem.fields else Field.NAME
    for number, cells in state.iterate():
        is_ignored, following = state.look_at(number, cells, table)
        if following is not None:
            return following
        if not is_ignored:
            state.pass_blanks(number)
            column, cell, _ = name_cell(field, table.header, number)
            error = RowError(field, column, cell, RowCode.TABLE_UNREADABLE, about=problem)
            wrong = RejectedRow(facts.name, number, (error,), tuple(cells), facts=facts)
            state.people.append(Wrong(wrong, "", ""))
    return None


class _Body:
    """The people of one table."""

    def __init__(self, state: SheetState, table: Table) -> None:
        self._at = state
        self._table = table
        self._task = state.task
        self._sheet = state.sheet
        self._people = state.people
        self._first = len(self._people)
        self._readers = [self._make_reader(facts) for facts in table.parts]
        self._fill = make_fill(self._sheet, [facts.header for facts in table.parts])
        self._ragged = RaggedRows(table.header) if self._sheet.is_text else None
        self._has_doubt = False
        self._unused = self._list_unused()
        self._sections: list[tuple[str, int]] = []
        self._take_section(_find_title_village(table) if self._is_first() else None)

    def _make_reader(self, facts: SheetFacts) -> RowReader:
        return RowReader(
            facts.header.places,
            as_of=self._task.as_of,
            counts_from_1904=facts.counts_from_1904,
            county_code=self._task.county_code,
            village=facts.village,
        )

    def _is_first(self) -> bool:
        tables = self._task.gathered.sheets
        return sum(facts.name == self._sheet.name and not facts.part for facts in tables) == 1

    def _list_unused(self) -> tuple[int, ...]:
        """Columns that nobody reads and nobody left out by hand."""
        read = {place for facts in self._table.parts for place in facts.header.places.values()}
        return tuple(
            column.place
            for column in self._table.header.columns
            if column.place not in read
            and normalise_heading(column.heading) not in self._task.mapping
        )

    def _take_section(self, village: str | None) -> None:
        at = self._at
        if village is not None:
            at.section, at.section_start = village, len(self._people)
        if at.section is None or (self._sections and self._sections[-1][0] == at.section):
            return
        self._sections.append((at.section, len(self._people)))
        for reader in self._readers:
            reader.village = at.section

    def read_alone(self, rows: Iterator[Row]) -> Table | None:
        """One person a row. The shape of an identity number in its column makes a row a plain one."""
        table, at, people, ragged = self._table, self._at, self._people, self._ragged
        (facts,), (reader,), fill = table.parts, self._readers, self._fill
        id_place = facts.header.places[Field.ID_NUMBER]
        serial = facts.header.places.get(Field.SERIAL, 0)
        first_place = serial if serial < id_place else 0
        width = 0 if ragged is None else ragged.width
        is_unpadded = ragged is not None and not ragged.is_padded
        unused, odd = self._unused, EXAMPLE_STARTS | {""}
        next_row = at.next_row
        for number, raw in rows:
            cells = raw if fill is None else fill.fill(number, raw)
            cell = raw[id_place] if id_place < len(raw) else None
            is_id = cell.__class__ is str and len(cell) == ID_LENGTH and cell.isascii()
            if not is_id or (
                (first := raw[first_place]).__class__ is str
                and first[:1] in odd
                and is_example(raw, facts.header)
            ):
                at.next_row = next_row
                is_ignored, following = self._look_at(number, raw)
                next_row = at.next_row
                if following is not None:
                    return following
                if is_ignored:
                    continue
            if number != next_row:
                at.next_row = next_row
                at.pass_blanks(number)
            next_row = number + 1
            if width and (len(raw) != width or (is_unpadded and raw[-1] == "")):
                if self._is_ragged(number, raw):
                    continue
                is_unpadded = len(raw) != width and is_unpadded
            if unused:
                self._watch(number, raw)
            self._read_person(facts, number, cells, reader)
            if len(people) > MAX_ROWS:
                raise RefusedError(FileError(FileCode.FILE_TOO_LARGE, Detail.ROWS))
        at.next_row = next_row
        return None

    def read_shared(self, rows: Iterator[Row]) -> Table | None:
        """Several people a row, each in columns of his own."""
        table, at, fill = self._table, self._at, self._fill
        for number, raw in rows:
            cells = raw if fill is None else fill.fill(number, raw)
            is_ignored, following = self._look_at(number, raw)
            if following is not None:
                return following
            if is_ignored:
                continue
            at.pass_blanks(number)
            if self._is_ragged(number, raw):
                continue
            self._watch(number, raw)
            head = ("", "")
            for facts, reader in zip(table.parts, self._readers, strict=True):
                if not is_filled(cells, [facts]):
                    continue
                self._task.gathered.begin(facts)
                if facts.part and table.told is WarningCode.HOUSEHOLD_ROWS:
                    reader.head = head
                self._read_person(facts, number, cells, reader)
                if not facts.part and self._people:
                    head = get_number(self._people[-1]), ""
            if len(self._people) > MAX_ROWS:
                raise RefusedError(FileError(FileCode.FILE_TOO_LARGE, Detail.ROWS))
        return None

    def _look_at(self, number: int, raw: Sequence[RawCell]) -> tuple[bool, Table | None]:
        is_ignored, following = self._at.look_at(number, raw, self._table)
        if is_ignored:
            self._take_section(None)
        return is_ignored, following

    def _watch(self, number: int, raw: Sequence[RawCell]) -> None:
        """Numbers in columns that nobody reads."""
        for place in self._unused:
            if place >= len(raw):
                return
            cell = raw[place]
            if cell.__class__ is str and len(cell) >= ID_LENGTH:
                header = self._table.header
                self._task.watch.see_cell(self._sheet.name, header, place, number, cell)

    def _is_ragged(self, number: int, raw: Sequence[RawCell]) -> bool:
        """Whether the row is refused at once; a short one is judged when all rows are known."""
        facts, ragged, key = self._table.parts[0], self._ragged, len(self._people)
        if ragged is None:
            return False
        if len(raw) == ragged.width:
            ragged.is_padded = ragged.is_padded or raw[-1] == ""
        elif ragged.is_too_long(raw, self._readers[0].last):
            error = make_ragged_error(self._table.header, number, len(raw))
            wrong = RejectedRow(facts.name, number, (error,), tuple(raw), facts=facts)
            self._people.append(Wrong(wrong, "", ""))
            self._forget_last()
            return True
        elif ragged.note_short(raw, number, key):
            self._forget_last()
        return False

    def _forget_last(self) -> None:
        """Nobody takes a value from a row whose columns are in doubt."""
        self._has_doubt = True
        for reader in self._readers:
            reader.last = ()

    def _read_person(
        self, facts: SheetFacts, number: int, cells: Sequence[RawCell], reader: RowReader
    ) -> None:
        record, errors, warnings, name, id_number = reader.read(cells)
        if record is not None:
            remark = record.remark
            if remark and remark[0] in EXAMPLE_STARTS and is_example(cells, facts.header):
                self._pass_example(number, reader)
                return
            row = AcceptedRow(facts.name, number, record)
            self._people.append(Doubtful(row, warnings) if warnings else row)
            return
        if is_example(cells, facts.header):
            self._pass_example(number, reader)
            return
        cells, header, as_of = reader.last, facts.header, self._task.as_of
        found = tuple(make_cell_error(each, header, number, cells, as_of) for each in errors)
        village = self._at.section
        wrong = RejectedRow(
            facts.name,
            number,
            found,
            tuple(cells),
            facts=facts,
            village=village,
            guardian_id=reader.find_guardian(cells),
        )
        self._people.append(Wrong(wrong, name or "", id_number or ""))

    def _pass_example(self, number: int, reader: RowReader) -> None:
        """Nobody takes a value from it."""
        reader.last = ()
        example = IgnoredRow(self._sheet.name, number, IgnoredReason.EXAMPLE_ROW)
        self._task.gathered.ignored.append(example)

    def finish(self) -> None:
        """What can be said only when every row is known."""
        if self._ragged is not None and self._ragged.has_short:
            self._reject_short(self._ragged)
        filled = {} if self._has_doubt or len(self._readers) > 1 else self._fill_blanks()
        for facts, reader in zip(self._table.parts, self._readers, strict=True):
            counts = dict(reader.filled)
            for field, count in filled.items():
                counts[field] = counts.get(field, 0) + count
            for field, count in counts.items():
                self._tell(tell_filled(facts.name, facts.header, field, count))
        self._tell_sections()
        self._tell_shared()

    def _tell(self, warning: ColumnWarning) -> None:
        self._task.gathered.file_warnings.append(warning)

    def _reject_short(self, ragged: RaggedRows) -> None:
        facts = self._table.parts[0]
        rows = [get_place(person)[1] for person in self._people[self._first :]]
        for key, row, count in ragged.list_short(rows, self._first):
            error = make_ragged_error(self._table.header, row, count)
            person = self._people[key]
            cells = person.row.cells if isinstance(person, Wrong) else None
            wrong = RejectedRow(facts.name, row, (error,), cells, facts=facts)
            self._people[key] = Wrong(wrong, "", "")

    def _fill_blanks(self) -> dict[Field, int]:
        (facts,), (reader,) = self._table.parts, self._readers
        fields = reader.list_with_blanks()
        people = self._people[self._first :]
        if not people or fields.isdisjoint(FILLED):
            return {}
        filled = fill_blanks(
            people,
            facts.header,
            fields=fields,
            read=reader.read_value,
            is_text=self._sheet.is_text,
        )
        if filled:
            self._people[self._first :] = people
        return filled

    def _tell_sections(self) -> None:
        ends = [*(start for _, start in self._sections), len(self._people)][1:]
        count = 0
        for (village, start), end in zip(self._sections, ends, strict=True):
            records = map(get_record, self._people[start:end])
            count += sum(record is None or record.village == village for record in records)
        if count:
            code = WarningCode.VILLAGE_FROM_SECTION
            self._tell(
                ColumnWarning(self._sheet.name, code, field=Field.VILLAGE.value, total=count)
            )

    def _tell_shared(self) -> None:
        told, people = self._table.told, self._people[self._first :]
        if told is WarningCode.TABLES_BESIDE:
            self._tell(ColumnWarning(self._sheet.name, told, total=len(self._table.parts)))
        if told is WarningCode.HOUSEHOLD_ROWS:
            rows = {row.row if isinstance(row, AcceptedRow) else row.row.row for row in people}
            self._tell(ColumnWarning(self._sheet.name, told, total=len(people) - len(rows)))


def _find_title_village(table: Table) -> str | None:
    """A title above the header that is the name of a village and nothing else."""
    if any(Field.VILLAGE in facts.header.places for facts in table.parts):
        return None
    titles = [line[0] for line in table.header.lines if len(line) == 1]
    found = {village for village in map(read_section, titles) if village is not None}
    return found.pop() if len(found) == 1 else None


def make_fill(sheet: RawSheet, headers: Sequence[Header]) -> MergedFill | None:
    """Values of merged ranges, as the rules see them; `headers`: all that read the same rows."""
    own = {
        header.places[field] for header in headers for field in _NEVER_FILLED & header.places.keys()
    }
    fillable = {place for header in headers for place in header.places.values()} - own
    row = min(header.row for header in headers)
    merged = [
        m for m in sheet.merged if m.first_column in fillable and m.last_row > max(m.first_row, row)
    ]
    return MergedFill(merged) if merged else None

"""Errors with their place in the sheet and what stood there, masked."""

from collections.abc import Sequence
from datetime import date

from schemas import identity
from schemas.roster.ages import count_years
from schemas.roster.cells import RawCell, Row, letter_column, show
from schemas.roster.codes import FileCode, RowCode, WarningCode
from schemas.roster.columns import REQUIRED, Field, get_heading
from schemas.roster.details import shorten_heading
from schemas.roster.headers import Header, find_rivals
from schemas.roster.proposals import propose, propose_header
from schemas.roster.report import HIDDEN, FileError, RowError


def name_cell(field: Field, header: Header, row: int) -> tuple[str, str, int]:
    """Heading, cell such as D17, and place. A field without a column is shown at the id's."""
    place = header.places.get(field)
    if place is None:
        place = header.places[Field.ID_NUMBER]
        return get_heading(field), f"{letter_column(place)}{row}", place
    return shorten_heading(header.columns[place].heading), f"{letter_column(place)}{row}", place


def make_cell_error(
    finding: tuple[Field, RowCode | WarningCode],
    header: Header,
    row: int,
    cells: Sequence[RawCell],
    as_of: date,
) -> RowError:
    field, code = finding[0], RowCode(finding[1].value)
    column, cell, place = name_cell(field, header, row)
    text = show(cells[place]) if place < len(cells) else ""
    found, detail = _describe(code, text, as_of)
    return RowError(field, column, cell, code, found=found, detail=detail)


def _describe(code: RowCode, text: str, as_of: date) -> tuple[str, str]:
    """What was found, masked, and the code's own detail."""
    if code is RowCode.NUMBER_PRECISION_LOST and "E" in text.upper():
        return text, ""
    if code in (RowCode.NAME_INVALID, RowCode.CELL_ERROR):
        return identity.mask_text(text), ""
    number = identity.normalise_id(text)
    masked = identity.mask_id(number)
    if code is RowCode.ID_15_DIGIT:
        digits = number.partition(".")[0]
        return identity.mask_id(digits), identity.mask_id(identity.expand_15(digits))
    if code is RowCode.ID_FORMAT:
        return masked, HIDDEN if HIDDEN in number else str(len(number))
    if code is RowCode.UNDER_AGE:
        born = identity.get_birth_date(number)
        return str(count_years(born, as_of)) if born else "", ""
    return masked, ""


def make_header_error(rows: Sequence[Row]) -> FileError:
    """No header in these rows, and which of them could be meant for one."""
    return FileError(FileCode.HEADER_NOT_FOUND, proposal=propose_header(rows))


def find_header_error(sheet: str, header: Header) -> FileError | None:
    """Two columns of one meaning, or a required one missing."""
    rivals = find_rivals(header)
    if rivals is not None:
        field, columns = rivals
        named = "、".join(
            f"{letter_column(c.place)}列“{shorten_heading(c.heading)}”" for c in columns
        )
        return FileError(
            FileCode.DUPLICATE_COLUMN, fields=(field,), values={"sheet": sheet, "columns": named}
        )
    missing = tuple(field for field in REQUIRED if field not in header.places)
    if not missing:
        return None
    return FileError(
        FileCode.REQUIRED_COLUMN_MISSING,
        fields=missing,
        values={"sheet": sheet, "row": header.row, "example": missing[0].value},
        proposal=propose(header.get_columns(None), missing),
    )

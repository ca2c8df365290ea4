"""`fangang roster check`: how `--as-of` and `--map` are read; what is shown (20 errors, 10 alike as one line,
5 rows named); columns mapped before; where the error list goes; exit code.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final, NamedTuple

from cli import output
from cli.exits import CommandError, ExitCode
from cli.roster import remembered
from cli.roster.error_list import choose_path, write_error_list
from cli.roster.notices import count_hidden, tell_once, tell_outside
from cli.roster.reading import CheckedFile, check_source, find_sources, require_phones
from cli.roster.texts import RosterText
from schemas.identity import mask_label
from schemas.roster.codes import WarningCode, get_group_message, get_message
from schemas.roster.columns import IGNORE, Field, find_field, get_heading
from schemas.roster.headers import Column, propose_unused, split_by_typing, write_options
from schemas.roster.records import RECORD_FIELDS
from schemas.roster.report import (
    RosterReport,
    RowError,
    SheetFacts,
    SheetWarning,
    describe_alike,
    shorten_heading,
)
from schemas.texts import choose, say


def read_day(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        message = say(RosterText.DAY_SHAPE, day=text)
        raise CommandError(message, ExitCode.USAGE) from error


def read_mapping(pairs: Sequence[str]) -> dict[str, str]:
    """`--map 列名=field` as heading → field."""
    mapping = {}
    known = {field.value for field in Field} | {IGNORE}
    for pair in pairs:
        # The console of Windows hands single quotes on.
        heading, _, field = pair.strip().strip("'\"").rpartition("=")
        if not heading.strip() or not field.strip():
            raise CommandError(say(RosterText.MAP_SHAPE), ExitCode.USAGE)
        mapping[heading.strip()] = _read_field(field.strip(), known)
    return mapping


def _read_field(text: str, known: Collection[str]) -> str:
    """By its name, or by any heading that is understood by itself."""
    if text in known:
        return text
    column = find_field(text)
    if column is None or column.value not in known:
        names = " ".join(
            f"{name}({get_heading(Field(name))})" for name in RECORD_FIELDS if name in known
        )
        message = say(RosterText.FIELD_UNKNOWN, field=text, fields=names)
        raise CommandError(message, ExitCode.USAGE)
    return column.value


LISTED_ERRORS: Final = 20
GROUPED_FROM: Final = 10
NAMED_ROWS: Final = 5
_SKIPPED: Final = {
    WarningCode.HIDDEN_SHEET_IGNORED: RosterText.SKIPPED_HIDDEN,
    WarningCode.SHEET_IGNORED: RosterText.SKIPPED_SHEET,
    WarningCode.ENTRY_IGNORED: RosterText.SKIPPED_ENTRY,
}


class _Line(NamedTuple):
    """One message, and how many wrong cells it speaks for."""

    text: str
    cells: int


def describe(checked: CheckedFile, *, error_list: Path | None) -> Iterator[str]:
    """Every line about one file. `error_list` is where the rest is, when it was written."""
    report = checked.report
    if checked.source.is_open_elsewhere():
        yield say(RosterText.OPEN_ELSEWHERE, file=checked.source.name)
    if report.file_error is not None:
        yield say(
            RosterText.REFUSED,
            file=checked.source.name,
            message=report.file_error.get_message(),
            code=report.file_error.code,
        )
        return
    yield _describe_file(checked)
    yield from tell_outside(report)
    yield from _describe_headers(report.sheets)
    yield from _propose_columns(report.sheets)
    yield _count(report)
    yield from tell_once(report)
    yield from _list_errors(report, error_list)
    yield from _list_warnings(report)


def describe_total(checked: Sequence[CheckedFile]) -> str:
    """The sums of several files, in one line."""
    accepted = sum(len(file.report.accepted) for file in checked)
    rejected = sum(len(file.report.rejected) for file in checked)
    refused = sum(file.report.file_error is not None for file in checked)
    return say(
        RosterText.TOTAL,
        files=len(checked),
        people=accepted + rejected,
        accepted=accepted,
        rejected=rejected,
        refused=say(RosterText.TOTAL_REFUSED, count=refused) if refused else "",
    )


def _describe_file(checked: CheckedFile) -> str:
    joint = choose("；", "; ")
    facts = [say(RosterText.CELLS, sheets=checked.sheets)] if checked.kind != "csv" else []
    first = choose("，".join([checked.kind, *facts]), ", ".join([checked.kind, *facts]))
    skipped = _describe_skipped(checked.report)
    return say(
        RosterText.READ,
        file=checked.source.name,
        kind=first,
        skipped="".join(joint + text for text in skipped),
    )


def _describe_skipped(report: RosterReport) -> list[str]:
    joint = choose("”“", ", ")
    warnings = report.file_warnings
    names = {
        code: [_name_skipped(report, warning) for warning in warnings if warning.code is code]
        for code in _SKIPPED
    }
    return [
        say(_SKIPPED[code], names=joint.join(sheets)) for code, sheets in names.items() if sheets
    ]


def _name_skipped(report: RosterReport, warning: SheetWarning) -> str:
    if not (people := count_hidden(report, warning.sheet)):
        return warning.sheet
    return say(RosterText.SKIPPED_HIDDEN_PEOPLE, name=warning.sheet, people=people)


def _describe_headers(sheets: Sequence[SheetFacts]) -> Iterator[str]:
    """One line for all sheets that are alike, else one for each kind of header."""
    alike: dict[tuple[int, int, int, tuple[str, ...]], list[str]] = {}
    for facts in sheets:
        header = facts.header
        if facts.part:
            continue
        used = sum(column.field is not None for column in header.columns)
        total = sum(bool(column.heading) for column in header.columns)
        alike.setdefault((header.row, total, used, header.unused), []).append(facts.name)
    for (row, total, used, unused), names in alike.items():
        shown = output.join_words(map(shorten_heading, unused))
        listed = say(RosterText.UNUSED, count=len(unused), headings=shown)
        yield say(
            RosterText.HEADER if len(alike) == 1 else RosterText.HEADER_OF,
            sheet=output.join_words(names),
            row=row,
            columns=total,
            mapped=used,
            unused=listed if unused else "",
        )


def _propose_columns(sheets: Sequence[SheetFacts]) -> Iterator[str]:
    """Proposals for unmapped columns that look like a field the sheet lacks: one line for all sheets, and
    one for headings that cannot be typed.
    """
    proposal: dict[Column, Field] = {}
    for facts in sheets:
        proposal |= propose_unused(facts.header.get_columns(None), facts.header.places)
    texts = (RosterText.UNUSED_ALIKE, RosterText.UNUSED_RENAMED)
    for text, part in zip(texts, split_by_typing(proposal), strict=True):
        if part:
            alike = describe_alike(part)
            yield say(text, alike=alike, options=write_options(part))


def _count(report: RosterReport) -> str:
    reasons = dict.fromkeys(get_message(ignored.reason) for ignored in report.ignored)
    named = choose(f"（{'、'.join(reasons)}）", f" ({', '.join(reasons)})")
    accepted, rejected = len(report.accepted), len(report.rejected)
    return say(
        RosterText.CHECKED,
        people=accepted + rejected,
        accepted=accepted,
        rejected=rejected,
        warnings=len(report.warnings),
        ignored=len(report.ignored),
        reasons=named if reasons else "",
    )


def _list_errors(report: RosterReport, error_list: Path | None) -> Iterator[str]:
    lines = list(_make_lines(report))
    yield from (line.text for line in lines[:LISTED_ERRORS])
    rest = sum(line.cells for line in lines[LISTED_ERRORS:])
    if error_list is not None:
        text = RosterText.REST if rest else RosterText.WRITTEN
        yield say(text, count=rest, path=mask_label(str(error_list)))
    elif rest:
        yield say(RosterText.REST_UNLISTED, count=rest)


def _make_lines(report: RosterReport) -> Iterator[_Line]:
    """Errors in their order; ten or more of one column with one code are one line."""
    placed = [(row.sheet, row.row, error) for row in report.rejected for error in row.errors]
    counts = Counter(_group(sheet, error) for sheet, _, error in placed)
    said = set()
    for sheet, row, error in placed:
        group = _group(sheet, error)
        if counts[group] < GROUPED_FROM:
            yield _Line(_describe_error(sheet, row, error), 1)
        elif group not in said:
            said.add(group)
            text = _describe_group(sheet, row, error, counts[group])
            yield _Line(text, counts[group])


def _group(sheet: str, error: RowError) -> tuple[str, str, str]:
    return sheet, error.column, error.code.value


def _describe_error(sheet: str, row: int, error: RowError) -> str:
    return say(
        RosterText.ROW_ERROR,
        sheet=sheet,
        row=row,
        cell=error.cell,
        column=error.column,
        message=error.get_message(),
        code=error.code,
    )


def _describe_group(sheet: str, row: int, error: RowError, count: int) -> str:
    message = get_group_message(
        error.code,
        column=error.cell.rstrip("0123456789"),
        heading=error.column,
        count=count,
        row=row,
        message=error.get_message(),
    )
    return choose(f"  {sheet} {message}[{error.code}]", f"  {sheet} {message} [{error.code}]")


def _list_warnings(report: RosterReport) -> Iterator[str]:
    """One line for each code, with the first rows; of days without a year one for each year that was taken."""
    rows: dict[tuple[WarningCode, int | None], list[str]] = {}
    several, taken = len(report.sheets_read) > 1, _list_assumed(report)
    for warning in report.warnings:
        place = f"{warning.sheet}!{warning.cell}" if several else warning.cell
        day = taken.get((warning.sheet, warning.row)) if warning.code in _ASSUMED else None
        rows.setdefault((warning.code, day.year if day else None), []).append(place)
    for (code, year), places in rows.items():
        more = choose("……", " …")
        shown = output.join_words(places[:NAMED_ROWS]) + (more if len(places) > NAMED_ROWS else "")
        yield say(
            RosterText.WARNED,
            message=_describe_years(report, taken, year) if year else get_message(code),
            count=len(places),
            rows=shown,
            code=code,
        )


_ASSUMED: Final = frozenset({WarningCode.DATE_YEAR_ASSUMED})


def _list_assumed(report: RosterReport) -> dict[tuple[str, int], date]:
    """Sheet and row → the day that was read without its year."""
    assumed = {(each.sheet, each.row) for each in report.warnings if each.code in _ASSUMED}
    return {
        (row.sheet, row.row): row.record.departure_date
        for row in (report.accepted if assumed else ())
        if (row.sheet, row.row) in assumed and row.record.departure_date is not None
    }


def _describe_years(report: RosterReport, taken: Mapping[tuple[str, int], date], year: int) -> str:
    days = [day for day in taken.values() if day.year == year]
    past = len([day for day in days if day < report.as_of])
    told = say(RosterText.YEAR_ASSUMED, year=year, first=min(days), last=max(days))
    return told + (say(RosterText.YEAR_PAST, past=past, as_of=report.as_of) if past else "")


@dataclass(frozen=True, slots=True)
class CheckOptions:
    """`error_list` is the path asked for; `wants_error_list` is False for --no-report.

    `mapping` is what --map says; it is kept for the `township` (as typed) or the enterprise, whose
    kept columns are used besides. No township: neither, for a check that was settled before.
    `known`: headings that a list of this kind has beyond a roster's.
    """

    as_of: date
    mapping: Mapping[str, str]
    township: str | None = ""
    enterprise_id: str = ""
    known: Mapping[str, str] = field(default_factory=dict)
    require_phone: bool = False
    error_list: Path | None = None
    wants_error_list: bool = True


def check_files(arguments: Sequence[str], options: CheckOptions) -> list[CheckedFile]:
    sources = find_sources(arguments)
    key = _choose_key(options)
    saved = {} if key is None else remembered.get_mapping(key)
    label = say(RosterText.CHECKING)
    progress = output.Progress(label, len(sources))
    checked = []
    for source in sources:
        mapping = {**options.known, **saved, **options.mapping}
        file = check_source(source, as_of=options.as_of, mapping=mapping)
        checked.append(require_phones(file) if options.require_phone else file)
        progress.advance()
    progress.close()
    _tell_mapping(checked, saved, options)
    if key is not None and options.mapping:
        remembered.save_mapping(key, _choose_kept(checked, options))
    return checked


def _choose_key(options: CheckOptions) -> str | None:
    if options.township is None:
        return None
    return options.enterprise_id or remembered.choose_mapping_key(options.township)


def _tell_mapping(
    checked: list[CheckedFile], saved: Mapping[str, str], options: CheckOptions
) -> None:
    """What was used without being asked for this time."""
    used = {heading for file in checked for heading in file.mapping}
    if any(file.report.file_error is not None for file in checked):
        used |= saved.keys()  # may be why
    silent = {h: name for h, name in saved.items() if h in used and h not in options.mapping}
    if silent:
        group = "enterprise staff" if options.enterprise_id else "roster"
        pairs = _join_pairs(silent)
        output.tell(say(RosterText.MAP_USED, pairs=pairs, group=group))


def forget_columns(key: str) -> None:
    """What was mapped by hand for one township or enterprise."""
    gone = remembered.forget_mapping(key)
    text = RosterText.MAPS_FORGOTTEN if gone else RosterText.MAPS_NONE
    output.tell(say(text, pairs=_join_pairs(gone)))


def _join_pairs(mapping: Mapping[str, str]) -> str:
    return output.join_words(f"{heading}={name}" for heading, name in mapping.items())


def _choose_kept(checked: list[CheckedFile], options: CheckOptions) -> dict[str, str]:
    """The pairs of --map whose heading a file has; a misspelt heading is not kept."""
    met = {heading for file in checked for heading in file.mapping}
    return {heading: name for heading, name in options.mapping.items() if heading in met}


def show_json(checked: list[CheckedFile], options: CheckOptions, *, include_ids: bool) -> None:
    """One object for one file, a list for several. An error list only where one was asked for."""
    if options.error_list is not None and _has_rejected(checked):
        write_error_list(options.error_list, checked)
    bodies = [file.to_json(include_ids=include_ids) for file in checked]
    output.write_json(bodies[0] if len(bodies) == 1 else bodies)


def show_text(checked: list[CheckedFile], options: CheckOptions) -> None:
    """Every file in its turn, with its error list beside it, or one list for all."""
    common = None
    if options.error_list is not None and _has_rejected(checked):
        common = write_error_list(options.error_list, checked)
    for file in checked:
        path = common if _has_rejected([file]) else None
        if path is None:
            path = _write_own_list(file, options)
        for line in describe(file, error_list=path):
            output.write_line(line)
    if len(checked) > 1:
        output.write_line(describe_total(checked))


def _write_own_list(file: CheckedFile, options: CheckOptions) -> Path | None:
    is_wanted = options.wants_error_list and options.error_list is None
    if not is_wanted or file.source.path is None or not file.report.rejected:
        return None
    try:
        return write_error_list(choose_path(file), [file])
    except CommandError as refused:
        # It was not asked for: on a read-only stick the check goes on without it.
        output.tell(refused.message)
        return None


def _has_rejected(checked: list[CheckedFile]) -> bool:
    return any(file.report.rejected for file in checked)


def choose_exit(checked: list[CheckedFile], *, is_confirmed: bool = False) -> ExitCode:
    """The gravest of all files: refused before rejected before fine. People outside of what is read
    count as rejected until somebody confirms that they are left out.
    """
    if any(file.report.file_error is not None for file in checked):
        return ExitCode.FILE_REFUSED
    is_silent = any(file.report.is_silent_about_people for file in checked)
    is_partial = _has_rejected(checked) or (is_silent and not is_confirmed)
    return ExitCode.ROWS_REJECTED if is_partial else ExitCode.OK

"""An enterprise's list goes the way of a roster, with its own columns and its own door."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from cli import output
from cli.api import connect
from cli.enterprise.finding import find_enterprise_id
from cli.enterprise.texts import Text, get_text
from cli.exits import ExitCode
from cli.imports.flow import import_files
from cli.imports.options import ImportOptions
from cli.roster.checking import get_today
from cli.roster.checks import forget_columns
from cli.roster.options import read_day, read_mapping
from schemas.roster.columns import make_staff_mapping

_IMPORTED: Final = frozenset({ExitCode.OK, ExitCode.ROWS_REJECTED})


@dataclass(frozen=True, slots=True)
class StaffOptions:
    """As typed. `enterprise` empty: the account's own."""

    enterprise: str
    as_of: str
    mapped: Sequence[str]
    dry_run: bool
    yes: bool
    as_json: bool
    accept_partial: bool


def import_lists(files: Sequence[str], typed: StaffOptions) -> ExitCode:
    """Exit code: the gravest of all files. Raises CommandError for what stops all of them."""
    as_of = read_day(typed.as_of) if typed.as_of else get_today()
    mapping = read_mapping(typed.mapped)
    with connect() as api:
        enterprise_id = find_enterprise_id(api, typed.enterprise)
    options = ImportOptions(
        as_of=as_of,
        mapping=mapping,
        dry_run=typed.dry_run,
        yes=typed.yes,
        as_json=typed.as_json,
        accept_partial=typed.accept_partial,
        enterprise_id=str(enterprise_id),
        known=make_staff_mapping(),
    )
    code = import_files(files, options)
    if typed.enterprise and not (typed.dry_run or typed.as_json) and code in _IMPORTED:
        output.say(get_text(Text.NEXT))
    return code


def forget_columns_of(enterprise: str) -> None:
    """What was mapped by hand for this enterprise's lists."""
    with connect() as api:
        enterprise_id = find_enterprise_id(api, enterprise)
    forget_columns(str(enterprise_id))

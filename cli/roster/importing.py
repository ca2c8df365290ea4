"""`fangang roster import`, `resume` and `status`: a file with over 20 % of its people rejected (with
--all-or-nothing: any) is held back; whose township, the question, exit code; what is kept for resuming.

What is kept for resuming holds nothing personal: the rows stay in the file.
"""

import json
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from cli import output, settings
from cli.api import Api, ApiError, connect
from cli.exits import CommandError, ExitCode
from cli.roster import check, plan
from cli.roster.error_list import is_excerpt, write_error_list
from cli.roster.reading import CheckedFile
from cli.roster.sending import Comparison, ImportOptions, Sender
from cli.roster.texts import ImportText
from schemas.accounts import MeOut
from schemas.divisions.reading import find_township
from schemas.imports import RosterImportOut, RosterImportRow
from schemas.texts import say


@dataclass(frozen=True, slots=True)
class ResumeState:
    """`confirmed`: the person said yes, so that going on needs no second question."""

    receipt: str
    path: str
    sha256: str
    as_of: str
    mapping: dict[str, str]
    township: str
    require_phone: bool
    accept_partial: bool
    confirmed: bool
    enterprise_id: str = ""

    def to_options(self) -> ImportOptions:
        return ImportOptions(
            as_of=date.fromisoformat(self.as_of),
            mapping=self.mapping,
            township=self.township,
            yes=self.confirmed,
            accept_partial=self.accept_partial,
            require_phone=self.require_phone,
            is_settled=True,
            enterprise_id=self.enterprise_id,
        )


def keep_state(state: ResumeState) -> None:
    path = _path_of(state.receipt)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(asdict(state), ensure_ascii=False), encoding="utf-8")


def drop_state(receipt: str) -> None:
    _path_of(receipt).unlink(missing_ok=True)


def read_state(receipt: str) -> ResumeState:
    """Raises CommandError, naming the next step, when nothing was kept here."""
    try:
        content = json.loads(_path_of(receipt).read_text(encoding="utf-8"))
        state = TypeAdapter(ResumeState).validate_python(content)
        date.fromisoformat(state.as_of)
    except (OSError, ValueError, RecursionError) as error:
        message = say(ImportText.NO_STATE, receipt=receipt)
        raise CommandError(message, ExitCode.USAGE) from error
    return state


def _path_of(receipt: str) -> Path:
    name = "".join(c for c in receipt.upper() if c.isalnum() or c == "-")
    return settings.get_folder() / "imports" / f"{name}.json"


MAX_REJECTED_SHARE: Final = 0.2


@dataclass(slots=True)
class FileRun:
    """One file and how far it came. `held`: why it goes no further than the check; `is_unasked`:
    the question could not be asked; `is_confirmed`: somebody saw who is left out, and said yes.
    """

    checked: CheckedFile
    held: str = ""
    is_unasked: bool = False
    is_confirmed: bool = False
    compared: Comparison | None = None
    done: Comparison | None = None

    @property
    def exit_code(self) -> ExitCode:
        if self.is_unasked:
            return ExitCode.USAGE
        last = self.done or self.compared
        is_partial = self.checked.report.rejected or (last is not None and last.total.conflicts)
        if is_partial:
            return ExitCode.ROWS_REJECTED
        return check.choose_exit([self.checked], is_confirmed=self.is_confirmed)

    def to_json(self, options: ImportOptions) -> dict[str, Any]:
        body = self.checked.to_json(include_ids=options.include_ids)
        compared = self.compared
        is_known = compared is not None and not compared.is_done
        shown = plan.plan_to_json(compared) if compared and is_known else None
        has_receipt = compared is not None and (compared.is_done or self.done is not None)
        receipt = (
            plan.receipt_to_json(compared.opened, self.done) if compared and has_receipt else None
        )
        return {**body, "plan": shown, "receipt": receipt}


def import_files(arguments: Sequence[str], options: ImportOptions) -> ExitCode:
    """Exit code: the gravest of all files. Raises CommandError for what stops all of them."""
    with connect() as api:
        checked = check.check_files(arguments, options.for_check)
        return _run(api, checked, options)


def resume_import(receipt: str) -> ExitCode:
    """Refuses a file that changed since; what was applied is not applied again."""
    state = read_state(receipt)
    options = state.to_options()
    with connect() as api:
        (checked,) = check.check_files([state.path], options.for_check)
        if checked.sha256 != state.sha256:
            message = say(ImportText.FILE_CHANGED, path=state.path)
            raise CommandError(message, ExitCode.FILE_REFUSED)
        return _run(api, [checked], options)


ROSTERS: Final = "/v1/roster-imports"


def read_import(api: Api, receipt: str, *, door: str = ROSTERS) -> Any:
    """By its receipt or short number. Raises CommandError where there is none in this account's scope."""
    found = api.get_list(door, receipt=receipt)
    if not found:
        raise CommandError(say(ImportText.NO_IMPORT, receipt=receipt), ExitCode.USAGE)
    return api.get(f"{door}/{found[0]['id']}")


def show_list(filters: dict[str, str | None], *, as_json: bool) -> None:
    """The newest first."""
    with connect() as api:
        rows = list(api.iterate(ROSTERS, **filters))
        shown = [RosterImportRow.model_validate(each) for each in rows]
    if as_json:
        output.write_json({"items": rows, "next": None})
    elif not shown:
        output.tell(say(ImportText.NO_IMPORTS))
    else:
        output.write_table(*plan.tabulate_imports(shown))


def show_status(receipt: str, *, as_json: bool, door: str = ROSTERS) -> None:
    with connect() as api:
        answer = read_import(api, receipt, door=door)
        found = RosterImportOut.model_validate(answer)
    if as_json:
        output.write_json(answer)
        return
    output.write_line(plan.describe_status(found))


def _run(api: Api, checked: list[CheckedFile], options: ImportOptions) -> ExitCode:
    if not options.as_json:
        check.show_text(checked, options.for_check)
    runs = [
        FileRun(file, held=_find_hold(file, options), is_confirmed=options.accept_partial)
        for file in checked
    ]
    for run in runs:
        if run.held:
            output.tell_error(run.held)
    ready = [run for run in runs if not run.held and run.checked.report.accepted]
    if ready:
        sender = Sender(api, options, township=_choose_township(api, options))
        _compare(sender, ready, options)
        _apply(sender, ready, options)
    if options.as_json:
        _show_json(runs, options)
    return _choose_exit(runs)


def _show_json(runs: Sequence[FileRun], options: ImportOptions) -> None:
    """One object for one file, a list for several. An error list only where one was asked for."""
    checked = [run.checked for run in runs]
    if options.error_list is not None and any(file.report.rejected for file in checked):
        write_error_list(options.error_list, checked)
    bodies = [run.to_json(options) for run in runs]
    output.write_json(bodies[0] if len(bodies) == 1 else bodies)


def _find_hold(checked: CheckedFile, options: ImportOptions) -> str:
    rejected, accepted = len(checked.report.rejected), len(checked.report.accepted)
    if not rejected:
        return ""
    values = {"file": checked.source.name, "rejected": rejected}
    if options.all_or_nothing:
        return say(ImportText.NOT_ALL, **values)
    is_partial = options.accept_partial or is_excerpt(checked)
    if rejected / (rejected + accepted) > MAX_REJECTED_SHARE and not is_partial:
        return say(ImportText.TOO_MANY_WRONG, **values)
    return "" if accepted else say(ImportText.NOBODY_LEFT, **values)


def _choose_township(api: Api, options: ImportOptions) -> str | None:
    """As asked for, else the account's own; None for a county account's mixed file, and for an
    enterprise's list.
    """
    if options.enterprise_id:
        return None
    me = MeOut.model_validate(api.get("/v1/me"))
    if not options.township:
        prefix = me.scope.division_prefix or ""
        return prefix if len(prefix) == 9 else None
    code = find_township(me.county_code, options.township)
    if code is None:
        message = say(ImportText.TOWNSHIP_UNKNOWN, name=options.township)
        raise CommandError(message, ExitCode.USAGE)
    return code


def _compare(sender: Sender, runs: Sequence[FileRun], options: ImportOptions) -> None:
    total = sum(len(run.checked.report.accepted) for run in runs)
    progress = output.Progress(say(ImportText.STAGING), total)
    for run in runs:
        opened = sender.open(run.checked)
        with _resumable(run.checked, opened, options, confirmed=options.yes):
            run.compared = sender.compare(run.checked, opened, advance=progress.advance)
            if run.compared.is_done:
                _drop(run)
    progress.close()
    for run in runs:
        _show_plan(run, options)


def _show_plan(run: FileRun, options: ImportOptions) -> None:
    if run.compared is None or options.as_json:
        return
    if run.compared.is_done:
        output.write_line(
            say(
                ImportText.ALREADY,
                file=run.checked.source.name,
                receipt=run.compared.opened.receipt,
            )
        )
        return
    for line in plan.describe_plan(run.compared, show_changes=options.show_changes):
        output.write_line(line)


def _apply(sender: Sender, runs: Sequence[FileRun], options: ImportOptions) -> None:
    waiting = [run for run in runs if run.compared is not None and not run.compared.is_done]
    if options.dry_run or not waiting or not _is_confirmed(waiting, options):
        for run in waiting:
            if run.compared is not None and not run.compared.has_begun:
                _drop(run)
        return
    total = sum(len(run.checked.report.accepted) for run in waiting)
    progress = output.Progress(say(ImportText.SENDING), total)
    for run in waiting:
        if run.compared is None:
            continue
        begun = time.monotonic()
        with _resumable(run.checked, run.compared.opened, options, confirmed=True):
            run.done = sender.apply(run.compared, advance=progress.advance)
        progress.close()
        _drop(run)
        _show_result(run, run.compared, run.done, time.monotonic() - begun, options)


def _is_confirmed(waiting: Sequence[FileRun], options: ImportOptions) -> bool:
    """A run that would write nothing needs no question."""
    compared = [run.compared for run in waiting if run.compared is not None]
    count = sum(each.importable for each in compared)
    if options.yes or all(each.writes_nothing for each in compared):
        return True
    if not output.is_interactive():
        output.tell_error(say(ImportText.NOT_CONFIRMED))
        for run in waiting:
            run.is_unasked = True
        return False
    rejected = sum(len(run.checked.report.rejected) for run in waiting)
    text = ImportText.CONFIRM_REST if rejected else ImportText.CONFIRM
    if output.confirm(say(text, rejected=rejected, count=count)):
        for run in waiting:
            run.is_confirmed = True
        return True
    output.tell(say(ImportText.CANCELLED))
    for run in waiting:
        run.is_unasked = True
    return False


def _show_result(
    run: FileRun, planned: Comparison, done: Comparison, seconds: float, options: ImportOptions
) -> None:
    total = len(run.checked.report.accepted)
    output.tell(say(ImportText.SENT, done=len(done.rows), total=total))
    if options.as_json:
        return
    for line in plan.describe_conflicts(done, planned):
        output.write_line(line)
    for line in plan.describe_result(done, seconds=seconds):
        output.write_line(line)


@contextmanager
def _resumable(
    checked: CheckedFile, opened: RosterImportOut, options: ImportOptions, *, confirmed: bool
) -> Iterator[None]:
    """Whatever breaks off in here can be gone on with, and the person is told how."""
    path = checked.source.path
    if path is None:
        with _telling(ImportText.NOT_RESUMABLE, opened):
            yield
        return
    keep_state(_make_state(path, checked, opened, options, confirmed=confirmed))
    with _telling(ImportText.RESUME, opened):
        yield


@contextmanager
def _telling(text: ImportText, opened: RosterImportOut) -> Iterator[None]:
    """What to do next, when the line breaks or the person stops it."""
    try:
        yield
    except (KeyboardInterrupt, ApiError, ValidationError) as broken:
        if not isinstance(broken, ApiError) or broken.exit_code is ExitCode.SERVER:
            output.tell(say(text, receipt=opened.receipt))
        raise


def _make_state(
    path: Path,
    checked: CheckedFile,
    opened: RosterImportOut,
    options: ImportOptions,
    *,
    confirmed: bool,
) -> ResumeState:
    return ResumeState(
        receipt=opened.receipt,
        path=str(path.resolve()),
        sha256=checked.sha256,
        as_of=options.as_of.isoformat(),
        mapping=dict(checked.mapping),
        township=options.township,
        require_phone=options.require_phone,
        accept_partial=options.accept_partial,
        confirmed=confirmed,
        enterprise_id=options.enterprise_id,
    )


def _drop(run: FileRun) -> None:
    if run.compared is not None:
        drop_state(run.compared.opened.receipt)


def _choose_exit(runs: Sequence[FileRun]) -> ExitCode:
    codes = {run.exit_code for run in runs}
    for code in (ExitCode.FILE_REFUSED, ExitCode.USAGE, ExitCode.ROWS_REJECTED):
        if code in codes:
            return code
    return ExitCode.OK

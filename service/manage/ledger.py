"""`fangang-server verify` and `rebuild` (with --check, --sweep): what they print, how many faults or
differences are shown, and the exit code.
"""

from collections.abc import Sequence
from itertools import islice
from typing import Annotated

import typer

from schemas.texts import say
from service.attachments.verification import AttachmentCheck, FaultyAttachment
from service.ledger.verification import Fault
from service.manage.console import ExitCode, complain, tell
from service.manage.leftover_keys import sweep_keys
from service.manage.messages import AttachmentFaultText, FaultText, HelpText, ResultText
from service.manage.opening import alone_on, opened
from service.manage.verify import Verification, verify
from service.recording.rebuilding import Difference
from service.trips.actions import rebuild as trips
from service.workers.rebuild import check_workers, write_workers

MAX_SHOWN = 20
County = Annotated[str | None, typer.Option("--county", help=HelpText.COUNTY.mark)]


def verify_ledger(
    county: County = None,
    *,
    sweep: Annotated[bool, typer.Option("--sweep", help=HelpText.SWEEP.mark)] = False,
) -> None:
    with opened(county) as (context, actor):
        with context.reading(actor) as work:
            found = verify(work)
        if sweep:
            with context.writing(actor) as work:
                tell(ResultText.SWEPT, count=sweep_keys(work))
        else:
            _report_keys(found)
    _report_verification(found)


def _report_keys(found: Verification) -> None:
    if found.orphan_keys:
        tell(ResultText.ORPHAN_KEYS, count=len(found.orphan_keys))
    if found.unerased_keys:
        complain(ResultText.UNERASED_KEYS, count=len(found.unerased_keys))


def _report_verification(found: Verification) -> None:
    if found.clean:
        tell(
            ResultText.VERIFIED,
            streams=found.streams,
            events=found.events,
            parts=found.parts,
            erased=found.erased_parts,
        )
        _report_attachments(found.attachments)
        return
    complain(ResultText.FAULTS_FOUND, count=len(found.faults) + len(found.attachments.faults))
    for fault in islice(found.faults, MAX_SHOWN):
        complain(ResultText.FAULT, **_describe(fault))
    for faulty in islice(found.attachments.faults, MAX_SHOWN):
        complain(ResultText.ATTACHMENT_FAULT, **_describe_attachment(faulty))
    raise typer.Exit(ExitCode.NOT_VERIFIED)


def _report_attachments(found: AttachmentCheck) -> None:
    if found.count:
        tell(ResultText.ATTACHMENTS_VERIFIED, count=found.count, erased=found.erased)
    if found.orphans:
        names = ", ".join(found.orphans[:MAX_SHOWN])
        tell(ResultText.ORPHAN_FILES, count=len(found.orphans), names=names)


def _describe_attachment(fault: FaultyAttachment) -> dict[str, object]:
    what = say(AttachmentFaultText[fault.code.name])
    return {"name": fault.name, "trip": fault.trip_id or "?", "what": what}


def _describe(fault: Fault) -> dict[str, object]:
    return {
        "stream": fault.stream,
        "seq": fault.seq,
        "event": fault.event_id or say(ResultText.EVENT_GONE),
        "what": say(FaultText[fault.code.name]),
    }


def rebuild(
    county: County = None,
    *,
    check: Annotated[bool, typer.Option("--check", help=HelpText.CHECK.mark)] = False,
) -> None:
    with opened(county) as (context, actor):
        if not check:
            # A server keeps the states of trips in memory, and would go on with them.
            with alone_on(context.settings), context.writing(actor) as work:
                count = trips.write_derived(work.session, work.county_code)
                write_workers(work.session, work.county_code)
            tell(ResultText.REBUILT, trips=count)
            return
        with context.reading(actor) as work:
            differences = [
                *trips.check_derived(work.session, work.county_code),
                *check_workers(work.session, work.county_code),
            ]
            count = len(trips.list_trip_ids(work.session, work.county_code))
    _report_differences(differences, trip_count=count)


def _report_differences(differences: Sequence[Difference], *, trip_count: int) -> None:
    if not differences:
        tell(ResultText.REBUILD_CLEAN, trips=trip_count)
        return
    complain(ResultText.REBUILD_DIFFERS, count=len(differences))
    for each in islice(differences, MAX_SHOWN):
        complain(
            ResultText.DIFFERENCE,
            table=each.table,
            row=each.row,
            column=each.column,
            stored=each.stored,
            expected=each.expected,
        )
    raise typer.Exit(ExitCode.NOT_VERIFIED)

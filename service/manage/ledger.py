"""`fangang-server verify` and `rebuild`: was the record altered, and is the state what it says?"""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Annotated

import typer

from service.accounts.actions import make_console_actor
from service.app.composition import make_context
from service.auth import Actor
from service.context import Context
from service.ledger.verification import Fault
from service.manage.console import ExitCode, complain, read, say
from service.manage.messages import Text
from service.manage.serving import check_ready
from service.manage.verify import Verification, count_processes, sweep_orphan_keys, verify
from service.settings import Settings
from service.trips.actions import rebuild as trips
from service.workers.rebuild import check_workers, write_workers

MAX_SHOWN = 20
County = Annotated[str | None, typer.Option("--county", help="HELP_COUNTY")]


@contextmanager
def _opened(county: str | None) -> Iterator[tuple[Context, Actor]]:
    settings = Settings()
    check_ready(settings)
    context = make_context(settings)
    try:
        yield context, make_console_actor(county or settings.county_code)
    finally:
        context.dispose()


def verify_ledger(
    county: County = None,
    sweep: Annotated[bool, typer.Option("--sweep", help="HELP_SWEEP")] = False,  # noqa: FBT002
) -> None:
    with _opened(county) as (context, actor):
        with context.database.read(actor) as session:
            processes = count_processes(session, actor.county_code)
            found = verify(context, session, actor.county_code, processes=processes)
        if sweep:
            say(Text.SWEPT, count=sweep_orphan_keys(context, actor))
        elif found.orphan_keys:
            say(Text.ORPHAN_KEYS, count=len(found.orphan_keys))
    _report(found)


def _report(found: Verification) -> None:
    if found.clean:
        say(
            Text.VERIFIED,
            streams=found.streams,
            events=found.events,
            parts=found.parts,
            erased=found.erased_parts,
        )
        return
    complain(Text.FAULTS_FOUND, count=len(found.faults))
    for fault in islice(found.faults, MAX_SHOWN):
        complain(Text.FAULT, **_describe(fault))
    raise typer.Exit(ExitCode.NOT_VERIFIED)


def _describe(fault: Fault) -> dict[str, object]:
    return {
        "stream": fault.stream,
        "seq": fault.seq,
        "event": fault.event_id or read(Text.EVENT_GONE),
        "what": read(Text[fault.code.name]),
    }


def rebuild(
    county: County = None,
    check: Annotated[bool, typer.Option("--check", help="HELP_CHECK")] = False,  # noqa: FBT002
) -> None:
    with _opened(county) as (context, actor):
        if not check:
            with context.database.write(actor) as session:
                count = trips.write_derived(session, actor.county_code)
                write_workers(session, actor.county_code)
            say(Text.REBUILT, trips=count)
            return
        with context.database.read(actor) as session:
            differences = [
                *trips.check_derived(session, actor.county_code),
                *check_workers(session, actor.county_code),
            ]
            count = len(trips.list_trip_ids(session, actor.county_code))
    if not differences:
        say(Text.REBUILD_CLEAN, trips=count)
        return
    complain(Text.REBUILD_DIFFERS, count=len(differences))
    for each in islice(differences, MAX_SHOWN):
        complain(
            Text.DIFFERENCE,
            table=each.table,
            row=each.row,
            column=each.column,
            stored=each.stored,
            expected=each.expected,
        )
    raise typer.Exit(ExitCode.NOT_VERIFIED)

"""What happens to an account is written into its own stream; nothing is folded from it."""

from datetime import datetime
from uuid import UUID

from schemas.base import Input
from schemas.events.kinds import EventKind, Source, StreamKind
from service.clock import new_id
from service.context import Work
from service.errors import DomainError
from service.ledger.bodies import StreamKey
from service.recording.commands import make_command
from service.recording.handlers import Handler, SimpleHandler, Workspace
from service.recording.values import Command, Decision


def _record_as_sent(_workspace: Workspace, command: Command) -> Decision:
    return Decision(subject_id=command.stream.id)


_KINDS = (
    EventKind.ACCESS_EXPORTED,
    EventKind.ACCESS_LISTED,
    EventKind.ACCESS_REVEALED,
    EventKind.ACCOUNT_CREATED,
    EventKind.ACCOUNT_DISABLED,
    EventKind.ACCOUNT_LOGGED_IN,
    EventKind.ACCOUNT_LOGGED_OUT,
    EventKind.ACCOUNT_LOGIN_FAILED,
    EventKind.ACCOUNT_PASSWORD_CHANGED,
    EventKind.ACCOUNT_SCOPE_CHANGED,
)
HANDLERS: dict[EventKind, Handler] = dict.fromkeys(_KINDS, SimpleHandler(_record_as_sent))


def record(
    work: Work,
    *,
    account_id: UUID,
    kind: EventKind,
    payload: Input,
    now: datetime,
    source: Source = Source.API,
) -> None:
    """One event in the account's stream; kept when the caller's transaction commits."""
    command = make_command(
        payload,
        identifier=new_id(work.context.clock),
        kind=kind,
        stream=StreamKey(StreamKind.ACCOUNT, account_id),
        now=now,
        source=source,
    )
    outcomes = work.context.recorder.record(work.session, work.actor, [command], now=now)
    for outcome in outcomes:
        if outcome.problem is not None:
            raise DomainError(outcome.problem.code)

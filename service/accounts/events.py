"""What happens to an account is written into its own stream; nothing is folded from it."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from schemas.base import Input
from schemas.events.kinds import EventKind, Source, StreamKind
from service.auth import Actor
from service.clock import new_id
from service.context import Context
from service.errors import DomainError
from service.ledger.drafts import StreamKey
from service.recording.commands import make_command
from service.recording.registry import Handler, SimpleHandler, Workspace
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
    context: Context,
    session: Session,
    actor: Actor,
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
        identifier=new_id(context.clock),
        kind=kind,
        stream=StreamKey(StreamKind.ACCOUNT, account_id),
        now=now,
        source=source,
    )
    outcomes = context.recorder.record(session, actor, [command], now=now)
    for outcome in outcomes:
        if outcome.problem is not None:
            raise DomainError(outcome.problem.code)

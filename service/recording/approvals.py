"""Approvals that one role gives (releasing a hold, acknowledging a filing) and that come by telephone: who may
type one in, what has to be said with it, and that it waits for its confirmation until the role gives it.
"""

from datetime import timedelta
from typing import Any, Final

from schemas.errors import ErrorCode
from schemas.events.kinds import EventKind, Source
from schemas.events.payloads_trips import Channel
from schemas.events.specs import EVENT_SPECS, EventSpec
from schemas.permissions import Permission
from service.auth import Actor
from service.recording.handlers import Command, Decision, Workspace, refuse

UNCONFIRMED: Final = "unconfirmed"
"""Stands in `decided` of an approval that was typed in from a call."""
_SAID_WITH_IT: Final = ("person", "post", "approved_at")
_AHEAD: Final = timedelta(minutes=5)


def choose_permission(spec: EventSpec, actor: Actor, *, source: Source) -> Permission | None:
    """What the actor needs to say it: from a call, whoever may type in such approvals may."""
    approval = spec.approval
    by_call = approval is not None and source is Source.TELEPHONE
    if approval is not None and by_call and actor.may(approval.typed_by):
        return approval.typed_by
    return spec.permission


def is_phoned(actor: Actor, command: Command) -> bool:
    """Typed in by somebody else than the role that approves, from a call."""
    approval = EVENT_SPECS[command.kind].approval
    if approval is None or actor.role is approval.role:
        return False
    channel = command.told("channel")
    return command.source is Source.TELEPHONE or channel is Channel.TELEPHONE


def refuse_phoned(workspace: Workspace, command: Command) -> Decision | None:
    """Name, post and time are typed in with it, live or afterwards; the time is not to come."""
    if not is_phoned(workspace.actor, command):
        return None
    missing = [name for name in _SAID_WITH_IT if command.told(name) is None]
    if missing:
        return refuse(ErrorCode.APPROVAL_INCOMPLETE, missing=missing)
    late = getattr(command.payload, "approved_at") > workspace.now + _AHEAD  # noqa: B009
    return refuse(ErrorCode.TIME_OUT_OF_RANGE, field="approved_at") if late else None


def mark_phoned(workspace: Workspace, command: Command) -> dict[str, Any]:
    """What the decision about it holds."""
    return {UNCONFIRMED: True} if is_phoned(workspace.actor, command) else {}


def refuse_confirming(
    workspace: Workspace, approves: EventKind, *, waiting: bool
) -> Decision | None:
    """Only the role that gives approvals of this kind confirms one, and only one that waits."""
    spec = EVENT_SPECS[approves]
    if spec.approval is None or workspace.actor.role is not spec.approval.role:
        by = {"confirmed_by": str(spec.approval.role)} if spec.approval is not None else {}
        return refuse(ErrorCode.PERMISSION_DENIED, permission=str(spec.permission), **by)
    return None if waiting else refuse(ErrorCode.APPROVAL_UNKNOWN)

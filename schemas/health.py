"""Clearance on the wire: whether a worker may travel on a day, why not, open holds, the policy's version."""

from datetime import date
from uuid import UUID

from schemas.base import Wire
from schemas.errors import ErrorCode


class ClearanceOut(Wire):
    """By the policy in force on the day. `holds` are ids: why somebody is held is sealed. `unconfirmed`:
    the events of releases that were given by telephone and wait for the health office's confirmation.
    """

    worker_id: UUID
    on: date
    may_travel: bool
    reasons: list[ErrorCode]
    holds: list[UUID]
    unconfirmed: list[UUID]
    policy_version: str

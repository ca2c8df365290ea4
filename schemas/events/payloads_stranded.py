"""Payloads of what is done about people whom an enterprise expects and no roster names."""

from enum import StrEnum
from typing import Annotated, Final
from uuid import UUID

from schemas.base import Input
from schemas.events.payloads_records import HexHash
from schemas.events.privacy import PUBLIC
from schemas.events.values import Code


class CallResult(StrEnum):
    """What a call to somebody told."""

    NOT_GOING = "not_going"
    NOT_OURS = "not_ours"
    NO_ANSWER = "no_answer"
    REACHED = "reached"
    TRAVELLED = "travelled"
    UNREACHABLE = "unreachable"
    WRONG_NUMBER = "wrong_number"


OPEN_RESULTS: Final = frozenset({CallResult.NO_ANSWER, CallResult.WRONG_NUMBER})
"""After these somebody has to call again; the others end the chase."""


class StrandedPersonCalled(Input):
    """Somebody was telephoned; the latest call is what the list shows."""

    stranded_id: Annotated[UUID, PUBLIC]
    result: Annotated[CallResult, PUBLIC]


class StrandedPersonRequested(Input):
    """One letter of request was written: to which division, for how many people, and a hash of
    what it says of them.
    """

    letter_id: Annotated[UUID, PUBLIC]
    bureau: Annotated[Code, PUBLIC]
    count: Annotated[int, PUBLIC]
    content_hash: Annotated[HexHash, PUBLIC]

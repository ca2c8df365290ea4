"""Payloads of events about a worker's health and whether they may travel: publicly no more than that something
was noted, that a hold was laid or released; all else is sealed as health. Of before: held, hold released.
"""

from enum import StrEnum
from typing import Annotated, Final, Self
from uuid import UUID

from pydantic import model_validator

from schemas.base import Input, object_to
from schemas.events.fields import (
    HEALTH,
    PUBLIC,
    STREAM_CONTACT,
    FreeText,
    MomentOfThisAge,
    ShortText,
)
from schemas.health_notes import HealthContent


class WorkerHealthNoted(Input):
    """Something of a worker's health was noted. What it is, also of which sort, is sealed."""

    content: Annotated[HealthContent, HEALTH]


class TravelAction(StrEnum):
    HELD = "held"
    RELEASED = "released"


class HoldReason(StrEnum):
    """Why somebody is held. Sealed: a hold tells nobody whether it is about health."""

    DOCUMENT = "document"
    EMPLOYER = "employer"
    FAMILY = "family"
    HEALTH = "health"
    LEGAL = "legal"
    OTHER = "other"


_OF_RELEASES: Final = ("person", "post", "approved_at")


class WorkerTravelChanged(Input):
    """May not travel for now (held), or may again (released): the public record says only that. A hold is
    laid with reason and class; `may_release` tells who can lift it. A release typed in from a call of the
    health office has `person`, `post` and `approved_at`.
    """

    action: Annotated[TravelAction, PUBLIC]
    hold_id: Annotated[UUID, PUBLIC]
    reason: Annotated[FreeText | None, HEALTH] = None
    reason_class: Annotated[HoldReason | None, HEALTH] = None
    may_release: Annotated[ShortText | None, HEALTH] = None
    person: Annotated[ShortText | None, STREAM_CONTACT] = None
    post: Annotated[ShortText | None, STREAM_CONTACT] = None
    approved_at: Annotated[MomentOfThisAge | None, PUBLIC] = None

    @model_validator(mode="after")
    def _fits_action(self) -> Self:
        if self.action is TravelAction.HELD:
            for name in ("reason", "reason_class"):
                if getattr(self, name) is None:
                    raise object_to("hold-unexplained", name, "a hold has reason and reason_class")
        foreign = _OF_RELEASES if self.action is TravelAction.HELD else ("may_release",)
        for name in foreign:
            if getattr(self, name) is not None:
                raise object_to("travel-misfit", name, "does not belong to this action")
        return self


class WorkerHeld(Input):
    """Of before: `worker.travel_changed` took its place."""

    hold_id: Annotated[UUID, PUBLIC]
    reason: Annotated[FreeText, HEALTH]


class WorkerHoldReleased(Input):
    """Of before: `worker.travel_changed` took its place."""

    hold_id: Annotated[UUID, PUBLIC]
    reason: Annotated[FreeText | None, HEALTH] = None
    person: Annotated[ShortText | None, STREAM_CONTACT] = None
    post: Annotated[ShortText | None, STREAM_CONTACT] = None
    approved_at: Annotated[MomentOfThisAge | None, PUBLIC] = None

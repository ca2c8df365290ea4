"""Which field of an event is public for ever, and which is sealed and can be erased.

Each payload field is declared: `Annotated[int, PUBLIC]` or `Annotated[str, Personal("contact")]`.
A personal field is about the event's worker unless `of="stream"`: then about somebody who is in
no registry (a receiver, an official), and it is sealed under the stream's own key.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal

from pydantic import BaseModel


class PersonalClass(StrEnum):
    """What is erased together: each class of a subject has a key of its own."""

    CONTACT = "contact"
    HEALTH = "health"
    IDENTITY = "identity"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Public:
    """Stays in the hashed body: ids, codes, counts, times, places of the plan. Never free text."""


@dataclass(frozen=True, slots=True)
class Personal:
    """Goes into a sealed part; the body keeps a salted commitment only."""

    personal_class: PersonalClass
    of: Literal["worker", "stream"] = "worker"


PUBLIC = Public()
HEALTH = Personal(PersonalClass.HEALTH)
CONTACT = Personal(PersonalClass.CONTACT)
IDENTITY = Personal(PersonalClass.IDENTITY)
NOTE = Personal(PersonalClass.NOTE)
STREAM_CONTACT = Personal(PersonalClass.CONTACT, of="stream")
STREAM_NOTE = Personal(PersonalClass.NOTE, of="stream")

Declaration = Public | Personal


def declarations(payload: type[BaseModel]) -> dict[str, Declaration | None]:
    """Field name → its declaration (None where it was forgotten: a test fails for that)."""
    return {
        name: next((m for m in field.metadata if isinstance(m, Public | Personal)), None)
        for name, field in payload.model_fields.items()
    }


@dataclass(frozen=True, slots=True)
class SplitPayload:
    """`public` goes into the body; `personal` is keyed by (about whom, class)."""

    public: dict[str, Any]
    personal: dict[tuple[str, PersonalClass], dict[str, Any]]


def split_payload(payload: BaseModel) -> SplitPayload:
    """Plain JSON values; fields without a value are left out of both sides."""
    values: Mapping[str, Any] = payload.model_dump(mode="json", exclude_none=True)
    public: dict[str, Any] = {}
    personal: dict[tuple[str, PersonalClass], dict[str, Any]] = {}
    for name, declared in declarations(type(payload)).items():
        if name not in values:
            continue
        if isinstance(declared, Personal):
            personal.setdefault((declared.of, declared.personal_class), {})[name] = values[name]
        else:
            public[name] = values[name]
    return SplitPayload(public, personal)

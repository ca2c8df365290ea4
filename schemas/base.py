"""The roots of every wire model."""

from typing import Generic, TypeVar

from pydantic import BaseModel, ConfigDict

T = TypeVar("T")


class Wire(BaseModel):
    """What goes out: immutable once made."""

    model_config = ConfigDict(frozen=True, from_attributes=True)


class Input(BaseModel):
    """What comes in: an unknown field is an error, never silently dropped."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Page(Wire, Generic[T]):
    """One page of a list. `next` is the opaque `after` of the following page, or null at the end."""

    items: list[T]
    next: str | None = None

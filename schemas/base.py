"""Roots of the wire models: unknown fields are an error, answers are immutable, pages with `next`, changes
that name only what changes, and null only for fields that may be empty.
"""

from typing import ClassVar, Generic, Self, TypeVar

from pydantic import BaseModel, ConfigDict, model_validator
from pydantic_core import PydanticCustomError

T = TypeVar("T")


def object_to(code: str, field: str, message: str) -> PydanticCustomError:
    """An error of a whole model, about one of its fields. The Chinese sentence stands in schemas/shapes.py."""
    return PydanticCustomError(code, message, {"field": field})


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


class Change(Input):
    """Only what is named changes; null empties a field that may be empty. Each field of a model
    has the default None, which says "not named" and is never read.
    """

    may_be_empty: ClassVar[frozenset[str]] = frozenset()

    @model_validator(mode="after")
    def _names_something(self) -> Self:
        if not self.model_fields_set:
            raise PydanticCustomError("change-empty", "nothing is named that should change")
        return self

    @model_validator(mode="after")
    def _empties_only_what_may_be_empty(self) -> Self:
        nulls = {name for name in self.model_fields_set if getattr(self, name) is None}
        if must_stay := sorted(nulls - self.may_be_empty):
            raise PydanticCustomError(
                "field-required", "may not be empty: {names}", {"names": ", ".join(must_stay)}
            )
        return self

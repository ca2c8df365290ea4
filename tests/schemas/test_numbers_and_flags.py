"""Whole numbers and flags of bodies are what JSON has for them, in every model that takes them."""

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Annotated, Any

import pytest
from pydantic import TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

import schemas
from schemas.base import Input
from schemas.events.specs import EVENT_SPECS

WRITTEN_BY_US = {each.payload for each in EVENT_SPECS.values() if each.permission is None}
"""Payloads that no door takes."""
for each in pkgutil.walk_packages(schemas.__path__, "schemas."):
    importlib.import_module(each.name)


def _list_models(model: type[Input]) -> Iterator[type[Input]]:
    for each in model.__subclasses__():
        yield each
        yield from _list_models(each)


def _list_fields(kind: str) -> list[Any]:
    """`Model.field` of all whose schema is of this kind."""
    return [
        pytest.param(field, id=f"{model.__name__}.{name}")
        for model in sorted(
            set(_list_models(Input)) - WRITTEN_BY_US, key=lambda each: each.__name__
        )
        for name, field in model.model_fields.items()
        if model.__module__.startswith("schemas.")
        if kind in _list_types(_open(field).json_schema())
    ]


def _open(field: FieldInfo) -> TypeAdapter[Any]:
    annotated: Any = Annotated[(field.annotation, *field.metadata)] if field.metadata else None
    return TypeAdapter(annotated or field.annotation)


def _list_types(schema: dict[str, Any]) -> set[str]:
    choices = schema.get("anyOf", [schema])
    return {each["type"] for each in choices if "type" in each}


@pytest.mark.parametrize("field", _list_fields("integer"))
@pytest.mark.parametrize("value", [True, False, "3"])
def test_neither_a_flag_nor_a_text_is_a_number(field: FieldInfo, value: object) -> None:
    with pytest.raises(ValidationError):
        _open(field).validate_python(value)


@pytest.mark.parametrize("field", _list_fields("boolean"))
@pytest.mark.parametrize("value", [1, 0, "true", "yes"])
def test_neither_a_number_nor_a_text_is_a_flag(field: FieldInfo, value: object) -> None:
    with pytest.raises(ValidationError):
        _open(field).validate_python(value)

"""The vocabulary of events: handled once, declared field by field, nothing personal in public."""

import types
from collections.abc import Iterator
from datetime import date, datetime
from enum import Enum
from typing import Annotated, Any, Literal, Union, get_args, get_origin
from uuid import UUID

import pytest
from pydantic import AwareDatetime, BaseModel, Field, StringConstraints
from pydantic.fields import FieldInfo

from schemas.base import Input
from schemas.errors import ErrorCode
from schemas.events.fields import NOTE, PUBLIC, Public, declarations
from schemas.events.kinds import EventKind, ExceptionCode
from schemas.events.specs import EVENT_SPECS
from service.app.composition import HANDLERS, compose_features

# The gate itself keeps this one, under the id of the boarding that it refused.
_KEPT_REFUSALS = {EventKind.PASSENGER_BOARDING_REFUSED}

# Public text without a pattern: names of our own columns, numbers and hashes that the system makes.
_CODE_LIKE = {"fields", "number", "plan_hash", "role"}
_PLAIN = (bool, date, datetime, int, AwareDatetime, UUID)


def test_every_kind_has_a_specification() -> None:
    assert set(EVENT_SPECS) == set(EventKind)


def test_every_kind_has_one_handler() -> None:
    """Doors and the system itself record through handlers; compose_features refuses a second one."""
    assert sorted(set(EventKind) - _KEPT_REFUSALS - set(compose_features().handlers)) == []


def test_no_handler_for_a_kept_refusal() -> None:
    assert _KEPT_REFUSALS & set(compose_features().handlers) == set()


def test_a_second_handler_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.app.composition.HANDLERS", (*HANDLERS, HANDLERS[0]))
    with pytest.raises(ValueError, match="two handlers"):
        compose_features()


@pytest.mark.parametrize("vocabulary", [EventKind, ErrorCode, ExceptionCode])
def test_vocabularies_are_alphabetical(vocabulary: type[Enum]) -> None:
    values = [str(each.value) for each in vocabulary]
    assert values == sorted(values)
    assert [value for value in values if value != value.lower() or " " in value] == []


def test_kinds_are_subject_and_participle() -> None:
    """`subject.past_participle`."""
    assert [kind for kind in EventKind if kind.count(".") != 1] == []


# --- what is public -------------------------------------------------------------------------------
def _leaves(annotation: Any, *, patterned: bool) -> Iterator[tuple[Any, bool]]:
    """The types that a value can have in the end, and whether text is bound by a pattern."""
    origin = get_origin(annotation)
    if origin is Annotated:
        inner, *given = get_args(annotation)
        yield from _leaves(inner, patterned=patterned or _has_pattern(given))
    elif origin in {Union, types.UnionType, list, tuple, set, frozenset}:
        for inner in get_args(annotation):
            yield from _leaves(inner, patterned=patterned)
    else:
        yield annotation, patterned


def _has_pattern(given: list[Any]) -> bool:
    constraints = [*given]
    for each in given:
        if isinstance(each, FieldInfo):
            constraints.extend(each.metadata)
    return any(getattr(each, "pattern", None) for each in constraints)


def _is_plain(leaf: Any, *, patterned: bool) -> bool:
    if leaf is type(None) or get_origin(leaf) is Literal:
        return True
    if leaf is str:
        return patterned
    if not isinstance(leaf, type):
        return False
    return issubclass(leaf, (*_PLAIN, Enum))


def find_loose(payload: type[BaseModel]) -> list[str]:
    """Public fields that could hold anything: free text, objects, floats."""
    found = []
    for name, declared in declarations(payload).items():
        if not isinstance(declared, Public) or name in _CODE_LIKE:
            continue
        field = payload.model_fields[name]
        leaves = _leaves(field.annotation, patterned=_has_pattern(field.metadata))
        if not all(_is_plain(leaf, patterned=patterned) for leaf, patterned in leaves):
            found.append(f"{payload.__name__}.{name}")
    return found


def _payloads() -> list[type[Input]]:
    return sorted({spec.payload for spec in EVENT_SPECS.values()}, key=lambda each: each.__name__)


def test_every_field_is_declared_public_or_personal() -> None:
    forgotten = [
        f"{payload.__name__}.{name}"
        for payload in _payloads()
        for name, declared in declarations(payload).items()
        if declared is None
    ]
    assert forgotten == []


def test_public_fields_hold_ids_codes_counts_and_times_only() -> None:
    assert [each for payload in _payloads() for each in find_loose(payload)] == []


def test_the_list_of_code_like_fields_is_no_longer_than_needed() -> None:
    public = {
        name
        for payload in _payloads()
        for name, declared in declarations(payload).items()
        if isinstance(declared, Public)
    }
    assert _CODE_LIKE - public == set()


class _Probe(Input):
    """What the guard must tell apart."""

    text: Annotated[str, PUBLIC]
    texts: Annotated[list[str] | None, PUBLIC] = None
    anything: Annotated[dict[str, int], PUBLIC]
    share: Annotated[float, PUBLIC]
    sealed: Annotated[str, NOTE]
    forgotten: int
    code: Annotated[str, PUBLIC, Field(pattern="^[a-z]+$")]
    codes: Annotated[list[Annotated[str, StringConstraints(pattern="^[a-z]+$")]], PUBLIC]
    count: Annotated[int | None, PUBLIC] = None
    kind: Annotated[EventKind, PUBLIC]


def test_the_guard_sees() -> None:
    assert find_loose(_Probe) == [
        f"_Probe.{each}" for each in ("text", "texts", "anything", "share")
    ]
    assert [name for name, declared in declarations(_Probe).items() if not declared] == [
        "forgotten"
    ]

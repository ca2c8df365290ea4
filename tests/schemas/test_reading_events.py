"""The items of a request are read one by one: whichever cannot be read, the others are what they were, each
in its place; and what is told of an unreadable one holds no value that was sent.
"""

from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from schemas.events.envelope import MAX_EVENTS, EventIn, EventsIn, Unreadable
from schemas.events.kinds import EventKind
from schemas.shapes import describe_field
from schemas.texts import speaking

NAME = "司马如意"


def make_item(number: int) -> dict[str, Any]:
    return {
        "id": str(UUID(int=number)),
        "kind": "trip.departed",
        "occurred_at": "2020-03-24T08:00:00+08:00",
        "device_sequence": number,
    }


@settings(deadline=None, max_examples=10)
@given(broken=st.sets(st.integers(0, MAX_EVENTS - 1)), size=st.integers(1, MAX_EVENTS))
def test_whichever_cannot_be_read(broken: set[int], size: int) -> None:
    items = [
        make_item(number) | ({"mood": NAME} if number in broken else {}) for number in range(size)
    ]
    read = EventsIn.model_validate({"events": items}).events
    assert len(read) == size
    for number, each in enumerate(read):
        assert isinstance(each, Unreadable if number in broken else EventIn)
        assert each.id == UUID(int=number)
    assert [each.content for each in read if isinstance(each, Unreadable)] == [
        items[number] for number in sorted(broken) if number < size
    ]
    sequences = [each.device_sequence for each in read if isinstance(each, EventIn)]
    assert sequences == [number for number in range(size) if number not in broken]


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=5,
)


@settings(deadline=None, max_examples=100)
@given(item=ANYTHING, field=st.sampled_from([*EventIn.model_fields, "mood", NAME]))
def test_anything_may_come(item: Any, field: str) -> None:
    """Whatever JSON can say, as an item or as a field of one."""
    for sent in (item, make_item(1) | {field: item}):
        (read,) = EventsIn.model_validate({"events": [sent]}).events
        if isinstance(read, Unreadable):
            assert (read.content, bool(read.errors)) == (sent, True) or item != item  # noqa: PLR0124
            assert all(NAME not in str(each) for each in read.errors)


WRONG: list[tuple[Any, UUID | None, EventKind | None, list[str]]] = [
    (None, None, None, ["item"]),
    ({}, None, None, ["id", "kind", "occurred_at"]),
    (make_item(1) | {"kind": NAME}, UUID(int=1), None, ["kind"]),
    (make_item(1) | {"kind": [NAME]}, UUID(int=1), None, ["kind"]),
    (make_item(1) | {"mode": NAME}, UUID(int=1), EventKind.TRIP_DEPARTED, ["mode"]),
    (make_item(1) | {"id": NAME}, None, EventKind.TRIP_DEPARTED, ["id"]),
    (make_item(1) | {"device": NAME}, UUID(int=1), EventKind.TRIP_DEPARTED, ["device"]),
    (make_item(1) | {"clock_offset_ms": NAME}, UUID(int=1), EventKind.TRIP_DEPARTED, ["clock_offset_ms"]),
    (make_item(1) | {"attachments": [NAME]}, UUID(int=1), EventKind.TRIP_DEPARTED, ["attachments.0"]),
    (make_item(1) | {NAME: 1}, UUID(int=1), EventKind.TRIP_DEPARTED, ["?"]),
    (make_item(1) | dict.fromkeys("abcdefghijklm"), UUID(int=1), EventKind.TRIP_DEPARTED, [*"abcdefghij"]),
]  # fmt: skip


@pytest.mark.parametrize(("item", "identifier", "kind", "fields"), WRONG)
def test_what_is_told_of_it(
    item: Any, identifier: UUID | None, kind: EventKind | None, fields: list[str]
) -> None:
    (read,) = EventsIn.model_validate({"events": [item]}).events
    assert isinstance(read, Unreadable)
    assert (read.id, read.kind) == (identifier, kind)
    for language in ("zh", "en"):
        with speaking(language):
            told = [describe_field(each) for each in read.errors]
        assert [each.field for each in told] == fields
        assert NAME[0] not in "".join(each.message for each in told)


@pytest.mark.parametrize("events", [[], [make_item(1)] * 501, [NAME] * 501, "all", None, {}])
def test_what_is_no_list_of_events_at_all(events: Any) -> None:
    with pytest.raises(ValidationError) as caught:
        EventsIn.model_validate({"events": events})
    assert [each["loc"] for each in caught.value.errors()] == [("events",)]

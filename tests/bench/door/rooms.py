"""In which room of the house an event's time goes: a stack of frames belongs to the first room that one of
its frames names, from the innermost out. What is used everywhere (SQLAlchemy, json, service/db/bulk.py) has no
room: its time is of the room that called it.

The table follows the product: where a function moves, its line moves with it. What no line names is "other".
"""

from collections import Counter
from collections.abc import Iterable

WHOLE = (("token", "service/accounts/tokens.py", ""),)
"""Rooms to which everything below such a frame belongs, whatever lies deeper."""
TABLE = (
    # room, beginning of the file's name, beginnings of the functions' names ("": all)
    ("recorder: seal", "service/vault/", ""),
    ("recorder: seal", "service/ledger/actions.py", "_seal"),
    ("recorder: seal", "service/ledger/bodies.py", "part_commitment new_salt"),
    ("recorder: chain", "service/ledger/bodies.py", ""),
    ("recorder: lock, load", "service/ledger/actions.py", "lock_"),
    ("recorder: lock, load", "service/ledger/queries.py", ""),
    ("recorder: insert", "service/ledger/actions.py", ""),
    ("recorder: lock, load", "service/recording/recorder.py", "_lock _load _get_kept"),
    ("recorder: lock, load", "service/recording/repeats.py", "load _open _stored"),
    ("recorder: fold, judge", "service/recording/recorder.py", "_fold fact_of"),
    ("recorder: fold, judge", "service/recording/order.py", ""),
    ("recorder: save", "service/recording/recorder.py", "_save _keep"),
    ("recorder: insert", "service/recording/recorder.py", "_append"),
    ("recorder: decide", "service/recording/recorder.py", ""),
    ("answer", "service/recording/repeats.py", "with_receipt receipt_of"),
    ("recorder: decide", "service/recording/repeats.py", ""),
    ("recorder: decide", "service/recording/handlers.py", ""),
    ("queue", "service/recording/group_commit.py", ""),
    ("reading the command", "service/recording/commands.py", ""),
    ("reading the command", "service/recording/", ""),
    ("recorder: fold, judge", "service/trips/events/aggregate.py", ""),
    ("recorder: decide", "service/trips/events/", ""),
    ("recorder: fold, judge", "service/trips/rules/", ""),
    ("recorder: lock, load", "service/trips/queries/", "load list get"),
    ("recorder: save", "service/trips/queries/", ""),
    ("recorder: save", "service/demand/", ""),
    ("answer", "service/trips/actions/", ""),
    ("commit", "service/db/database.py", ""),
    ("answer", "fastapi/routing.py", "serialize_response"),
    ("answer", "starlette/responses.py", ""),
    ("validation", "pydantic/", ""),
    ("validation", "fastapi/_compat/", ""),
    ("validation", "fastapi/dependencies/", "request_body"),
    ("validation", "schemas/", ""),
    ("validation", "service/rest.py", "read_json _read _parse _is_json"),
    ("answer", "service/rest.py", ""),
    ("own middleware, log", "service/app/", ""),
    ("own middleware, log", "logging/", ""),
    ("token", "service/auth.py", ""),
    ("framework", "service/context.py", ""),
    ("framework", "fastapi/", ""),
    ("framework", "starlette/", ""),
    ("framework: threads", "anyio/", ""),
    ("http server", "uvicorn/", ""),
    ("framework: threads", "asyncio/threads.py", ""),
    ("framework: threads", "concurrent/futures/", ""),
    ("http server", "asyncio/", ""),
    ("framework: threads", "threading.py", ""),
)
OTHER = "other"
_memory: dict[str, str | None] = {}


def list_rooms() -> list[str]:
    """Each once, from the door to the table and back."""
    order = (
        "http server|framework|framework: threads|own middleware, log|validation|token|queue"
        "|reading the command|recorder: lock, load|recorder: decide|recorder: fold, judge"
        "|recorder: seal|recorder: chain|recorder: insert|recorder: save|commit|answer"
    )
    return [*order.split("|"), OTHER]


def find_room(stack: Iterable[str]) -> str:
    """`stack`: `file:function`, the innermost frame first."""
    listed = list(stack)
    for room, file, _ in WHOLE:
        if any(frame.startswith(file) for frame in listed):
            return room
    rooms = (_name_room(frame) for frame in listed)
    return next((room for room in rooms if room), OTHER)


def _name_room(frame: str) -> str | None:
    if frame not in _memory:
        file, _, function = frame.rpartition(":")
        _memory[frame] = next(
            (
                room
                for room, beginning, names in TABLE
                if file.startswith(beginning)
                and (not names or function.startswith(tuple(names.split())))
            ),
            None,
        )
    return _memory[frame]


def share_out(stacks: Iterable[tuple[Iterable[str], float]]) -> Counter[str]:
    """Room → seconds."""
    seconds: Counter[str] = Counter()
    for stack, each in stacks:
        seconds[find_room(stack)] += each
    return seconds

"""Counting the statements that a request costs, on the database and on the key store alike."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, event


@contextmanager
def list_statements() -> Iterator[list[str]]:
    """The statements sent while the block runs, but for those that begin, scope and end, and for the look at
    a token, which is known for a second."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.split(maxsplit=1)[0] in {"SELECT", "INSERT", "UPDATE", "DELETE"} and (
            "set_config" not in statement and "FROM token" not in statement
        ):
            sent.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(Engine, "before_cursor_execute", note)

"""Guarantees that the server under measure can do without, one at a time, so that their price is known: the
four functions of the product that keep them, and what stands in their place meanwhile.

Where the product moves one of these functions, its line here has to follow: a name that is gone is an error
at once, one that the door does not call any more is an error after the run (`count_calls`).
"""

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from service.ledger.queries import LOG_PENDING
from service.vault.vault import encode_content

Function = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Guarantee:
    """`name` in `module` is looked up there by its callers; `without` makes what replaces it."""

    module: str
    name: str
    without: Callable[[Function], Function]


def _without_sealing(_seal: Function) -> Function:
    """Personal fields as plain JSON."""
    return lambda _keyring, _subject, _class, content, **_place: encode_content(content)


def _without_chain(_event_hash: Function) -> Function:
    return lambda _previous, _body: bytes(32)


def _without_pending(write_many: Function) -> Function:
    """Events do not queue for the log."""

    def write(session: Any, table: Any, rows: Any, **how: Any) -> Any:
        return None if table is LOG_PENDING else write_many(session, table, rows, **how)

    return write


def _without_receipt(_with_receipt: Function) -> Function:
    return lambda answer, _receipts: answer.outcome


GUARANTEES = {
    "sealing": Guarantee("service.vault.vault", "Keyring.seal", _without_sealing),
    "chain": Guarantee("service.ledger.actions", "event_hash", _without_chain),
    "pending": Guarantee("service.ledger.actions", "write_many", _without_pending),
    "receipt": Guarantee("service.recording.repeats", "with_receipt", _without_receipt),
}


class Switch:
    """Which guarantee this process does without; at first none."""

    def __init__(self) -> None:
        self._restore: Callable[[], None] = lambda: None
        self._calls = 0

    def count_calls(self) -> int:
        """Of what stands in a guarantee's place, since it was switched off."""
        return self._calls

    def switch_off(self, name: str) -> None:
        """The named one instead of the one before; "" has all of them kept. Raises AttributeError where
        the product's function has another name by now.
        """
        self._restore()
        self._restore, self._calls = (lambda: None), 0
        if not name:
            return
        guarantee = GUARANTEES[name]
        owner = importlib.import_module(guarantee.module)
        *outer, inner = guarantee.name.split(".")
        for step in outer:
            owner = getattr(owner, step)
        original = getattr(owner, inner)
        setattr(owner, inner, self._counting(guarantee.without(original)))
        self._restore = lambda: setattr(owner, inner, original)

    def _counting(self, function: Function) -> Function:
        def count(*args: Any, **named: Any) -> Any:
            self._calls += 1
            return function(*args, **named)

        return count

"""`Context`, the server's means, made once; `Work`, one transaction of one account, and how it is opened for
reading or writing; the language of a request.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request
from sqlalchemy import Select
from sqlmodel import Session

from schemas.errors import ErrorCode
from schemas.events.envelope import Receipt
from schemas.texts import pick_language, set_language
from service.auth import Actor, KnownTokens
from service.clock import Clock
from service.db.database import Database
from service.errors import DomainError, refusal_of
from service.recording.group_commit import GroupCommit
from service.recording.handlers import Command
from service.recording.recorder import Recorder
from service.settings import Settings
from service.vault.vault import Vault

ListKnown = Callable[[Session, str, Collection[UUID]], Collection[UUID]]
"""County and ids → those of the ids that it has."""
SelectPeople = Callable[[str, Collection[UUID]], "Select[Any]"]
"""County and trips → the statement that gives the ids of the workers on these trips. The registry asks it for
accounts that are narrowed to trips; trips lie above it, so that the composition hands it in."""


@dataclass(frozen=True, slots=True)
class Context:
    """The server's means, the same for every request."""

    settings: Settings
    clock: Clock
    database: Database
    vault: Vault
    recorder: Recorder
    group_commit: GroupCommit
    known_tokens: KnownTokens
    select_people: SelectPeople
    references: Mapping[str, ListKnown]
    """What an account's scope may name: fields of schemas.accounts.ScopeFields. Whose they are lies above the
    accounts, so that the composition hands it in."""

    def now(self) -> datetime:
        return self.clock()

    @contextmanager
    def reading(self, actor: Actor) -> Iterator["Work"]:
        """A transaction that only reads. Only routers and commands open one."""
        with self.database.read(actor) as session:
            yield Work(session, actor, self)

    @contextmanager
    def writing(self, actor: Actor) -> Iterator["Work"]:
        """A transaction that is committed when the block ends without an exception."""
        with self.database.write(actor) as session:
            yield Work(session, actor, self)

    def dispose(self) -> None:
        self.vault.dispose()
        self.database.dispose()


@dataclass(frozen=True, slots=True)
class Work:
    """What is being done: one transaction, on behalf of one account, with the server's means. The first
    argument of every action and query that needs more than a session.
    """

    session: Session
    actor: Actor
    context: Context

    @property
    def county_code(self) -> str:
        return self.actor.county_code

    def now(self) -> datetime:
        return self.context.now()

    def record(self, command: Command) -> Receipt:
        """One event that the caller has judged. Raises what the recorder has against it."""
        (outcome,) = self.context.recorder.record(
            self.session, self.actor, [command], now=self.now()
        )
        if outcome.problem is not None:
            raise refusal_of(outcome.problem)
        if outcome.receipt is None:
            raise DomainError(ErrorCode.INTERNAL)
        return outcome.receipt


async def get_context(request: Request) -> Context:
    """Sets the language in force for the rest of the request. Async, because a language that is set in
    a worker thread would not reach the endpoint.
    """
    set_language(pick_language(request.headers.get("accept-language", "")))
    context: Context = request.app.state.context
    return context


Here = Annotated[Context, Depends(get_context)]

"""What a request works with: `Context` is made once by app, `Work` for one transaction of one account."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request
from sqlmodel import Session

from schemas.errors import ErrorCode
from schemas.events.envelope import Receipt
from schemas.texts import Language
from service.auth import Actor
from service.clock import Clock
from service.db.database import Database
from service.errors import DomainError, pick_language
from service.recording.group_commit import GroupCommit
from service.recording.recorder import Recorder
from service.recording.values import Command
from service.settings import Settings
from service.vault.vault import Vault


@dataclass(frozen=True, slots=True)
class Context:
    """`language` is the asking person's: problems inside of outcomes are written in it."""

    settings: Settings
    clock: Clock
    database: Database
    vault: Vault
    recorder: Recorder
    together: GroupCommit
    language: Language = "zh"

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
            self.session, self.actor, [command], now=self.now(), language=self.context.language
        )
        if outcome.receipt is None:
            raise DomainError(outcome.problem.code if outcome.problem else ErrorCode.INTERNAL)
        return outcome.receipt


async def get_context(request: Request) -> Context:
    """Waits for nothing: async only saves the way through a thread."""
    context: Context = request.app.state.context
    return replace(context, language=pick_language(request.headers.get("accept-language", "")))


Here = Annotated[Context, Depends(get_context)]

"""What an endpoint or a command works with: database, vault, recorder, clock. Made once by app."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request

from schemas.texts import Language
from service.clock import Clock
from service.db.database import Database
from service.errors import pick_language
from service.recording.group_commit import GroupCommit
from service.recording.recorder import Recorder
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

    def dispose(self) -> None:
        self.vault.dispose()
        self.database.dispose()


async def get_context(request: Request) -> Context:
    """Waits for nothing: async only saves the way through a thread."""
    context: Context = request.app.state.context
    return replace(context, language=pick_language(request.headers.get("accept-language", "")))


Here = Annotated[Context, Depends(get_context)]

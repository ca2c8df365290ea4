"""What an endpoint or a command works with: database, vault, recorder, clock. Made once by app."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request

from schemas.texts import set_language
from service.clock import Clock
from service.db import Database
from service.errors import pick_language
from service.recording.grouping import GroupCommit
from service.recording.recorder import Recorder
from service.settings import Settings
from service.vault.vault import Vault


@dataclass(frozen=True, slots=True)
class Context:
    settings: Settings
    clock: Clock
    database: Database
    vault: Vault
    recorder: Recorder
    together: GroupCommit

    def now(self) -> datetime:
        return self.clock()

    def dispose(self) -> None:
        self.vault.dispose()
        self.database.dispose()


async def get_context(request: Request) -> Context:
    """Sets the language of the rest of the request: async, because what a thread sets stays there."""
    set_language(pick_language(request.headers.get("accept-language", "")))
    context: Context = request.app.state.context
    return context


Here = Annotated[Context, Depends(get_context)]

"""The one door. `Recorder.record` takes the commands of one transaction and answers each."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from schemas.events.envelope import Outcome
from service.auth import Actor
from service.recording.group import Group, Recorded
from service.recording.keeping import KeptStates
from service.recording.registry import Registry
from service.recording.values import Command, Request
from service.vault.vault import Vault

__all__ = ["Recorded", "Recorder"]


class Recorder:
    """Stateless but for what it was composed of, and for states that a head's hash vouches for."""

    def __init__(self, registry: Registry, vault: Vault) -> None:
        self._registry = registry
        self._vault = vault
        self._kept = KeptStates()

    def record(
        self,
        session: Session,
        actor: Actor,
        commands: Sequence[Command],
        *,
        now: datetime,
    ) -> list[Outcome]:
        """An outcome for each command, in order. Refused ones leave nothing, kept refusals
        excepted; the caller's transaction commits all the others together.
        """
        return self.run(session, actor, commands, now=now).outcomes

    def run(
        self,
        session: Session,
        actor: Actor,
        commands: Sequence[Command],
        *,
        now: datetime,
    ) -> Recorded:
        """The same with the states of the streams that the commands named."""
        return self._run(session, [Request(actor, commands)], now=now)[0]

    def run_together(
        self, session: Session, requests: Sequence[Request], *, now: datetime
    ) -> list[Recorded]:
        """Requests of several people of one county in one transaction, each decided as if those
        before it were recorded already. The states are those after the last of them. Nothing of
        their streams may have been written in this transaction before.
        """
        return self._run(session, requests, now=now, kept=self._kept) if requests else []

    def _run(
        self,
        session: Session,
        requests: Sequence[Request],
        *,
        now: datetime,
        kept: KeptStates | None = None,
    ) -> list[Recorded]:
        group = Group(
            self._registry,
            self._vault,
            session,
            county_code=requests[0].actor.county_code,
            now=now,
            kept=kept,
        )
        return group.run(requests)

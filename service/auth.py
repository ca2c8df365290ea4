"""Who is asking: the actor with role, permissions and scope (townships, enterprise, carrier, trips); how an
endpoint demands a permission; not-logged-in and permission-denied; which tokens are known without asking the
database, and for how long (a second after each look at the county's counter of revocations).
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, NamedTuple, Protocol
from uuid import UUID

from fastapi import Depends, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.security import HTTPBearer

from schemas.errors import ErrorCode
from schemas.permissions import ROLE_PERMISSIONS, Permission, Role
from service.errors import DomainError


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose data. An empty field does not narrow; all that are set must fit.

    `division_prefix`: people of these divisions (a clerk's township, 9 digits), or the destination
    divisions of a destination officer. `trip_ids`: an escort's own trips. `enterprise_id`,
    `carrier_id`: what is addressed to that enterprise, driven by that carrier.
    """

    division_prefix: str = ""
    enterprise_id: UUID | None = None
    carrier_id: UUID | None = None
    trip_ids: frozenset[UUID] | None = None

    def covers_township(self, township_code: str | None) -> bool:
        return (township_code or "").startswith(self.division_prefix)


@dataclass(frozen=True, slots=True)
class Actor:
    """One account of one county, as it was when the request came."""

    county_code: str
    account_id: UUID
    role: Role
    scope: Scope = field(default_factory=Scope)

    @property
    def permissions(self) -> frozenset[Permission]:
        return ROLE_PERMISSIONS[self.role]

    @property
    def division_prefix(self) -> str:
        """The row-level scope over people. Only a clerk's is by the people's own divisions."""
        return self.scope.division_prefix if self.role is Role.TOWNSHIP_CLERK else ""

    def may(self, permission: Permission) -> bool:
        return permission in ROLE_PERMISSIONS[self.role]

    def require(self, permission: Permission) -> None:
        if not self.may(permission):
            raise DomainError(ErrorCode.PERMISSION_DENIED, facts={"permission": str(permission)})


class Authenticate(Protocol):
    """Token → actor; raises DomainError(token-invalid). The accounts feature implements it and
    app.py plugs it in as `app.state.authenticate`.
    """

    def recall(self, token: str, *, at: datetime) -> Actor | None:
        """The actor of a known token, at once and without the database; None: it has to be looked up."""

    def __call__(self, token: str, *, at: datetime) -> Actor:
        """Looks the token up. Waits for the database."""


# --- tokens that are known ----------------------------------------------------------------------
CHECKED_EVERY_SECONDS: Final = 1.0
_GO_ON_SECONDS: Final = 0.5
_MOST_KNOWN: Final = 10_000
"""Of one county; with one more all are looked up anew."""


@dataclass(slots=True)
class KnownToken:
    """As it was looked up. `kept_use_at`: the last use that the database knows of."""

    actor: Actor
    last_used_at: datetime
    kept_use_at: datetime
    expires_at: datetime


class Look(NamedTuple):
    """A look at the database that is under way. `mark`: how often the county's tokens had been forgotten when
    it began; `at`: when that was."""

    mark: int
    at: float


class _County:
    """What is known of one county."""

    def __init__(self) -> None:
        self.mark = 0
        self.revocations: int | None = None
        self.looked_at = float("-inf")
        """When the last look at the counter that came to its end began."""
        self.asked_at = float("-inf")
        """When a request was last told to look."""
        self.tokens: dict[bytes, KnownToken] = {}


class KnownTokens:
    """Tokens that were looked up since the county's counter of revocations last moved, by their digests.

    The counter is looked at with the first request of each second: another process's revocation, changed
    role or trip list is in force here a second later, this process's own at once. While one request looks
    others go on, for half a second at most. Safe between threads. `seconds`: a clock that never goes back.
    """

    def __init__(self, seconds: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._mutex = threading.Lock()
        self._counties: dict[str, _County] = {}

    def knows(self, county_code: str) -> bool:
        """Whether anything is remembered of the county."""
        return county_code in self._counties

    def get(self, county_code: str, digest: bytes) -> KnownToken | None:
        """None for an unknown one, and where it is time to look at the counter: then the caller looks."""
        county = self._counties.get(county_code)
        if county is None:
            return None
        now = self._seconds()
        late = now - county.looked_at - CHECKED_EVERY_SECONDS
        if late >= 0:
            with self._mutex:
                if late >= _GO_ON_SECONDS or now - county.asked_at >= _GO_ON_SECONDS:
                    county.asked_at = now
                    return None
        return county.tokens.get(digest)

    def begin_look(self, county_code: str) -> Look:
        """Before token and counter are read."""
        with self._mutex:
            county = self._counties.get(county_code)
            return Look(county.mark if county else 0, self._seconds())

    def end_look(self, county_code: str, look: Look, *, revocations: int) -> None:
        """With the counter as it was read, whatever became of the token: all tokens go when it has moved. A
        look that began before another one that has ended says nothing any more."""
        with self._mutex:
            county = self._counties.setdefault(county_code, _County())
            if county.mark != look.mark or look.at < county.looked_at:
                return
            if county.revocations != revocations:
                county.tokens = {}
            county.revocations, county.looked_at = revocations, look.at

    def put(
        self, county_code: str, digest: bytes, token: KnownToken, *, look: Look, revocations: int
    ) -> None:
        """Keeps a token that was read beside that count; nothing where tokens were forgotten since the look
        began, or where the count is another one by now."""
        with self._mutex:
            county = self._counties[county_code]
            if county.mark != look.mark or county.revocations != revocations:
                return
            if len(county.tokens) >= _MOST_KNOWN:
                county.tokens = {}
            county.tokens[digest] = token

    def forget(self, county_code: str) -> None:
        """Every token of the county is looked up anew."""
        with self._mutex:
            county = self._counties.setdefault(county_code, _County())
            county.mark += 1
            county.tokens = {}


ACTOR: Final = "fangang.actor"
"""In a request's scope, once it is known who asks: for the log."""


class Allow(HTTPBearer):
    """A dependency that gives the authenticated actor, if the role has the permission.

    In an endpoint: `actor: Annotated[Actor, allowed(Permission.TRIP_READ)]`. It is the security scheme
    itself and not a dependency on it: each one more costs a request as much as reading its body.
    """

    def __init__(self, permission: Permission) -> None:
        super().__init__(
            scheme_name="HTTPBearer",
            description="fg_<county>_… from POST /v1/login",
            auto_error=False,
        )
        self.permission = permission

    async def __call__(self, request: Request) -> Actor:  # type: ignore[override]
        credentials = await super().__call__(request)
        if credentials is None:
            raise DomainError(ErrorCode.NOT_LOGGED_IN)
        authenticate: Authenticate = request.app.state.authenticate
        clock: Callable[[], datetime] = request.app.state.clock
        token, now = credentials.credentials, clock()
        actor = authenticate.recall(token, at=now)
        if actor is None:
            actor = await run_in_threadpool(authenticate, token, at=now)
        request.scope[ACTOR] = actor
        actor.require(self.permission)
        return actor


def allowed(permission: Permission) -> Any:
    """What an endpoint writes in `Annotated[Actor, ...]`."""
    return Depends(Allow(permission))

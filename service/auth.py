"""Who is asking: the actor with role, permissions and scope (townships, enterprise, carrier, trips); how an
endpoint demands a permission; not-logged-in and permission-denied.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, Protocol
from uuid import UUID

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

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
        return permission in self.permissions

    def require(self, permission: Permission) -> None:
        if not self.may(permission):
            raise DomainError(ErrorCode.PERMISSION_DENIED, facts={"permission": str(permission)})


class Authenticate(Protocol):
    """Token → actor; raises DomainError(token-invalid). The accounts feature implements it and
    app.py plugs it in as `app.state.authenticate`.
    """

    def __call__(self, token: str, *, at: datetime) -> Actor: ...


_bearer = HTTPBearer(auto_error=False, description="fg_<county>_… from POST /v1/login")


class Allow:
    """A dependency that gives the authenticated actor, if the role has the permission.

    In an endpoint: `actor: Annotated[Actor, allowed(Permission.TRIP_READ)]`.
    """

    def __init__(self, permission: Permission) -> None:
        self.permission = permission

    def __call__(
        self,
        request: Request,
        credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
    ) -> Actor:
        if credentials is None:
            raise DomainError(ErrorCode.NOT_LOGGED_IN)
        authenticate: Authenticate = request.app.state.authenticate
        clock: Callable[[], datetime] = request.app.state.clock
        actor = authenticate(credentials.credentials, at=clock())
        actor.require(self.permission)
        return actor


def allowed(permission: Permission) -> Any:
    """What an endpoint writes in `Annotated[Actor, ...]`."""
    return Depends(Allow(permission))

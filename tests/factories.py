"""Synthetic people, and a `World`: a running application with a clock that stands still.

Nobody here exists: names come from a short list, telephone numbers from a range that is not given
out, and identity numbers are made by the check-digit rule alone.
"""

from collections.abc import Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from httpx2 import Response
from sqlalchemy import event
from starlette.testclient import TestClient

from schemas.accounts import ScopeFields
from schemas.events.kinds import StreamKind
from schemas.identity import compute_check_character
from schemas.ids import RANDOM_BYTES, make_uuid7
from schemas.permissions import Role
from service.accounts import actions, sessions
from service.accounts.actions import NewAccount
from service.accounts.passwords import NOBODY
from service.app.create import create_app
from service.auth import Actor, Authenticate
from service.context import Context, Work
from service.days import CHINA
from service.ledger import queries as ledger_queries
from service.ledger.bodies import StreamKey, decode_body
from service.settings import Settings

COUNTY = "211221"
TOWNSHIP = "211221105"
START = datetime(2020, 3, 24, 8, 0, tzinfo=CHINA)
PASSWORD = "autumn-harvest-42"
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_GIVEN_NAMES = """
国强 秀英 建军 桂兰 志刚 玉梅 永福 春花 海涛 丽华 文斌 淑珍 德胜 红霞 长山 晓燕
"""
_GIVEN = _GIVEN_NAMES.split()


# --- people -----------------------------------------------------------------------------------
def make_id_number(*, birth: str = "1978-05-12", sequence: int = 341, area: str = COUNTY) -> str:
    """A number that fits its check digit. An odd sequence is a man's."""
    first17 = f"{area}{birth.replace('-', '')}{sequence:03d}"
    return first17 + compute_check_character(first17)


def make_phone(number: int) -> str:
    """Mobile numbers 15400000000 and up: a different one for each of 0 … 99999999."""
    return f"154{number:08d}"


def make_name(number: int) -> str:
    """Different names for 0 … 319, then the same again."""
    given, surname = divmod(number, len(_SURNAMES))
    return _SURNAMES[surname] + _GIVEN[given % len(_GIVEN)]


# --- the world --------------------------------------------------------------------------------
@dataclass(slots=True)
class StandingClock:
    """Stands still until told. Called, it gives the instant in UTC, as the system's clock does."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now.astimezone(UTC)

    def advance(self, *, days: float = 0, hours: float = 0, minutes: float = 0) -> datetime:
        self.now += timedelta(days=days, hours=hours, minutes=minutes)
        return self.now


@dataclass(frozen=True, slots=True)
class Client:
    """Somebody with a token. `actor` is who the server takes them for."""

    actor: Actor
    token: str
    http: TestClient
    language: str = "zh"

    def request(
        self,
        method: str,
        path: str,
        *,
        body: Any = None,
        params: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        sent = {
            "Authorization": f"Bearer {self.token}",
            "Accept-Language": self.language,
            **(headers or {}),
        }
        return self.http.request(method, path, json=body, params=params, headers=sent)

    def get(self, path: str, **params: Any) -> Response:
        return self.request("GET", path, params=params)

    def post(self, path: str, body: Any = None, **headers: str) -> Response:
        return self.request("POST", path, body=body, headers=headers)

    def patch(self, path: str, body: Any = None, *, version: int | None = None) -> Response:
        headers = {} if version is None else {"If-Match": f'"{version}"'}
        return self.request("PATCH", path, body=body, headers=headers)

    def put(self, path: str, body: Any = None) -> Response:
        return self.request("PUT", path, body=body)

    def delete(self, path: str) -> Response:
        return self.request("DELETE", path)


@dataclass
class World:
    """One application over one database, and the people who use it."""

    settings: Settings
    clock: StandingClock = field(default_factory=StandingClock)

    def __post_init__(self) -> None:
        self._open = ExitStack()
        app = create_app(self.settings, clock=self.clock)
        self.context: Context = app.state.context
        self._authenticate: Authenticate = app.state.authenticate
        self.http = self._open.enter_context(TestClient(app))
        self._ids = 0
        self._accounts = 0

    def close(self) -> None:
        self._open.close()

    def go_on_from(self, other: "World") -> None:
        """This database is a copy of the other's: ids, accounts and time go on where that one ended."""
        self._ids, self._accounts, self.clock.now = other._ids, other._accounts, other.clock.now

    def new_id(self) -> UUID:
        """Ids in the order of their making, also while the clock stands."""
        self._ids += 1
        return make_uuid7(at=self.clock.now, randomness=self._ids.to_bytes(RANDOM_BYTES, "big"))

    @property
    def console(self) -> Actor:
        """Who makes the first accounts, as `fangang-server account create` does."""
        return actions.make_console_actor(self.settings.county_code)

    def list_bodies(self, kind: StreamKind, identifier: UUID) -> list[dict[str, Any]]:
        """The hashed bodies of one stream's events, in the order of recording."""
        county_code = self.settings.county_code
        with self.context.database.read(self.console) as session:
            rows = ledger_queries.list_events_of_stream(
                session, county_code, StreamKey(kind, identifier)
            )
        return [decode_body(row.body) for row in rows]

    @contextmanager
    def counting(self) -> Iterator[list[str]]:
        """The SQL statements that run inside the block, the same on both databases: without BEGIN and
        PostgreSQL's setting of the scope, without the key store, which SQLite has elsewhere, and without
        the look at a token, which is known for a second.
        """
        statements: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            if not any(
                word in statement for word in ("BEGIN", "set_config", "subject_key", "FROM token")
            ):
                statements.append(statement)

        database = self.context.database
        engines = {database.engine, database.writing_engine}
        for engine in engines:
            event.listen(engine, "before_cursor_execute", note)
        try:
            yield statements
        finally:
            for engine in engines:
                event.remove(engine, "before_cursor_execute", note)

    def client(
        self,
        role: Role = Role.COUNTY_COORDINATOR,
        *,
        township: str | None = None,
        division_prefix: str | None = None,
        enterprise_id: UUID | None = None,
        carrier_id: UUID | None = None,
        trip_ids: Collection[UUID] | None = None,
        county_code: str | None = None,
        language: str = "zh",
    ) -> Client:
        """A new account with a token. Its password is nobody's; a clerk's township defaults to
        凡河镇, and enterprise, carrier and destination to some that nobody else has.
        """
        scope = _complete_scope(
            role,
            ScopeFields(
                division_prefix=township or division_prefix,
                enterprise_id=enterprise_id,
                carrier_id=carrier_id,
                trip_ids=None if trip_ids is None else sorted(trip_ids),
            ),
            spare=self.new_id(),
        )
        county_code = county_code or self.settings.county_code
        with self.context.writing(actions.make_console_actor(county_code)) as work:
            token = self._open_session(work, self._create(work, role, scope))
        return self._make_client(token, language)

    def authenticate(self, token: str) -> Actor:
        """Who the server takes this token for, now."""
        return self._authenticate(token, at=self.clock())

    def another_token(self, client: Client) -> Client:
        """The same account, logged in once more."""
        actor = client.actor
        with self.context.writing(actions.make_console_actor(actor.county_code)) as work:
            token = self._open_session(work, actor.account_id)
        return self._make_client(token, client.language)

    def _create(self, work: Work, role: Role, scope: ScopeFields) -> UUID:
        self._accounts += 1
        new = NewAccount(
            id=self.new_id(),
            username=f"{role}-{self._accounts}",
            name=make_name(self._accounts),
            phone=make_phone(90_000_000 + self._accounts),
            role=role,
            scope=scope,
            password=None,
            password_hash=NOBODY,
        )
        actions.check_scope(role, scope, county_code=work.county_code)
        actions.create_account(work, new=new)
        return new.id

    def _open_session(self, work: Work, account_id: UUID) -> str:
        issued = sessions.open_session(
            work.session,
            work.county_code,
            account_id=account_id,
            now=work.now(),
            valid_hours=self.settings.token_absolute_hours,
        )
        return issued.text

    def _make_client(self, token: str, language: str) -> Client:
        return Client(self.authenticate(token), token, self.http, language)


def _complete_scope(role: Role, given: ScopeFields, *, spare: UUID) -> ScopeFields:
    defaults: dict[Role, dict[str, Any]] = {
        Role.TOWNSHIP_CLERK: {"division_prefix": TOWNSHIP},
        Role.DESTINATION_OFFICER: {"division_prefix": "320500"},
        Role.ENTERPRISE_RECEIVER: {"enterprise_id": spare},
        Role.CARRIER: {"carrier_id": spare},
    }
    set_fields = given.model_dump(exclude_none=True)
    return ScopeFields.model_validate(defaults.get(role, {}) | set_fields)

"""Tokens that a process knows: how often it asks the database, and when a change made elsewhere is in force."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

import pytest

from schemas.errors import ErrorCode
from schemas.permissions import Role
from service.accounts import actions
from service.accounts.tokens import Authenticator
from service.auth import CHECKED_EVERY_SECONDS, Actor, KnownToken, KnownTokens, Look, Scope
from service.errors import DomainError
from service.settings import Settings
from tests.factories import COUNTY, START, Client, World

LATER = START + timedelta(hours=720)
ACTOR = Actor(COUNTY, UUID(int=1), Role.ESCORT, Scope())


@dataclass
class Seconds:
    now: float = 100.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Process:
    """One process of a server, with tokens of its own; `asked` counts its looks at the database."""

    world: World
    seconds: Seconds
    authenticate: Authenticator
    asked: int = 0

    def identify(self, client: Client) -> Actor | ErrorCode:
        at = self.world.clock()
        known = self.authenticate.recall(client.token, at=at)
        if known is not None:
            return known
        self.asked += 1
        try:
            return self.authenticate(client.token, at=at)
        except DomainError as error:
            return error.code


def start(world: World, known: KnownTokens | None = None) -> Process:
    seconds = Seconds()
    tokens = known or KnownTokens(seconds)
    return Process(world, seconds, Authenticator(world.context.database, world.settings, tokens))


@pytest.fixture
def elsewhere(world: World) -> Process:
    """Beside the world's own process, on the same database."""
    return start(world)


def known_pair(world: World, process: Process) -> tuple[Client, Client]:
    """Two logins that the process has looked up."""
    pair = world.client(), world.client()
    assert [process.identify(each) for each in pair] == [each.actor for each in pair]
    return pair


def test_a_known_token_is_not_read_again_within_a_second(world: World, elsewhere: Process) -> None:
    clients = [world.client() for _ in range(3)]
    for _ in range(20):
        assert [elsewhere.identify(each) for each in clients] == [each.actor for each in clients]
    assert elsewhere.asked == len(clients)
    elsewhere.seconds.now += CHECKED_EVERY_SECONDS
    for _ in range(20):
        assert [elsewhere.identify(each) for each in clients] == [each.actor for each in clients]
    assert elsewhere.asked == len(clients) + 1, "one of them looks at the counter"


def disable(world: World, client: Client) -> None:
    with world.context.writing(world.console) as work:
        actions.disable_account(work, account_id=client.actor.account_id)


def log_out(_world: World, client: Client) -> None:
    assert client.post("/v1/logout").status_code == 204


def change_password(world: World, client: Client) -> None:
    with world.context.writing(world.console) as work:
        actions.change_password(work, account_id=client.actor.account_id, password_hash="x")


@pytest.mark.parametrize("end", [disable, log_out, change_password])
def test_what_ends_elsewhere_ends_here_within_a_second(
    world: World, elsewhere: Process, end: object
) -> None:
    assert callable(end)
    ended, other = known_pair(world, elsewhere)
    end(world, ended)
    assert elsewhere.identify(ended) == ended.actor, "known, and the second is not over"
    elsewhere.seconds.now += CHECKED_EVERY_SECONDS
    assert elsewhere.identify(ended) is ErrorCode.TOKEN_INVALID
    assert elsewhere.identify(other) == other.actor


def test_the_look_of_another_token_is_enough(world: World, elsewhere: Process) -> None:
    """The counter is the county's: whose request looks at it makes no difference."""
    ended, other = known_pair(world, elsewhere)
    disable(world, ended)
    elsewhere.seconds.now += CHECKED_EVERY_SECONDS
    elsewhere.identify(other)
    assert elsewhere.identify(ended) is ErrorCode.TOKEN_INVALID


def test_a_changed_trip_list_follows(world: World, elsewhere: Process) -> None:
    escort = world.client(Role.ESCORT, trip_ids=[world.new_id()])
    elsewhere.identify(escort)
    with world.context.writing(world.console) as work:
        actions.set_trips(work, account_id=escort.actor.account_id, trip_ids=[])
    assert elsewhere.identify(escort) == escort.actor
    elsewhere.seconds.now += CHECKED_EVERY_SECONDS
    found = elsewhere.identify(escort)
    assert isinstance(found, Actor)
    assert found.scope.trip_ids == frozenset()


def test_what_this_process_ends_ends_at_once(world: World) -> None:
    mine = start(world, world.context.known_tokens)
    client = world.client()
    mine.identify(client)
    disable(world, client)
    assert mine.identify(client) is ErrorCode.TOKEN_INVALID


def test_what_is_rolled_back_ends_nothing(world: World) -> None:
    client, mine = world.client(), start(world, world.context.known_tokens)
    mine.identify(client)

    def fail() -> None:
        with world.context.writing(world.console) as work:
            actions.disable_account(work, account_id=client.actor.account_id)
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    asked = mine.asked
    assert (mine.identify(client), mine.asked) == (client.actor, asked)


@contextmanager
def idle_settings(settings: Settings) -> Iterator[World]:
    world = World(settings.model_copy(update={"token_idle_hours": 1}))
    try:
        yield world
    finally:
        world.close()


def test_its_idle_time_is_counted_over_all_processes(settings: Settings) -> None:
    """Used elsewhere, it is not idle here; used nowhere, it has ended everywhere."""
    with idle_settings(settings) as world:
        here, there = start(world), start(world)
        client = world.client()
        assert {here.identify(client), there.identify(client)} == {client.actor}
        for _ in range(4):
            world.clock.advance(minutes=40)
            assert there.identify(client) == client.actor
        assert here.identify(client) == client.actor, "160 minutes without a request of its own"
        world.clock.advance(minutes=60)
        assert {here.identify(client), there.identify(client)} == {ErrorCode.TOKEN_INVALID}


# --- who looks ------------------------------------------------------------------------------------
@pytest.mark.parametrize("first", ["the ended one", "a stranger", "of no form"])
def test_a_look_counts_also_where_its_token_is_none(
    world: World, elsewhere: Process, first: str
) -> None:
    """The first request of every second has a bad token: what was ended elsewhere ends all the same."""
    ended, other = known_pair(world, elsewhere)
    bad = {"a stranger": "fg_211221_" + "A" * 43, "of no form": "x"}
    looker = replace(ended, token=bad[first]) if first in bad else ended
    disable(world, ended)
    for _ in range(3):
        elsewhere.seconds.now += CHECKED_EVERY_SECONDS
        assert elsewhere.identify(looker) is ErrorCode.TOKEN_INVALID
        assert elsewhere.identify(ended) is ErrorCode.TOKEN_INVALID
        assert elsewhere.identify(other) == other.actor


def test_a_look_that_fails_is_followed_by_others(world: World, elsewhere: Process) -> None:
    """Others go on for half a second, then they look themselves."""
    ended, other = known_pair(world, elsewhere)
    disable(world, ended)
    elsewhere.seconds.now += CHECKED_EVERY_SECONDS
    at = world.clock()
    assert elsewhere.authenticate.recall(other.token, at=at) is None, "it is to look, and does not"
    assert elsewhere.authenticate.recall(ended.token, at=at) == ended.actor
    elsewhere.seconds.now += 0.5
    assert elsewhere.authenticate.recall(ended.token, at=at) is None


def test_invented_counties_are_not_remembered(world: World) -> None:
    known = KnownTokens(Seconds())
    process = start(world, known)
    for number in range(5):
        stranger = replace(world.client(), token=f"fg_{number:06}_" + "A" * 43)
        assert process.identify(stranger) is ErrorCode.TOKEN_INVALID
    assert [known.knows(f"{number:06}") for number in range(5)] == [False] * 5


# --- the store alone ------------------------------------------------------------------------------
def keep(
    known: KnownTokens, digest: bytes, *, revocations: int = 0, look: Look | None = None
) -> None:
    token = KnownToken(ACTOR, START, START, LATER)
    began = look or known.begin_look(COUNTY)
    known.end_look(COUNTY, began, revocations=revocations)
    known.put(COUNTY, digest, token, look=began, revocations=revocations)


def test_what_was_read_before_a_revocation_is_not_kept_after_it() -> None:
    """A token that is read while this process ends it: the reading came first, the keeping last."""
    known = KnownTokens(Seconds())
    look = known.begin_look(COUNTY)
    known.forget(COUNTY)
    keep(known, b"a", look=look)
    assert known.get(COUNTY, b"a") is None
    keep(known, b"a")
    assert known.get(COUNTY, b"a") is not None


def test_an_older_look_brings_nothing_back() -> None:
    """It waited for something else meanwhile; another one has found that the counter moved."""
    seconds = Seconds()
    known = KnownTokens(seconds)
    older = known.begin_look(COUNTY)
    seconds.now += 0.1
    keep(known, b"b", revocations=1)
    keep(known, b"a", revocations=0, look=older)
    assert (known.get(COUNTY, b"a"), known.get(COUNTY, b"b") is not None) == (None, True)


def test_another_count_forgets_all_others() -> None:
    known = KnownTokens(Seconds())
    keep(known, b"a"), keep(known, b"b")
    keep(known, b"c", revocations=1)
    found = [known.get(COUNTY, each) is not None for each in (b"a", b"b", b"c")]
    assert found == [False, False, True]


def test_counties_are_apart() -> None:
    known = KnownTokens(Seconds())
    keep(known, b"a")
    known.forget("211224")
    assert (known.get(COUNTY, b"a") is not None, known.get("211224", b"a")) == (True, None)

"""Group commit: what waits together is committed together, and answered as if alone; whose turn it is."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from schemas.errors import ErrorCode
from service.accounts.queries import ACCOUNT
from service.auth import Actor
from service.db.bulk import write_many
from service.errors import DomainError
from service.recording.group_commit import (
    LONGEST_WAIT_SECONDS,
    MOST_EVENTS,
    PIECE_EVENTS,
    GroupCommit,
    Piece,
)
from tests.factories import World

PATIENCE = 20
Answers = Sequence[Any]


@dataclass
class Desk:
    """Notes every group that is worked on. The first one waits inside until `opened`."""

    decide: Callable[[Session, Any], Any] = lambda _session, request: f"answer {request}"
    groups: list[list[Any]] = field(default_factory=list)
    opened: threading.Event = field(default_factory=threading.Event)
    entered: threading.Event = field(default_factory=threading.Event)

    def work(self, session: Session, requests: Answers) -> list[Any]:
        self.groups.append(list(requests))
        if len(self.groups) == 1:
            self.entered.set()
            assert self.opened.wait(PATIENCE)
        return [self.decide(session, request) for request in requests]


def cut(request: Any, events: int) -> list[Piece]:
    """As the door cuts a list: the number of the piece stands behind the request's name."""
    sizes = [PIECE_EVENTS] * (events // PIECE_EVENTS) + [events % PIECE_EVENTS]
    listed = [size for size in sizes if size]
    if len(listed) == 1:
        return [Piece(request, events)]
    return [Piece(f"{request}{number}", size) for number, size in enumerate(listed)]


def send(
    together: GroupCommit, actor: Actor, request: Any, desk: Desk, *, events: int = 1
) -> "asyncio.Task[list[Any]]":
    return asyncio.create_task(together.run(actor, cut(request, events), record=desk.work))


async def occupy(together: GroupCommit, actor: Actor, desk: Desk) -> "asyncio.Task[list[Any]]":
    """A first request, which is being worked on when this returns."""
    first = send(together, actor, "first", desk)
    await until(desk.entered.is_set)
    return first


async def count_to(number: int, together: GroupCommit, actor: Actor, desk: Desk) -> None:
    """Until so many requests of the actor's county wait or are worked on."""
    await until(lambda: together.count_unanswered(actor, record=desk.work) >= number)


async def until(condition: Callable[[], bool]) -> None:
    give_up = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < give_up
        await asyncio.sleep(0.001)


@asynccontextmanager
async def waiting(
    world: World, desk: Desk, requests: Answers, *, events: int = 1
) -> "AsyncIterator[list[asyncio.Task[list[Any]]]]":
    """The first request is being worked on while all others wait in their order; then it goes on."""
    together, actor = world.context.group_commit, world.client().actor
    running = [await occupy(together, actor, desk)]
    running += [send(together, actor, request, desk, events=events) for request in requests]
    await count_to(len(requests) + 1, together, actor, desk)
    desk.opened.set()
    yield running


async def results(running: "Sequence[asyncio.Task[list[Any]]]") -> list[Any]:
    """Each answer, or the code or name of the error."""
    found: list[Any] = []
    for each in await asyncio.wait_for(
        asyncio.gather(*running, return_exceptions=True), timeout=PATIENCE
    ):
        if isinstance(each, BaseException):
            found.append(each.code if isinstance(each, DomainError) else type(each).__name__)
        else:
            found.extend(each)
    return found


async def ask(world: World, desk: Desk, requests: Answers, *, events: int = 1) -> list[Any]:
    """All answers, the first's too."""
    async with waiting(world, desk, requests, events=events) as running:
        return await results(running)


def test_alone(world: World) -> None:
    desk = Desk()
    desk.opened.set()
    run = world.context.group_commit.run(world.client().actor, [Piece(7, 1)], record=desk.work)
    assert (asyncio.run(run), desk.groups) == (["answer 7"], [[7]])  # type: ignore[arg-type]


def test_what_waits_is_the_next_group(world: World) -> None:
    desk, requests = Desk(), list(range(10))
    found = asyncio.run(ask(world, desk, requests))
    assert found == ["answer first", *(f"answer {each}" for each in requests)]
    assert desk.groups == [["first"], requests]


def test_a_group_is_bounded_by_its_events(world: World) -> None:
    desk, requests = Desk(), list(range(MOST_EVENTS + 3))
    found = asyncio.run(ask(world, desk, requests))
    assert found[1:] == [f"answer {each}" for each in requests]
    assert [len(group) for group in desk.groups] == [1, MOST_EVENTS, 3]


def test_an_answer_does_not_wait_for_the_next_group(world: World) -> None:
    gate = threading.Event()

    def decide(_session: Session, request: Any) -> Any:
        assert request != MOST_EVENTS or gate.wait(PATIENCE)
        return request

    async def run() -> None:
        async with waiting(world, Desk(decide), range(MOST_EVENTS + 1)) as running:
            assert await results(running[:-1]) == ["first", *range(MOST_EVENTS)]
            assert not running[-1].done()
            gate.set()
            assert await results(running[-1:]) == [MOST_EVENTS]

    asyncio.run(run())


def test_what_waited_too_long_is_not_recorded(world: World) -> None:
    desk, actor = Desk(), world.client().actor
    together = GroupCommit(world.context.database, patience=0.05)

    async def run() -> None:
        first = await occupy(together, actor, desk)
        late = send(together, actor, "late", desk)
        await asyncio.sleep(0.1)
        desk.opened.set()
        assert await results([first, late]) == ["answer first", ErrorCode.DATABASE_UNAVAILABLE]
        assert await results([send(together, actor, "next", desk)]) == ["answer next"]

    asyncio.run(run())
    assert desk.groups == [["first"], ["next"]]


# --- whose turn it is -----------------------------------------------------------------------------
def test_a_long_list_is_taken_in_pieces_and_answered_whole(world: World) -> None:
    desk = Desk()
    found = asyncio.run(ask(world, desk, ["list "], events=500))
    assert found[1:] == [f"answer list {number}" for number in range(10)]
    assert desk.groups[1:] == [[f"list {number}"] for number in range(10)], "one after the other"


def test_single_events_do_not_wait_behind_long_lists(world: World) -> None:
    """Three lists of 500 wait: the turn of a single event, also from the account of a list, is in the next
    group."""
    desk, together = Desk(), world.context.group_commit
    *lists, other = (world.client().actor for _ in range(4))

    async def run() -> None:
        first = await occupy(together, lists[0], desk)
        running = [send(together, each, "list ", desk, events=500) for each in lists]
        await count_to(len(lists) + 1, together, lists[0], desk)
        singles = [send(together, each, "single", desk) for each in (lists[0], other)]
        await count_to(len(lists) + 3, together, lists[0], desk)
        desk.opened.set()
        assert await results(singles) == ["answer single"] * 2
        assert desk.groups[1].count("single") == 2
        assert len(desk.groups) <= 3
        assert len(await results([first, *running])) == 1 + 3 * 10

    asyncio.run(run())


def test_senders_have_equal_shares(world: World) -> None:
    """One account with many requests does not push back another with few."""
    desk, together = Desk(), world.context.group_commit
    busy, quiet = (world.client().actor for _ in range(2))

    async def run() -> None:
        first = await occupy(together, busy, desk)
        many = [send(together, busy, each, desk) for each in range(2 * MOST_EVENTS)]
        few = [send(together, quiet, f"quiet {each}", desk) for each in range(3)]
        await count_to(1 + 2 * MOST_EVENTS + 3, together, busy, desk)
        desk.opened.set()
        await results([first, *many, *few])

    asyncio.run(run())
    assert [each in desk.groups[1] for each in ("quiet 0", "quiet 1", "quiet 2")] == [True] * 3
    assert [each for each in desk.groups[1] if isinstance(each, int)] == list(
        range(MOST_EVENTS - 3)
    )


def test_too_long_a_wait_is_told_at_once(world: World) -> None:
    """By events before the turn times the time for one; what has begun is finished."""
    desk, together = Desk(lambda _session, request: request), world.context.group_commit
    actors = [world.client().actor for _ in range(8)]
    told: list[Any] = []

    async def run() -> None:
        first = await occupy(together, actors[0], desk)
        running = [send(together, each, "list ", desk, events=500) for each in actors]
        await asyncio.sleep(0.01)
        for _ in range(120):
            each = send(together, actors[0], "one more ", desk, events=500)
            await asyncio.sleep(0)
            told.append(each)
        desk.opened.set()
        assert len(await results([first, *running])) == 1 + 8 * 10
        found = await asyncio.gather(*told, return_exceptions=True)
        told[:] = found

    asyncio.run(run())
    refused = [each for each in told if isinstance(each, DomainError)]
    assert {each.code for each in refused} == {ErrorCode.SERVER_BUSY}
    assert 0 < len(refused) < len(told)
    waits = [each.facts["retry_after_seconds"] for each in refused if each.facts]
    assert all(isinstance(each, int) and each > LONGEST_WAIT_SECONDS for each in waits)


def test_the_lists_of_one_account_share_its_turns(world: World) -> None:
    """However many lists it opens, another account's single events are in the next group."""
    desk, together = Desk(), world.context.group_commit
    greedy, other = (world.client().actor for _ in range(2))

    async def run() -> None:
        first = await occupy(together, greedy, desk)
        size = PIECE_EVENTS + 1
        lists = [send(together, greedy, f"list {each} ", desk, events=size) for each in range(30)]
        await count_to(len(lists) + 1, together, greedy, desk)
        single = send(together, other, "single", desk)
        await count_to(len(lists) + 2, together, greedy, desk)
        desk.opened.set()
        await results([first, *lists, single])

    asyncio.run(run())
    assert "single" in desk.groups[1]
    assert sum("list" in each for each in desk.groups[1]) <= MOST_EVENTS // PIECE_EVENTS + 1


@pytest.mark.parametrize("bad", [0, 3, 9])
def test_the_error_of_a_piece_is_the_answer_and_the_end(world: World, bad: int) -> None:
    """Nothing after it is recorded."""

    def decide(_session: Session, request: Any) -> Any:
        return DomainError(ErrorCode.NOT_FOUND) if request == f"list {bad}" else request

    desk = Desk(decide)
    assert asyncio.run(ask(world, desk, ["list "], events=500)) == ["first", ErrorCode.NOT_FOUND]
    assert desk.groups[1:] == [[f"list {number}"] for number in range(bad + 1)]


@pytest.mark.parametrize("small", [1, 10])
def test_slow_groups_do_not_refuse_for_ever(world: World, small: int) -> None:
    """Three groups took ten seconds each; then small ones are quick again, and all are let in."""
    desk, together = Desk(lambda _session, request: request), world.context.group_commit
    actors = [world.client().actor for _ in range(20)]

    async def run() -> None:
        desk.opened.set()
        await results([send(together, actors[0], "first", desk)])
        line = together._lines[world.settings.county_code, desk.work]
        for _ in range(3):
            line._recording = MOST_EVENTS
            line.note(10.0)
        refused = 0
        for turn in range(12):
            sent = [send(together, each, turn, desk, events=small) for each in actors]
            found = await results(sent)
            refused = found.count(ErrorCode.SERVER_BUSY)
        assert refused == 0

    asyncio.run(run())


def test_a_worker_that_was_cancelled_before_it_began_is_followed_by_another(world: World) -> None:
    desk, actor, together = Desk(), world.client().actor, world.context.group_commit
    desk.opened.set()

    async def run() -> None:
        first = send(together, actor, "first", desk)
        await asyncio.sleep(0)
        worker = together._lines[world.settings.county_code, desk.work].worker
        assert worker is not None
        assert worker.cancel()
        await asyncio.sleep(0)
        found = await results([first, send(together, actor, "next", desk)])
        assert found == ["answer first", "answer next"]

    asyncio.run(run())


def test_a_client_that_left_is_not_recorded(world: World) -> None:
    desk = Desk()

    async def run() -> None:
        async with waiting(world, desk, ["stays", "leaves"]) as running:
            running[2].cancel()
            assert await results(running[:2]) == ["answer first", "answer stays"]

    asyncio.run(run())
    assert desk.groups == [["first"], ["stays"]]


# --- groups that fail -----------------------------------------------------------------------------
BAD = (4, 17, 38)


def _refuse(_session: Session, request: Any) -> Any:
    """Left nothing: no reason to roll anything back."""
    return DomainError(ErrorCode.NOT_FOUND) if request in BAD else request


def _raise(_session: Session, request: Any) -> Any:
    if request in BAD:
        raise DomainError(ErrorCode.NOT_FOUND)
    return request


def _break(_session: Session, request: Any) -> Any:
    if request in BAD:
        raise ZeroDivisionError
    return request


def _violate(session: Session, request: Any) -> Any:
    """Two accounts of one key: the constraint speaks."""
    if request in BAD:
        statement = ACCOUNT.insert().from_select(list(ACCOUNT.c.keys()), ACCOUNT.select().limit(1))
        session.execute(statement)
    return request


@pytest.mark.parametrize(
    ("decide", "code"),
    [
        (_refuse, ErrorCode.NOT_FOUND),
        (_raise, ErrorCode.NOT_FOUND),
        (_break, "ZeroDivisionError"),
        (_violate, ErrorCode.CONFLICT),
    ],
)
def test_three_bad_ones_of_forty_stand_alone(
    world: World, decide: Callable[[Session, Any], Any], code: Any
) -> None:
    found = asyncio.run(ask(world, Desk(decide), range(40)))[1:]
    assert found == [code if each in BAD else each for each in range(40)]


def test_what_a_broken_group_wrote_is_taken_back_and_written_anew(world: World) -> None:
    """One row for each good request, none for the bad one, none twice."""
    source = world.client().actor

    def enter(session: Session, request: Any) -> Any:
        row = dict(session.execute(ACCOUNT.select().limit(1)).mappings().one())
        row |= {"id": world.new_id(), "username": f"u-{request}"}
        write_many(session, ACCOUNT, [row])
        if request == BAD[0]:
            raise DomainError(ErrorCode.NOT_FOUND)
        return request

    asyncio.run(ask(world, Desk(enter), range(10)))
    with world.context.database.read(source) as session:
        named = session.execute(ACCOUNT.select()).mappings().all()
    names = sorted(row["username"] for row in named if row["username"].startswith("u-"))
    assert names == sorted(f"u-{each}" for each in ["first", *range(10)] if each != BAD[0])


def test_without_a_database_none_is_tried_alone(world: World) -> None:
    """Forty waits of fifteen seconds each would be no answer."""

    def lose(_session: Session, request: Any) -> Any:
        if request == "first":
            return request
        raise DomainError(ErrorCode.DATABASE_UNAVAILABLE)

    desk = Desk(lose)

    async def run() -> None:
        async with waiting(world, desk, range(8)) as running:
            assert (await results(running))[1:] == [ErrorCode.DATABASE_UNAVAILABLE] * 8
            assert len({id(each.exception()) for each in running[1:]}) == 8

    asyncio.run(run())
    assert len(desk.groups) == 2


class _StopError(BaseException):
    """As when the process is told to end."""


def test_none_is_left_waiting_whatever_is_raised(world: World) -> None:
    """What ends the worker ends the wait of its group, and of all that wait for the next one."""

    def stop(_session: Session, request: Any) -> Any:
        if request == 1:
            raise _StopError
        return request

    desk = Desk(stop)
    found = asyncio.run(ask(world, desk, range(MOST_EVENTS + 8)))
    assert found == ["first", *[ErrorCode.DATABASE_UNAVAILABLE] * (MOST_EVENTS + 8)]
    assert len(desk.groups) == 2
    run = world.context.group_commit.run(world.client().actor, [Piece(9, 1)], record=desk.work)
    assert asyncio.run(run) == [9]  # type: ignore[arg-type]


def test_counties_do_not_wait_for_each_other(world: World) -> None:
    if world.context.database.is_sqlite:
        pytest.skip("one file has one writer")
    desk, other, together = Desk(), Desk(), world.context.group_commit
    elsewhere = world.client(county_code="211224").actor
    other.opened.set()

    async def run() -> None:
        first = await occupy(together, world.client().actor, desk)
        assert await results([send(together, elsewhere, 1, other)]) == ["answer 1"]
        desk.opened.set()
        assert await results([first]) == ["answer first"]

    asyncio.run(run())


def test_a_commit_that_fails_is_nobodys_success(world: World) -> None:
    """The answer comes after the commit."""

    class Failing:
        @contextmanager
        def write(self, _actor: Any) -> Iterator[None]:
            yield None
            raise IntegrityError("COMMIT", None, Exception())

    together = GroupCommit(Failing())  # type: ignore[arg-type]
    with pytest.raises(IntegrityError):
        asyncio.run(
            together.run(  # type: ignore[arg-type]
                world.client().actor,
                [Piece(1, 1)],
                record=lambda _session, requests: list(requests),
            )
        )

"""Group commit: who waits together is committed together, and answered as if alone."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from schemas.errors import ErrorCode
from service.accounts.queries import ACCOUNT
from service.db.bulk import write_many
from service.db.database import PATIENCE_SECONDS
from service.errors import DomainError
from service.recording.group_commit import MAX_GROUP, GroupCommit
from tests.factories import World

PATIENCE = 20
Answers = Sequence[Any]


@dataclass
class Desk:
    """Notes every group that is worked on. While `closed`, the first one waits inside."""

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


@contextmanager
def waiting(world: World, desk: Desk, requests: Answers) -> Iterator[list[Future[Any]]]:
    """The first request is being worked on while all others wait in their order; then it goes on."""
    together, actor = world.context.group_commit, world.client().actor
    with ThreadPoolExecutor(len(requests) + 1) as pool:
        running = [pool.submit(together.run, actor, "first", record=desk.work)]
        assert desk.entered.wait(PATIENCE)
        for number, request in enumerate(requests, start=1):
            running.append(pool.submit(together.run, actor, request, record=desk.work))
            while together.count_waiting(actor, record=desk.work) < number:
                time.sleep(0.001)
        desk.opened.set()
        yield running


def results(running: list[Future[Any]]) -> list[Any]:
    """Each answer, or the code or name of the error."""
    found = []
    for each in running:
        error = each.exception(PATIENCE)
        if error is None:
            found.append(each.result())
        else:
            found.append(error.code if isinstance(error, DomainError) else type(error).__name__)
    return found


def test_alone(world: World) -> None:
    desk = Desk()
    desk.opened.set()
    answer = world.context.group_commit.run(world.client().actor, 7, record=desk.work)
    assert (answer, desk.groups) == ("answer 7", [[7]])


def test_whoever_waits_is_the_next_group(world: World) -> None:
    desk, requests = Desk(), list(range(10))
    with waiting(world, desk, requests) as running:
        assert results(running) == ["answer first", *(f"answer {each}" for each in requests)]
    assert desk.groups == [["first"], requests]


def test_a_group_has_an_end(world: World) -> None:
    desk, requests = Desk(), list(range(MAX_GROUP + 3))
    with waiting(world, desk, requests) as running:
        assert results(running)[1:] == [f"answer {each}" for each in requests]
    assert [len(group) for group in desk.groups] == [1, MAX_GROUP, 3]


def test_who_is_answered_does_not_wait_for_the_next_group(world: World) -> None:
    gate = threading.Event()

    def decide(_session: Session, request: Any) -> Any:
        assert request != MAX_GROUP or gate.wait(PATIENCE)
        return request

    with waiting(world, Desk(decide), range(MAX_GROUP + 1)) as running:
        assert results(running[:-1]) == ["first", *range(MAX_GROUP)]
        assert not running[-1].done()
        gate.set()
        assert results(running[-1:]) == [MAX_GROUP]


def test_who_waited_too_long_is_not_recorded(world: World) -> None:
    desk, actor = Desk(), world.client().actor
    together = GroupCommit(world.context.database, patience=0.1)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(together.run, actor, "first", record=desk.work)
        assert desk.entered.wait(PATIENCE)
        with pytest.raises(DomainError) as refused:
            together.run(actor, "late", record=desk.work)
        desk.opened.set()
        assert first.result(PATIENCE) == "answer first"
    assert refused.value.code is ErrorCode.DATABASE_UNAVAILABLE
    assert together.run(actor, "next", record=desk.work) == "answer next"
    assert desk.groups == [["first"], ["next"]]


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
    with waiting(world, Desk(decide), range(40)) as running:
        found = results(running)[1:]
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

    with waiting(world, Desk(enter), range(10)) as running:
        results(running)
    with world.context.database.read(source) as session:
        named = session.execute(ACCOUNT.select()).mappings().all()
    names = sorted(row["username"] for row in named if row["username"].startswith("u-"))
    assert names == sorted(f"u-{each}" for each in ["first", *range(10)] if each != BAD[0])


def test_without_a_database_nobody_is_tried_alone(world: World) -> None:
    """Forty waits of fifteen seconds each would be no answer."""

    def lose(_session: Session, request: Any) -> Any:
        if request == "first":
            return request
        raise DomainError(ErrorCode.DATABASE_UNAVAILABLE)

    desk = Desk(lose)
    with waiting(world, desk, range(8)) as running:
        assert results(running)[1:] == [ErrorCode.DATABASE_UNAVAILABLE] * 8
        errors = [each.exception() for each in running[1:]]
    assert len(desk.groups) == 2
    assert len({id(error) for error in errors}) == 8


class _StopError(BaseException):
    """As when the process is told to end."""


def test_nobody_is_left_waiting_whatever_is_raised(world: World) -> None:
    """The first half ends who records for all; the second half does not wait for nobody."""

    def stop(_session: Session, request: Any) -> Any:
        if len(desk.groups[-1]) == 8:
            raise ZeroDivisionError
        if request == 1:
            raise _StopError
        return request

    desk = Desk(stop)
    with waiting(world, desk, range(8)) as running:
        assert wait(running, timeout=PATIENCE_SECONDS / 3).not_done == set()
        assert results(running)[1:] == ["_StopError", *[ErrorCode.DATABASE_UNAVAILABLE] * 7]
    assert [len(group) for group in desk.groups] == [1, 8, 4]
    assert world.context.group_commit.run(world.client().actor, 9, record=desk.work) == 9


def test_counties_do_not_wait_for_each_other(world: World) -> None:
    if world.context.database.is_sqlite:
        pytest.skip("one file has one writer")
    desk, other = Desk(), Desk()
    elsewhere = world.client(county_code="211224").actor
    other.opened.set()
    with waiting(world, desk, []) as running:
        assert world.context.group_commit.run(elsewhere, 1, record=other.work) == "answer 1"
        assert results(running) == ["answer first"]


def test_a_commit_that_fails_is_nobodys_success(world: World) -> None:
    """The answer comes after the commit."""

    class Failing:
        @contextmanager
        def write(self, _actor: Any) -> Iterator[None]:
            yield None
            raise IntegrityError("COMMIT", None, Exception())

    together = GroupCommit(Failing())  # type: ignore[arg-type]
    with pytest.raises(IntegrityError):
        together.run(world.client().actor, 1, record=lambda _session, requests: list(requests))

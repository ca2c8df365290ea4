"""A server that dies at its n-th SQL statement, for each n: run as a program of its own.

It reads a plan (requests with fixed ids) from the file that its argument names, and forks a child for
every point: the child sends one request to its own application and dies there, without a word.
Another child looks at what is left. Nothing of the database is open in the parent.
"""

import json
import os
import sys
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

from fastapi import FastAPI
from sqlalchemy import Engine, event, func, select
from starlette.testclient import TestClient

from service.app.create import create_app
from service.context import Context
from service.ledger.queries import EVENT
from service.manage.verify import verify
from service.settings import Settings
from service.trips.actions.rebuild import check_derived
from service.workers.rebuild import check_workers
from tests.factories import COUNTY
from tests.ledgers import ACTOR

DIED, BROKEN = 9, 3


class DeathAt:
    """Dies before the n-th statement or COMMIT."""

    def __init__(self, point: int) -> None:
        self._left = point
        event.listen(Engine, "before_cursor_execute", self._count)
        event.listen(Engine, "commit", self._count)

    def _count(self, *_: Any) -> None:
        self._left -= 1
        if self._left == 0:
            os._exit(DIED)


def send(app: FastAPI, request: dict[str, Any]) -> None:
    with TestClient(app) as client:
        headers = {"Authorization": f"Bearer {request['token']}"}
        answer = client.post(request["path"], json=request["body"], headers=headers)
        assert answer.status_code == 200, answer.text
        statuses = {each["status"] for each in answer.json()["outcomes"]}
        assert statuses in ({"recorded"}, {"repeated"}), answer.text


def look(context: Context, ids: list[UUID]) -> None:
    """All of the request's events or none, and everything fits."""
    with context.reading(ACTOR) as work:
        session = work.session
        there = session.execute(
            select(func.count()).where(EVENT.c.county_code == COUNTY, EVENT.c.id.in_(ids))
        ).scalar_one()
        assert there in {0, len(ids)}, there
        assert verify(work).faults == []
        assert [*check_derived(session, COUNTY), *check_workers(session, COUNTY)] == []


def in_a_child(work: Any) -> int:
    """Its exit code: 0 where `work` came to its end."""
    process = os.fork()
    if process == 0:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 (a child must never run on as the parent)
            print(f"{type(error).__name__}: {error}", file=sys.stderr)
            os._exit(BROKEN)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


def die_everywhere(app: FastAPI, request: dict[str, Any], *, stride: int) -> int:
    """The number of deaths until the request came through."""
    ids = [UUID(each) for each in request["ids"]]

    def attempt(point: int) -> None:
        DeathAt(point)
        send(app, request)

    deaths = 0
    while (code := in_a_child(partial(attempt, 1 + deaths * stride))) == DIED:
        deaths += 1
        if in_a_child(lambda: look(app.state.context, ids)) != 0:
            return -deaths
    again = in_a_child(lambda: send(app, request))
    return deaths if (code, again) == (0, 0) else -deaths


def main() -> None:
    plan = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    app = create_app(Settings())
    TestClient(app).get("/healthz")  # makes the routes, which every child would make again
    found = [die_everywhere(app, each, stride=plan["stride"]) for each in plan["requests"]]
    print(json.dumps(found))


if __name__ == "__main__":
    main()

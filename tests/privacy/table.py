"""docs/reference/personal-data.md: what personal data each route answers to each role, found in real answers.
`make docs` writes it; a test compares it.

The house (tests/privacy/house.py) is built on SQLite. Every operation of the API document is called as every
role; after each change the database is what it was before, so that no answer depends on another one.
"""

import json
import sqlite3
import tempfile
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final

from httpx2 import ASGITransport, AsyncClient, Response

from schemas.permissions import ROLE_NAMES, Role
from tests.architecture.sources import ROOT
from tests.databases import SqliteDatabases
from tests.factories import Client, World
from tests.folders import find_memory
from tests.privacy.calls import Call, list_calls
from tests.privacy.canaries import CANARIES, Found, find, read_json
from tests.privacy.house import House
from tests.stages import open_world

PAGE: Final = ROOT / "docs" / "reference" / "personal-data.md"
ROLES: Final = tuple(sorted(Role))


# --- asking -------------------------------------------------------------------------------------
class Rewinding:
    """The database as it was, again and again. Only for SQLite."""

    def __init__(self, world: World) -> None:
        path = world.context.database.path
        assert path is not None
        self._kept = [(each, _copy(each)) for each in (path, path.with_name(path.name + ".keys"))]

    def rewind(self) -> None:
        for path, kept in self._kept:
            with closing(sqlite3.connect(path)) as there:
                kept.backup(there)

    def close(self) -> None:
        for _, kept in self._kept:
            kept.close()


def _copy(path: Path) -> sqlite3.Connection:
    copy = sqlite3.connect(":memory:", check_same_thread=False)
    with closing(sqlite3.connect(path)) as there:
        there.backup(copy)
    return copy


@dataclass(frozen=True, slots=True)
class Answered:
    """What came of one call by one account. `is_empty`: a list without anybody on it; `recorded` and
    `refused`: which of the events that were sent, by their places."""

    status: int
    is_empty: bool
    recorded: frozenset[int]
    refused: frozenset[int]
    found: frozenset[Found]

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300


@dataclass
class Asked:
    """One call: its route as the table names it, and what each role was answered."""

    route: str
    tag: str
    answers: dict[Any, Answered] = field(default_factory=dict)


class Asking:
    """Calls every operation as whoever is named."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._rewinding = Rewinding(house.world)
        self._calls = list_calls(house)
        self._document = house.world.http.get("/openapi.json").json()

    def close(self) -> None:
        self._rewinding.close()

    @property
    def unknown_calls(self) -> set[str]:
        """Operations that somebody has described and that are not there."""
        return self._calls.keys() - set(self.list_operations())

    def _list_operations(self) -> Iterator[tuple[str, str, dict[str, Any]]]:
        for path, methods in self._document["paths"].items():
            for method, operation in methods.items():
                yield f"{method.upper()} {path}", path, operation

    def list_operations(self) -> list[str]:
        """METHOD /path of each."""
        return [name for name, _, _ in self._list_operations()]

    def ask(
        self,
        clients: Mapping[Any, Client | None],
        *,
        only: Collection[str] | None = None,
        unsaid: bool = False,
    ) -> list[Asked]:
        """In the order of the document; None: without a token. `unsaid`: only what the asker did not say
        in the question itself."""
        portal = self._house.world.http.portal
        assert portal is not None
        run = partial(self._ask, clients, only=only, unsaid=unsaid)
        asked: list[Asked] = portal.call(run)
        return asked

    async def _ask(
        self,
        clients: Mapping[Any, Client | None],
        *,
        only: Collection[str] | None,
        unsaid: bool,
    ) -> list[Asked]:
        """In the application's own loop: a third of the time that the test client takes."""
        asked = []
        transport = ASGITransport(self._house.world.http.app)
        async with AsyncClient(transport=transport, base_url="http://testserver") as http:
            for name, path, operation in self._list_operations():
                for call in self._calls.get(name, [Call()]):
                    if only is not None and name not in only:
                        continue
                    one = Asked(f"{name} {call.label}".strip(), operation["tags"][0])
                    request = _Request(name.partition(" ")[0], self._fill(path, call), call)
                    for who, client in clients.items():
                        answer = await request.send(http, client)
                        one.answers[who] = _judge(answer, request.said if unsaid else "")
                        if request.is_change and answer.is_success:
                            self._rewinding.rewind()
                    asked.append(one)
        return asked

    def _fill(self, path: str, call: Call) -> str:
        for name, value in (self._house.ids | call.ids).items():
            path = path.replace(f"{{{name}}}", str(value))
        assert "{" not in path, f"tests/privacy/house.py knows no id for {path}"
        return path


@dataclass(frozen=True, slots=True)
class _Request:
    """A call with its ids filled in."""

    method: str
    path: str
    call: Call

    @property
    def said(self) -> str:
        return json.dumps(self.call.body, ensure_ascii=False)

    @property
    def is_change(self) -> bool:
        return self.method != "GET"

    async def send(self, http: AsyncClient, client: Client | None) -> Response:
        headers = {"Accept-Language": "zh"}
        if client is not None:
            headers["Authorization"] = f"Bearer {client.token}"
        if self.call.version is not None:
            headers["If-Match"] = f'"{self.call.version}"'
        sent: dict[str, Any] = {}
        if self.call.content is not None:
            sent = {"content": self.call.content}
        elif self.call.body is not None:
            sent = {"json": self.call.body}
        answer = await http.request(
            self.method, self.path, params=self.call.params, headers=headers, **sent
        )
        assert answer.status_code < 500, (self.method, self.path, answer.text)
        return answer


def _judge(answer: Response, said: str) -> Answered:
    shown = read_json(answer)
    is_object = isinstance(shown, dict)
    outcomes = shown.get("outcomes", ()) if is_object else ()
    return Answered(
        answer.status_code,
        is_empty=shown == [] or (is_object and shown.get("items") == []),
        recorded=frozenset(each["position"] for each in outcomes if each["status"] == "recorded"),
        refused=frozenset(each["position"] for each in outcomes if each["status"] == "refused"),
        found=frozenset(find(answer, said=said)),
    )


@contextmanager
def asking() -> Iterator[tuple[House, Asking]]:
    """A house in a database of its own."""
    with tempfile.TemporaryDirectory(dir=find_memory(), prefix="fangang-") as folder:
        templates, place = Path(folder) / "templates", Path(folder) / "house"
        templates.mkdir()
        place.mkdir()
        with closing(open_world(SqliteDatabases(templates).copy(place))) as world:
            house = House(world)
            with closing(Asking(house)) as asked:
                yield house, asked


# --- writing ------------------------------------------------------------------------------------
_HEAD: Final = """\
# 谁看得到什么个人信息 · Who is shown what about people

本页由 `make docs` 写成，请勿手工修改：在一个合成的县里，以每种角色各调用一遍全部接口，从真实的回答里
按值找出事先埋下的个人信息。Written by `make docs`: in a synthetic county every operation of the API is called
as every role, and what was planted about people is looked for in the real answers (tests/privacy).

The first line of a route tells with which status the roles were answered. The lines below it tell whose data
stands in which property, and how much of it:

- `full`: the whole value.
- `masked`: 佟\\*\\*, 211221\\*\\*\\*\\*\\*\\*\\*\\*1117, 154\\*\\*\\*\\*2345; of a licence the last four.
- `end`: the last four characters of an identity number.
- `full+masked`: of one person in full, of another one masked.
- nothing: not shown.

Each account is one that may see the scene: the clerk of the workers' township, the receiver of their
enterprise, the carrier, the escort and the destination officer of the trips. An "other township's worker"
travels on the same trips, from another township and to another enterprise. Whoever is narrowed to something
else, another county and whoever has no token are shown nothing of anybody (tests/privacy, which names the
masked list of enterprises as the one exception).

`[]` behind a property means each of a list, `→` JSON within a text. Sex, seat, temperature and clearance are
told by the names of their properties, everything else by its value. Events of a door are sent in one request
and judged one by one, so that 200 does not mean that they were recorded.
"""
_NOTHING: Final = "nothing personal"
_UNSHOWN: Final = "谁也看不到 · Kept, and shown to nobody"
_NOT_SEEN: Final = "not seen"


def write_page(asked: Sequence[Asked]) -> str:
    parts = [_HEAD]
    sections: dict[str, list[Asked]] = defaultdict(list)
    for each in asked:
        sections[each.tag].append(each)
    for tag, inside in sections.items():
        lines = [line for each in inside for line in _write_route(each)]
        parts.append("\n".join((f"## {tag}\n", *_HEADING, *lines)) + "\n")
    unshown = [f"- {each}" for each in list_unshown(asked)]
    parts.append("\n".join((f"## {_UNSHOWN}\n", *unshown)) + "\n")
    return "\n".join(parts)


def list_unshown(asked: Sequence[Asked]) -> list[str]:
    """What was planted and came back to nobody."""
    shown = {each.field for one in asked for got in one.answers.values() for each in got.found}
    return sorted({each.field for each in CANARIES} - shown)


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


_NAMES: Final = [f"{zh} {en}" for zh, en in (ROLE_NAMES[role] for role in ROLES)]
_HEADING: Final = (
    _row("接口 · route, property", "个人信息 · what", *_NAMES),
    _row(*["---"] * (2 + len(_NAMES))),
)


def _write_route(asked: Asked) -> Iterator[str]:
    rows: dict[tuple[str, str], dict[Any, set[str]]] = defaultdict(lambda: defaultdict(set))
    for role, answered in asked.answers.items():
        for each in answered.found:
            rows[each.path, each.field][role].add(each.level)
    statuses = [str(asked.answers[role].status) for role in ROLES]
    seen = any(each.is_success for each in asked.answers.values())
    what = "" if rows else _NOTHING if seen else _NOT_SEEN
    yield _row(f"**{asked.route}**", what, *statuses)
    for (path, what), levels in sorted(rows.items()):
        cells = ["+".join(sorted(levels[role])) for role in ROLES]
        yield _row(f"`{path}`", what, *cells)


def write_table() -> str:
    with asking() as (house, asked):
        return write_page(asked.ask(house.insiders))


if __name__ == "__main__":
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(write_table(), encoding="utf-8")

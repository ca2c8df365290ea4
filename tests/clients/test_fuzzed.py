"""schemathesis plays the whole document: its examples, what it makes up, the borders of schemas, and chains of
requests. No fault of the server, no answer that the document does not say, no garbage taken, and nothing right
refused but for a reason that is stated here.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import hypothesis
import jsonschema_rs
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.config import ProjectConfig, ProjectsConfig
from schemathesis.core.failures import FailureGroup
from schemathesis.core.parameters import ParameterLocation
from schemathesis.pytest.lazy import get_all_tests
from schemathesis.schemas import BaseSchema
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from schemas.permissions import Role
from tests.service.trips.scenes import Scene

TRUE_TO_THE_DOCUMENT: Final = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
ROLES: Final[Mapping[str, Role]] = {"accounts": Role.ADMINISTRATOR, "ledger": Role.AUDITOR}
"""Tag → who may do most of it; else the coordinator."""
NOT_PLAYED: Final = frozenset({"POST /v1/logout"})
"""It ends the session of whoever plays."""
REFUSED: Final = frozenset({400, 401, 403, 404, 405, 409, 410, 412, 413, 415, 422, 428, 429})
"""How garbage may be answered."""

STATED: Final = (
    # what a schema cannot say of a name, a number, a code, a day
    "不是有效的(姓名|车牌号|手机或座机号码)",
    "应为18位(身份证号|统一社会信用代码)",
    "身份证号是空的",
    "应为6、9或12位行政区划代码",
    "行政区划表中没有这个代码",
    "应为2000年至2100年之间的时间",
    "不是人员的短编号",
    "没有这一周",
    "不是本列表的翻页标记",
    "至少1个字",  # blanks alone
    "日期要写到哪一天",
    "password-weak",
    "time-out-of-range",
    "clock-ahead",
    # of fields that depend on each other
    "只填一[个项]",
    "道路车辆填车牌",
    "座位的位置或座位号写了两次",
    "一个座位也没有",
    "没有写要改什么",
    "必填的项不能清空",
    "计划抵达不晚于计划发车",
    "企业名单才填",
    "企业名单不属于乡镇",
    "这里只收",
    "与角色“.*”不符",
    # of what is stored, and who asks
    "没有这个编号",
    "没有这份问卷",
    "缺少此项",  # the township, of a coordinator
    r"服务器按第\d版规则核对",
    "township-unknown",
    "没有这张工作表",
    "attachment-type",
    "risk-areas-overlap",
    "只有查事故时才填时刻",
    "按座位查时要填车牌",
    "按车牌查时要填日期",
    "填了 passenger_id 时要填 trip_id",
    "按排计（rows）时才填排数",
    "有效期按天（days）或按小时（hours）",
    "结束日早于起始日",
    "每项物资写一个数量",
    "不合格的项目须在检查项目之内",
    "row-invalid",
    "^[a-z]+-(missing|invalid)$",
)
"""Why what fits its schema may be refused: by what the answer says."""


class Found(NamedTuple):
    """What is not as the document says, and where."""

    operation: str
    what: str


@dataclass
class Player:
    """Sends what is made up, as who may do most of it; every second time to something that is there."""

    scene: Scene
    sent: Counter[tuple[str, int]] = field(default_factory=Counter)
    found: list[Found] = field(default_factory=list)

    def __post_init__(self) -> None:
        scene, ride = self.scene, self.scene.boarded(2)
        self._tokens = {role: scene.world.client(role).token for role in set(ROLES.values())}
        self._there = {
            "trip_id": ride.trip,
            "worker_id": ride.workers[0],
            "vehicle_id": scene.vehicle_id,
            "driver_id": scene.driver_id,
            "carrier_id": scene.carrier_id,
            "enterprise_id": scene.enterprise_id,
            "batch_id": scene.batch_id,
        }

    def find_token(self, case: Case) -> str:
        role = ROLES.get(case.operation.definition.raw["tags"][0])
        return self._tokens[role] if role else self.scene.coordinator.token

    def play(self, case: Case) -> None:
        if case.operation.label in NOT_PLAYED:
            return
        if self.sent.total() % 2:
            self._aim(case)
        answer = case.call(headers={"Authorization": f"Bearer {self.find_token(case)}"})
        self.note(case, answer)

    def note(self, case: Case, answer: Any) -> None:
        if "None" in map(
            str, case.path_parameters.values()
        ):  # an answer without the id to go on with
            return
        mode = case.meta.generation.mode if case.meta else GenerationMode.POSITIVE
        self.sent[mode.value, answer.status_code] += 1
        label = case.operation.label
        self.found += [Found(label, each) for each in self._object(case, mode, answer)]

    def _aim(self, case: Case) -> None:
        if _is_wrong_in(case, ParameterLocation.PATH):
            return
        for name in case.path_parameters.keys() & self._there.keys():
            case.path_parameters[name] = str(self._there[name])

    def _object(self, case: Case, mode: GenerationMode, answer: Any) -> Iterator[str]:
        try:
            case.validate_response(answer, checks=TRUE_TO_THE_DOCUMENT)
        except FailureGroup as group:
            yield from map(str, group.exceptions)
        garbage = mode is GenerationMode.NEGATIVE and not (
            _is_wrong_in(case, ParameterLocation.HEADER) or _is_right_as_text(case)
        )
        if garbage and answer.status_code not in REFUSED and not _is_refused_by_item(answer):
            yield f"garbage is answered {answer.status_code}: {answer.text[:300]} {case.as_curl_command()}"
        if mode is GenerationMode.POSITIVE and answer.status_code in {400, 413, 415, 422}:
            body = answer.json()
            reasons = [each["message"] for each in body.get("errors") or ()] or [body["code"]]
            sent = case.as_curl_command()
            yield from (f"refused: {each}: {sent}" for each in reasons if not _is_stated(each))


def _is_stated(reason: str) -> bool:
    return any(re.search(each, reason) for each in STATED)


def _is_wrong_in(case: Case, location: ParameterLocation) -> bool:
    """Of headers: this one sends its own, and a GET without a body has no content type."""
    component = case.meta.components.get(location) if case.meta else None
    return component is not None and component.mode is GenerationMode.NEGATIVE


def _is_right_as_text(case: Case) -> bool:
    """Nothing but the query is garbage, and what is sent of it is right: `false` is a text of five letters."""
    components = case.meta.components if case.meta else {}
    wrong = [where for where in components if _is_wrong_in(case, where)]
    declared = case.operation.definition.raw.get("parameters", ())
    named = [each for each in declared if each["in"] == "query"]
    schemas = {each["name"]: each["schema"] for each in named}
    required = {each["name"] for each in named if each.get("required")}
    return (
        wrong == [ParameterLocation.QUERY]
        and required <= case.query.keys() <= schemas.keys()
        and all(_fits_as_text(value, schemas[name]) for name, value in case.query.items())
    )


def _fits_as_text(value: Any, schema: Any) -> bool:
    if not isinstance(value, str | bool) or "$ref" in str(schema):
        return False
    text = str(value).lower() if isinstance(value, bool) else value
    return jsonschema_rs.is_valid(schema, text)


def _is_refused_by_item(answer: Any) -> bool:
    """The door of events takes a request whose items are garbage, and refuses each: `event-unreadable` where it
    is no event at all.
    """
    outcomes = answer.json().get("outcomes") if answer.status_code == 200 else None
    return bool(outcomes) and all(each["status"] != "recorded" for each in outcomes)


def load_schema(scene: Scene, *, borders: bool) -> BaseSchema:
    """`borders`: with the borders of every schema, some twelve thousand requests."""
    project = ProjectConfig()
    project.phases.coverage.enabled = borders
    config = schemathesis.Config(seed=1, projects=ProjectsConfig(default=project))
    schema = schemathesis.openapi.from_asgi("/openapi.json", scene.world.http.app, config=config)
    for methods in schema.raw_schema["paths"].values():
        for operation in methods.values():
            del operation["responses"]["default"]  # else every status would be a documented one
    return schema


def make_settings(examples: int, **more: Any) -> hypothesis.settings:
    return hypothesis.settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
        **more,
    )


def play_all(scene: Scene, *, examples: int, borders: bool) -> Player:
    """`examples` of each operation are made up."""
    player = Player(scene)
    schema = load_schema(scene, borders=borders)

    def send(case: Case) -> None:
        player.play(case)

    settings = make_settings(examples)
    for each in get_all_tests(schema=schema, test_func=send, settings=settings, given_kwargs={}):
        _, test = each.ok()
        test()
    return player


def play_chains(scene: Scene, *, chains: int) -> Player:
    """What one request answers is used by the next: ids of what was made, links to it."""
    player = Player(scene)
    machine = load_schema(scene, borders=False).as_state_machine()

    class Chain(machine):  # type: ignore[misc, valid-type]
        def get_call_kwargs(self, case: Case) -> dict[str, Any]:
            return {"headers": {"Authorization": f"Bearer {player.find_token(case)}"}}

        def validate_response(self, response: Any, case: Case, *_: Any, **__: Any) -> None:
            player.note(case, response)

    Chain.run(settings=make_settings(chains, stateful_step_count=8, derandomize=True))
    return player


ON_ONE_DATABASE = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)


@ON_ONE_DATABASE
def test_a_short_play(built_scene: Scene) -> None:
    _assert_true(play_all(built_scene, examples=2, borders=False), at_least=250)


@ON_ONE_DATABASE
def test_short_chains(built_scene: Scene) -> None:
    _assert_true(play_chains(built_scene, chains=8), at_least=40)


@pytest.mark.long
def test_the_borders_of_every_schema(built_scene: Scene) -> None:
    _assert_true(play_all(built_scene, examples=40, borders=True), at_least=10_000)


@pytest.mark.long
def test_long_chains(built_scene: Scene) -> None:
    _assert_true(play_chains(built_scene, chains=300), at_least=1_000)


def _assert_true(player: Player, *, at_least: int) -> None:
    """Nothing was found, and what was sent was right and wrong, and some of it taken."""
    found = [f"{n} {op}: {what}" for (op, what), n in Counter(player.found).most_common(40)]
    assert not found, "\n".join(found)
    assert player.sent.total() >= at_least
    taken = player.sent["positive", 200]
    wrong = sum(count for (mode, _), count in player.sent.items() if mode == "negative")
    assert min(taken, wrong) > 0

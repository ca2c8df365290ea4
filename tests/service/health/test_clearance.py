"""Clearance as a pure function: every fact by itself, to the day and to the minute, and all at once."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from schemas.clearance import (
    CURES,
    NEUTRAL,
    OF_PAPERS,
    ReasonText,
    Verdict,
    tell_neutrally,
    tell_reason,
)
from schemas.errors import ErrorCode
from schemas.events.payloads_passengers import PersonRole
from schemas.health_notes import Declared, Measured, ProofRecorded, Screened
from schemas.permissions import Role
from schemas.policies import PolicyVersion, ProofKind, RiskLevel
from schemas.questions import FIVE_OF_2020
from schemas.texts import speaking
from service.auth import Actor
from service.days import CHINA
from service.health.notes import HealthFacts, Noted
from service.health.rules import (
    ClearanceFacts,
    Occasion,
    clear,
    make_clearance_facts,
    may_know,
    on_day,
)
from service.policies.files import list_shipped
from service.policies.rules import ORDINARY, PolicyBook
from service.registry.people import WorkerFacts
from service.workers.rules import HoldTime, WorkerState

_E = ErrorCode
WORKER_ID = UUID(int=1)
HOLD = frozenset({UUID(int=2)})
BIRTHDAY = date(2020, 3, 24)
EVE = date(2020, 3, 23)
FACTS = ClearanceFacts(WORKER_ID, PersonRole.WORKER)
SHIPPED = {each.version: PolicyVersion.model_validate(each.model_dump()) for each in list_shipped()}
BOOK = PolicyBook("510823", tuple(SHIPPED.values()))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CHINA)


def ask(policy: PolicyVersion | str, arrival: str, **changes: Any) -> Occasion:
    """An arrival at that time, of a trip that left the day before."""
    known = SHIPPED[policy] if isinstance(policy, str) else policy
    moment = at(arrival)
    return Occasion(known, BOOK, moment.date() - timedelta(days=1), moment, **changes)


def note(content: Any, when: str) -> Noted[Any]:
    return Noted(UUID(int=9), at(when), content)


def declared(when: str, *, yes: str | None = None, of: str = "2020-five") -> Noted[Declared]:
    answers = {each.code: each.code == yes for each in FIVE_OF_2020.questions}
    told = {"question_set": of, "version": 1, "answers": answers}
    content = Declared(what="declared", asked_by="村医", signed="paper", **told)
    return note(content, when)


def proof(when: str, **told: Any) -> Noted[ProofRecorded]:
    known = {"kind": "health_certificate", "issuing_region": "510823"} | told
    return note(ProofRecorded.model_validate({"what": "proof", **known}), when)


def warm(when: str, value: Any, site: str | None = None) -> Noted[Measured]:
    reading = {"code": "body_temperature", "value": value, "site": site}
    return note(Measured.model_validate({"what": "measured", "readings": [reading]}), when)


def twice(when: str, *taken: tuple[int, str]) -> Noted[Measured]:
    """Several readings in one note."""
    readings = [{"code": "body_temperature", "value": v, "site": site} for v, site in taken]
    return note(Measured.model_validate({"what": "measured", "readings": readings}), when)


def screened(when: str, result: str) -> Noted[Screened]:
    told = {"system": "国家平台", "result_code": result, "operator": "合成"}
    return note(Screened.model_validate({"what": "screening", **told}), when)


def with_health(**known: Any) -> ClearanceFacts:
    return replace(FACTS, health=HealthFacts(WORKER_ID, **known))


WELL = {"declarations": (declared("2020-02-20 08:00"),)}

PERSONS: dict[str, tuple[dict[str, Any], date, tuple[ErrorCode, ...]]] = {
    "grown up": ({}, EVE, ()),
    "on hold": ({"holds": HOLD}, EVE, (_E.HEALTH_HOLD,)),
    "withdrawn": ({"withdrawn": True}, EVE, (_E.WORKER_WITHDRAWN,)),
    "15 still": ({"sixteen_on": BIRTHDAY}, EVE, (_E.UNDER_AGE,)),
    "16 today": ({"sixteen_on": BIRTHDAY}, BIRTHDAY, ()),
    "a child": ({"sixteen_on": BIRTHDAY, "role": PersonRole.CHILD}, EVE, ()),
    "family": ({"sixteen_on": BIRTHDAY, "role": PersonRole.FAMILY}, EVE, ()),
    "everything": (
        {"holds": HOLD, "withdrawn": True, "sixteen_on": BIRTHDAY},
        EVE,
        (_E.HEALTH_HOLD, _E.UNDER_AGE, _E.WORKER_WITHDRAWN),
    ),
}


@pytest.mark.parametrize(("given", "on", "reasons"), PERSONS.values(), ids=PERSONS)
def test_who_the_person_is(given: dict[str, Any], on: date, reasons: tuple[ErrorCode, ...]) -> None:
    found = clear(replace(FACTS, **given), on_day(ORDINARY, PolicyBook("211221"), on))
    assert (found.reasons, found.may_travel) == (reasons, not reasons)
    assert found.verdict is (Verdict.HELD if reasons else Verdict.CLEARED)


def test_what_the_worker_s_own_events_say() -> None:
    """Of two holds the newer is still open; a release by telephone waits."""
    first, second, call = UUID(int=21), UUID(int=22), UUID(int=23)
    laid = frozenset(
        {HoldTime(first, at("2020-03-20 12:00")), HoldTime(second, at("2020-03-19 12:00"))}
    )
    released = frozenset({HoldTime(first, at("2020-03-21 12:00"))})
    state = WorkerState(
        WORKER_ID, held=laid, released=released, phoned=frozenset({call}), withdrawn=True
    )
    person = WorkerFacts(
        WORKER_ID,
        None,
        PersonRole.FAMILY,
        BIRTHDAY,
        None,
        reachable=True,
        household_key=None,
        employer_key=None,
        village_key=None,
    )
    assert make_clearance_facts(person, state) == ClearanceFacts(
        WORKER_ID,
        PersonRole.FAMILY,
        sixteen_on=BIRTHDAY,
        withdrawn=True,
        holds=frozenset({second}),
        held_at=at("2020-03-19 12:00"),
        unconfirmed=frozenset({call}),
    )
    nothing = make_clearance_facts(person, WorkerState(WORKER_ID))
    assert (nothing.holds, nothing.held_at) == (frozenset(), None)


CERTIFICATES = [
    # issued, where, arrival, reasons: 3 days after 25 February, 14 after 26 February (the first not counted)
    ("2020-02-25", "510823", "2020-02-28 23:59", ()),
    ("2020-02-25", "510823", "2020-02-29 00:00", (_E.PROOF_EXPIRED,)),
    ("2020-02-26", "510823", "2020-03-11 23:59", ()),
    ("2020-02-26", "510823", "2020-03-12 00:00", (_E.PROOF_EXPIRED,)),
    ("2020-02-17", "510823", "2020-02-20 12:00", ()),
    ("2020-02-17", "510823", "2020-02-21 12:00", (_E.PROOF_EXPIRED,)),
    # before the rule existed, and issued in another province: by the trip's own policy
    ("2020-02-16", "510823", "2020-03-01 12:00", ()),
    ("2020-02-25", "410100", "2020-03-10 12:00", ()),
    ("2020-02-25", None, "2020-03-10 12:00", (_E.PROOF_EXPIRED,)),
]


@pytest.mark.parametrize(("issued", "region", "arrival", "reasons"), CERTIFICATES)
def test_a_certificate_holds_by_the_rule_of_its_own_day(
    issued: str, region: str | None, arrival: str, reasons: tuple[ErrorCode, ...]
) -> None:
    shown = proof(f"{issued} 09:00", issued_on=issued, issuing_region=region)
    declaration = declared("2020-02-28 08:00")
    facts = with_health(proofs=(shown,), declarations=(declaration,))
    found = clear(facts, ask("sichuan-2020-02-26", arrival))
    assert found.reasons == reasons
    assert found.verdict is (Verdict.MISSING if reasons else Verdict.CLEARED)


@pytest.mark.parametrize(
    ("arrival", "reasons"),
    [
        ("2022-10-02 09:30", ()),
        ("2022-10-02 09:31", (_E.PROOF_EXPIRED,)),
        ("2022-10-01 08:00", ()),
    ],
)
def test_a_test_holds_48_hours_from_its_sampling(
    arrival: str, reasons: tuple[ErrorCode, ...]
) -> None:
    sampled = {"sampled_at": "2022-09-30T09:30:00+08:00", "issued_on": "2022-10-01"}
    test = proof("2022-10-01 12:00", kind="nucleic_test", result="negative", **sampled)
    assert clear(with_health(proofs=(test,)), ask("autumn-2022", arrival)).reasons == reasons


OTHER_PROOFS: dict[str, tuple[list[Noted[Any]], tuple[ErrorCode, ...]]] = {
    "none": ([], (_E.PROOF_MISSING,)),
    "another kind": (
        [proof("2022-10-01 08:00", kind="vaccination", issued_on="2022-10-01")],
        (_E.PROOF_MISSING,),
    ),
    "positive": (
        [
            proof(
                "2022-10-01 08:00",
                kind="nucleic_test",
                sampled_at="2022-10-01T07:00:00+08:00",
                result="positive",
            )
        ],
        (_E.PROOF_AGAINST,),
    ),
    "positive, and negative before": (
        [
            proof(
                "2022-10-01 08:00",
                kind="nucleic_test",
                sampled_at="2022-10-01T07:00:00+08:00",
                result="positive",
            ),
            proof(
                "2022-09-30 20:00",
                kind="nucleic_test",
                sampled_at="2022-09-30T20:00:00+08:00",
                result="negative",
            ),
        ],
        (_E.PROOF_AGAINST,),
    ),
    "positive, and negative sampled before, entered after": (
        [
            proof(
                "2022-10-01 11:00",
                kind="nucleic_test",
                sampled_at="2022-10-01T01:00:00+08:00",
                issued_on="2022-10-01",
                result="negative",
            ),
            proof(
                "2022-10-01 08:00",
                kind="nucleic_test",
                sampled_at="2022-10-01T07:30:00+08:00",
                result="positive",
            ),
        ],
        (_E.PROOF_AGAINST,),
    ),
}


@pytest.mark.parametrize(("shown", "reasons"), OTHER_PROOFS.values(), ids=OTHER_PROOFS)
def test_other_proofs(shown: list[Noted[Any]], reasons: tuple[ErrorCode, ...]) -> None:
    found = clear(with_health(proofs=tuple(shown)), ask("autumn-2022", "2022-10-01 12:00"))
    assert found.reasons == reasons


RESULTS: list[tuple[str, str | None, tuple[ErrorCode, ...]]] = [
    ("nucleic_test", "negative", ()),
    ("nucleic_test", None, (_E.PROOF_RESULT_MISSING,)),
    ("nucleic_test", "green", (_E.PROOF_RESULT_MISSING,)),
    ("nucleic_test", "positive", (_E.PROOF_AGAINST,)),
    ("health_code", "green", ()),
    ("health_code", None, (_E.PROOF_RESULT_MISSING,)),
    ("health_code", "negative", (_E.PROOF_RESULT_MISSING,)),
    ("health_code", "yellow", (_E.PROOF_AGAINST,)),
    ("health_certificate", None, ()),
    ("health_certificate", "normal", ()),
    ("health_certificate", "abnormal", (_E.PROOF_AGAINST,)),
    ("follow_up_sheet", None, ()),
    ("vaccination", None, ()),
]


@pytest.mark.parametrize(("kind", "result", "reasons"), RESULTS)
def test_what_a_proof_has_to_say(
    kind: str, result: str | None, reasons: tuple[ErrorCode, ...]
) -> None:
    told = {"version": "any", "title": "合成", "any_proof_of": [kind]}
    policy = PolicyVersion.model_validate(told)
    shown = proof("2020-03-01 08:00", kind=kind, issued_on="2020-03-01", result=result)
    found = clear(with_health(proofs=(shown,)), ask(policy, "2020-03-02 12:00"))
    assert found.reasons == reasons


def test_of_a_test_without_its_result() -> None:
    """An older one that says it does; of one that has ended the end is told: its result would not help."""
    policy = SHIPPED["autumn-2022"]
    told = {"kind": "nucleic_test", "issued_on": "2022-10-01"}
    silent = proof("2022-10-01 12:00", **told)
    older = proof("2022-10-01 08:00", **told, result="negative")
    in_time, late = ask(policy, "2022-10-02 12:00"), ask(policy, "2022-10-04 12:00")
    assert clear(with_health(proofs=(silent, older)), in_time).may_travel
    assert clear(with_health(proofs=(silent,)), late).reasons == (_E.PROOF_EXPIRED,)
    found = clear(with_health(proofs=(silent,)), in_time)
    assert found.verdict is Verdict.MISSING
    (reason,) = found.obstacles
    says = "核酸检测证明没有登记“阴性”的结果：请核对后重新登记"
    assert tell_reason(reason.code, reason.facts) == says


def test_a_proof_counts_where_it_is_recognised() -> None:
    told = {"any_proof_of": ["health_code"], "proofs_recognised_from": ["21", "3205"]}
    policy = PolicyVersion.model_validate({"version": "mutual", "title": "互认", **told})
    for region, reasons in (
        ("211221", ()),
        ("3205", ()),
        ("3301", (_E.PROOF_UNRECOGNISED,)),
        (None, (_E.PROOF_UNRECOGNISED,)),
    ):
        code = proof(
            "2020-03-01 08:00",
            kind="health_code",
            issued_on="2020-03-01",
            issuing_region=region,
            result="green",
        )
        assert (
            clear(with_health(proofs=(code,)), ask(policy, "2020-03-02 12:00")).reasons == reasons
        )


TEMPERATURES = [
    ("above", 373, ()),
    ("above", 374, (_E.TEMPERATURE_HIGH,)),
    ("at_least", 372, ()),
    ("at_least", 373, (_E.TEMPERATURE_HIGH,)),
    ("above", "unreadable", ()),
]


@pytest.mark.parametrize(("comparison", "value", "reasons"), TEMPERATURES)
def test_the_limit_of_the_temperature(
    comparison: str, value: Any, reasons: tuple[ErrorCode, ...]
) -> None:
    told = {"temperature_limit_tenths": 373, "temperature_comparison": comparison}
    policy = PolicyVersion.model_validate({"version": "warm", "title": "测温", **told})
    facts = with_health(measurements=(warm("2020-03-02 06:00", value),))
    assert clear(facts, ask(policy, "2020-03-02 20:00")).reasons == reasons


def test_which_reading_counts() -> None:
    told = {"temperature_limit_tenths": 373, "temperature_sites": ["armpit"]}
    policy = PolicyVersion.model_validate({"version": "warm", "title": "测温", **told})
    fever = (_E.TEMPERATURE_HIGH,)
    cases: list[tuple[list[Noted[Any]], tuple[ErrorCode, ...]]] = [
        ([warm("2020-03-02 06:00", 365), warm("2020-03-02 05:00", 380)], ()),
        ([warm("2020-03-02 06:00", 380), warm("2020-03-02 05:00", 365)], fever),
        ([warm("2020-03-02 06:00", "unreadable"), warm("2020-03-02 05:00", 380)], fever),
        ([warm("2020-03-02 06:00", 380, "forehead"), warm("2020-03-02 05:00", 365, "armpit")], ()),
        ([warm("2020-03-02 06:00", 349), warm("2020-03-02 05:00", 380)], fever),
        ([warm("2020-03-02 06:00", 350), warm("2020-03-02 05:00", 380)], ()),
        ([twice("2020-03-02 06:00", (365, "armpit"), (380, "armpit"))], fever),
        ([twice("2020-03-02 06:00", (365, "armpit"), (380, "forehead"))], ()),
        ([warm("2020-02-28 23:59", 380)], ()),
        ([warm("2020-02-29 00:00", 380)], fever),
    ]
    for measured, reasons in cases:
        facts = with_health(measurements=tuple(measured))
        assert clear(facts, ask(policy, "2020-03-02 20:00")).reasons == reasons


DECLARATIONS: dict[str, tuple[list[Noted[Any]], tuple[ErrorCode, ...]]] = {
    "none": ([], (_E.DECLARATION_MISSING,)),
    "fourteen days before": ([declared("2020-02-17 23:00")], ()),
    "fifteen days before": ([declared("2020-02-16 23:59")], (_E.DECLARATION_EXPIRED,)),
    "a yes": ([declared("2020-03-01 08:00", yes="met_case")], (_E.EXPOSURE_DECLARED,)),
    "a yes of before": (
        [declared("2020-03-01 08:00"), declared("2020-02-28 08:00", yes="met_case")],
        (),
    ),
}


@pytest.mark.parametrize(("made", "reasons"), DECLARATIONS.values(), ids=DECLARATIONS)
def test_declarations(made: list[Noted[Any]], reasons: tuple[ErrorCode, ...]) -> None:
    found = clear(
        with_health(declarations=tuple(made)), ask("national-2020-02", "2020-03-02 20:00")
    )
    assert found.reasons == reasons


@pytest.mark.parametrize(("result", "reasons"), [("0", ()), ("hit", (_E.SCREENING_AGAINST,))])
def test_screenings(result: str, reasons: tuple[ErrorCode, ...]) -> None:
    facts = with_health(screenings=(screened("2020-03-01 08:00", result),), **WELL)
    assert clear(facts, ask("national-2020-02", "2020-03-02 20:00")).reasons == reasons


@pytest.mark.parametrize(
    ("level", "reasons"),
    [(None, ()), (RiskLevel.LOW, ()), (RiskLevel.MEDIUM, ()), (RiskLevel.HIGH, (_E.RISK_AREA,))],
)
def test_levels_of_risk(level: RiskLevel | None, reasons: tuple[ErrorCode, ...]) -> None:
    code = proof("2021-02-01 08:00", kind="health_code", issued_on="2021-02-01", result="green")
    occasion = ask("spring-festival-2021", "2021-02-02 12:00", risk=level)
    assert clear(with_health(proofs=(code,)), occasion).reasons == reasons


def test_nothing_of_health_is_asked_from_2023_on() -> None:
    sick = with_health(
        declarations=(declared("2023-02-01 08:00", yes="met_case"),),
        measurements=(warm("2023-02-01 08:00", 395),),
        screenings=(screened("2023-02-01 08:00", "hit"),),
    )
    for policy in ("from-2023-01", ORDINARY):
        assert clear(sick, ask(policy, "2023-02-01 20:00")).may_travel


def test_a_delay_is_judged_again() -> None:
    paper = proof("2020-03-13 08:00", issued_on="2020-03-13")
    facts = with_health(proofs=(paper,), declarations=(declared("2020-03-20 08:00"),))
    for arrival, verdict in (
        ("2020-03-27 22:00", Verdict.CLEARED),
        ("2020-03-28 02:00", Verdict.MISSING),
    ):
        found = clear(facts, ask("sichuan-2020-02-26", arrival))
        assert found.verdict is verdict
    (reason,) = found.obstacles
    assert (
        tell_reason(reason.code, reason.facts)
        == "健康申报证明3月27日到期，到达为3月28日：请重新开具"
    )
    with speaking("en"):
        assert tell_reason(reason.code, reason.facts) == (
            "the health certificate ends 2020-03-27, the arrival is 2020-03-28: get a new one"
        )


IN_WORDS: list[tuple[ErrorCode, dict[str, Any], str, str]] = [
    (
        _E.DECLARATION_MISSING,
        {"question_set": "2020-five"},
        "没有健康申报，本政策要的是2020年“五类”询问（2020-five）：请询问本人并登记",
        "no declaration to the five questions of 2020 (2020-five): ask the person and note the answers",
    ),
    *(
        (
            _E.PROOF_UNRECOGNISED,
            {"kind": ProofKind.HEALTH_CODE, "region": region},
            f"健康码由{zh}出具，本政策不认：请在认可的地方重新开具",
            f"the health code was issued in {en}, which this policy does not recognise: get one that is",
        )
        for region, zh, en in (
            ("33", "浙江省（33）", "浙江省 (33)"),
            ("3301", "浙江省杭州市（3301）", "浙江省杭州市 (3301)"),
            ("330106", "浙江省杭州市西湖区（330106）", "浙江省杭州市西湖区 (330106)"),
            ("9999", "9999", "9999"),
            (None, "未登记的地方", "a place that was not noted"),
        )
    ),
]


@pytest.mark.parametrize(("code", "facts", "zh", "en"), IN_WORDS)
def test_codes_are_said_in_words(code: ErrorCode, facts: dict[str, Any], zh: str, en: str) -> None:
    assert tell_reason(code, facts) == zh
    with speaking("en"):
        assert tell_reason(code, facts) == en


def test_every_reason_has_its_sentence_and_somebody_to_cure_it() -> None:
    assert {each.name for each in ReasonText} == {code.name for code in CURES}
    for code in CURES:
        assert "核验未通过" in tell_neutrally(code)
    assert "属高风险地区" in tell_reason(_E.RISK_AREA, {"level": RiskLevel.HIGH})


@pytest.mark.parametrize(
    ("role", "codes"),
    [
        (Role.HEALTH_OFFICER, frozenset(CURES)),
        (Role.COUNTY_COORDINATOR, frozenset(CURES)),
        (Role.TOWNSHIP_CLERK, NEUTRAL | OF_PAPERS),
        (Role.ESCORT, NEUTRAL),
        (Role.AUDITOR, NEUTRAL),
    ],
)
def test_who_may_know_what(role: Role, codes: frozenset[ErrorCode]) -> None:
    """A township collects papers; what somebody answered or measured it does not read."""
    actor = Actor("211221", UUID(int=1), role)
    assert {code for code in CURES if may_know(actor, code)} == codes


def test_hours_of_a_paper_that_has_only_a_day_run_from_its_beginning() -> None:
    told = {"issued_on": "2022-10-01", "result": "negative"}
    test = proof("2022-10-01 12:00", kind="nucleic_test", **told)
    for arrival, reasons in (
        ("2022-10-03 00:00", ()),
        ("2022-10-03 00:01", (_E.PROOF_EXPIRED,)),
    ):
        assert clear(with_health(proofs=(test,)), ask("autumn-2022", arrival)).reasons == reasons

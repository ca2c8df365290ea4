"""Clearance as a pure function: every fact by itself, and all at once."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from schemas.errors import ErrorCode
from schemas.events.payloads_passengers import PersonRole
from schemas.policies import PolicyVersion, ProofKind
from service.health.rules import Clearance, ClearanceFacts, Proof, clear
from service.policies.rules import ORDINARY

WORKER_ID = UUID(int=1)
HOLD = frozenset({UUID(int=2)})
BIRTHDAY = date(2020, 3, 24)
EVE = date(2020, 3, 23)
FACTS = ClearanceFacts(WORKER_ID, PersonRole.WORKER)
TESTED = PolicyVersion(
    version="tested", title="核酸检测", any_proof_of=(ProofKind.NUCLEIC_TEST, ProofKind.VACCINATION)
)


def _proof(kind: ProofKind, until: date) -> tuple[Proof, ...]:
    return (Proof(kind, until),)


CASES: dict[str, tuple[dict[str, Any], PolicyVersion, date, tuple[ErrorCode, ...]]] = {
    "grown up": ({}, ORDINARY, EVE, ()),
    "on hold": ({"holds": HOLD}, ORDINARY, EVE, (ErrorCode.HEALTH_HOLD,)),
    "withdrawn": ({"withdrawn": True}, ORDINARY, EVE, (ErrorCode.WORKER_WITHDRAWN,)),
    "15 still": ({"sixteen_on": BIRTHDAY}, ORDINARY, EVE, (ErrorCode.UNDER_AGE,)),
    "16 today": ({"sixteen_on": BIRTHDAY}, ORDINARY, BIRTHDAY, ()),
    "a child": ({"sixteen_on": BIRTHDAY, "role": PersonRole.CHILD}, ORDINARY, EVE, ()),
    "family": ({"sixteen_on": BIRTHDAY, "role": PersonRole.FAMILY}, ORDINARY, EVE, ()),
    "no proof": ({}, TESTED, EVE, (ErrorCode.PROOF_MISSING,)),
    "a proof": ({"proofs": _proof(ProofKind.VACCINATION, EVE)}, TESTED, EVE, ()),
    "an old proof": (
        {"proofs": _proof(ProofKind.NUCLEIC_TEST, EVE)},
        TESTED,
        BIRTHDAY,
        (ErrorCode.PROOF_MISSING,),
    ),
    "another proof": (
        {"proofs": _proof(ProofKind.HEALTH_CODE, BIRTHDAY)},
        TESTED,
        EVE,
        (ErrorCode.PROOF_MISSING,),
    ),
    "everything": (
        {"holds": HOLD, "withdrawn": True, "sixteen_on": BIRTHDAY},
        TESTED,
        EVE,
        (
            ErrorCode.HEALTH_HOLD,
            ErrorCode.PROOF_MISSING,
            ErrorCode.UNDER_AGE,
            ErrorCode.WORKER_WITHDRAWN,
        ),
    ),
}


@pytest.mark.parametrize(("given", "policy", "on", "reasons"), CASES.values(), ids=CASES)
def test_clear(
    given: dict[str, Any], policy: PolicyVersion, on: date, reasons: tuple[ErrorCode, ...]
) -> None:
    expected = Clearance(WORKER_ID, not reasons, reasons, policy.version)
    assert clear(replace(FACTS, **given), policy, on) == expected

"""Pure rules, each over its whole table."""

from datetime import timedelta
from uuid import UUID

import pytest

from schemas.accounts import ScopeFields
from schemas.permissions import Role
from service.accounts import passwords, rules
from service.accounts.tokens import hash_token, make_token, read_county

SOME_ID = UUID(int=1)
EVERY_FIELD = {
    "division_prefix": "211221105",
    "enterprise_id": SOME_ID,
    "carrier_id": SOME_ID,
    "trip_ids": [SOME_ID],
}


@pytest.mark.parametrize(
    ("password", "weak"),
    [
        ("autumn-harvest-42", False),
        ("秋天收完玉米就动身去苏州", False),
        ("Zq8#kT2!mW9x", False),
        ("a" * 4 + "bcdefghijklmnopqrstuvwxyz0" * 4, False),
        ("short-words", True),  # 11 characters
        ("x" * 129, True),
        ("aaaaaaaaaaaaaaaa", True),
        ("ababababababab", True),
        ("password12345", True),
        ("Ｐａｓｓｗｏｒｄ12345", True),  # full-width letters are the same letters
        ("Tieling211221!", True),
        ("fangang-123456-admin", True),
        ("welcome-to-liaoning", True),
        ("fanhe-clerk-2020-03", True),  # holds the user name
        ("FANHE-CLERK-2020-03", True),
    ],
)
def test_weak_passwords(password: str, *, weak: bool) -> None:
    assert rules.is_weak(password, "fanhe-clerk") is weak


@pytest.mark.parametrize(
    ("attempts", "seconds"),
    [(0, 0), (1, 0), (4, 0), (5, 30), (6, 60), (7, 120), (8, 240), (9, 480), (10, 900), (999, 900)],
)
def test_lock_grows_and_ends(attempts: int, seconds: int) -> None:
    assert rules.lock_length(attempts) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("code", "prefix"),
    [
        (None, None),
        ("32", "32"),
        ("3205", "3205"),
        ("320000", "32"),
        ("320500", "3205"),
        ("320585", "320585"),
        ("310100", "31"),  # Shanghai's code between the municipality and its districts
        ("211221105", "211221105"),
    ],
)
def test_prefix_of_a_code(code: str | None, prefix: str | None) -> None:
    assert rules.shorten_prefix(code) == prefix


NEEDED = {
    Role.ADMINISTRATOR: set[str](),
    Role.AUDITOR: set[str](),
    Role.CARRIER: {"carrier_id"},
    Role.COUNTY_COORDINATOR: set[str](),
    Role.DESTINATION_OFFICER: {"division_prefix"},
    Role.ENTERPRISE_RECEIVER: {"enterprise_id"},
    Role.ESCORT: set[str](),
    Role.HEALTH_OFFICER: set[str](),
    Role.TOWNSHIP_CLERK: {"division_prefix"},
}
TAKES_TRIPS = {Role.ESCORT, Role.HEALTH_OFFICER}


@pytest.mark.parametrize("role", Role)
def test_scope_of_every_role(role: Role) -> None:
    allowed = NEEDED[role] | ({"trip_ids"} if role in TAKES_TRIPS else set())
    nothing = rules.find_scope_faults(role, ScopeFields(), county_code="211221")
    everything = rules.find_scope_faults(
        role, ScopeFields.model_validate(EVERY_FIELD), county_code="211221"
    )
    fitting = ScopeFields.model_validate({name: EVERY_FIELD[name] for name in allowed})
    assert set(nothing) == NEEDED[role]
    assert set(everything) == EVERY_FIELD.keys() - allowed
    assert rules.find_scope_faults(role, fitting, county_code="211221") == []


@pytest.mark.parametrize(
    ("code", "fits"),
    [
        ("211221105", True),
        ("211221999", False),  # no such township
        ("211221", False),  # the whole county
        ("211224101", False),  # another county's
    ],
)
def test_township_of_a_clerk(code: str, *, fits: bool) -> None:
    scope = ScopeFields(division_prefix=code)
    faults = rules.find_scope_faults(Role.TOWNSHIP_CLERK, scope, county_code="211221")
    assert faults == ([] if fits else ["division_prefix"])


def test_tokens_name_their_county_and_differ() -> None:
    tokens = {make_token("211221") for _ in range(100)}
    assert len(tokens) == 100
    assert {read_county(token) for token in tokens} == {"211221"}
    assert {len(hash_token(token)) for token in tokens} == {32}
    assert {len(token) for token in tokens} == {len("fg_211221_") + 43}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "fg_",
        "fg_211221_",
        "fg_21122_" + "a" * 43,
        "fg_211221_" + "a" * 42,
        "xx_211221_" + "a" * 43,
        "fg_211221_" + "a" * 43 + "\n",
        "fg_２１１２２１_" + "a" * 43,
    ],
)
def test_other_shapes_name_no_county(text: str) -> None:
    assert read_county(text) is None


def test_password_hashes() -> None:
    """The parameters are part of the promise; nobody's hash costs the same as a real one."""
    stored = passwords.hash_password("autumn-harvest-42")
    head = "$argon2id$v=19$m=19456,t=2,p=1$"
    assert (stored[: len(head)], passwords.NOBODY[: len(head)]) == (head, head)
    assert len(stored) == len(passwords.NOBODY)
    assert passwords.fits("autumn-harvest-42", stored)
    assert not passwords.fits("autumn-harvest-43", stored)
    assert not passwords.fits("autumn-harvest-42", None)

"""The tests of a rules module notice what is changed in it: 300 seeded mutants, of which 85 % are noticed.
Only the module's own tests are run, those that need no database.
"""

import os
import random
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from tests.mutants.mutating import Mutant, list_mutants, make_mutant
from tests.mutants.plugin import VARIABLE

ROOT: Final = Path(__file__).parents[2]
SEED: Final = 20200324
MUTANTS: Final = 300
TO_BE_KILLED: Final = 0.85
PATIENCE_SECONDS: Final = 120
"""Thirty times what the tests of a module take: some mutants never end."""
TESTS: Final[dict[str, tuple[str, ...]]] = {
    "service.contacts.rules.meeting": ("tests/service/contacts/test_rules.py",),
    "service.health.notes": ("tests/service/health/test_facts.py",),
    "service.health.rules": ("tests/service/health/test_clearance.py",),
    "service.policies.rules": (
        "tests/service/policies/test_policies.py",
        "tests/service/policies/test_every_field_decides.py",
    ),
    "service.trips.rules.driving": ("tests/service/trips/test_driving.py",),
    "service.trips.rules.gate": ("tests/service/trips/test_gate_rules.py",),
}
"""Module → its own tests."""


class Chosen(NamedTuple):
    module: str
    mutant: Mutant


def find_source(module: str) -> str:
    return (ROOT / f"{module.replace('.', '/')}.py").read_text(encoding="utf-8")


def choose(count: int, seed: int) -> list[Chosen]:
    """Of all mutants of all modules, each as likely as any other."""
    every = [Chosen(name, each) for name in TESTS for each in list_mutants(find_source(name))]
    return sorted(
        random.Random(seed).sample(every, min(count, len(every))),
        key=lambda each: (each.module, each.mutant.number),
    )


def is_killed(chosen: Chosen | None, module: str) -> bool:
    """Whether the module's tests fail, or never end; without a mutant they pass."""
    told = {VARIABLE: f"{chosen.module}:{chosen.mutant.number}"} if chosen else {}
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-n", "0"]
    command += ["-p", "tests.mutants.plugin", "-m", "not long", "-k", "not sqlite and not postgres"]
    try:
        done = subprocess.run(
            [*command, *TESTS[module]],
            cwd=ROOT,
            env={**os.environ, **told, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return True
    assert done.returncode in {0, 1, 2}, done.stdout + done.stderr
    return done.returncode != 0


def run(chosen: list[Chosen]) -> list[Chosen]:
    """The survivors."""
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        killed = list(pool.map(lambda each: is_killed(each, each.module), chosen))
    return [each for each, dead in zip(chosen, killed, strict=True) if not dead]


def test_a_mutant_is_one_change() -> None:
    source = "def f(a):\n    if a < 1 and a:\n        return a + 2\n    return not a\n"
    made = [make_mutant(source, each.number) for each in list_mutants(source)]
    assert len(set(made)) == len(made) >= 7
    assert any("a <= 1" in each for each in made)
    assert any("a - 2" in each for each in made)
    assert any("if not" in each for each in made)


def test_without_a_mutant_the_tests_pass_and_a_plain_one_is_noticed() -> None:
    assert not is_killed(None, "service.policies.rules")
    source = find_source("service.policies.rules").splitlines()
    line = 1 + next(n for n, text in enumerate(source) if "tenths >= limit" in text)
    mutants = list_mutants(find_source("service.policies.rules"))
    warm = next(each for each in mutants if each.line == line and "GtE" in each.change)
    assert is_killed(Chosen("service.policies.rules", warm), "service.policies.rules")


@pytest.mark.long
def test_mutants_are_noticed() -> None:
    chosen = choose(MUTANTS, SEED)
    survivors = run(chosen)
    for module, mutant in survivors:
        print(f"survived: {module}:{mutant.line} {mutant.change} (number {mutant.number})")
    assert len(survivors) <= (1 - TO_BE_KILLED) * len(chosen), survivors

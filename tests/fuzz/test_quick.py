"""A few seconds of fuzzing in every run (`make fuzz` is the long form), and what it has found so far."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SECONDS = 4


# What a program starts with is part of the peak that the kernel tells of the next one.
LARGE = (
    sys.executable,
    "-c",
    "import os, sys; bytearray(1_200 << 20); os.execv(sys.executable, sys.argv[1:])",
)


def run_fuzz(folder: Path, *arguments: str, through: tuple[str, ...] = ()) -> str:
    command = [sys.executable, "-m", "tests.fuzz", *arguments, "--folder", str(folder)]
    ended = subprocess.run(
        [*through, *command],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    said = ended.stdout + ended.stderr
    assert ended.returncode == 0, said[-3000:]
    print(ended.stdout.splitlines()[0])
    return said


@pytest.mark.parametrize(("target", "through"), [("reader", ()), ("rules", LARGE)])
def test_nothing_is_found(
    target: str, through: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Also when started by a test run of more than a gigabyte, which is not taken for a finding."""
    said = run_fuzz(tmp_path, target, "--seconds", str(SECONDS), through=through)
    assert "Done " in said
    with capsys.disabled():
        if "WITHOUT atheris" in said:
            print(f"\n*** atheris is not installed: {target} was fuzzed without coverage ***")


@pytest.mark.parametrize("target", ["reader", "rules"])
def test_the_way_without_atheris(target: str, tmp_path: Path) -> None:
    said = run_fuzz(tmp_path, target, "--plain", "--seconds", "1")
    assert "WITHOUT atheris" in said
    assert "Done " in said

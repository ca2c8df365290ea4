"""`fangang-server demo`, as whoever types it sees it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from schemas.texts import Language, say, speaking
from service.demo.texts import DemoText
from tests.service.manage.conftest import Program

ROOT = Path(__file__).parents[3]
ACTS = (
    DemoText.OPENING,
    DemoText.ROSTER,
    DemoText.DEMAND,
    DemoText.PLANNING,
    DemoText.TWO_YEARS,
    DemoText.PAPERS,
    DemoText.DOOR,
    DemoText.ROAD,
    DemoText.GATE,
    DemoText.QUESTIONS,
    DemoText.TAMPERING,
)


def run_demo(folder: Path, **given: str) -> "subprocess.CompletedProcess[str]":
    environment = {name: os.environ[name] for name in os.environ.keys() - {"DEMO_LANG"}}
    return subprocess.run(
        [sys.executable, "-m", "service.manage", "demo", "--folder", str(folder)],
        env={**environment, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", **given},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.long
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_step_really_happens(tmp_path: Path, language: Language) -> None:
    done = run_demo(tmp_path / "demo", DEMO_LANG=language)
    assert (done.returncode, done.stderr) == (0, "")
    told = done.stdout.splitlines()
    with speaking(language):
        assert [line for line in told if line.startswith("━━")] == [
            f"━━ {say(act)}" for act in ACTS
        ]
        assert told[-1] == say(DemoText.DONE)


def test_a_folder_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("precious")
    refused = Program({})("demo", "--folder", str(tmp_path))
    assert (refused.code, refused.out) == (2, "")
    assert f"{tmp_path}: not a folder of an earlier demo" in "".join(refused.err.split("\n"))
    assert [each.name for each in tmp_path.iterdir()] == ["thesis.txt"]


def test_only_its_command_loads_it() -> None:
    probe = (
        "import sys, service.manage.main; print([n for n in sys.modules if 'service.demo' in n])"
    )
    done = subprocess.run(
        [sys.executable, "-c", probe], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"

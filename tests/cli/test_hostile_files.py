"""Whatever a file is, it is read or refused, within 300 MB and 5 seconds, and the program goes on.

Every file is read in a process of its own, which may not take more than 2 GB of addresses: a reader
that asks for terabytes is seen as the signal that ended it.
"""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.cli.hostile_factories import CORRUPT, READ, WHOLE, make_hostile

MOST_MEGABYTES, MOST_SECONDS = 300, 5.0
SIXTEENTHS = range(1, 16)
ROOT = Path(__file__).parents[2]
Outcomes = Mapping[str, tuple[str, int, float]]

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes and limits of Linux")


def read_all(folder: Path, files: Mapping[str, bytes]) -> Outcomes:
    for name, data in files.items():
        (folder / name).write_bytes(data)
    command = [sys.executable, "-m", "tests.cli.hostile_reading", str(folder)]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    outcomes: Outcomes = json.loads(ended.stdout)
    return outcomes


def list_excesses(outcomes: Outcomes) -> Outcomes:
    return {
        name: (outcome, megabytes, seconds)
        for name, (outcome, megabytes, seconds) in outcomes.items()
        if megabytes > MOST_MEGABYTES or seconds > MOST_SECONDS or outcome.startswith("died")
    }


def test_files_made_to_hurt(tmp_path: Path) -> None:
    files = make_hostile()
    outcomes = read_all(tmp_path, {name: data for name, (data, _) in files.items()})
    assert list_excesses(outcomes) == {}
    found = {name: outcome for name, (outcome, *_) in outcomes.items()}
    assert found == {name: expected for name, (_, expected) in files.items()}


def test_files_cut_off_at_every_sixteenth(tmp_path: Path) -> None:
    """A container tells that it is not whole; a text may end anywhere, but not inside a character."""
    unharmed = {"15 of xls"}  # what is cut off is the free end of its last table
    files = {
        f"{part:02} of {kind}": data[: len(data) * part // 16]
        for kind, data in WHOLE.items()
        for part in SIXTEENTHS
    } | {f"whole {kind}": data for kind, data in WHOLE.items()}
    outcomes = read_all(tmp_path, files)
    assert list_excesses(outcomes) == {}
    cut = {name for name in outcomes if " of " in name and "csv" not in name}
    assert {outcomes[name][0] for name in cut - unharmed} == {CORRUPT}
    whole = {name for name in outcomes if name.startswith("whole")} | unharmed
    assert {outcomes[name][0] for name in whole} == {READ}


def test_the_control_is_noticed() -> None:
    """What the program below the tests tells of a process that dies, and of one that takes too much."""
    code = (
        "import os, tests.cli.hostile_reading as it\n"
        "from pathlib import Path\n"
        "it._read = lambda path, sender: os.abort()\n"
        "print(it.read_alone(Path('x'))[0])\n"
        "it._read = lambda path, sender: (bytearray(400_000_000).count(1), os._exit(0))\n"
        "print(it.read_alone(Path('x'))[1] > 300)\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert ended.stdout.split("\n")[:2] == ["died: SIGABRT", "True"]

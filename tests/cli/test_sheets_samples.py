"""The acceptance examples, where they are beside the checkout: every file, every field."""

import json
import subprocess
import sys
import time
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from cli.documents import encode
from cli.roster.reading import Source, check_source

SAMPLES = Path(__file__).parents[3] / "shared" / "samples" / "rosters"
EXPECTED = SAMPLES / "expected.json"
CASES: list[dict[str, Any]] = (
    json.loads(EXPECTED.read_text(encoding="utf-8"))["cases"] if EXPECTED.exists() else []
)
PARTS = ("file_warnings", "sheets_read", "counts", "accepted", "rejected", "ignored", "warnings")
# VmHWM begins anew with the program; ru_maxrss would count the test runner before the exec.
MEASURE = """
import re, sys
from cli.main import run_command
code = run_command(sys.argv[1:])
kilobytes = re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1]
print(int(kilobytes) // 1024, file=sys.stderr)
sys.exit(code)
"""


def test_the_samples_are_there() -> None:
    if not CASES:
        pytest.skip(f"NOT TESTED: the acceptance examples are not at {SAMPLES.name}/")
    assert len(CASES) == len([path for path in SAMPLES.iterdir() if path.name.startswith("s")])


def with_years(case: dict[str, Any]) -> dict[str, Any]:
    """s24's day without a year is read by now (issue 12): 5/3 is 3 May 2020, and told."""
    if not case["id"].startswith("s24-"):
        return case
    accepted = [dict(row) for row in case["accepted"]]
    warnings = [dict(row) for row in case["warnings"]]
    (row,) = (each for each in accepted if each["row"] == 14)
    assert row.pop("departure_text") == "5/3"
    row["departure_date"] = "2020-05-03"
    (warned,) = (e for e in warnings if (e["row"], e["code"]) == (14, "date-unreadable"))
    warned["code"] = "date-year-assumed"
    return {**case, "accepted": accepted, "warnings": warnings}


def without_nulls(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A field without a value is left out."""
    return [{key: value for key, value in row.items() if value is not None} for row in rows]


def without_messages(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        row | {"errors": [{k: v for k, v in e.items() if k != "message"} for e in row["errors"]]}
        for row in rows
    ]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_sample(case: dict[str, Any]) -> None:
    case = with_years(case)
    path = SAMPLES / case["file"]
    checked = check_source(Source(path.name, path), as_of=date.fromisoformat(case["as_of"]))
    body = json.loads("".join(encode(checked.to_json(include_ids=True))))
    assert (body["file"], body["sha256"]) == (case["file"], case["sha256"])
    code = body["file_error"] and body["file_error"]["code"]
    if code in case["also_accept"] or case["file_error"] is not None:
        assert code in (case["file_error"], *case["also_accept"])
        return
    expected = {part: case[part] for part in PARTS}
    expected["accepted"] = without_nulls(expected["accepted"])
    body["rejected"] = without_messages(body["rejected"])
    assert {part: body[part] for part in PARTS} == expected


@pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")
@pytest.mark.parametrize(
    "case", [case for case in CASES if case["limits"]], ids=lambda case: case["id"]
)
def test_limits(case: dict[str, Any]) -> None:
    began = time.monotonic()
    arguments = ["roster", "check", "--json", "--as-of", case["as_of"], str(SAMPLES / case["file"])]
    ended = subprocess.run(
        [sys.executable, "-c", MEASURE, *arguments], capture_output=True, text=True, check=False
    )
    assert ended.returncode in (0, 3)
    assert int(ended.stderr.split()[-1]) <= case["limits"]["max_rss_mb"]
    assert time.monotonic() - began <= case["limits"]["max_seconds"]

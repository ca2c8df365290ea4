"""What a whole process writes once logging is configured: our lines, in our form, and no others."""

import json
import subprocess
import sys

import pytest

LEAK = "211221197805123418"
_PROGRAM = f"""
import logging
from service.app.logs import configure
configure({{form!r}})
logging.getLogger("uvicorn.error").info("Started server process")
logging.getLogger("uvicorn.access").info('GET /v1/workers?name={LEAK} 200')
try:
    raise ValueError("{LEAK}")
except ValueError:
    logging.getLogger("uvicorn.error").exception("Exception in ASGI application")
    logging.getLogger("library").exception("failed")
"""


def _written(form: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM.format(form=form)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == ""
    return done.stderr.splitlines()


def test_json_lines() -> None:
    lines = [json.loads(line) for line in _written("json")]
    assert [(line["logger"], line["message"], line.get("error_type")) for line in lines] == [
        ("uvicorn.error", "Started server process", None),
        ("library", "failed", "ValueError"),
    ]


@pytest.mark.parametrize("form", ["json", "text"])
def test_nothing_personal_and_one_line_each(form: str) -> None:
    lines = _written(form)
    assert len(lines) == 2
    assert LEAK not in "".join(lines)

"""`log`: the lines written at level debug during a test; fixtures of the client and of the journeys."""

from collections.abc import Iterator

import pytest

from tests.canary.looking import keep_log
from tests.cli.conftest import desk, front
from tests.journeys.conftest import season

__all__ = ["desk", "front", "season"]


@pytest.fixture
def log() -> Iterator[list[str]]:
    with keep_log() as lines:
        yield lines

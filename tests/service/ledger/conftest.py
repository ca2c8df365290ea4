from collections.abc import Iterator

import pytest

from service.app.composition import make_context
from service.settings import Settings
from tests.ledgers import Ledger


@pytest.fixture
def ledger(settings: Settings) -> Iterator[Ledger]:
    made = Ledger(make_context(settings))
    yield made
    made.context.dispose()

from collections.abc import Iterator

import pytest

from service.app.composition import make_context
from service.settings import Settings
from tests.ledgers import Ledger
from tests.tamper.attacks import Victim


@pytest.fixture
def ledger(settings: Settings) -> Iterator[Ledger]:
    made = Ledger(make_context(settings))
    yield made
    made.context.dispose()


@pytest.fixture
def victim(ledger: Ledger) -> Victim:
    """A trip of five events (the third sealed), a worker's of two (the second sealed), and a
    batch's of one.
    """
    return Victim.make(ledger)

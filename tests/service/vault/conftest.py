"""A vault on a fresh database, and the subjects of one county."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import pytest

from service.db.database import Database
from service.settings import Settings
from service.vault.keyfile import read_key_file
from service.vault.vault import Vault

COUNTY = "211221"
SOMEBODY, OTHER = UUID(int=1), UUID(int=2)
ERASED_AT = datetime(2020, 3, 24, 8, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Person:
    county_code: str = COUNTY
    division_prefix: str = ""


ME = Person()


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    made = Database(settings, patience=2)
    yield made
    made.dispose()


@pytest.fixture
def vault(database: Database, settings: Settings) -> Iterator[Vault]:
    made = Vault(database, read_key_file(settings.key_file))
    yield made
    made.dispose()

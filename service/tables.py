"""All tables of all features, for migrations and for the comparison of schemas."""

from sqlmodel import SQLModel

from service.ledger import models as ledger_models
from service.vault.models import key_metadata

metadata = SQLModel.metadata

__all__ = ["key_metadata", "ledger_models", "metadata"]

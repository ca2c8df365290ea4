"""All tables of all features, for migrations and for the comparison of schemas."""

from sqlmodel import SQLModel

from service.accounts import models as account_models
from service.demand import models as demand_models
from service.ledger import models as ledger_models
from service.trips import models as trip_models
from service.vault.models import key_metadata
from service.workers import models as worker_models

metadata = SQLModel.metadata

__all__ = [
    "account_models",
    "demand_models",
    "key_metadata",
    "ledger_models",
    "metadata",
    "trip_models",
    "worker_models",
]

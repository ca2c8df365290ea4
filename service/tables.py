"""All tables of all features, for migrations and for the comparison of schemas."""

from sqlmodel import SQLModel

from service.accounts import models as account_models
from service.attachments import models as attachment_models
from service.demand import models as demand_models
from service.enterprises import models as enterprise_models
from service.fleets import models as fleet_models
from service.inquiries import models as inquiry_models
from service.ledger import models as ledger_models
from service.policies import models as policy_models
from service.recording import models as recording_models
from service.registry import models as worker_models
from service.rosters import models as roster_models
from service.stranded import models as stranded_models
from service.trips import models as trip_models
from service.vault import models as vault_models
from service.vault.keys import key_metadata
from service.workers import models as health_models

metadata = SQLModel.metadata

__all__ = [
    "account_models",
    "attachment_models",
    "demand_models",
    "enterprise_models",
    "fleet_models",
    "health_models",
    "inquiry_models",
    "key_metadata",
    "ledger_models",
    "metadata",
    "policy_models",
    "recording_models",
    "roster_models",
    "stranded_models",
    "trip_models",
    "vault_models",
    "worker_models",
]

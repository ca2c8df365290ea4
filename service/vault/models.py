"""The table of erasures in the records: which classes of which subject are to have no key any more."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field, SQLModel

from service.db.columns import CLUSTERED, Id, Instant


class Erasure(SQLModel, table=True):
    """Written in the transaction that erases, before the keys are destroyed: so a crash between the records
    and the key store, or an older archive of the keys put back, leaves no key that is not destroyed again
    (Vault.repeat_erasures). `classes`: their names in alphabetical order, separated by spaces. Never changed.
    """

    __table_args__ = (CLUSTERED,)

    county_code: str = Field(max_length=6, primary_key=True)
    subject_id: UUID = Field(sa_type=Id, primary_key=True)
    classes: str = Field(max_length=64, primary_key=True)
    erased_at: datetime = Field(sa_type=Instant)

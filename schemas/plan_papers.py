"""Papers that a plan names, with the days on which they end: charter sign, contract, toll pass and its stamp,
accident insurance of the passengers. On the wire of trips, in and out.
"""

from datetime import date
from typing import Annotated, Final

from pydantic import Field, StringConstraints

from schemas.base import Input, Wire
from schemas.types import Day

_Number = Annotated[str, StringConstraints(min_length=1, max_length=60, strip_whitespace=True)]
_Name = Annotated[str, StringConstraints(min_length=1, max_length=120, strip_whitespace=True)]
_SIGN: Final = "Number of the charter sign (`包车客运标志牌`); null where it is not known."
_SIGN_UNTIL: Final = "Last day of the charter sign; null where it is not known."
_CONTRACT: Final = "Number of the charter contract (`包车合同`); null where it is not known."
_TOLL_FREE: Final = "Number of the pass for free tolls; null where there is none."
_ENTRY: Final = "Toll station where the vehicle enters; null where it is not known."
_EXIT: Final = "Toll station where the vehicle leaves; null where it is not known."
_STAMP: Final = "Which authority stamped the pass; null where none did."
_INSURANCE: Final = (
    "Number of the passengers' accident insurance (`乘客意外险`); null where none was bought."
)
_INSURANCE_UNTIL: Final = "Last day of that insurance; null where it is not known."


class PlanPapers(Input):
    """What a plan says of its papers."""

    charter_sign_number: _Number | None = Field(default=None, description=_SIGN)
    charter_sign_valid_until: Day | None = Field(default=None, description=_SIGN_UNTIL)
    contract_number: _Number | None = Field(default=None, description=_CONTRACT)
    toll_pass_number: _Number | None = Field(default=None, description=_TOLL_FREE)
    toll_entry: _Name | None = Field(default=None, description=_ENTRY)
    toll_exit: _Name | None = Field(default=None, description=_EXIT)
    stamp_unit: _Name | None = Field(default=None, description=_STAMP)
    passenger_insurance_number: _Number | None = Field(default=None, description=_INSURANCE)
    passenger_insurance_valid_until: Day | None = Field(default=None, description=_INSURANCE_UNTIL)


class PlanPapersShown(Wire):
    """The same in an answer."""

    charter_sign_number: str | None = Field(description=_SIGN)
    charter_sign_valid_until: date | None = Field(description=_SIGN_UNTIL)
    contract_number: str | None = Field(description=_CONTRACT)
    toll_pass_number: str | None = Field(description=_TOLL_FREE)
    toll_entry: str | None = Field(description=_ENTRY)
    toll_exit: str | None = Field(description=_EXIT)
    stamp_unit: str | None = Field(description=_STAMP)
    passenger_insurance_number: str | None = Field(description=_INSURANCE)
    passenger_insurance_valid_until: date | None = Field(description=_INSURANCE_UNTIL)


PLAN_PAPERS: Final = tuple(PlanPapers.model_fields)

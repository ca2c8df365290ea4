"""Parameters of a dated policy, where and when it holds, by which document; areas of risk. An ordinary year
asks for little; an epidemic's rules are further versions, as data.

A decision keeps the version that it used. Sources of the rules: docs/policies.md.
"""

from datetime import date
from enum import StrEnum
from typing import Annotated, Self

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from schemas.base import Input, Wire, object_to
from schemas.events.fields import PolicyCode, ShortText
from schemas.fleets import VehicleKind
from schemas.questions import SET_CODES, refuse_unknown_set
from schemas.texts import Text, say
from schemas.types import WHOLE, Day, Flag


class TemperatureComparison(StrEnum):
    """How a reading is compared with the limit: the texts differ (>37.3 here, ≥37.3 there)."""

    ABOVE = "above"
    AT_LEAST = "at_least"


class TemperatureSite(StrEnum):
    """Where a body temperature is taken."""

    ARMPIT = "armpit"
    EAR = "ear"
    FOREHEAD = "forehead"
    MOUTH = "mouth"
    WRIST = "wrist"


class ProofKind(StrEnum):
    """Papers of health that a policy may ask for, by what is shown at the door."""

    FOLLOW_UP_SHEET = "follow_up_sheet"
    HEALTH_CERTIFICATE = "health_certificate"
    HEALTH_CODE = "health_code"
    NUCLEIC_TEST = "nucleic_test"
    VACCINATION = "vaccination"


class CountsFrom(StrEnum):
    """From which date of a paper its validity runs."""

    ISSUE = "issue"
    SAMPLING = "sampling"


class RiskLevel(StrEnum):
    """Of an area; the higher comes first."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class RiskScheme(StrEnum):
    """By which edition areas were given levels: 2020 by county, 2022-06 by zones, 2022-11 only high and low."""

    COUNTIES_2020 = "2020"
    ZONES_2022_06 = "2022-06"
    TWO_LEVELS_2022_11 = "2022-11"


class ContactReach(StrEnum):
    """Who on one vehicle counts as having ridden with somebody."""

    EVERYBODY = "everybody"
    ROWS = "rows"


class PolicyMisfit(StrEnum):
    """Why a policy does not hold for a trip by its own words. Whether it is used all the same an approver
    decides."""

    DATES = "dates"
    REGION = "region"


class _MisfitText(Text):
    DATES = (
        "注意：该政策在发车那天不在有效期内",
        "note: this policy does not hold on the day of departure",
    )
    REGION = ("注意：该政策不是本县所在地区的", "note: this policy is of another region")


def tell_misfit(misfit: PolicyMisfit) -> str:
    """In the language in force."""
    return say(_MisfitText[misfit.name])


_Hours = Annotated[int, Field(ge=1, le=720), WHOLE]
_Days = Annotated[int, Field(ge=1, le=365), WHOLE]
_Percent = Annotated[int, Field(ge=1, le=100), WHOLE]
_Kilometres = Annotated[int, Field(ge=1, le=6000), WHOLE]
_Region = Annotated[str, StringConstraints(pattern=r"^([0-9]{2}){0,3}$")]
_AreaCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$|^[0-9]{9}$")]


def _check_order(first: date | None, last: date | None) -> None:
    """Raises an error of the field `valid_until`."""
    if first and last and last < first:
        raise object_to("order-wrong", "valid_until", "ends before it begins")


class ProofValidity(Input):
    """How long one kind of paper holds: days after the day it counts from, which is
    not counted (民法总则 art. 201), or hours."""

    kind: ProofKind
    counts_from: CountsFrom = CountsFrom.ISSUE
    days: _Days | None = None
    hours: _Hours | None = None

    @model_validator(mode="after")
    def _one_length(self) -> Self:
        if (self.days is None) is (self.hours is None):
            raise object_to("validity-unclear", "days", "either days or hours")
        return self


class OccupancyByRisk(Input):
    """Per cent of the licensed places, by the highest level on the way; null: no limit."""

    high: _Percent | None = None
    medium: _Percent | None = None
    low: _Percent | None = None


class DriverHours(Input):
    """道路旅客运输企业安全管理规范 art. 38: in force in ordinary years too. Night is 22:00 to 06:00."""

    day_hours: Annotated[int, Field(ge=1, le=24), WHOLE] = 4
    night_hours: Annotated[int, Field(ge=1, le=24), WHOLE] = 2
    rest_minutes: Annotated[int, Field(ge=1, le=240), WHOLE] = 20
    hours_in_24: Annotated[int, Field(ge=1, le=24), WHOLE] = 8
    hours_in_7_days: Annotated[int, Field(ge=1, le=168), WHOLE] = 44
    no_driving_from_hour: Annotated[int, Field(ge=0, le=23), WHOLE] = 2
    no_driving_until_hour: Annotated[int, Field(ge=0, le=23), WHOLE] = 5
    two_drivers_above_km: _Kilometres = 400
    two_drivers_above_expressway_km: _Kilometres = 600
    speed_kmh: Annotated[int, Field(ge=10, le=100), WHOLE] = 80


class ContactRule(Input):
    """Who rode with somebody on one kind of vehicle: everybody, or so many rows before and behind."""

    vehicle: VehicleKind
    air_sealed: Flag | None = None
    """Only for vehicles with, or without, closed air conditioning; null for both."""
    reach: ContactReach
    rows: Annotated[int | None, Field(ge=1, le=20), WHOLE] = None

    @model_validator(mode="after")
    def _rows_fit(self) -> Self:
        if (self.reach is ContactReach.ROWS) is (self.rows is None):
            raise object_to("rows-unclear", "rows", "rows with reach rows, and only then")
        return self


class PolicyIn(Input):
    """One dated set, as its file says it. `region` is the prefix of the counties where it holds ("" for
    all), both days are inclusive, null is open. An empty parameter asks for nothing.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "version": "tieling-2020-03",
                    "title": "铁岭市2020年3月：返岗专车",
                    "region": "2112",
                    "valid_from": "2020-03-10",
                    "valid_until": "2020-04-30",
                    "document": "铁市防指〔2020〕00号（合成）",
                    "temperature_limit_tenths": 373,
                    "occupancy_percent": 50,
                    "isolation_rows": 2,
                }
            ]
        }
    )

    version: PolicyCode
    title: ShortText
    region: _Region = ""
    valid_from: Day | None = None
    valid_until: Day | None = None
    document: ShortText | None = None
    source: ShortText | None = None

    temperature_limit_tenths: Annotated[int | None, Field(ge=300, le=450), WHOLE] = None
    temperature_comparison: TemperatureComparison = TemperatureComparison.ABOVE
    temperature_sites: tuple[TemperatureSite, ...] = ()
    """Only readings of these count; empty: of any."""
    remeasure_hours: _Hours | None = None

    any_proof_of: tuple[ProofKind, ...] = ()
    proof_validity: tuple[ProofValidity, ...] = ()
    """Of papers issued (or sampled) while this policy holds."""
    proofs_recognised_from: tuple[_Region, ...] = ()
    """First digits of the divisions whose papers count; empty: of any."""
    question_set: PolicyCode | None = None
    exposure_window_days: _Days | None = None
    """How long before the arrival a declaration may have been made."""

    risk_scheme: RiskScheme | None = None
    deny_risk: tuple[RiskLevel, ...] = ()

    occupancy_percent: _Percent | None = None
    occupancy_by_risk: OccupancyByRisk | None = None
    occupancy_between_cities_only: Flag = False
    crew_counts: Flag = False
    isolation_rows: Annotated[int, Field(ge=0, le=10), WHOLE] = 0
    isolation_from_places: Annotated[int, Field(ge=1, le=400), WHOLE] = 10

    disinfect_before_boarding: Flag = False
    disinfect_on_return: Flag = False
    disinfect_interval_hours: _Hours | None = None

    driver_hours: DriverHours = DriverHours()
    stamp_required: Flag = False
    toll_free: Flag = False

    contact_rules: tuple[ContactRule, ...] = ()
    lookback_days: _Days | None = None
    follow_up_days: _Days | None = None

    filing_acknowledgement_required: Flag = False
    """Whether the destination has to answer before a manifest may be locked."""
    arrival_change_hours: _Hours = 2
    """By how much the arrival may move without a new acknowledgement."""
    silent_hours: _Hours = 3
    """After how long without a word from the road somebody is to call."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        _check_order(self.valid_from, self.valid_until)
        return self

    @model_validator(mode="after")
    def _can_be_fulfilled(self) -> Self:
        """Refuses a set of questions that is not known, and two lengths or reaches for the same thing: once
        loaded, a version is never changed."""
        if self.question_set is not None and self.question_set not in SET_CODES:
            raise refuse_unknown_set()
        proofs = [each.kind for each in self.proof_validity]
        if len(proofs) > len(set(proofs)):
            raise object_to("named-twice", "proof_validity", "one kind has one validity")
        reaches = [(each.vehicle, each.air_sealed) for each in self.contact_rules]
        if len(reaches) > len(set(reaches)):
            raise object_to("named-twice", "contact_rules", "one vehicle has one rule")
        return self


class PolicyVersion(PolicyIn, Wire):
    """One dated set as it is in force."""


class RiskArea(Input):
    """The level of one area on days, both inclusive; `valid_until` null: until further notice."""

    area_code: _AreaCode
    level: RiskLevel
    scheme: RiskScheme
    valid_from: Day
    valid_until: Day | None = None
    source: ShortText | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        _check_order(self.valid_from, self.valid_until)
        return self


class RiskAreas(Input):
    """Levels of areas on days, as one list."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "areas": [
                        {
                            "area_code": "320500",
                            "level": "medium",
                            "scheme": "2020",
                            "valid_from": "2020-03-01",
                            "valid_until": "2020-03-14",
                        }
                    ]
                }
            ]
        }
    )

    areas: Annotated[list[RiskArea], Field(min_length=1, max_length=5000)]

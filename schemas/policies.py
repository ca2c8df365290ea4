"""Parameters of a dated policy: temperature limit, health proofs, occupancy, isolation rows, acknowledgement
before locking, drivers' hours (4 by day, 2 by night, 8 in 24), keeping manifests 365 days.

An ordinary year asks for little; an epidemic's rules are further versions, as data. A decision keeps the
version that it used.
"""

from datetime import date
from enum import StrEnum

from schemas.base import Wire


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


class DriverHours(Wire):
    """道路旅客运输企业安全管理规范 art. 38: in force in ordinary years too."""

    day_hours: int = 4
    night_hours: int = 2
    rest_minutes: int = 20
    hours_in_24: int = 8
    hours_in_7_days: int = 44
    no_driving_from_hour: int = 2
    no_driving_until_hour: int = 5
    two_drivers_above_km: int = 400
    two_drivers_above_expressway_km: int = 600


class PolicyVersion(Wire):
    """One dated set. `region` is the prefix of the counties where it holds ("" everywhere), both
    days are inclusive, null is open. An empty parameter asks for nothing.
    """

    version: str
    title: str
    region: str = ""
    valid_from: date | None = None
    valid_until: date | None = None
    document: str | None = None

    temperature_limit_tenths: int | None = None
    temperature_comparison: TemperatureComparison = TemperatureComparison.ABOVE
    remeasure_hours: int | None = None
    any_proof_of: tuple[ProofKind, ...] = ()
    question_set: str | None = None
    exposure_window_days: int | None = None
    """How long before the arrival a declaration may have been made."""
    follow_up_days: int | None = None
    """For how many days after the arrival people are called; null: nobody is."""

    filing_acknowledgement_required: bool = False
    """Whether the destination has to answer before a manifest may be locked."""

    occupancy_percent: int | None = None
    crew_counts: bool = False
    isolation_rows: int = 0
    isolation_from_places: int = 10

    driver_hours: DriverHours = DriverHours()
    manifest_retention_days: int = 365

"""Every SELECT of policies and of areas' levels of risk: the county's book, for actions and for handlers."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Final
from uuid import UUID

from sqlmodel import Session, col, select

from schemas.policies import PolicyVersion, RiskArea, RiskLevel, RiskScheme
from service.policies.models import Policy, RiskLevelOfArea
from service.policies.rules import PolicyBook
from service.recording.handlers import Loader


def load_book(session: Session, county_code: str, *, with_areas: bool = False) -> PolicyBook:
    """All that the county has loaded: one statement, and one more for the areas, where a policy asks for them
    or the caller does."""
    statement = select(Policy.content).where(Policy.county_code == county_code)
    found = session.exec(statement.order_by(col(Policy.version)))
    loaded = tuple(_read_policy(content) for content in found)
    rated = with_areas or any(each.risk_scheme is not None for each in loaded)
    areas = tuple(_list_areas(session, county_code)) if rated else ()
    return PolicyBook(county_code, loaded, areas)


@lru_cache(maxsize=200)
def _read_policy(content: str) -> PolicyVersion:
    """Versions are never changed, so the same text is the same policy."""
    return PolicyVersion.model_validate_json(content)


def _list_areas(session: Session, county_code: str) -> list[RiskArea]:
    statement = select(RiskLevelOfArea).where(RiskLevelOfArea.county_code == county_code)
    return [
        RiskArea.model_construct(
            area_code=row.area_code,
            level=RiskLevel(row.level),
            scheme=RiskScheme(row.scheme),
            valid_from=row.valid_from,
            valid_until=row.valid_until,
            source=row.source,
        )
        for row in session.exec(statement)
    ]


THE_BOOK: Final = UUID("0b5b6f0e-6d5e-5a39-8a0c-3f3c0d5f5b11")
"""By what handlers ask for it: a county has one."""


def _load_books(session: Session, county_code: str, ids: Iterable[UUID]) -> dict[UUID, PolicyBook]:
    return {each: load_book(session, county_code) for each in ids}


POLICIES: Final = Loader("policies", _load_books)

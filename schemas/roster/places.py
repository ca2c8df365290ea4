"""Places in a roster: the destination's code and whether an id's first six digits are known."""

import unicodedata
from functools import lru_cache

from schemas import divisions


@lru_cache(maxsize=4_096)
def find_destination_code(text: str) -> str | None:
    """The code that a destination's text names beyond doubt."""
    return divisions.find_destination(text)


@lru_cache(maxsize=16_384)
def is_known_area(code: str) -> bool:
    """Whether a division ever had these six digits. Permits and residence cards have none."""
    return code[0] in "89" or divisions.is_known_area(code)


def clean_code(text: str) -> str:
    """A code as digits (`110100.0` from a number, full-width digits); other text as it stands."""
    return unicodedata.normalize("NFKC", text).strip().removesuffix(".0")


def canonical_township(text: str, county_code: str) -> str:
    """The township's full name in that county (凡河 → 凡河镇), or the text as it stands."""
    code = divisions.find_township(county_code, text)
    division = divisions.get_division(code) if code else None
    return division.name if division is not None else text

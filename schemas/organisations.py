"""Names of firms as people write them: one form for comparing, and what may be shown as a firm."""

import re
import unicodedata
from functools import lru_cache
from typing import Final

from schemas.identity import strip_format_characters

_PUNCTUATION: Final = re.compile(r"[\s()\[\]{}【】〔〕<>《》「」\"'“”‘’·•.,，。、:：;；\-–—_/\\]+")
_ORGANISATION: Final = re.compile(
    r"(?:公司|集团|工厂|[^工]厂|项目部|指挥部|合作社|事务所|工作室|中心|医院|学校|幼儿园|宾馆|酒店|饭店|"
    r"超市|商场|研究院|研究所|[路桥建]局|基地|车间|工地)(?:.{0,6}(?:分|子|总)?(?:公司|部|厂|店))?$"
)
_NUMBER: Final = re.compile(r"\d{5,}")


@lru_cache(maxsize=16_384)
def normalise_organisation(text: str) -> str:
    """NFKC, no punctuation, brackets as if they were not there: what two spellings share."""
    clean = strip_format_characters(unicodedata.normalize("NFKC", text))
    return _PUNCTUATION.sub("", clean).casefold()


def is_firm_name(text: str) -> bool:
    """Whether a text certainly names a firm and nobody's person or telephone.

    Employer cells also hold 跟李四干活 and mobile numbers: only what ends like a firm may stand
    unsealed. What is missed by this is grouped all the same, without its name.
    """
    name = normalise_organisation(text)
    return len(name) >= 4 and not _NUMBER.search(name) and _ORGANISATION.search(name) is not None

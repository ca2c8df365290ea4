"""Field types that all wire models share: names of people and organisations, mobile and landline numbers,
identity numbers, credit codes, number plates, division codes, days; stored form, limits, check
characters.

Each normaliser returns the one stored form or raises ValueError with a code and no value in it:
an error may be logged, and what was typed may be personal.
"""

import re
import unicodedata
from datetime import date, datetime
from typing import Annotated, Final
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, Strict, StringConstraints
from pydantic_core import PydanticCustomError, PydanticKnownError

from schemas import identity
from schemas.private_use import restore

MAX_NAME_LENGTH: Final = 60
_RAW_LIMIT: Final = StringConstraints(max_length=200)


def check_doubled(ids: list[UUID]) -> list[UUID]:
    if len(set(ids)) < len(ids):
        raise PydanticCustomError("ids-doubled", "no id may stand there twice")
    return ids


# --- names ------------------------------------------------------------------------------------
MIDDLE_DOT: Final = "\u00b7"
_DOTS: Final = str.maketrans(dict.fromkeys("•‧・･.．∙⋅●◦․᛫⸱。｡·", MIDDLE_DOT))
_PLAIN_HAN_NAME: Final = re.compile(r"[\u4e00-\u9fff]{2,8}").fullmatch
# Han with radicals, 々 and 〇, and all of planes 2 and 3: the newest name characters are
# younger than Python's own table.
_HAN: Final = (
    "\u2e80-\u2fdf\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003fffd"
)
_SHORT_HAN: Final = re.compile(rf"(?:[{_HAN}]\s*){{1,4}}").fullmatch
_HAN_CHARACTER: Final = re.compile(rf"[{_HAN}]").match
_BLANKS_AT_DOT: Final = re.compile(rf"\s*{MIDDLE_DOT}\s*")


def normalise_name(text: str) -> str:
    """NFC (never NFKC: it turns ⼭ into 山), one middle dot, no blanks inside short Han names, no private
    characters of GBK.
    """
    if _PLAIN_HAN_NAME(text):
        return text
    clean = identity.strip_format_characters(unicodedata.normalize("NFC", restore(text)))
    clean = _BLANKS_AT_DOT.sub(MIDDLE_DOT, clean.translate(_DOTS)).strip()
    return "".join(clean.split()) if _SHORT_HAN(clean) else " ".join(clean.split())


def is_person_name(name: str) -> bool:
    """Whether a normalised name is 2 to 60 Han characters or letters, parts joined by a dot.

    Words of letters may be parted by one blank (foreign residents); Han parts may not.
    """
    if _PLAIN_HAN_NAME(name):
        return True
    if not 2 <= len(name) <= MAX_NAME_LENGTH:
        return False
    return all(_is_name_part(part) for part in name.split(MIDDLE_DOT))


def _is_name_part(part: str) -> bool:
    if " " in part and _HAN_CHARACTER(part.replace(" ", "")[:1]):
        return False
    return part == part.strip() != "" and all(
        c == " " or _HAN_CHARACTER(c) or unicodedata.category(c)[0] in "LM" for c in part
    )


def _parse_name(text: str) -> str:
    name = normalise_name(text)
    if not is_person_name(name):
        raise PydanticCustomError("name-invalid", "not a person's name")
    return name


# --- telephones -------------------------------------------------------------------------------
_MOBILE: Final = re.compile(r"1[3-9]\d{9}", re.ASCII).fullmatch
_LANDLINE: Final = re.compile(
    r"(?P<area>010|02\d|0[3-9]\d{2})(?P<number>[2-8]\d{6,7})(?:转?(?P<extension>\d{1,6}))?"
).fullmatch
_PHONE_PUNCTUATION: Final = re.compile(r"[\s()\[\]·.\-–—−‐‑]+")
_EXTENSION_MARK: Final = re.compile(
    r"(?<=\d{7})\s*(?:转|-|ext\.?|#|\*)\s*(?=\d{1,6}$)", re.IGNORECASE
)
_COUNTRY_CODE: Final = re.compile(r"^(?:(?:\+|00)?86(?=1\d{10}$)|(?:\+|00)86)")


def normalise_phone(text: str) -> str | None:
    """`15400001234` for a mobile, `024-74840000` (`024-74840000-801`) for a landline, else None."""
    if _MOBILE(text):
        return text
    clean = identity.strip_format_characters(unicodedata.normalize("NFKC", text)).strip()
    clean = clean.removesuffix(".0")
    compact = _PHONE_PUNCTUATION.sub("", _EXTENSION_MARK.sub("转", clean))
    if not compact.isascii() and "转" not in compact:
        return None
    return _match_phone(compact)


def _match_phone(compact: str) -> str | None:
    local = _COUNTRY_CODE.sub("", compact, count=1) if "86" in compact[:4] else compact
    if _MOBILE(local):
        return local
    dialled = local if local == compact or local.startswith("0") else "0" + local
    landline = _LANDLINE(dialled)
    if landline is None:
        return None
    return "-".join(part for part in landline.groups() if part)


def is_mobile(phone: str) -> bool:
    return _MOBILE(phone) is not None


def _parse_phone(text: str) -> str:
    phone = normalise_phone(text)
    if phone is None:
        raise PydanticCustomError("phone-invalid", "neither a mobile number nor a landline")
    return phone


# --- identity numbers -------------------------------------------------------------------------
def _parse_id_number(text: str) -> str:
    number = identity.normalise_id(text)
    problem = identity.find_problem(number)
    if problem is not None:
        raise PydanticCustomError(problem.value, "not a valid identity number")
    return number


# --- organisations ------------------------------------------------------------------------------
def normalise_organisation(text: str) -> str:
    """NFC, single blanks: the one stored form of a firm's name or an address."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def search_key(name: str) -> str:
    """What two spellings of one name share: width, brackets, case and blanks do not count."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


def _parse_organisation(text: str) -> str:
    name = normalise_organisation(text)
    if len(name) < 2 or not search_key(name):
        raise PydanticCustomError("name-invalid", "not a name")
    return name


# --- unified social credit codes, GB 32100-2015 -----------------------------------------------
_CREDIT_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_VALUES: Final = {character: value for value, character in enumerate(_CREDIT_ALPHABET)}
_CREDIT_WEIGHTS: Final = tuple(pow(3, place, 31) for place in range(17))
_ORGANISATION_WEIGHTS: Final = (3, 7, 9, 10, 5, 8, 4, 2)


def compute_credit_check(first17: str) -> str:
    """The 18th character that belongs to 17 of the alphabet (no I, O, S, V, Z)."""
    total = sum(
        _CREDIT_VALUES[character] * weight
        for character, weight in zip(first17, _CREDIT_WEIGHTS, strict=True)
    )
    return _CREDIT_ALPHABET[-total % 31]


def organisation_part_fits(code: str) -> bool:
    """Whether characters 9 to 17 keep GB 11714. Real codes break it: a warning, not an error."""
    total = sum(
        int(character, 36) * weight
        for character, weight in zip(code[8:16], _ORGANISATION_WEIGHTS, strict=True)
    )
    return code[16] == "0123456789X0"[11 - total % 11]


def _parse_credit_code(text: str) -> str:
    code = _compact_upper(text)
    if len(code) != 18 or not _CREDIT_VALUES.keys() >= set(code):
        raise PydanticCustomError("credit-code-format", "not 18 characters of the code's alphabet")
    if compute_credit_check(code[:17]) != code[17]:
        raise PydanticCustomError("credit-code-check", "the check character does not fit")
    return code


def _compact_upper(text: str) -> str:
    clean = identity.strip_format_characters(unicodedata.normalize("NFKC", text))
    return "".join(clean.split()).upper()


# --- number plates, GA 36-2018 ----------------------------------------------------------------
_PLATE: Final = re.compile(
    r"[京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新][A-HJ-NP-Z]"
    r"(?:[0-9A-HJ-NP-Z]{4}[0-9A-HJ-NP-Z挂学警港澳]"  # ordinary
    r"|[A-HJK][0-9A-HJ-NP-Z][0-9]{4}"  # small, new energy
    r"|[0-9]{5}[A-HJK])"  # large, new energy
).fullmatch
_PLATE_PUNCTUATION: Final = re.compile(r"[\s·•・.．\-–—]+")


def parse_plate(text: str) -> str:
    plate = _PLATE_PUNCTUATION.sub("", _compact_upper(text))
    if not _PLATE(plate):
        raise PydanticCustomError("plate-invalid", "not a number plate")
    return plate


# --- division codes ---------------------------------------------------------------------------
def _parse_division_code(text: str) -> str:
    code = _compact_upper(text)
    if not (
        len(code) in (6, 9, 12)
        and code.isascii()
        and code.isdigit()
        and code[:2] in identity.PROVINCE_CODES | {"81", "82"}
    ):
        raise PydanticCustomError("division-code-invalid", "not 6, 9 or 12 digits of a division")
    return code


IdNumber = Annotated[str, _RAW_LIMIT, AfterValidator(_parse_id_number)]
Phone = Annotated[str, _RAW_LIMIT, AfterValidator(_parse_phone)]
PersonName = Annotated[str, _RAW_LIMIT, AfterValidator(_parse_name)]
CreditCode = Annotated[str, _RAW_LIMIT, AfterValidator(_parse_credit_code)]
Plate = Annotated[str, _RAW_LIMIT, AfterValidator(parse_plate)]
DivisionCode = Annotated[str, _RAW_LIMIT, AfterValidator(_parse_division_code)]
OrganisationName = Annotated[
    str, StringConstraints(max_length=120), AfterValidator(_parse_organisation)
]
Address = Annotated[
    str, StringConstraints(max_length=200, min_length=1), AfterValidator(normalise_organisation)
]


# --- days -----------------------------------------------------------------------------------------
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _read_day(value: object) -> object:
    """A day as it is written: 0 is not 1970, and a moment is no day."""
    if isinstance(value, datetime) or not isinstance(value, str | date):
        raise PydanticKnownError("date_type")
    if isinstance(value, str) and not _DAY.fullmatch(value):
        raise PydanticKnownError("date_parsing", {"error": "such as 2020-03-24"})
    return value


Day = Annotated[date, BeforeValidator(_read_day)]
"""2020-03-24."""


# --- what JSON has -----------------------------------------------------------------------------------
def _read_whole(value: object) -> object:
    """Neither true nor "24" is a number."""
    if isinstance(value, bool | str):
        raise PydanticKnownError("int_type")
    return value


def _read_true(value: object) -> object:
    if value is not None and not isinstance(value, bool):
        raise PydanticKnownError("bool_type")
    return value


TRUE: Final = BeforeValidator(_read_true)
"""Stands last in an Annotated Literal[True]: 1 is not true."""
WHOLE: Final = BeforeValidator(_read_whole)
"""Stands last in an Annotated int: 24, also as 24.0, and nothing that only looks like it."""
Flag = Annotated[bool, Strict()]
"""true or false as JSON has them: 0 and "yes" are neither."""

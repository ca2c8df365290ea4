"""Which passwords are weak; how long a user name is locked after wrong logins, and when they are forgotten;
which scope (township, enterprise, carrier, trips) each role must and may have.
"""

import unicodedata
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from schemas.accounts import MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH, ScopeFields
from schemas.divisions.reading import MUNICIPALITIES
from schemas.divisions.table import get_division, list_divisions
from schemas.permissions import Role

FREE_ATTEMPTS = 5
FIRST_LOCK = timedelta(seconds=30)
LONGEST_LOCK = timedelta(minutes=15)
ATTEMPTS_FORGOTTEN = timedelta(hours=2)

# --- passwords --------------------------------------------------------------------------------
_MIN_DISTINCT = 5
_MIN_OWN = 8
# What everybody tries first, here and elsewhere; longer ones first, so that they go as a whole.
_COMMON_WORDS = """
0123456789 1234567890 123456789 12345678 1234567 123456 12345 1234 654321 111111 000000 666666
888888 123123 112233 147258 159357 5201314 520520 password passw0rd p@ssw0rd passwort letmein
welcome qwertyuiop qwerty asdfghjkl asdfgh zxcvbnm 1qaz2wsx 1q2w3e4r qazwsx abcdefg abcdef abc123
iloveyou woaini monkey dragon sunshine master login administrator admin root guest test user
changeme secret default hello fangang tieling liaoning china zhongguo 211221 返岗 铁岭 密码 管理员
"""
_COMMON = sorted(_COMMON_WORDS.split(), key=len, reverse=True)


def is_weak(password: str, username: str) -> bool:
    """12 to 128 characters, and enough of them left without common words and the user name."""
    if not MIN_PASSWORD_LENGTH <= len(password) <= MAX_PASSWORD_LENGTH:
        return True
    plain = unicodedata.normalize("NFKC", password).casefold()
    if username.casefold() in plain or len(set(plain)) < _MIN_DISTINCT:
        return True
    for word in _COMMON:
        plain = plain.replace(word, "")
    return len(plain) < _MIN_OWN


# --- locks and ends ---------------------------------------------------------------------------
def lock_length(attempts: int) -> timedelta:
    """How long to wait after so many attempts in a row: nothing, then doubling, 15 min at most. A lock
    without end would let anybody keep a clerk out by wrong logins.
    """
    if attempts < FREE_ATTEMPTS:
        return timedelta()
    times = 1 << min(attempts - FREE_ATTEMPTS, 10)
    return min(FIRST_LOCK * times, LONGEST_LOCK)


# --- scopes -----------------------------------------------------------------------------------
ScopeName = Literal["division_prefix", "enterprise_id", "carrier_id", "trip_ids"]
SCOPE_NAMES: tuple[ScopeName, ...] = ("division_prefix", "enterprise_id", "carrier_id", "trip_ids")


@dataclass(frozen=True, slots=True)
class RoleScope:
    """The scope fields that a role must have and may have. Any other is an error: if it were ignored,
    the account would see more than whoever made it believes.
    """

    needs: frozenset[ScopeName] = frozenset()
    takes: frozenset[ScopeName] = frozenset()


ROLE_SCOPES: dict[Role, RoleScope] = {
    Role.ADMINISTRATOR: RoleScope(),
    Role.AUDITOR: RoleScope(),
    Role.CARRIER: RoleScope(needs=frozenset({"carrier_id"})),
    Role.COUNTY_COORDINATOR: RoleScope(),
    Role.DESTINATION_OFFICER: RoleScope(needs=frozenset({"division_prefix"})),
    Role.ENTERPRISE_RECEIVER: RoleScope(needs=frozenset({"enterprise_id"})),
    Role.ESCORT: RoleScope(takes=frozenset({"trip_ids"})),
    Role.HEALTH_OFFICER: RoleScope(takes=frozenset({"trip_ids"})),
    Role.TOWNSHIP_CLERK: RoleScope(needs=frozenset({"division_prefix"})),
}


def takes_trips(role: Role) -> bool:
    return "trip_ids" in ROLE_SCOPES[role].takes


def find_scope_faults(role: Role, scope: ScopeFields, *, county_code: str) -> list[ScopeName]:
    """The scope fields that are missing, not meant for this role, or no place of this county."""
    wanted = ROLE_SCOPES[role]
    given = {name for name in SCOPE_NAMES if getattr(scope, name) is not None}
    faults = (wanted.needs - given) | (given - wanted.needs - wanted.takes)
    if role is Role.TOWNSHIP_CLERK and not _is_township(scope.division_prefix, county_code):
        faults |= {"division_prefix"}
    return [name for name in SCOPE_NAMES if name in faults]


def _is_township(code: str | None, county_code: str) -> bool:
    """Townships that the table does not hold (of other counties) pass by their shape."""
    if code is None or len(code) != 9 or not code.startswith(county_code):
        return False
    return not list_divisions(county_code) or get_division(code) is not None


def shorten_prefix(code: str | None) -> str | None:
    """A province's or city's code of six digits as the prefix that its divisions share."""
    if code is None or len(code) != 6:
        return code
    if code in MUNICIPALITIES.values():
        return code[:2]
    return code[:2] if code.endswith("0000") else code[:4] if code.endswith("00") else code

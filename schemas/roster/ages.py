"""Who may be listed at which age."""

from datetime import date
from typing import Final

from schemas import identity
from schemas.roster.codes import RowCode
from schemas.roster.columns import Field
from schemas.roster.records import PersonRole

WORKING_AGE: Final = 16
GUARDED_AGE: Final = 14


def find_age_problem(
    born: date, *, role: PersonRole | None, guardian_problem: RowCode | None, as_of: date
) -> tuple[Field, RowCode] | None:
    """Workers are 16 or older; whoever else is under 14 needs a guardian's valid id.

    Without a role a person is a worker. `guardian_problem` is None when that id is valid; it
    counts only where a guardian is needed.
    """
    if (role or PersonRole.WORKER) is PersonRole.WORKER:
        is_of_age = born <= identity.years_before(as_of, WORKING_AGE)
        return None if is_of_age else (Field.ID_NUMBER, RowCode.UNDER_AGE)
    if guardian_problem is None or born <= identity.years_before(as_of, GUARDED_AGE):
        return None
    return Field.GUARDIAN_ID, guardian_problem


def count_years(born: date, on: date) -> int:
    """Full years of age on a day."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def judge_guardian(
    guardian_id: str | None, problem: RowCode | None, *, id_number: str
) -> RowCode | None:
    """A missing guardian has a code of its own, and nobody guards himself."""
    if problem is RowCode.ID_MISSING or guardian_id == id_number:
        return RowCode.GUARDIAN_MISSING
    return problem

"""HTTP of divisions: the provinces, what lies directly under a division, one division by its code."""

from typing import Annotated

from fastapi import Path, Query

from schemas.base import Page
from schemas.divisions.table import Division, DivisionOut, full_name, get_division, list_divisions
from schemas.errors import ErrorCode
from schemas.permissions import Permission
from service.auth import Actor, allowed
from service.errors import DomainError
from service.rest import Router

router = Router(prefix="/v1/divisions", tags=["places"])
Reader = Annotated[Actor, allowed(Permission.DIVISION_READ)]
Code = Annotated[str, Path(examples=["211221105"])]


@router.get("")
def list_children(
    _actor: Reader, parent: Annotated[str | None, Query(max_length=12)] = None
) -> Page[DivisionOut]:
    """The divisions directly under `parent`; without it the provinces."""
    if parent is not None:
        _find(parent)
    return Page(items=[_present(each) for each in list_divisions(parent)])


@router.get("/{code}")
def get_one(code: Code, _actor: Reader) -> DivisionOut:
    """One division by its code of six or nine digits."""
    return _present(_find(code))


def _find(code: str) -> Division:
    division = get_division(code)
    if division is None:
        raise DomainError(ErrorCode.NOT_FOUND)
    return division


def _present(division: Division) -> DivisionOut:
    return DivisionOut(
        code=division.code,
        level=division.level,
        name=division.name,
        full_name=full_name(division.code),
        parent=division.parent,
        kind=division.kind,
    )

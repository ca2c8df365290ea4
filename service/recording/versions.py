"""Optimistic editing of described rows: `ETag` out, `If-Match` in."""

from typing import Annotated

from fastapi import Depends, Header, Response

from schemas.errors import ErrorCode
from service.errors import DomainError


def read_if_match(
    if_match: Annotated[str | None, Header(description='The version that was read: "3"')] = None,
) -> int:
    """428 without it; 412 for what cannot be a version of ours (also for `*`, which guards nothing)."""
    if if_match is None:
        raise DomainError(ErrorCode.PRECONDITION_REQUIRED)
    tag = if_match.strip().removeprefix("W/").strip('"')
    if not (tag.isascii() and tag.isdigit() and len(tag) < 10):
        raise DomainError(ErrorCode.VERSION_STALE)
    return int(tag)


def check_version(stored: int, if_match: int) -> None:
    if stored != if_match:
        raise DomainError(ErrorCode.VERSION_STALE)


def set_etag(response: Response, version: int) -> None:
    response.headers["ETag"] = f'"{version}"'


IfMatch = Annotated[int, Depends(read_if_match)]
"""What an endpoint that edits takes: `version: IfMatch`."""

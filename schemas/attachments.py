"""Attachments of a trip (photographs, scans): which kinds, how large, how many; how one is shown."""

from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from pydantic import Field

from schemas.base import Wire

MAX_ATTACHMENT_BYTES: Final = 10 * 1024 * 1024
"""Of one attachment, as it is sent."""


class MediaType(StrEnum):
    """Told by the content, whatever name or type it is sent under."""

    JPEG = "image/jpeg"
    PDF = "application/pdf"
    PNG = "image/png"


ENDINGS: Final[dict[MediaType, str]] = {
    MediaType.JPEG: ".jpg",
    MediaType.PDF: ".pdf",
    MediaType.PNG: ".png",
}


class AttachmentOut(Wire):
    """One attachment without its content."""

    id: UUID
    trip_id: UUID
    sha256: str = Field(description="of the content as it is kept: of a picture without its place")
    size: int = Field(description="bytes of the content as it is kept")
    media_type: MediaType
    uploaded_at: datetime
    account_id: UUID
    uploaded_by: str | None = Field(description="user name of the account")

"""The rows of a chunk between plan and apply: sealed under the import's own key."""

import base64
import json
import zlib
from collections.abc import Sequence
from uuid import UUID

from sqlmodel import Session

from schemas.events.fields import PersonalClass
from service.context import Context
from service.rosters.rules.reading import StagedRow, encode_rows
from service.vault.indexes import IndexPurpose


def seal_rows(
    context: Context,
    session: Session,
    county_code: str,
    *,
    import_id: UUID,
    chunk: int,
    rows: Sequence[StagedRow],
) -> bytes:
    keyring = context.vault.open_keyring(session, county_code, [import_id])
    packed = base64.b64encode(zlib.compress(encode_rows(rows).encode(), level=1)).decode()
    place = _place(import_id, chunk)
    return keyring.seal(import_id, PersonalClass.NOTE, {"rows": packed}, place=place)


def open_rows(
    context: Context,
    session: Session,
    county_code: str,
    *,
    import_id: UUID,
    chunk: int,
    sealed: bytes,
) -> list[StagedRow]:
    keyring = context.vault.open_keyring(session, county_code, [import_id])
    place = _place(import_id, chunk)
    content = keyring.open(import_id, PersonalClass.NOTE, sealed, place=place)
    packed = base64.b64decode(content["rows"]) if content else b""
    return [(sheet, row, record) for sheet, row, record in json.loads(zlib.decompress(packed))]


def digest_rows(
    context: Context, county_code: str, *, import_id: UUID, rows: Sequence[StagedRow]
) -> bytes:
    """Keyed: a plain hash of a chunk of one row could be tried out."""
    return context.vault.indexes.digest(
        IndexPurpose.CONTENT, "roster-chunk", county_code, str(import_id), encode_rows(rows)
    )


def _place(import_id: UUID, chunk: int) -> str:
    return f"roster_chunk/{import_id}/{chunk}"

"""Where sealed contents lie: on SQLite in files of their own beside the database (folder, names, how one is
written), on PostgreSQL in a table; which files no row knows.

A file is written before its row is committed: a crash between the two leaves a file that no row names,
never a row without its file. The name holds the hash of the content, so that two uploads of one id
that differ do not write over each other.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple, Self
from uuid import UUID

from sqlmodel import Session

from schemas.errors import ErrorCode
from service.attachments import queries
from service.attachments.models import Attachment, AttachmentContent
from service.db.database import Database
from service.db.files import make_folder, write_whole
from service.errors import DomainError

_NAME: Final = re.compile(
    r"([0-9]{6})\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.([0-9a-f]{64})"
)


class FileName(NamedTuple):
    """Nothing personal: county, id and hash are in the row as well."""

    county_code: str
    attachment_id: UUID
    sha256: str

    @classmethod
    def of(cls, attachment: Attachment) -> Self:
        return cls(attachment.county_code, attachment.id, attachment.sha256)

    @classmethod
    def read(cls, name: str) -> Self | None:
        """None for a name that is none of ours."""
        found = _NAME.fullmatch(name)
        return cls(found[1], UUID(found[2]), found[3]) if found else None

    def __str__(self) -> str:
        return f"{self.county_code}.{self.attachment_id}.{self.sha256}"


def find_folder(database: Database) -> Path | None:
    """None on PostgreSQL. It is made with the first attachment."""
    path = database.path
    return None if path is None else path.with_name(path.name + ".attachments")


def write_early(database: Database, name: FileName, sealed: bytes) -> None:
    """Before the row's transaction, on SQLite: nobody waits for the disk under the writers' lock. The
    same content again replaces the file with an equal one. Raises database-unavailable where the disk
    does not take it.
    """
    folder = find_folder(database)
    if folder is None:
        return
    try:
        make_folder(folder)
        write_whole(folder / str(name), sealed)
    except OSError as error:
        raise DomainError(ErrorCode.DATABASE_UNAVAILABLE) from error


def write_late(session: Session, database: Database, row: Attachment, sealed: bytes) -> None:
    """In the row's transaction, on PostgreSQL."""
    if database.path is None:
        content = AttachmentContent(
            county_code=row.county_code, attachment_id=row.id, sealed=sealed
        )
        session.add(content)
        session.flush()


def read(session: Session, database: Database, row: Attachment) -> bytes | None:
    """Sealed; None where it is gone."""
    folder = find_folder(database)
    if folder is None:
        return queries.get_sealed(session, row.county_code, row.id)
    try:
        return (folder / str(FileName.of(row))).read_bytes()
    except OSError:
        return None


def iterate_files(database: Database, county_code: str) -> Iterator[tuple[str, FileName | None]]:
    """Every name in the folder but those of other counties; with None what is no name of ours."""
    folder = find_folder(database)
    if folder is None or not folder.is_dir():
        return
    for path in sorted(folder.iterdir()):
        name = FileName.read(path.name)
        if name is None or name.county_code == county_code:
            yield path.name, name

"""Opening every attachment of a county: which are missing, altered or erased, which of those that events name
are not there, and which files no attachment has.
"""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from service.attachments import actions, storage
from service.attachments.models import Attachment
from service.attachments.queries import iterate_attachments
from service.attachments.storage import FileName
from service.context import Work
from service.db.files import DRAFT_ENDING
from service.vault.keys import SealBrokenError


class AttachmentFault(StrEnum):
    ALTERED = "attachment-altered"
    FOREIGN = "attachment-foreign"
    MISSING = "attachment-missing"


@dataclass(frozen=True, slots=True)
class FaultyAttachment:
    """`name` is that of the file, or the id. A foreign file belongs to no attachment."""

    code: AttachmentFault
    id: UUID | None
    trip_id: UUID | None
    name: str


@dataclass(slots=True)
class AttachmentCheck:
    """What was opened. `orphans`: files that a crash left before their row; they do no harm."""

    count: int = 0
    erased: int = 0
    faults: list[FaultyAttachment] = field(default_factory=list)
    orphans: list[str] = field(default_factory=list)


class Named(NamedTuple):
    """What an event says of an attachment, in the texts of its body."""

    trip_id: str
    id: str
    sha256: str


def read_named(content: Mapping[str, Any]) -> list[Named]:
    """Of the body of one event. None where it was altered: that is the chain's fault."""
    try:
        trip_id = str(UUID(content["stream"]["id"]))
        each: list[dict[str, str]] = content["attachments"]
        return [Named(trip_id, str(UUID(one["id"])), str(one["sha256"])) for one in each]
    except (AttributeError, KeyError, TypeError, ValueError):
        return []


def check_attachments(work: Work, named: AbstractSet[Named]) -> AttachmentCheck:
    """One content is held at a time. `named`: by the county's events, read before `work` began; `work` must
    have read nothing yet. The files are listed first: the file of every row that was there by then is
    among them, or gone.
    """
    found = AttachmentCheck()
    files = list(storage.iterate_files(work.context.database, work.county_code))
    rows = iterate_attachments(work.session, work.county_code)
    known, waiting = set(), set(named)
    for row in rows:
        waiting.discard(Named(str(row.trip_id), str(row.id), row.sha256))
        known.add(_check(work, row, found))
    accused = {fault.id for fault in found.faults}
    for each in sorted(waiting):
        if (identifier := UUID(each.id)) not in accused:
            fault = FaultyAttachment(
                AttachmentFault.MISSING, identifier, UUID(each.trip_id), each.id
            )
            found.faults.append(fault)
    for written, name in files:
        if name is None and not written.endswith(DRAFT_ENDING):
            found.faults.append(FaultyAttachment(AttachmentFault.FOREIGN, None, None, written))
        elif name not in known:
            found.orphans.append(written)
    return found


def _check(work: Work, row: Attachment, found: AttachmentCheck) -> FileName:
    """Counts it, and tells what file it has."""
    found.count += 1
    code = _find_fault(work, row, found)
    if code is not None:
        found.faults.append(FaultyAttachment(code, row.id, row.trip_id, str(row.id)))
    return FileName.of(row)


def _find_fault(work: Work, row: Attachment, found: AttachmentCheck) -> AttachmentFault | None:
    try:
        opened = actions.open_content(work, row)
    except SealBrokenError:
        return AttachmentFault.ALTERED
    found.erased += opened is actions.ERASED
    if isinstance(opened, bytes):
        return None if actions.fits(row, opened) else AttachmentFault.ALTERED
    return AttachmentFault.MISSING if opened is None else None

"""Payloads of events about workers, imports, accounts, batches, records and stranded staff; reasons of
withdrawal; kinds of work lists; results of calls.
"""

from datetime import date
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field

from schemas.base import Input
from schemas.events.fields import (
    NOTE,
    PUBLIC,
    STREAM_CONTACT,
    STREAM_NOTE,
    Code,
    DivisionPrefix,
    FreeText,
    PolicyCode,
    ShortText,
)

HexHash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class WithdrawalReason(StrEnum):
    DECEASED = "deceased"
    DUPLICATE = "duplicate"
    EMPLOYED_NEARBY = "employed_nearby"
    NOT_GOING = "not_going"
    SELF_TRAVELLED = "self_travelled"


class WorkerChanged(Input):
    """A correction by hand: which fields, and a commitment to the row as it is now."""

    version: Annotated[int, PUBLIC]
    fields: Annotated[list[str], PUBLIC]
    content_hash: Annotated[HexHash, PUBLIC]


class WorkerWithdrawn(Input):
    """`deceased` and the like reveal much: the reason is sealed."""

    reason: Annotated[WithdrawalReason, NOTE]
    note: Annotated[FreeText | None, NOTE] = None


class PolicyLoaded(Input):
    """A dated policy is in force in its region from now on: the hash of all that it says."""

    record_id: Annotated[UUID, PUBLIC]
    policy: Annotated[PolicyCode, PUBLIC]
    region: Annotated[DivisionPrefix | None, PUBLIC] = None
    valid_from: Annotated[date | None, PUBLIC] = None
    valid_until: Annotated[date | None, PUBLIC] = None
    content_hash: Annotated[HexHash, PUBLIC]


class RiskAreasLoaded(Input):
    """Levels of risk of so many areas were written, with the hash of the list."""

    count: Annotated[int, PUBLIC]
    content_hash: Annotated[HexHash, PUBLIC]


class RosterApplied(Input):
    """One chunk of an import. `rows_root` is a Merkle root over the leaves in worker_source."""

    import_id: Annotated[UUID, PUBLIC]
    chunk: Annotated[int, PUBLIC]
    file_sha256: Annotated[HexHash, PUBLIC]
    created: Annotated[int, PUBLIC]
    updated: Annotated[int, PUBLIC]
    unchanged: Annotated[int, PUBLIC]
    conflicts: Annotated[int, PUBLIC]
    unmatched: Annotated[int, PUBLIC] = 0
    rows_root: Annotated[HexHash, PUBLIC]


class RosterUndone(Input):
    """An import was taken back: people restored to what they were before it, people removed who
    had come with it, and people left as they are because of what has happened since.
    """

    import_id: Annotated[UUID, PUBLIC]
    restored: Annotated[int, PUBLIC]
    removed: Annotated[int, PUBLIC]
    unlisted: Annotated[int, PUBLIC] = 0
    kept: Annotated[int, PUBLIC]
    reason: Annotated[FreeText | None, STREAM_NOTE] = None


class ListKind(StrEnum):
    """The work lists that hold personal data; each has one fixed purpose."""

    ACCESSES = "accesses"
    ARRIVALS = "arrivals"
    ATTACHMENT = "attachment"
    CALL_SHEET = "call_sheet"
    CONTACTS = "contacts"
    HANDOVER_SHEET = "handover_sheet"
    HEALTH_FOLLOW_UPS = "health_follow_ups"
    HEALTH_MISSING = "health_missing"
    HEALTH_RECORDS = "health_records"
    INSURED = "insured"
    MANIFEST = "manifest"
    PERSON_BY_CARD = "person_by_card"
    STRANDED_CHASE = "stranded_chase"
    STRANDED_LETTER = "stranded_letter"
    TOWNSHIP_WORKERS = "township_workers"
    TRIP_CONTACTS = "trip_contacts"
    UNREAD_EVENT = "unread_event"


PersonMark = Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]
"""A keyed digest of one worker and of this event: tells whoever has the key and the worker whether the
worker was shown, and nobody which lists show the same person."""


class AccessListed(Input):
    """One work list was read: how many people, a hash of what was shown, and which workers; or one attachment.
    `people` is missing in events of before."""

    list_kind: Annotated[ListKind, PUBLIC]
    trip_id: Annotated[UUID | None, PUBLIC] = None
    attachment_id: Annotated[UUID | None, PUBLIC] = None
    count: Annotated[int, PUBLIC]
    content_hash: Annotated[HexHash, PUBLIC]
    people: Annotated[list[PersonMark] | None, PUBLIC] = None
    purpose: Annotated[ShortText | None, STREAM_NOTE] = None
    case_reference: Annotated[ShortText | None, STREAM_NOTE] = None


class AccessExported(AccessListed):
    """The same, written to a file that leaves the system."""

    purpose: Annotated[ShortText, STREAM_NOTE]
    list_version: Annotated[int | None, PUBLIC] = None


class AccessRevealed(Input):
    """One person's fields were shown in full, for a stated reason; or all that is sealed in the events of one
    trip, with its people."""

    worker_id: Annotated[UUID | None, PUBLIC] = None
    trip_id: Annotated[UUID | None, PUBLIC] = None
    people: Annotated[list[PersonMark] | None, PUBLIC] = None
    fields: Annotated[list[str], PUBLIC]
    reason: Annotated[FreeText, STREAM_NOTE]


class ContactsAsked(Input):
    """A list of who rode with whom was made, or has more people now: how many, and a hash of what it says."""

    list_id: Annotated[UUID, PUBLIC]
    count: Annotated[int, PUBLIC]
    content_hash: Annotated[HexHash, PUBLIC]


class ContactsAnswered(Input):
    """A county answered for so many people of a list; what it said is sealed in their rows."""

    list_id: Annotated[UUID, PUBLIC]
    count: Annotated[int, PUBLIC]
    content_hash: Annotated[HexHash, PUBLIC]


class AccountCreated(Input):
    """Who may do what to whose data, from the start; absent: not narrowed."""

    role: Annotated[str, PUBLIC]
    division_prefix: Annotated[DivisionPrefix | None, PUBLIC] = None
    enterprise_id: Annotated[UUID | None, PUBLIC] = None
    carrier_id: Annotated[UUID | None, PUBLIC] = None
    trip_ids: Annotated[list[UUID] | None, PUBLIC] = None
    username: Annotated[ShortText, STREAM_CONTACT]


class AccountScopeChanged(Input):
    """The trips that the account may see from now on."""

    trip_ids: Annotated[list[UUID], PUBLIC]


class AccountSeen(Input):
    """Logged in, logged out, failed to: the device as it names itself."""

    device: Annotated[ShortText | None, STREAM_CONTACT] = None


class BatchOpened(Input):
    number: Annotated[str, PUBLIC]
    content_hash: Annotated[HexHash, PUBLIC]


class BatchChanged(BatchOpened):
    """A correction: which fields, and number and commitment as they are now."""

    version: Annotated[int, PUBLIC]
    fields: Annotated[list[str], PUBLIC]


class RecordRegistered(Input):
    """A row of the county's lists (enterprise, carrier, vehicle, driver) came into being."""

    record_id: Annotated[UUID, PUBLIC]
    content_hash: Annotated[HexHash, PUBLIC]


class RecordAmended(RecordRegistered):
    version: Annotated[int, PUBLIC]
    fields: Annotated[list[str], PUBLIC]


class CallResult(StrEnum):
    """What a call to somebody told."""

    NOT_GOING = "not_going"
    NOT_OURS = "not_ours"
    NO_ANSWER = "no_answer"
    REACHED = "reached"
    TRAVELLED = "travelled"
    UNREACHABLE = "unreachable"
    WRONG_NUMBER = "wrong_number"


class StrandedPersonCalled(Input):
    """Somebody was telephoned; the latest call is what the list shows."""

    stranded_id: Annotated[UUID, PUBLIC]
    result: Annotated[CallResult, PUBLIC]


class StrandedPersonRequested(Input):
    """One letter of request was written: to which division, for how many people, and a hash of
    what it says of them.
    """

    letter_id: Annotated[UUID, PUBLIC]
    bureau: Annotated[Code, PUBLIC]
    count: Annotated[int, PUBLIC]
    content_hash: Annotated[HexHash, PUBLIC]

"""Imports on the wire: at most 300,000 rows, 1,000 a chunk, 1,000 sheets; outcomes of rows; codes of conflicts
and notes with their sentences; states, receipt, undo, people absent from a file.
"""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated, Final
from uuid import UUID

from pydantic import Field

from schemas.base import Input, Wire
from schemas.demands import DemandState
from schemas.events.envelope import Receipt
from schemas.events.fields import FreeText, ShortText
from schemas.events.payloads_records import HexHash
from schemas.roster.records import RosterRecord
from schemas.texts import choose
from schemas.types import WHOLE, Day, Flag
from schemas.workers import Feed

MAX_CHUNK_ROWS: Final = 1000
MAX_SHEETS: Final = 1000
_MAX_ROWS: Final = 300_000
_RowNumber = Annotated[int, Field(ge=1, le=1_048_576), WHOLE]


class RowOutcome(StrEnum):
    """What a row does to the registry."""

    CONFLICT = "conflict"
    NEW = "new"
    RECEIVED = "received"
    """All that an enterprise's account is told: whom the registry knows is not for it to learn."""
    UNCHANGED = "unchanged"
    UNMATCHED = "unmatched"
    """An enterprise's list names somebody whom the registry does not know."""
    UPDATED = "updated"


class PlanCode(StrEnum):
    """Why a row is in conflict, or what has to be known about one that is not."""

    ALREADY_ON_TRIP = "already-on-trip"
    CHANGED_SINCE_CHECK = "changed-since-check"
    EMPLOYER_DIFFERS = "employer-differs"
    ID_NAME_CONFLICT = "id-name-conflict"
    NAME_CHANGED = "name-changed"
    OLDER_SOURCE = "older-source"
    REGISTERED_ELSEWHERE = "registered-elsewhere"
    TOWNSHIP_OUT_OF_SCOPE = "township-out-of-scope"
    TOWNSHIP_UNKNOWN = "township-unknown"


_MESSAGES: Final[Mapping[PlanCode, tuple[str, str]]] = MappingProxyType(
    {
        PlanCode.ALREADY_ON_TRIP: (
            "此人已编入专车，目的地、单位、日期的变化未改动其出行安排；请告知县协调员。",
            "has a seat already: the journey stays as it is; tell the coordinator",
        ),
        PlanCode.CHANGED_SINCE_CHECK: (
            "比对之后数据库中的记录已变化，未覆盖；请重新运行导入。",
            "the stored record changed since the check; run the import again",
        ),
        PlanCode.EMPLOYER_DIFFERS: (
            "数据库中登记的是另一用工单位，未改动；请与本人或乡镇核实。",
            "the registry names another employer, which stays; ask the worker or the township",
        ),
        PlanCode.ID_NAME_CONFLICT: (
            "数据库中此身份证号是另一个姓名，未导入；请对照证件。确是本人改名的，用 fangang worker set 更正。",
            "the registry has another name for it; compare with the card (fangang worker set renames)",
        ),
        PlanCode.NAME_CHANGED: (
            "姓名与数据库中原来的不同，按本表更正；请对照证件，核对是同一个人。",
            "another name than the registry had, corrected by this file; compare with the card",
        ),
        PlanCode.OLDER_SOURCE: (
            "数据库中已有更新日期的名册数据，未覆盖；如本表更新，请用 --as-of 指明日期。",
            "the registry holds a newer roster's data; state the date with --as-of",
        ),
        PlanCode.REGISTERED_ELSEWHERE: (
            "此人已在本县其他乡镇登记，只补充空缺的内容；请与县里核实归属。",
            "registered in another township: only gaps were filled",
        ),
        PlanCode.TOWNSHIP_OUT_OF_SCOPE: (
            "不属于您的乡镇，未导入；请由该乡镇或县里导入。",
            "of another township: not imported",
        ),
        PlanCode.TOWNSHIP_UNKNOWN: (
            "不认识这个乡镇，未导入；请核对乡镇名称，或用 --township 指明。",
            "unknown township: check the name, or give --township",
        ),
    }
)


def get_plan_message(code: PlanCode) -> str:
    return choose(*_MESSAGES[code])


class ImportState(StrEnum):
    """`expired`: the staged rows were dropped after 24 hours; the same POST begins anew. `undone`:
    everything that it wrote was taken back; the same file is a new import.
    """

    APPLIED = "applied"
    EXPIRED = "expired"
    STAGED = "staged"
    UNDONE = "undone"


class RosterImportIn(Input):
    """What is about to come. `key` names the content: SHA-256 over file bytes, mapping, township,
    as_of and version of the rules; one key is imported once. `township`: of rows that name none
    (null in a mixed file, for county accounts only). `sheets`: rows name a sheet by its place.
    `feed`: who tells it; `enterprise_id` belongs to an enterprise's list, and only to that.
    """

    id: UUID
    key: HexHash
    feed: Feed = Feed.TOWNSHIP
    enterprise_id: UUID | None = None
    file_name: Annotated[ShortText, Field(examples=["凡河镇花名册.xlsx"])]
    sha256: HexHash
    rules_version: Annotated[int, Field(ge=1), WHOLE]
    township: Annotated[str | None, Field(pattern=r"^[0-9]{9}$", examples=["211221105"])] = None
    as_of: Day
    sheets: Annotated[list[str], Field(min_length=1, max_length=MAX_SHEETS)]
    accepted: Annotated[int, Field(ge=1, le=_MAX_ROWS), WHOLE]
    rejected: Annotated[int, Field(ge=0, le=_MAX_ROWS), WHOLE] = 0
    ignored: Annotated[int, Field(ge=0, le=_MAX_ROWS), WHOLE] = 0


class RosterRowIn(Input):
    """One accepted row: where it stands in the file (Excel's row number), and the record."""

    sheet: Annotated[int, Field(ge=0, lt=MAX_SHEETS), WHOLE] = 0
    row: _RowNumber
    record: RosterRecord


class RosterChunkIn(Input):
    rows: Annotated[list[RosterRowIn], Field(min_length=1, max_length=MAX_CHUNK_ROWS)]


class ApplyIn(Input):
    chunk: Annotated[int, Field(ge=0, le=_MAX_ROWS), WHOLE]


class Counts(Wire):
    """Rows by outcome."""

    new: int = 0
    updated: int = 0
    unchanged: int = 0
    conflicts: int = 0
    unmatched: int = 0
    received: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            new=self.new + other.new,
            updated=self.updated + other.updated,
            unchanged=self.unchanged + other.unchanged,
            conflicts=self.conflicts + other.conflicts,
            unmatched=self.unmatched + other.unmatched,
            received=self.received + other.received,
        )


class RowPlan(Wire):
    """One row, by its place in the chunk. `changed`: names of fields that will differ."""

    place: int
    outcome: RowOutcome
    code: PlanCode | None = None
    notes: list[PlanCode] = Field(default_factory=list)
    changed: list[str] = Field(default_factory=list)


class ChunkPlanOut(Wire):
    """What applying this chunk would do, by the same code that will apply it."""

    chunk: int
    counts: Counts
    rows: list[RowPlan]


class ChunkAppliedOut(ChunkPlanOut):
    """What applying it did; the receipt is of the chunk's one event."""

    receipt: Receipt


class ChunkStateOut(Wire):
    chunk: int
    rows: int
    applied: bool


class RosterImportOut(Wire):
    """`receipt` is what people note down, `number` what they say. `counts` are of what has been applied.
    `absent`: how many of the registry's people in the file's villages the file does not name (null while it
    is half applied, and where the file is no township's).
    """

    id: UUID
    key: str
    receipt: Annotated[str, Field(examples=["R-20200324-7F3A"])]
    number: Annotated[str | None, Field(examples=["57-2"])] = None
    state: ImportState
    feed: Feed
    enterprise_id: UUID | None
    township: str | None
    as_of: date
    accepted: int
    counts: Counts
    chunks: list[ChunkStateOut]
    absent: int | None
    created_at: datetime
    expires_at: datetime
    applied_at: datetime | None
    undone_at: datetime | None


class RosterImportRow(Wire):
    """One import in the list: which township delivered, when, how many."""

    id: UUID
    receipt: Annotated[str, Field(examples=["R-20200324-7F3A"])]
    number: Annotated[str | None, Field(examples=["57-2"])] = None
    state: ImportState
    feed: Feed
    enterprise_id: UUID | None
    township: str | None = Field(description="Its code of nine digits; null for several townships.")
    township_name: str | None
    as_of: date
    accepted: int = Field(description="Rows of the file that were sent.")
    rejected: int
    ignored: int
    counts: Counts = Field(description="Rows that were applied, by outcome.")
    account: str | None = Field(description="The name of the account that sent it.")
    created_at: datetime
    applied_at: datetime | None
    undone_at: datetime | None


class UndoIn(Input):
    """`dry_run`: only say what would be taken back. `keep_changed`: leave those people as they are
    who have been changed or seated since, and take back all others.
    """

    dry_run: Flag = False
    keep_changed: Flag = False
    reason: Annotated[FreeText | None, Field(examples=["选错了文件"])] = None


class UndoOut(Wire):
    """What was taken back, or would be: people restored to what they were, people removed who had
    come with the import, and `unlisted` people whom an enterprise's list names no more, or as an
    earlier one did; `kept` of them stay as they are, because they were given a seat since
    (`travelled`) or written by somebody else (`changed`). `later`: receipts of the imports to undo
    first. A repeat gets the counts of the first time; the reasons for keeping are not repeated.
    """

    import_id: UUID
    receipt: Annotated[str, Field(examples=["R-20200324-7F3A"])]
    restored: int
    removed: int
    unlisted: int = 0
    kept: int
    travelled: int = 0
    changed: int = 0
    later: list[str] = Field(default_factory=list)
    undone_at: datetime | None = None
    event: Receipt | None = None


class AbsentOut(Wire):
    """Somebody of the file's villages whom the file does not name, as the township's work list
    shows it. `demand`: what has become of the wish to travel, if there was one.
    """

    id: UUID
    name: Annotated[str, Field(examples=["张三"])]
    id_number_end: Annotated[str, Field(examples=["3417"])]
    phone: Annotated[str | None, Field(examples=["15400012345"])] = None
    village: Annotated[str | None, Field(examples=["东兴村"])] = None
    demand: DemandState | None = None
    withdrawn: bool = False

"""Tables of imports, their staged chunks, the outcome of every row, and the rows that an import overwrote."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKeyConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from service.db.columns import CLUSTERED, Day, Id, Instant


class RosterImport(SQLModel, table=True):
    """One file's way into the registry. `file_sealed` (class note, the import's own key): the names
    of file and sheets, which can hold names of people. `counts`: rows applied, by outcome.
    `feed`, `enterprise_id`: who tells it. An import that was undone gives up its `import_key`.
    """

    __tablename__ = "roster_import"
    __table_args__ = (
        UniqueConstraint("county_code", "import_key", name="roster_import_key"),
        UniqueConstraint("county_code", "receipt", name="roster_import_receipt"),
        Index("roster_import_number", "county_code", "number", unique=True),
        {**CLUSTERED, "info": {"division_column": "township_code"}},
    )

    county_code: str = Field(max_length=6, primary_key=True)
    id: UUID = Field(sa_type=Id, primary_key=True)
    import_key: str = Field(max_length=64)
    receipt: str = Field(max_length=24)
    account_id: UUID = Field(sa_type=Id)
    township_code: str | None = Field(default=None, max_length=9)
    as_of: date = Field(sa_type=Day)
    rules_version: int
    file_sha256: str = Field(max_length=64)
    file_sealed: bytes
    sheet_count: int
    accepted: int
    rejected: int
    ignored: int
    counts: dict[str, int] = Field(sa_type=JSON)
    created_at: datetime = Field(sa_type=Instant)
    expires_at: datetime = Field(sa_type=Instant)
    applied_at: datetime | None = Field(default=None, sa_type=Instant)
    # Nullable only because SQLite cannot add a column that is not; migration 0002 fills it.
    feed: str = Field(max_length=12, nullable=True)
    enterprise_id: UUID | None = Field(default=None, sa_type=Id)
    undone_at: datetime | None = Field(default=None, sa_type=Instant)
    number: int | None = None


class RosterChunk(SQLModel, table=True):
    """Rows of one request. `staged_sealed` holds them for 24 hours, or until they are applied;
    `bases`: the version of each row's worker at the time of the plan (0: none). `villages`: `named`
    lists the keys of the villages that the rows name, `known` counts their registered people by
    village. `known_ids`: whom of the registry the rows name, until the outcomes say it (worker_source).
    `first_number`: of the short numbers that are kept for those whom the plan did not know, in their order.
    `plan` and `answer` are kept: a repeat gets the same again. Not clustered: rows are large.
    """

    __tablename__ = "roster_chunk"
    __table_args__ = (
        ForeignKeyConstraint(
            ["county_code", "import_id"], ["roster_import.county_code", "roster_import.id"]
        ),
    )

    county_code: str = Field(max_length=6, primary_key=True)
    import_id: UUID = Field(sa_type=Id, primary_key=True)
    chunk: int = Field(primary_key=True)
    content_mac: bytes
    row_count: int
    staged_sealed: bytes | None = None
    bases: list[int] = Field(sa_type=JSON)
    villages: dict[str, Any] = Field(sa_type=JSON)
    plan: dict[str, Any] = Field(sa_type=JSON)
    answer: dict[str, Any] | None = Field(
        default=None, sa_type=JSON(none_as_null=True), nullable=True
    )
    staged_at: datetime = Field(sa_type=Instant)
    known_ids: list[str] | None = Field(
        default=None, sa_type=JSON(none_as_null=True), nullable=True
    )
    first_number: int | None = None


class WorkerSource(SQLModel, table=True):
    """What became of one row: the leaves under an event's `rows_root`, never changed. `place`: its
    position in the chunk; `sheet`: a position in the import's sealed list of sheets; `row_number`: the
    row that Excel shows. `worker_version`: of the worker after the row; no part of the leaf. Which feed told
    it, and as of which day, stands in the import.
    """

    __tablename__ = "worker_source"
    __table_args__ = (
        ForeignKeyConstraint(
            ["county_code", "import_id"], ["roster_import.county_code", "roster_import.id"]
        ),
        Index("worker_source_worker", "county_code", "worker_id"),
        {**CLUSTERED, "info": {"division_column": "township_code"}},
    )

    county_code: str = Field(max_length=6, primary_key=True)
    import_id: UUID = Field(sa_type=Id, primary_key=True)
    chunk: int = Field(primary_key=True)
    place: int = Field(primary_key=True)
    worker_id: UUID | None = Field(default=None, sa_type=Id)
    township_code: str | None = Field(default=None, max_length=9)
    sheet: int
    row_number: int
    outcome: str = Field(max_length=12)
    code: str | None = Field(default=None, max_length=32)
    content_mac: bytes
    worker_version: int | None = None


class RosterBefore(SQLModel, table=True):
    """What a row of an import overwrote, for taking it back; dropped after 30 days. No row for a
    worker whom the import registered (queries.list_newcomers), unless a later import was taken back first.

    `worker`, `demand`: the rows as they stood, all columns, bytes in base64 (None: there was none).
    What is sealed in them stays sealed under the worker's keys. `worker_version`, `demand_version`:
    what the import made of them; if they differ now, somebody has written since. From place 1,000
    on stand children whom the import only linked to a guardian: of them `worker` holds the link.
    """

    __tablename__ = "roster_before"
    __table_args__ = (
        ForeignKeyConstraint(
            ["county_code", "import_id"], ["roster_import.county_code", "roster_import.id"]
        ),
        Index("roster_before_worker", "county_code", "worker_id"),
        CLUSTERED,
    )

    county_code: str = Field(max_length=6, primary_key=True)
    import_id: UUID = Field(sa_type=Id, primary_key=True)
    chunk: int = Field(primary_key=True)
    place: int = Field(primary_key=True)
    worker_id: UUID = Field(sa_type=Id)
    worker_version: int
    worker: dict[str, Any] | None = Field(
        default=None, sa_type=JSON(none_as_null=True), nullable=True
    )
    demand_id: UUID | None = Field(default=None, sa_type=Id)
    demand_version: int | None = None
    demand: dict[str, Any] | None = Field(
        default=None, sa_type=JSON(none_as_null=True), nullable=True
    )
    written_at: datetime = Field(sa_type=Instant)

"""What people write today: openpyxl, then the SQLModel ORM. Nothing is checked but that a number is
there once; nothing is sealed, chained, planned or remembered.
"""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from sqlalchemy import Engine, MetaData
from sqlalchemy.orm import registry
from sqlmodel import Field, Session, SQLModel, create_engine, select

from tests.bench.imports.costs import Cost, measure
from tests.queries import list_statements

_NAMES = """
name gender id_number phone ethnicity township village destination employer occupation departure
health emergency_phone remark number
"""
_COLUMNS = _NAMES.split()


class _Base(SQLModel, registry=registry(metadata=MetaData())):
    """Tables of their own."""


class TodaysWorker(_Base, table=True):
    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(index=True)
    gender: str | None = None
    id_number: str = Field(unique=True)
    phone: str | None = Field(default=None, index=True)
    ethnicity: str | None = None
    township: str | None = None
    village: str | None = None
    destination: str | None = None
    employer: str | None = None
    occupation: str | None = None
    departure: date | None = None
    health: str | None = None
    emergency_phone: str | None = None
    remark: str | None = None
    number: int | None = None


def add_all(url: str, file: Path) -> tuple[Cost, int]:
    """(a) every row a new object, one add_all, one commit: a second import would fail."""

    def work(session: Session) -> None:
        session.add_all([TodaysWorker.model_validate(row) for row in _read(file)])

    return _run(url, work)


def select_then_add(url: str, file: Path) -> tuple[Cost, int]:
    """(b) look each number up, change what is there, add what is not, one commit."""

    def work(session: Session) -> None:
        for row in _read(file):
            number = row["id_number"]
            statement = select(TodaysWorker).where(TodaysWorker.id_number == number)
            stored = session.exec(statement).first()
            if stored is None:
                session.add(TodaysWorker.model_validate(row))
            else:
                stored.sqlmodel_update(row)

    return _run(url, work)


def _run(url: str, work: Any) -> tuple[Cost, int]:
    """The cost, and how many statements were sent."""
    engine = create_engine(url)
    _Base.metadata.drop_all(engine)
    _Base.metadata.create_all(engine)
    with list_statements() as statements:
        cost = measure(lambda: _commit(engine, work))
    engine.dispose()
    return cost, len(statements)


def _commit(engine: Engine, work: Any) -> None:
    with Session(engine) as session:
        work(session)
        session.commit()


def _read(file: Path) -> Iterator[dict[str, Any]]:
    book = load_workbook(file, read_only=True)
    for cells in book.worksheets[0].iter_rows(min_row=2, values_only=True):
        row: dict[str, Any] = dict(zip(_COLUMNS, cells, strict=True))
        row["departure"] = date.fromisoformat(row["departure"])
        yield row

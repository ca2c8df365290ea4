"""What people would write first: a sync endpoint over the SQLModel ORM, a session for each request.

The measure's other side: the same business as one recorded event (token, trip, seat, state check,
hash chain, insert, two updates, commit, refresh), without sealing, receipts or repeats.
"""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends, FastAPI, Header
from sqlalchemy import MetaData
from sqlalchemy.engine import Engine
from sqlalchemy.orm import registry
from sqlmodel import Field, Session, SQLModel, create_engine, select

from schemas.events.envelope import EventsIn, OutcomesOut


class Base(SQLModel, registry=registry(metadata=MetaData())):
    """Tables of their own, so that the product's metadata stays what it is."""


class TemplateToken(Base, table=True):
    id: UUID = Field(default_factory=uuid4, primary_key=True)
    secret: str = Field(index=True)


class TemplateTrip(Base, table=True):
    id: UUID = Field(default_factory=uuid4, primary_key=True)
    events: int = 0
    hash: str = ""


class TemplateSeat(Base, table=True):
    id: UUID = Field(default_factory=uuid4, primary_key=True)
    trip_id: UUID = Field(index=True)
    checks: int = 0


class TemplateEvent(Base, table=True):
    id: UUID = Field(primary_key=True)
    trip_id: UUID = Field(index=True)
    kind: str
    at: datetime
    hash: str


def install(app: FastAPI, url: str, *, seats: int) -> tuple[UUID, list[UUID]]:
    """Add `/bench/noop` and `/bench/template` to the application; the template's trip and seats."""
    engine = create_engine(url, connect_args={"timeout": 30} if url.startswith("sqlite") else {})
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        trip = TemplateTrip()
        session.add(trip)
        session.add(TemplateToken(secret="bench"))
        session.flush()
        rows = [TemplateSeat(trip_id=trip.id) for _ in range(seats)]
        session.add_all(rows)
        session.commit()
        made = trip.id, [row.id for row in rows]
    app.include_router(_router(engine))
    return made


def _router(engine: Engine) -> APIRouter:
    router = APIRouter(prefix="/bench", include_in_schema=False)

    def get_session() -> Iterator[Session]:
        with Session(engine) as session:
            yield session

    @router.post("/noop/{trip_id}")
    def record_nothing(trip_id: UUID, body: EventsIn) -> OutcomesOut:  # noqa: ARG001 (its shape)
        return OutcomesOut(outcomes=[])

    @router.post("/template/{trip_id}")
    def record(
        trip_id: UUID,
        body: EventsIn,
        authorization: Annotated[str, Header()],
        session: Annotated[Session, Depends(get_session)],
    ) -> dict[str, str]:
        statement = select(TemplateToken).where(TemplateToken.secret == authorization)
        session.exec(statement).first()
        event = body.events[0]
        trip = session.exec(select(TemplateTrip).where(TemplateTrip.id == trip_id)).one()
        seat = session.get(TemplateSeat, UUID(event.data["passenger_id"]))
        if seat is None:
            return {"state": "unknown"}
        text = f"{trip.hash}{event.id}{event.kind}{event.occurred_at}"
        trip.hash = hashlib.sha256(text.encode()).hexdigest()
        trip.events += 1
        seat.checks += 1
        row = TemplateEvent(
            id=event.id, trip_id=trip_id, kind=event.kind, at=datetime.now(UTC), hash=trip.hash
        )
        session.add(row)
        session.commit()
        session.refresh(row)
        return {"hash": row.hash}

    return router

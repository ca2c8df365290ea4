"""What people would write first: a sync endpoint over the SQLModel ORM, a session for each request; and what
the framework itself takes for the same body (`noop`).

The template does the business of one recorded event: token, trip (locked, for its chain), seat, whether the
state allows the kind, hash chain, insert, two updates, commit, refresh. It seals nothing, keeps nobody's
scope, knows no repeats and no order of time, and writes no receipt.
"""

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends, FastAPI, Header, HTTPException
from sqlalchemy import JSON, Column, Engine, MetaData
from sqlalchemy.orm import registry
from sqlmodel import Field, Session, SQLModel, create_engine, select

from schemas.events.envelope import EventsIn, OutcomesOut

TOKEN = "bench-token"
_ALLOWED = {"listed": {"passenger.notified", "passenger.checked_in"}}


class Base(SQLModel, registry=registry(metadata=MetaData())):
    """Tables of their own, so that the product's metadata stays what it is."""


class TemplateToken(Base, table=True):
    id: UUID = Field(default_factory=uuid4, primary_key=True)
    secret: str = Field(index=True)
    expires_at: datetime


class TemplateTrip(Base, table=True):
    id: UUID = Field(default_factory=uuid4, primary_key=True)
    state: str = "open"
    events: int = 0
    hash: str = ""


class TemplateSeat(Base, table=True):
    id: UUID = Field(default_factory=uuid4, primary_key=True)
    trip_id: UUID = Field(index=True)
    state: str = "listed"
    events: int = 0
    changed_at: datetime | None = None


class TemplateEvent(Base, table=True):
    id: UUID = Field(primary_key=True)
    trip_id: UUID = Field(index=True)
    seat_id: UUID = Field(index=True)
    sequence: int
    kind: str
    occurred_at: datetime
    recorded_at: datetime
    data: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    hash: str


class TemplateReceipt(SQLModel):
    id: UUID
    sequence: int
    hash: str
    recorded_at: datetime


def prepare(url: str, *, trips: int, seats: int) -> dict[UUID, list[UUID]]:
    """The tables, a token, and trips with their seats."""
    engine = _open(url)
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add(TemplateToken(secret=TOKEN, expires_at=datetime(2100, 1, 1, tzinfo=UTC)))
        made = {uuid4(): [uuid4() for _ in range(seats)] for _ in range(trips)}
        session.add_all(TemplateTrip(id=trip) for trip in made)
        for trip, places in made.items():
            session.add_all(TemplateSeat(id=place, trip_id=trip) for place in places)
        session.commit()
    engine.dispose()
    return made


def count_events(url: str) -> int:
    engine = _open(url)
    with Session(engine) as session:
        number = len(session.exec(select(TemplateEvent.id)).all())
    engine.dispose()
    return number


def install(app: FastAPI, url: str) -> None:
    """Adds `/bench/noop/{trip_id}` and `/bench/template/{trip_id}` to the application."""
    engine = _open(url)
    router = APIRouter(prefix="/bench", include_in_schema=False)

    def get_session() -> Iterator[Session]:
        with Session(engine) as session:
            yield session

    @router.post("/noop/{trip_id}")
    async def record_nothing(trip_id: UUID, body: EventsIn) -> OutcomesOut:  # noqa: ARG001 (its shape)
        return OutcomesOut(outcomes=[])

    @router.post("/template/{trip_id}")
    def record(
        trip_id: UUID,
        body: EventsIn,
        authorization: Annotated[str, Header()],
        session: Annotated[Session, Depends(get_session)],
    ) -> TemplateReceipt:
        _check_token(session, authorization)
        row = _record(session, trip_id, body.events[0])
        return TemplateReceipt.model_validate(row, from_attributes=True)

    app.include_router(router)


def _open(url: str) -> Engine:
    return create_engine(url, connect_args={"timeout": 30} if url.startswith("sqlite") else {})


def _check_token(session: Session, authorization: str) -> None:
    secret = authorization.removeprefix("Bearer ")
    token = session.exec(select(TemplateToken).where(TemplateToken.secret == secret)).first()
    if token is None or token.expires_at < datetime.now(UTC):
        raise HTTPException(401)


def _record(session: Session, trip_id: UUID, event: Any) -> TemplateEvent:
    chosen = select(TemplateTrip).where(TemplateTrip.id == trip_id).with_for_update()
    trip = session.exec(chosen).first()
    seat = session.get(TemplateSeat, UUID(event.data["passenger_id"]))
    if trip is None or seat is None or seat.trip_id != trip_id:
        raise HTTPException(404)
    if trip.state != "open" or event.kind not in _ALLOWED[seat.state]:
        raise HTTPException(409)
    now = datetime.now(UTC)
    text = json.dumps([trip.hash, event.model_dump(mode="json")], sort_keys=True)
    trip.hash = hashlib.sha256(text.encode()).hexdigest()
    trip.events += 1
    seat.events += 1
    seat.changed_at = now
    row = TemplateEvent(
        id=event.id,
        trip_id=trip_id,
        seat_id=seat.id,
        sequence=trip.events,
        kind=event.kind,
        occurred_at=event.occurred_at,
        recorded_at=now,
        data=event.data,
        hash=trip.hash,
    )
    session.add_all([trip, seat, row])
    session.commit()
    session.refresh(row)
    return row

"""HTTP of trips 趟次 and passengers: open, list, change a plan, assign, manifest, handover
sheet, aboard, attachments, the door for a trip's events, and what could not be read there.
"""

from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Header, Query, Request, Response

from schemas.attachments import MAX_ATTACHMENT_BYTES, AttachmentOut, MediaType
from schemas.base import Page
from schemas.events.envelope import EventsIn, OutcomesOut, UnreadContentOut, UnreadEventOut
from schemas.events.fields import Moment
from schemas.passengers import (
    AboardOut,
    AssignmentsIn,
    AssignmentsOut,
    HandoverOut,
    ManifestOut,
    PassengerOut,
    TravellerOut,
)
from schemas.permissions import Permission
from schemas.trips import (
    BetweenOut,
    PlanPatch,
    TripIn,
    TripOut,
    TripRow,
    TripState,
    VehicleSeats,
)
from schemas.types import Day
from service.accounts import access
from service.accounts.access import DailyListing
from service.auth import Actor, allowed
from service.context import Context, Here, get_context
from service.rest import (
    Cursor,
    IfMatch,
    Router,
    answer_unchanged,
    make_page,
    read_json,
    set_etag,
    set_location,
    write_json,
)
from service.trips.actions import (
    answers,
    assigning,
    attaching,
    between,
    papers,
    plans,
    unread,
)
from service.trips.actions import travellers as travelling
from service.trips.actions.board import read_board
from service.trips.actions.door import take_events
from service.trips.queries.board import TripFilter
from service.trips.queries.travellers import TravellerFilter
from service.trips.router.batches import batches
from service.trips.router.gate import gate
from service.trips.router.health import health
from service.trips.router.plan_checks import checks

trips = Router(prefix="/v1/trips", tags=["trips"])


def read_filter(
    *,
    on: Annotated[
        Day | None,
        Query(
            description="A day in China: trips that leave, are on the way or arrive then, and up to today "
            "those that were due before and are still open.",
            examples=["2020-03-24"],
        ),
    ] = None,
    is_open: Annotated[
        bool | None,
        Query(alias="open", description="Neither closed nor cancelled; or one of both."),
    ] = None,
    state: Annotated[
        list[TripState] | None, Query(description="Once, or several times for several states.")
    ] = None,
    number: Annotated[
        str | None, Query(max_length=40, description="The trip's number, in any case.")
    ] = None,
    batch_id: Annotated[UUID | None, Query(description="One batch.")] = None,
    batch: Annotated[str | None, Query(max_length=40, description="A batch's number.")] = None,
    destination: Annotated[
        str | None,
        Query(
            pattern=r"^[0-9]{2}([0-9]{2}){0,2}$",
            description="2, 4 or 6 digits of a division.",
            examples=["3205"],
        ),
    ] = None,
    plate: Annotated[
        str | None,
        Query(
            max_length=20,
            description="Of a vehicle that the trip has or had.",
            examples=["辽M12345"],
        ),
    ] = None,
    vehicle_id: Annotated[UUID | None, Query(description="A vehicle that it has or had.")] = None,
    driver_id: Annotated[UUID | None, Query(description="Who drives.")] = None,
    carrier_id: Annotated[
        UUID | None, Query(description="The plan's carrier, or that of the vehicle in use.")
    ] = None,
    attention: Annotated[
        bool, Query(description="Only trips that need somebody (`needs` is not empty).")
    ] = False,
) -> TripFilter:
    """What narrows the list of trips; all that is given has to fit."""
    return TripFilter(
        on=on,
        is_open=is_open,
        states=tuple(state or ()),
        number=number,
        batch_id=batch_id,
        batch_number=batch,
        destination=destination,
        plate=plate,
        vehicle_id=vehicle_id,
        driver_id=driver_id,
        carrier_id=carrier_id,
        attention=attention,
    )


@trips.post("", status_code=201)
def open_trip(
    body: TripIn,
    actor: Annotated[Actor, allowed(Permission.TRIP_WRITE)],
    context: Here,
    response: Response,
) -> TripOut:
    """Open a trip: one vehicle, one plan (一车一方案)."""
    set_location(response, f"/v1/trips/{body.id}")
    with context.writing(actor) as work:
        plans.open_trip(work, body=body)
        shown = answers.show_trip(work, trip_id=body.id)
    set_etag(response, shown.version)
    return shown


Known = Annotated[
    str | None,
    Header(alias="If-None-Match", description="The ETag of the answer that the asker has."),
]


@trips.get("", response_model=Page[TripRow], responses={304: {"description": "As it was read"}})
def list_trips(
    actor: Annotated[Actor, allowed(Permission.TRIP_READ)],
    context: Here,
    cursor: Annotated[Cursor, Depends()],
    wanted: Annotated[TripFilter, Depends(read_filter)],
    known: Known = None,
) -> Response:
    """The board: one row for each trip with all that it shows, the newest departure first.

    With If-None-Match an unchanged page is 304. Where the rows hold contacts, the reading is recorded
    once for each account, day and set of people; a 304 records nothing.
    """
    with context.reading(actor) as work:
        board = read_board(work, wanted=wanted, cursor=cursor, known=known)
    if board.page is None:
        return answer_unchanged(board.etag)
    _record_access(actor, context, board.listing)
    return write_json(board.page, etag=board.etag)


def _record_access(actor: Actor, context: Context, listing: DailyListing | None) -> None:
    if listing is not None:
        with context.writing(actor) as work:
            access.record_daily(work, listing)


@trips.get("/{trip_id}")
def get_trip(
    trip_id: UUID,
    actor: Annotated[Actor, allowed(Permission.TRIP_READ)],
    context: Here,
    response: Response,
) -> TripOut:
    """One trip with plan, counts, the sum for each point, contacts, and what may come next."""
    with context.reading(actor) as work:
        answer, listing = answers.read_trip(work, trip_id=trip_id)
    _record_access(actor, context, listing)
    set_etag(response, answer.version)
    return answer


@trips.patch("/{trip_id}")
def change_plan(
    trip_id: UUID,
    body: PlanPatch,
    *,
    actor: Annotated[Actor, allowed(Permission.TRIP_WRITE)],
    context: Here,
    version: IfMatch,
    response: Response,
) -> TripOut:
    """Change the plan while the list is not locked. Needs If-Match with the version read."""
    with context.writing(actor) as work:
        plans.change_plan(work, trip_id=trip_id, version=version, body=body)
        set_etag(response, version + 1)
        return answers.show_trip(work, trip_id=trip_id)


@trips.get("/{trip_id}/seats")
def list_seats(
    trip_id: UUID,
    actor: Annotated[Actor, allowed(Permission.TRIP_READ)],
    context: Here,
) -> list[VehicleSeats]:
    """The seats of each vehicle that the trip has or had, in the order of their use."""
    with context.reading(actor) as work:
        return answers.list_seats(work, trip_id=trip_id)


@trips.get("/{trip_id}/unread-events")
def list_unread_trip_events(
    trip_id: UUID,
    actor: Annotated[Actor, allowed(Permission.TRIP_WRITE)],
    context: Here,
    cursor: Annotated[Cursor, Depends()],
) -> Page[UnreadEventOut]:
    """What came to the trip's door and could not be read, without its content."""
    with context.reading(actor) as work:
        rows = unread.list_unread(work, trip_id=trip_id, cursor=cursor)
        present = UnreadEventOut.model_validate
        return make_page(rows, cursor=cursor, present=present, key=lambda row: row.id)


@trips.get("/{trip_id}/unread-events/{unread_id}")
def read_unread_trip_event(
    trip_id: UUID,
    unread_id: UUID,
    actor: Annotated[Actor, allowed(Permission.TRIP_WRITE)],
    context: Here,
) -> UnreadContentOut:
    """One of them as it came. The reading is recorded."""
    with context.writing(actor) as work:
        return unread.open_unread(work, trip_id=trip_id, unread_id=unread_id)


door = Router(prefix="/v1/trips", tags=["trips"])
# Body and context are read in the endpoint, not as dependencies: each of these costs as much as the reading.
_SENT_EVENTS: dict[str, Any] = {"$ref": "#/components/schemas/TripEventsIn"}


@door.post(
    "/{trip_id}/events",
    response_model=OutcomesOut,
    openapi_extra={
        "requestBody": {"required": True, "content": {"application/json": {"schema": _SENT_EVENTS}}}
    },
)
async def record_trip_events(
    trip_id: UUID, request: Request, actor: Annotated[Actor, allowed(Permission.OWN_READ)]
) -> Response:
    """The one door: 1 to 500 events, each with an outcome and a receipt of its own.

    What an account may tell is asked for each event by its kind.
    """
    context = await get_context(request)
    body = read_json(EventsIn, await request.body(), request.headers.get("content-type", ""))
    return write_json(await take_events(actor, context, trip_id=trip_id, body=body))


passengers = Router(prefix="/v1/trips/{trip_id}", tags=["passengers"])
Purpose = Annotated[str | None, Query(min_length=2, max_length=200, examples=["随车名册"])]


@passengers.post("/passengers")
def assign_passengers(
    trip_id: UUID,
    body: AssignmentsIn,
    actor: Annotated[Actor, allowed(Permission.TRIP_WRITE)],
    context: Here,
) -> AssignmentsOut:
    """Put up to 100 people on the trip, with seats: families side by side."""
    with context.writing(actor) as work:
        return assigning.assign_passengers(work, trip_id=trip_id, body=body)


@passengers.get("/passengers")
def list_passengers(
    trip_id: UUID,
    actor: Annotated[Actor, allowed(Permission.TRIP_READ)],
    context: Here,
    cursor: Annotated[Cursor, Depends()],
) -> Page[PassengerOut]:
    """Everybody on the trip's record in seat order, masked, with state, custody and exceptions."""
    with context.reading(actor) as work:
        return answers.show_passengers(work, trip_id=trip_id, cursor=cursor)


@passengers.get("/manifest")
def read_manifest(
    trip_id: UUID,
    actor: Annotated[Actor, allowed(Permission.MANIFEST_READ)],
    context: Here,
    export: Purpose = None,
) -> ManifestOut:
    """乘客信息登记表, with whole phones. The reading is recorded; `export` states a purpose."""
    with context.writing(actor) as work:
        return papers.write_manifest(work, trip_id=trip_id, export_purpose=export)


@passengers.get("/handover")
def read_handover(
    trip_id: UUID,
    actor: Annotated[Actor, allowed(Permission.MANIFEST_READ)],
    context: Here,
    export: Purpose = None,
) -> HandoverOut:
    """人员交接单: people, ends, signatures and sums by handover point. Recorded."""
    with context.writing(actor) as work:
        return papers.write_handover(work, trip_id=trip_id, export_purpose=export)


@passengers.get("/aboard")
def list_aboard(
    trip_id: UUID,
    at: Annotated[Moment, Query(examples=["2020-03-24T05:00:00+08:00"])],
    actor: Annotated[Actor, allowed(Permission.TRIP_READ)],
    context: Here,
) -> AboardOut:
    """Who sat where at a moment (`at` with a zone, e.g. 2020-03-24T10:00:00+08:00)."""
    with context.reading(actor) as work:
        return papers.list_aboard(work, trip_id=trip_id, at=at)


attachments = Router(prefix="/v1/trips/{trip_id}/attachments", tags=["attachments"])
_BINARY: dict[str, Any] = {"type": "string", "format": "binary"}
_KEPT: dict[str, Any] = {str(each): {"schema": _BINARY} for each in MediaType}
_SENT = {
    each: {"schema": {**_BINARY, "maxLength": MAX_ATTACHMENT_BYTES}}
    for each in (*map(str, MediaType), "application/octet-stream")
}
"""What it is is told by its content: a client that cannot tell says octet-stream."""


async def read_body(request: Request) -> bytes:
    """Whole: it was counted on its way in."""
    return await request.body()


@attachments.post(
    "/{attachment_id}",
    status_code=201,
    openapi_extra={"requestBody": {"required": True, "content": _SENT}},
)
def attach(
    *,
    trip_id: UUID,
    attachment_id: UUID,
    sent: Annotated[bytes, Depends(read_body)],
    actor: Annotated[Actor, allowed(Permission.ATTACHMENT_WRITE)],
    context: Here,
    response: Response,
) -> AttachmentOut:
    """Upload a photograph or scan: the body is the file itself, a jpg, png or pdf up to 10 MB.

    What it is is told by its content, whatever Content-Type says. Of a picture neither place nor other
    metadata is kept; a pdf is kept as it is. The same id with the same content again changes nothing.
    """
    set_location(response, f"/v1/trips/{trip_id}/attachments/{attachment_id}")
    with context.reading(actor) as work:
        draft = attaching.prepare(work, trip_id=trip_id, attachment_id=attachment_id, sent=sent)
    with context.writing(actor) as work:
        return attaching.attach(work, draft)


@attachments.get("")
def list_attachments(
    trip_id: UUID, actor: Annotated[Actor, allowed(Permission.ATTACHMENT_READ)], context: Here
) -> list[AttachmentOut]:
    """What was uploaded for the trip, without the contents."""
    with context.reading(actor) as work:
        return attaching.list_attachments(work, trip_id=trip_id)


@attachments.get(
    "/{attachment_id}",
    response_class=Response,
    responses={200: {"content": _KEPT, "description": "The content as it is kept"}},
)
def read_attachment(
    trip_id: UUID,
    attachment_id: UUID,
    actor: Annotated[Actor, allowed(Permission.ATTACHMENT_READ)],
    context: Here,
) -> Response:
    """The content of one attachment. Each reading is recorded."""
    with context.reading(actor) as work:
        opened = attaching.open_attachment(work, trip_id=trip_id, attachment_id=attachment_id)
    with context.writing(actor) as work:
        attaching.record_reading(work, opened)
    disposition = f'attachment; filename="{opened.file_name}"'
    return Response(
        opened.content,
        media_type=opened.media_type,
        headers={"Content-Disposition": disposition, "Content-Security-Policy": "sandbox"},
    )


journeys = Router(prefix="/v1/journeys", tags=["trips"])


class Custody(StrEnum):
    """`none`: in nobody's hands, between two trips."""

    NONE = "none"


@journeys.get("")
def list_journeys(
    _custody: Annotated[Custody, Query(alias="custody")],
    actor: Annotated[Actor, allowed(Permission.TRIP_READ)],
    context: Here,
    cursor: Annotated[Cursor, Depends()],
) -> Page[BetweenOut]:
    """Everybody who was moved to another trip and is not recorded aboard there, masked."""
    with context.reading(actor) as work:
        return between.list_in_nobodys_hands(work, cursor=cursor)


travellers = Router(prefix="/v1/travellers", tags=["passengers"])


@travellers.get("")
def list_travellers(
    actor: Annotated[Actor, allowed(Permission.WORKER_WRITE)],
    context: Here,
    cursor: Annotated[Cursor, Depends()],
    *,
    township: Annotated[
        str | None,
        Query(pattern=r"^[0-9]{9}$", description="One township.", examples=["211221105"]),
    ] = None,
    on: Annotated[Day | None, Query(description="The day in China of the departure.")] = None,
    reached: Annotated[
        bool | None, Query(description="False: only those who are still to be told.")
    ] = None,
    export: Purpose = None,
) -> Page[TravellerOut]:
    """Where people of a township travel, and who was not reached: a work list, whose reading is recorded.

    Without a day everybody on a trip that is neither closed nor cancelled; `export` states the purpose
    of a file.
    """
    wanted = TravellerFilter(township_code=township, on=on, reached=reached)
    with context.reading(actor) as work:
        page = travelling.list_travellers(work, wanted=wanted, cursor=cursor)
    with context.writing(actor) as work:
        access.record_township_list(work, items=page.items, export_purpose=export)
    return page


router = Router()
router.include_router(travellers)
router.include_router(journeys)
router.include_router(batches)
router.include_router(gate)
router.include_router(health)
router.include_router(trips)
router.include_router(checks)
router.include_router(passengers)
router.include_router(attachments)

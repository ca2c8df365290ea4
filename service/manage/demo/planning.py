"""A batch and two trips: filled, told, filed, acknowledged, locked and printed."""

from datetime import timedelta
from uuid import UUID

from service.clock import local_date
from service.manage.demo.cast import Cast
from service.manage.demo.opening import CITY, SEATS_ON_LIST, STAND_BYS, add_account
from service.manage.demo.texts import Say


def plan_trips(cast: Cast) -> None:
    """One batch, a coach for each enterprise, filled in one call each."""
    stage = cast.stage
    stage.screen(Say.S4)
    batch = cast.new_id()
    today = local_date(stage.clock.now)
    window = {
        "window_from": today.isoformat(),
        "window_to": (today + timedelta(days=3)).isoformat(),
    }
    cast.coordinator.post(
        "/v1/batches",
        {"id": batch, "number": f"P{today:%Y%m%d}", "destination_code": CITY, **window},
    )
    for place, enterprise in enumerate(cast.enterprises):
        _plan_trip(cast, batch, place, enterprise)
    first, second = (cast.workers[name] for name in cast.enterprises)
    seated, waiting = first[:SEATS_ON_LIST], first[SEATS_ON_LIST : SEATS_ON_LIST + STAND_BYS]
    _fill(cast, cast.trips[0], seated, waiting)
    _fill(cast, cast.trips[1], second, [])


def _plan_trip(cast: Cast, batch: str, place: int, enterprise: str) -> None:
    clock = cast.stage.clock
    departure = clock.now.replace(hour=5, minute=30) + timedelta(days=1)
    arrival = departure + timedelta(hours=15)
    trip, number = cast.new_id(), f"T{departure:%m%d}-{place + 1}"
    cast.trips.append(trip)
    cast.numbers.append(number)
    identifier = cast.enterprises[enterprise]
    gate = {"id": cast.new_id(), "name": f"{enterprise}厂门", "enterprise_id": identifier}
    cast.coordinator.post(
        "/v1/trips",
        {
            "id": trip,
            "batch_id": batch,
            "number": number,
            "vehicle_id": cast.vehicles[place],
            "driver_ids": [cast.drivers[place]],
            "planned_departure_at": departure.isoformat(),
            "planned_arrival_at": arrival.isoformat(),
            "route": "铁岭—沈阳—天津—济南—苏州",
            "distance_km": 1500,
            "kept_free_rows": [10, 11],
            "boarding_points": [{"id": cast.new_id(), "name": "凡河镇政府广场"}],
            "handover_points": [gate],
            "contacts": {
                "escort": "孙领队",
                "escort_phone": "15499000010",
                "reception": "张经理",
                "reception_phone": "15499000011",
                "duty_phone": "15499000012",
            },
        },
    )


def _fill(cast: Cast, trip: str, seated: list[str], waiting: list[str]) -> None:
    people = [
        {
            "id": cast.new_id(),
            "event_id": cast.new_id(),
            "worker_id": worker,
            "stand_by": worker in waiting,
        }
        for worker in [*seated, *waiting]
    ]
    answer = cast.coordinator.post(f"/v1/trips/{trip}/passengers", {"passengers": people})
    statuses = {each["status"] for each in answer["outcomes"]}
    cast.stage.expect(statuses == {"recorded"}, str(answer))
    cast.passengers |= {str(each["worker_id"]): str(each["id"]) for each in people}
    cast.stand_bys += [str(each["id"]) for each in people if each["stand_by"]]
    cast.stage.say(
        Say.SEATED,
        number=cast.numbers[cast.trips.index(trip)],
        people=len(seated),
        stand_by=len(waiting),
        left=answer["places"] - answer["taken"],
    )


def prepare(cast: Cast) -> None:
    """Everybody is told; the plan is filed and acknowledged; the list is locked and printed."""
    stage, by = cast.stage, cast.coordinator
    stage.screen(Say.S5)
    for trip in cast.trips:
        notices = [
            cast.event(
                "passenger.notified",
                passenger_id=passenger,
                channel="telephone",
                outcome="reached",
                source="telephone",
            )
            for passenger in cast.lines(trip)
        ]
        told = cast.send(by, trip, *notices)
        stage.expect(all(each["status"] == "recorded" for each in told), str(told[:2]))
        stage.say(Say.NOTIFIED, reached=len(told))
        cast.tell(by, trip, "trip.filed", channel="telephone", recipient_unit="苏州市人社局")
        cast.tell(
            by,
            trip,
            "filing.acknowledged",
            channel="telephone",
            person="陈科长",
            unit="苏州市人社局",
            phone="15499000020",
            source="telephone",
        )
        locked = cast.tell(by, trip, "manifest.locked")["decided"]
        stage.say(
            Say.LOCKED,
            version=locked["list_version"],
            count=locked["count"],
            hash=locked["list_hash"][:12],
        )
    file = stage.folder / f"乘客信息登记表-{cast.numbers[0]}.xlsx"
    purpose = ("--purpose", "随车名册", "-o", str(file))
    stage.run("cli", "trip", "manifest", cast.trips[0], *purpose, token=by.token)
    stage.expect(file.exists(), "manifest file")
    stage.say(Say.PRINTED, file=file)
    add_escorts(cast)


def add_escorts(cast: Cast) -> None:
    """Each trip's escort sees that trip only."""
    administrator = cast.stage.log_in(cast.http, "admin")
    for place, trip in enumerate(cast.trips):
        add_account(
            cast,
            administrator,
            username=f"escort{place + 1}",
            role="escort",
            name="孙领队" if place == 0 else "吴领队",
            scope={"trip_ids": [str(UUID(trip))]},
        )

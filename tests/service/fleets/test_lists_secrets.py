"""Nobody of the county's lists, and nobody's health, lies in clear in any file or table."""

from pathlib import Path

from sqlalchemy import text

from schemas.permissions import Role
from service.settings import Settings
from tests.factories import World, make_id_number
from tests.lists import add, make_carrier, make_driver, make_enterprise, make_vehicle, without
from tests.registry import enter_workers, make_values

ID_NUMBER = make_id_number(birth="1966-06-06", sequence=661)
HIDDEN = {
    "carrier phone": "15477770001",
    "carrier's new phone": "15477770002",
    "driver": "慕容驾车",
    "driver phone": "15477770003",
    "driver id number": ID_NUMBER,
    "driver licence": "LICENCE-774411",
    "driver qualification": "QUALI-884422",
    "contact": "令狐接待",
    "contact phone": "15477770004",
    "household": "上官丰收",
    "household address": "合成屯东头第九家",
    "reason of a hold": "合成出疹待查",
    "reason of its release": "合成复查正常",
}
SHOWN = {"plate": "辽M77441", "firm": "苏州合成第1电子有限公司", "carrier": "合成第1客运有限公司"}


def _tell(settings: Settings) -> None:
    world = World(settings)
    coordinator, officer = world.client(), world.client(Role.HEALTH_OFFICER)
    carrier_id = add(
        coordinator, "/v1/carriers", make_carrier(world, phone=HIDDEN["carrier phone"])
    )
    change = {"phone": HIDDEN["carrier's new phone"]}
    assert coordinator.patch(f"/v1/carriers/{carrier_id}", change, version=1).status_code == 200
    add(coordinator, "/v1/vehicles", make_vehicle(world, carrier_id, plate=SHOWN["plate"]))
    driver = make_driver(
        world,
        carrier_id,
        name=HIDDEN["driver"],
        phone=HIDDEN["driver phone"],
        id_number=ID_NUMBER,
        licence_number=HIDDEN["driver licence"],
        qualification_number=HIDDEN["driver qualification"],
    )
    add(coordinator, "/v1/drivers", driver)
    twin = driver | {"id": str(world.new_id())}
    assert coordinator.post("/v1/drivers", twin).status_code == 409
    contacts = [{"name": HIDDEN["contact"], "phone": HIDDEN["contact phone"]}]
    add(coordinator, "/v1/enterprises", make_enterprise(world, contacts=contacts))
    house = {"name": HIDDEN["household"], "address": HIDDEN["household address"]}
    household = make_enterprise(world, 2, kind="household", **house)
    add(coordinator, "/v1/enterprises", without(household, "credit_code"))
    assert len(coordinator.get("/v1/enterprises", q=HIDDEN["household"]).json()["items"]) == 1
    (worker_id,) = enter_workers(world, [make_values(1)])
    hold_id = str(world.new_id())
    held = {
        "action": "held",
        "reason_class": "health",
        "hold_id": hold_id,
        "reason": HIDDEN["reason of a hold"],
    }
    released = {"action": "released", "hold_id": hold_id, "reason": HIDDEN["reason of its release"]}
    events = [
        {
            "id": str(world.new_id()),
            "kind": kind,
            "occurred_at": world.clock.now.isoformat(),
            "data": data,
        }
        for kind, data in (("worker.travel_changed", held), ("worker.travel_changed", released))
    ]
    answer = officer.post(f"/v1/workers/{worker_id}/events", {"events": events})
    assert [each["status"] for each in answer.json()["outcomes"]] == ["recorded", "recorded"]
    world.close()


def _read_everything(settings: Settings) -> bytes:
    """Every file beside the SQLite database, or every row of every table of PostgreSQL as text."""
    database = settings.key_file.parent / "fangang.db"
    if database.exists():
        return b"".join(path.read_bytes() for path in sorted(Path(database.parent).iterdir()))
    world = World(settings)
    with world.context.database.engine.connect() as connection:
        connection.execute(text("SELECT set_config('fangang.county', '211221', false)"))
        tables = "SELECT schemaname || '.' || tablename FROM pg_tables"
        own = f"{tables} WHERE schemaname IN ('public', 'vault')"
        rows = [
            row
            for table in list(connection.execute(text(own)).scalars())
            for row in connection.execute(
                text(f"SELECT to_jsonb(t)::text FROM {table} t")
            ).scalars()
        ]
    world.close()
    return "\n".join(rows).encode()


def test_nothing_personal_lies_in_clear(settings: Settings) -> None:
    _tell(settings)
    everything = _read_everything(settings)
    found = {
        what
        for what, value in (HIDDEN | SHOWN).items()
        if value.encode() in everything or value.encode().hex().encode() in everything
    }
    assert found == set(SHOWN), "it looks where the data is, and finds only what is no person's"

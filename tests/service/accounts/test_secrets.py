"""No password, token, name or phone lies in clear in any file of the database."""

from pathlib import Path

from sqlalchemy import text

from schemas.permissions import Role
from service.settings import Settings
from tests.factories import World

PASSWORD = "quartz-lantern-73-meadow"
NAME, PHONE, DEVICE = "欧阳秀英", "15498765432", "经办二号机"
HIDDEN = {"password": PASSWORD, "name": NAME, "phone": PHONE, "device": DEVICE}


def tell_story(settings: Settings) -> str:
    world = World(settings)
    administrator = world.client(Role.ADMINISTRATOR)
    body = {
        "id": str(world.new_id()),
        "username": "fanhe-clerk",
        "name": NAME,
        "phone": PHONE,
        "password": PASSWORD,
        "role": "township_clerk",
        "division_prefix": "211221105",
    }
    assert administrator.post("/v1/accounts", body).status_code == 201
    login = {"username": "fanhe-clerk", "password": PASSWORD, "device": DEVICE}
    token: str = world.http.post("/v1/login", json=login).json()["token"]
    assert world.http.post("/v1/login", json=login | {"password": "wrong"}).status_code == 401
    world.close()
    return token


def read_everything(settings: Settings) -> bytes:
    """Every file beside the database, or every row of every table as text."""
    database = settings.key_file.parent / "fangang.db"
    if database.exists():
        return b"".join(path.read_bytes() for path in sorted(Path(database.parent).iterdir()))
    world = World(settings)
    with world.context.database.engine.connect() as connection:
        connection.execute(text("SELECT set_config('fangang.county', '211221', false)"))
        tables = connection.execute(
            text(
                "SELECT schemaname || '.' || tablename FROM pg_tables"
                " WHERE schemaname IN ('public', 'vault')"
            )
        ).scalars()
        rows = [
            row
            for table in list(tables)
            for row in connection.execute(
                text(f"SELECT to_jsonb(t)::text FROM {table} t")
            ).scalars()
        ]
    world.close()
    return "\n".join(rows).encode()


def as_hex(value: str) -> str:
    return value.encode().hex()


def test_nothing_in_clear(settings: Settings) -> None:
    token = tell_story(settings)
    everything = read_everything(settings)
    assert everything.count(b"fanhe-clerk") > 0  # it looks where the data is
    hidden = {**HIDDEN, "token": token, "secret": token.split("_", 2)[2]}
    found = {
        what
        for what, value in hidden.items()
        if value.encode() in everything or as_hex(value).encode() in everything
    }
    assert found == set()

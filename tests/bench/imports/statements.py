"""SQL statements for one chunk of people: announced, planned and applied in this process."""

from pathlib import Path

from cli.roster.sending import CHUNK_ROWS
from schemas.permissions import Role
from schemas.roster.report import RULES_VERSION
from service.manage.migrations import migrate
from service.settings import Settings
from tests.bench import rosters
from tests.crash.servers import todays_world
from tests.factories import TOWNSHIP, Client
from tests.queries import list_statements


def count_for_chunk(folder: Path, file: Path) -> tuple[int, int]:
    """Statements of a full chunk, and its people."""
    settings = Settings(database_url=f"sqlite:///{folder / 'count.db'}", key_file=folder / "c.kek")
    migrate(settings)
    with todays_world(settings) as world:
        return _count(world.client(Role.TOWNSHIP_CLERK), str(world.new_id()), file)


def _count(clerk: Client, identifier: str, file: Path) -> tuple[int, int]:
    records = rosters.list_records(file)[:CHUNK_ROWS]
    rows = [{"row": number, "record": record} for number, record in enumerate(records, start=2)]
    clerk.post("/v1/roster-imports", describe_import(identifier, len(rows)))
    with list_statements() as statements:
        staged = clerk.post(f"/v1/roster-imports/{identifier}/chunks/0", {"rows": rows})
        applied = clerk.post(f"/v1/roster-imports/{identifier}/apply", {"chunk": 0})
    assert (staged.status_code, applied.status_code) == (200, 200), staged.text + applied.text
    return len(statements), len(rows)


def describe_import(identifier: str, accepted: int) -> dict[str, object]:
    return {
        "id": identifier,
        "key": "0" * 64,
        "file_name": "bench.csv",
        "sha256": "0" * 64,
        "rules_version": RULES_VERSION,
        "township": TOWNSHIP,
        "as_of": rosters.AS_OF.isoformat(),
        "sheets": ["csv"],
        "accepted": accepted,
    }

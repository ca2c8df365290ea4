"""One file, imported by five clients at the same moment: one import, one receipt, nobody twice."""

import re
from pathlib import Path

import pytest

from schemas.permissions import Role
from service.settings import Settings
from tests.cli.client_commands import make_line, write_roster
from tests.crash.clerk import HOW, Machine, finish
from tests.crash.registries import check_imports, read_registry
from tests.crash.servers import Server, todays_world

pytestmark = pytest.mark.race

CLIENTS, ROWS, CHUNK = 5, 60, 15
_RECEIPT = re.compile(r"R-\d{8}-[0-9A-F]+")


def make_machines(settings: Settings, folder: Path) -> list[Machine]:
    """Five machines of one clerk, each with its own copy of the file."""
    lines = [make_line(number) for number in range(ROWS)]
    with todays_world(settings) as world:
        clerk = world.client(Role.TOWNSHIP_CLERK)
        tokens = [clerk.token, *(world.another_token(clerk).token for _ in range(CLIENTS - 1))]
    machines = []
    for number, token in enumerate(tokens):
        own = folder / f"machine-{number}"
        own.mkdir()
        if number == 0:
            written = write_roster(own / "花名册.xlsx", {"东兴村": lines}).read_bytes()
        (own / "花名册.xlsx").write_bytes(written)
        machines.append(Machine(own, token, chunk=CHUNK))
    return machines


def test_five_clients_import_once(settings: Settings, tmp_path: Path) -> None:
    machines = make_machines(settings, tmp_path)
    server = Server(settings, log=tmp_path / "server.log")
    try:
        clients = [
            machine.start(server.address, "roster", "import", "花名册.xlsx", *HOW)
            for machine in machines
        ]
        ended = [finish(client) for client in clients]
    finally:
        server.kill()
    assert [code for code, _ in ended] == [0] * CLIENTS, ended
    receipts = {receipt for _, said in ended for receipt in _RECEIPT.findall(said)}
    assert len(receipts) == 1
    assert [machine.list_receipts() for machine in machines] == [[]] * CLIENTS
    notes = [note for machine in machines for note in machine.read_notes()]
    assert check_imports(settings, notes, thorough=True) == ROWS // CHUNK
    with todays_world(settings) as world:
        registry = read_registry(world, world.client())
    assert (registry.people.total(), len(registry.people)) == (ROWS, ROWS)
    assert registry.demands.total() == ROWS
    ((_, accepted, counts, is_applied),) = registry.imports
    assert (accepted, counts["new"], sum(counts.values()), is_applied) == (ROWS, ROWS, ROWS, True)

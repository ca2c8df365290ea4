"""`fangang` as a process of its own on a clerk's machine (the program is noting_client.py)."""

import json
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tests.crash import noting_client
from tests.crash.noting_client import CHUNK, NOTES
from tests.crash.programs import Program
from tests.crash.servers import ROOT

HOW: Final = ("--yes", "--as-of", "2020-03-24")
_PATIENCE_SECONDS: Final = 120


@dataclass
class Machine:
    """Settings of its own; `notes` holds what was acknowledged, kept before anything else is done."""

    folder: Path
    token: str
    chunk: int = 15

    @property
    def notes(self) -> Path:
        return self.folder / "acknowledged"

    def name_variables(self, server: str) -> dict[str, str]:
        return {
            "FANGANG_CONFIG_DIR": str(self.folder / "config"),
            "FANGANG_SERVER": server,
            "FANGANG_TOKEN": self.token,
            "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
            "PYTHONPATH": str(ROOT),
            "FANGANG_LANG": "en",
            CHUNK: str(self.chunk),
            NOTES: str(self.notes),
        }

    def start(self, server: str, *arguments: str) -> Program:
        return Program(
            noting_client.main,
            arguments,
            environment={**os.environ, **self.name_variables(server)},
            folder=self.folder,
        )

    def import_roster(self, server: str, file: str) -> Program:
        return self.start(server, "roster", "import", file, *HOW)

    def resume(self, server: str) -> Program:
        (receipt,) = self.list_receipts()
        return self.start(server, "roster", "resume", receipt)

    def list_receipts(self) -> list[str]:
        """Of imports that are not known to have come to their end."""
        return sorted(path.stem for path in (self.folder / "config" / "imports").glob("*.json"))

    def wait_until_announced(self, process: Program) -> None:
        """Until the server knows of the import, or the client has ended."""
        while not self.list_receipts() and process.poll() is None:
            time.sleep(0.005)

    def wait_for_notes(self, process: Program, count: int) -> None:
        """Until so many chunks were acknowledged, or the client has ended."""
        while self._count_notes() < count and process.poll() is None:
            time.sleep(0.002)

    def _count_notes(self) -> int:
        return self.notes.read_bytes().count(b"\n") if self.notes.exists() else 0

    def read_notes(self) -> list[dict[str, Any]]:
        text = self.notes.read_text(encoding="utf-8") if self.notes.exists() else ""
        return [json.loads(line) for line in text.splitlines()]


def finish(process: Program) -> tuple[int | None, str]:
    """Exit code and everything that was said."""
    said, _ = process.communicate(timeout=_PATIENCE_SECONDS)
    return process.returncode, said

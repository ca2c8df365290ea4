"""Either program as a process of its own that has everything imported when it begins: to import takes
two seconds of processor time, and these tests start many. tests/service/manage/test_serve.py starts the
server as people do.
"""

import multiprocessing
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final

_LOADED: Final = [
    "service.manage.main",
    "service.app.create",
    "tests.crash.noting_client",
    __name__,
]
_CONTEXT: Final = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(_LOADED)
_PATIENCE_SECONDS: Final = 20


class Program:
    """Has the few methods of `subprocess.Popen` that are needed. Its errors go to the end of the file
    `errors`, else among what it says.
    """

    def __init__(
        self,
        run: Callable[[], None],
        arguments: Sequence[str],
        *,
        environment: Mapping[str, str],
        folder: Path,
        errors: Path | None = None,
    ) -> None:
        reader, writer = _CONTEXT.Pipe(duplex=False)
        given = {
            "run": run,
            "arguments": [*arguments],
            "environment": dict(environment),
            "folder": folder,
            "errors": errors,
            "writer": writer,
        }
        self._process = _CONTEXT.Process(target=_become, kwargs=given)
        self._process.start()
        writer.close()
        self.stdout = os.fdopen(os.dup(reader.fileno()), encoding="utf-8")
        reader.close()

    @property
    def pid(self) -> int:
        return self._process.pid or 0

    @property
    def returncode(self) -> int | None:
        """Negative: the signal that it died of."""
        return self._process.exitcode

    def poll(self) -> int | None:
        return self._process.exitcode

    def kill(self) -> None:
        self._process.kill()

    def wait(self, timeout: float = _PATIENCE_SECONDS) -> None:
        self._process.join(timeout)
        if self._process.exitcode is None:
            raise TimeoutError(f"still running after {timeout} seconds")
        self.stdout.close()

    def communicate(self, timeout: float) -> tuple[str, None]:
        """Everything that it says until its end."""
        said = self.stdout.read()
        self.wait(timeout)
        return said, None


def _become(
    *,
    run: Callable[[], None],
    arguments: list[str],
    environment: dict[str, str],
    folder: Path,
    errors: Path | None,
    writer: Connection,
) -> None:
    """In the new process, which then ends as the program ends."""
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    os.dup2(writer.fileno(), 1)
    os.dup2(os.open(errors, os.O_WRONLY | os.O_APPEND | os.O_CREAT) if errors else 1, 2)
    writer.close()
    sys.stdout = open(1, "w", buffering=1, encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", buffering=1, encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.argv = ["fangang", *arguments]
    run()

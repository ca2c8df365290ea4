"""Reads files, each in a process of its own that may not grow without end: run as a program.

Given a folder, it prints for every file in it what came of it, the megabytes and the processor
seconds that it took. An abort of the reader ends only that process, and is told as its signal.
"""

import json
import os
import resource
import signal
import sys
from datetime import date
from pathlib import Path
from typing import Final

from cli.roster.reading import Source, check_source

MOST_ADDRESSES: Final = 2 * 1024**3
_SECONDS: Final = 60
_AS_OF: Final = date(2020, 3, 24)


def read_alone(path: Path) -> tuple[str, int, float]:
    """Code of the refusal ("read" for none), megabytes at the most, seconds."""
    receiver, sender = os.pipe()
    process = os.fork()
    if process == 0:
        _read(path, sender)
    os.close(sender)
    said = os.read(receiver, 1_000).decode()
    os.close(receiver)
    _, status, used = os.wait4(process, 0)
    code = os.waitstatus_to_exitcode(status)
    outcome = said if code == 0 else f"died: {signal.Signals(-code).name if code < 0 else code}"
    return outcome, used.ru_maxrss // 1024, used.ru_utime + used.ru_stime


def _read(path: Path, sender: int) -> None:
    """Ends the process."""
    try:
        resource.setrlimit(resource.RLIMIT_AS, (MOST_ADDRESSES, MOST_ADDRESSES))
        resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        report = check_source(Source(path.name, path), as_of=_AS_OF).report
        error = report.file_error
        os.write(sender, (error.code.value if error else "read").encode())
    except BaseException as error:  # noqa: BLE001 (whatever it is, this process ends)
        print(f"{path.name}: {error!r}"[:500], file=sys.stderr)
        os._exit(1)
    os._exit(0)


def main() -> None:
    paths = sorted(Path(sys.argv[1]).iterdir())
    print(json.dumps({path.name: read_alone(path) for path in paths}))


if __name__ == "__main__":
    main()

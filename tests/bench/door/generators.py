"""The load: from another process, by wrk where it is on the PATH (compiled, a tenth of the work for each
request), else by sending.py. Throughput here would measure the generator, so that only costs are compared.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

LONGEST_SECONDS = 120
_ANSWERED = "all answered\n"
_SCRIPT = Path(__file__).with_name("wrk.lua")


@dataclass(frozen=True, slots=True)
class Load:
    """`bad`: answers that are no 200 or refuse an event. `cpu`: the generator's processor seconds. p50,
    p95, p99 of a request in milliseconds.
    """

    answers: int
    bad: int
    said: str
    cpu: float
    p50: float
    p95: float
    p99: float


def name_generator() -> str:
    """With its version."""
    wrk = shutil.which("wrk")
    if wrk is None:
        return "tests/bench/door/sending.py"
    said = subprocess.run([wrk, "-v"], capture_output=True, text=True, check=False).stdout
    return " ".join(said.split()[:2])


def send(port: int, clients: Sequence[Sequence[bytes]]) -> Load:
    """Each client sends its requests, one after the other. Raises RuntimeError where one is not answered."""
    with tempfile.TemporaryDirectory() as folder:
        write_requests(Path(folder), clients)
        cpu, printed = _run(_make_command(port, folder, len(clients)), len(clients), port)
    found = json.loads(printed.splitlines()[-1])
    number = sum(map(len, clients))
    if found["answers"] != number:
        raise RuntimeError(f"{found['answers']} of {number} answered: {found}")
    return Load(number, found["bad"], found["said"], cpu, *found["ms"])


def write_requests(folder: Path, clients: Sequence[Sequence[bytes]]) -> None:
    """A file for each client, named 1, 2 and so on; its requests apart by a zero byte."""
    for place, requests in enumerate(clients, start=1):
        (folder / str(place)).write_bytes(b"\0".join(requests))


def _make_command(port: int, folder: str, clients: int) -> list[str]:
    wrk = shutil.which("wrk")
    if wrk is None:
        return [sys.executable, "-m", "tests.bench.door.sending", str(port), folder, str(clients)]
    shape = [f"-t{clients}", f"-c{clients}"]
    shape += [f"-d{LONGEST_SECONDS}s", f"--timeout={LONGEST_SECONDS}s"]
    url = f"http://127.0.0.1:{port}/"
    return [wrk, *shape, "-s", str(_SCRIPT), url, "--", folder]


def _run(command: Sequence[str], clients: int, port: int) -> tuple[float, str]:
    """Processor seconds, and what was printed. wrk would go on to the end of its time: it is told to stop
    when each of its clients has said that all is answered, or when there is no server any more.
    """
    with (
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process,
        _watching(process, port),
    ):
        assert process.stdout is not None
        printed = ""
        for line in process.stdout:
            printed += line
            if line == _ANSWERED and printed.count(line) == clients:
                process.send_signal(signal.SIGINT)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{command[0]}: {process.returncode}\n{printed[-1000:]}")
    return usage.ru_utime + usage.ru_stime, printed


@contextmanager
def _watching(process: "subprocess.Popen[str]", port: int) -> Iterator[None]:
    """Ends the generator when nothing listens at the port."""
    over = threading.Event()

    def watch() -> None:
        while not over.wait(1):
            try:
                socket.create_connection(("127.0.0.1", port), timeout=5).close()
            except ConnectionRefusedError:
                process.send_signal(signal.SIGINT)
            except OSError:
                continue

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()

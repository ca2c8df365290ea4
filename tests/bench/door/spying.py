"""Stacks of the server while it works, by py-spy: it reads them from outside, 500 times a second, of the thread
that holds the interpreter's lock. What runs without the lock (SQLite, the kernel) has no stack.

Tried and given up: a thread that looks at the others gets the lock just where they give it away, and saw three
quarters of an empty POST in the line of the log; faulthandler at every tick of the processor's time agreed with
py-spy, and ended the server once in some thousand ticks.
"""

import ctypes
import re
import signal
import subprocess
import sys
import sysconfig
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

Stack = tuple[str, ...]
"""`file:function` of each frame, the innermost first; the file from its package on."""
_RATE = 500
_LONGEST_SECONDS = 120
_PATIENCE_SECONDS = 20
_ALLOW_ANY = (0x59616D61, ctypes.c_ulong(-1))  # PR_SET_PTRACER, PR_SET_PTRACER_ANY
_FRAME = re.compile(r"(?P<function>.*) \((?P<path>.*):\d+\)")


def allow_spying() -> None:
    """Lets processes of the same account read this one, where Linux would let only its parents."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(*_ALLOW_ANY)


@contextmanager
def spy(pid: int, folder: Path) -> Iterator[list[tuple[Stack, float]]]:
    """After the block the list holds each stack with its seconds. `folder` takes py-spy's file."""
    program = Path(sysconfig.get_path("scripts")) / "py-spy"
    output, found = folder / "stacks", []
    shape = ["--gil", "--format", "raw", "--full-filenames", "--rate", str(_RATE)]
    shape += ["--duration", str(_LONGEST_SECONDS), "--output", str(output), "--pid", str(pid)]
    with subprocess.Popen(
        [program, "record", *shape], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        try:
            time.sleep(1)  # until it has found its way into the process
            yield found
        finally:
            process.send_signal(signal.SIGINT)
            said, _ = process.communicate(timeout=_PATIENCE_SECONDS)
    if not output.exists():
        raise RuntimeError(f"py-spy: {said[-1000:]}")
    found += [_read(line) for line in output.read_text(encoding="utf-8").splitlines()]
    output.unlink()


def _read(line: str) -> tuple[Stack, float]:
    """`outermost;…;innermost samples`."""
    stack, _, samples = line.rpartition(" ")
    frames = [_FRAME.fullmatch(each) for each in reversed(stack.split(";"))]
    named = tuple(f"{shorten(each['path'])}:{each['function']}" for each in frames if each)
    return named, int(samples) / _RATE


@cache
def shorten(path: str) -> str:
    """From the package on: a library's, the standard library's or our own."""
    for before in ("/site-packages/", f"/python{sys.version_info[0]}.{sys.version_info[1]}/"):
        if before in path:
            return path.rpartition(before)[2]
    for own in ("service", "schemas", "tests"):
        if f"/{own}/" in path:
            return f"{own}/{path.partition(f'/{own}/')[2]}"
    return path.rpartition("/")[2]

"""A sampling profiler of the standard library alone: at every tick of the process's own processor time the
thread that runs writes down its stack.

It is faulthandler that writes, inside the signal's handler: it needs not wait for the interpreter's lock. (A
thread that looks at the others gets that lock just where they give it away, and sees those places too often.)
What runs without the lock (SQLite, digests) counts where it was called; who waits costs nothing.
"""

import faulthandler
import re
import signal
import sys
import tempfile
import time
from collections import Counter
from functools import cache

Stack = tuple[str, ...]
"""`file:function` of each frame, the innermost first; the file from its package on."""
_EVERY_SECONDS = 0.001
"""Less than the kernel's tick: one sample for each tick, 100 to 1,000 a second."""
_FRAME = re.compile(r'^  File "(?P<path>.*)", line \d+ in (?P<function>.*)$')


class Sampler:
    """From `start` to `stop`, for all threads of this process."""

    def __init__(self) -> None:
        # Stays open: a signal that is still under way finds its file.
        self._file = tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace")  # noqa: SIM115
        self._begun = 0.0

    def start(self) -> None:
        faulthandler.register(signal.SIGPROF, self._file, all_threads=False, chain=False)
        self._begun = time.process_time()
        signal.setitimer(signal.ITIMER_PROF, _EVERY_SECONDS, _EVERY_SECONDS)

    def stop(self) -> list[tuple[Stack, float]]:
        """Processor seconds of each stack."""
        signal.setitimer(signal.ITIMER_PROF, 0)
        seconds = time.process_time() - self._begun
        self._file.seek(0)
        stacks = Counter(_read_stacks(self._file.read()))
        return [(each, seconds * seen / stacks.total()) for each, seen in stacks.items()]


def _read_stacks(text: str) -> list[Stack]:
    stacks: list[list[str]] = []
    for line in text.splitlines():
        if found := _FRAME.match(line):
            stacks[-1].append(f"{_shorten(found['path'])}:{found['function']}")
        elif line.endswith("(most recent call first):"):
            stacks.append([])
    return [tuple(each) for each in stacks if each]


@cache
def _shorten(path: str) -> str:
    """From the package on: a library's, the standard library's or our own."""
    for before in ("/site-packages/", f"/python{sys.version_info[0]}.{sys.version_info[1]}/"):
        if before in path:
            return path.rpartition(before)[2]
    for own in ("service", "schemas", "tests"):
        if f"/{own}/" in path:
            return f"{own}/{path.partition(f'/{own}/')[2]}"
    return path.rpartition("/")[2]

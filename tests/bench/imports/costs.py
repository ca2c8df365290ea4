"""What work costs. On a shared machine processor time is what can be compared; wall time is noise."""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds: of a processor, and on the wall."""

    cpu: float
    wall: float

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(self.cpu + other.cpu, max(self.wall, other.wall))


def measure(function: Callable[[], object]) -> Cost:
    """Here, in this process; what else it has running (a pool of threads) counts."""
    wall, cpu = time.perf_counter(), time.process_time()
    function()
    return Cost(time.process_time() - cpu, time.perf_counter() - wall)


def compare(
    mine: Callable[[], object], other: Callable[[], object], *, times: int = 3
) -> tuple[float, float]:
    """The median ratio of processor times, taken in turns, and the median cost of the other."""
    pairs = [(measure(mine).cpu, measure(other).cpu) for _ in range(times)]
    ratio = statistics.median(ours / theirs for ours, theirs in pairs)
    return ratio, statistics.median(theirs for _, theirs in pairs)


def run(
    command: Sequence[str], environment: Mapping[str, str] | None = None, *, typed: str = ""
) -> tuple[Cost, str]:
    """A child from its start to its end, and what it printed. `typed`: its standard input. Raises when it
    fails."""
    begun = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, *command],
        env={**os.environ, **(environment or {})},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        assert child.stderr is not None
        child.stdin.write(typed)
        child.stdin.close()
        printed, said = child.stdout.read(), child.stderr.read()
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise RuntimeError(f"{command}: {child.returncode}\n{printed[-500:]}\n{said[-1500:]}")
    return Cost(usage.ru_utime + usage.ru_stime, time.perf_counter() - begun), printed


def read_clock(pid: int) -> float:
    """Processor seconds of a process so far, with its children: of PostgreSQL all backends."""
    return sum(_read_times(each) for each in [pid, *_list_children(pid)])


def find_postmaster(backend: int) -> int:
    """The process that started this backend of PostgreSQL, on this machine."""
    return int(Path(f"/proc/{backend}/stat").read_text().rpartition(")")[2].split()[1])


def _read_times(pid: int) -> float:
    """Own time, and that of children which have ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(map(int, fields[11:15])) / _TICK


def _list_children(pid: int) -> list[int]:
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == pid:
            found.append(int(path.parent.name))
    return found

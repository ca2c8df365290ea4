"""What a bench prints: what it was measured on, then a line for each figure, with its aim where there is one.
Printed, never asserted.
"""

import os
import platform
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from tests.bench.door.generators import name_generator

_PACKAGES = """
fastapi starlette uvicorn uvloop httptools pydantic sqlalchemy sqlmodel psycopg python-calamine
"""


@dataclass(frozen=True, slots=True)
class Line:
    """One figure. `goal` is empty where none was set; `fits`: whether it is reached."""

    what: str
    reached: str
    goal: str = ""
    fits: bool = True

    def __str__(self) -> str:
        mark = "" if not self.goal else " ok" if self.fits else " NOT REACHED"
        goal = f"   (goal {self.goal}){mark}" if self.goal else ""
        return f"  {self.what:<100} {self.reached:>20}{goal}"


def at_most(what: str, value: float, goal: float, unit: str = "×", *, digits: int = 2) -> Line:
    return Line(what, f"{value:,.{digits}f} {unit}", f"≤ {goal:g} {unit}", value <= goal)


def at_least(what: str, value: float, goal: float) -> Line:
    return Line(what, f"{value:.2f} ×", f"≥ {goal:g} ×", value >= goal)


def describe_machine() -> list[str]:
    """Machine, versions, generator: absolute figures mean nothing without them. The databases' versions stand
    beside their figures.
    """
    cores, (load, _, _) = os.cpu_count(), os.getloadavg()
    return [
        f"{_read_processor()}, {cores} cores, {platform.system()}; load {load:.1f} at the beginning",
        f"Python {platform.python_version()}, "
        + ", ".join(_name_version(each) for each in _PACKAGES.split()),
        f"generator: {name_generator()}",
    ]


def _read_processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.machine()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())


def _name_version(package: str) -> str:
    try:
        return f"{package} {version(package)}"
    except PackageNotFoundError:
        return f"no {package}"

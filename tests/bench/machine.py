"""What was measured on: machine, versions, generator. Absolute figures mean nothing without them."""

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from tests.bench.door.generators import name_generator

_PACKAGES = ("fastapi", "starlette", "uvicorn", "uvloop", "httptools", "pydantic", "sqlalchemy")
_MORE = ("sqlmodel", "psycopg", "python-calamine")


def describe_machine() -> list[str]:
    """Lines to print above the figures. The databases' versions stand beside their figures."""
    cores, (load, _, _) = os.cpu_count(), os.getloadavg()
    return [
        f"{_read_processor()}, {cores} cores, {platform.system()}; load {load:.1f} at the beginning",
        f"Python {platform.python_version()}, "
        + ", ".join(_name_version(each) for each in (*_PACKAGES, *_MORE)),
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

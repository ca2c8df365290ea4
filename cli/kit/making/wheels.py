"""For which systems, processors and versions of Python (3.11 to 3.14, glibc from 2.28) a kit is made; the
wheels that are fetched for each, only packages that the constraints name.
"""

import email.parser
import subprocess
import sys
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name, parse_wheel_filename

from cli.exits import CommandError

PYTHONS: Final = ("3.11", "3.12", "3.13", "3.14")
_GLIBC: Final = ("manylinux_2_28", "manylinux_2_17", "manylinux2014")


@dataclass(frozen=True, slots=True)
class Target:
    """One system, processor and version of Python."""

    system: str
    machine: str
    python: str

    @property
    def platforms(self) -> tuple[str, ...]:
        """Tags of wheels that run there. On Linux down to glibc 2.28, which office systems have."""
        if self.system == "Windows":
            return ("win_amd64",)
        return tuple(f"{tag}_{self.machine}" for tag in _GLIBC)

    @property
    def environment(self) -> Mapping[str, str]:
        """What a requirement's marker asks for (PEP 508)."""
        is_windows = self.system == "Windows"
        return {
            "extra": "",
            "implementation_name": "cpython",
            "os_name": "nt" if is_windows else "posix",
            "platform_machine": self.machine,
            "platform_python_implementation": "CPython",
            "platform_system": self.system,
            "python_full_version": f"{self.python}.0",
            "python_version": self.python,
            "sys_platform": "win32" if is_windows else "linux",
        }

    def __str__(self) -> str:
        return f"{self.system} {self.machine}, Python {self.python}"


def list_targets() -> Iterator[Target]:
    for python in PYTHONS:
        yield Target("Windows", "AMD64", python)
        yield Target("Linux", "x86_64", python)
        yield Target("Linux", "aarch64", python)


def download(target: Target, wheel: Path, folder: Path, constraints: Path) -> None:
    """Everything that `wheel` and pip's own installing need on that computer, into `folder`.

    Versions are those of the constraints; a package that they do not name is refused, so that
    tomorrow's kit is today's.
    """
    pinned = {canonicalize_name(Requirement(line).name) for line in _read_lines(constraints)}
    wanted = ["pip", *_list_needs(wheel, target)]
    done: set[str] = set()
    while missing := sorted(set(wanted) - done):
        if unpinned := set(missing) - pinned:
            names = " ".join(sorted(unpinned))
            raise CommandError(f"{constraints.name} does not name: {names} ({target})")
        _fetch(
            [name for name in missing if not _has_any(folder, name)], target, folder, constraints
        )
        done |= set(missing)
        wanted = [need for name in missing for need in _list_needs(_find(folder, name), target)]


def _read_lines(constraints: Path) -> Iterator[str]:
    for line in constraints.read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            yield line


def _fetch(names: list[str], target: Target, folder: Path, constraints: Path) -> None:
    if not names:
        return
    options = [part for platform in target.platforms for part in ("--platform", platform)]
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-input"]
    command += ["--disable-pip-version-check", "--no-deps", "--only-binary", ":all:"]
    command += ["--implementation", "cp", "--python-version", target.python, *options]
    command += ["--constraint", str(constraints), "--dest", str(folder), *names]
    if subprocess.run(command, check=False).returncode != 0:  # noqa: S603 - our own pip
        raise CommandError(
            f"pip found no wheel for {target}: {' '.join(names)}. Is the package index reachable?"
        )


def _list_needs(wheel: Path, target: Target) -> list[str]:
    """Names of the packages that this one needs there."""
    needs = (Requirement(text) for text in _read_requirements(wheel))
    return [
        canonicalize_name(need.name)
        for need in needs
        if need.marker is None or need.marker.evaluate(dict(target.environment))
    ]


def _read_requirements(wheel: Path) -> list[str]:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (each for each in archive.namelist() if each.endswith(".dist-info/METADATA"))
        text = archive.read(name).decode()
    return email.parser.HeaderParser().parsestr(text).get_all("Requires-Dist") or []


def _has_any(folder: Path, name: str) -> bool:
    """Whether a wheel for every computer is there already."""
    return any(wheel.stem.endswith("-none-any") for wheel in _list(folder, name))


def _find(folder: Path, name: str) -> Path:
    """Any of the package's wheels: they all need the same."""
    return next(iter(_list(folder, name)))


def _list(folder: Path, name: str) -> Iterable[Path]:
    return [each for each in sorted(folder.glob("*.whl")) if name == _name(each)]


def _name(wheel: Path) -> str:
    return parse_wheel_filename(wheel.name)[0]

"""The computers that a kit is for, as pip and the markers of requirements name them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

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

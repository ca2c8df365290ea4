"""SHA256SUMS: what the kit holds, in the form that `sha256sum -c` reads."""

import hashlib
from pathlib import Path
from typing import Final

NAME: Final = "SHA256SUMS"
SERVER_FILE: Final = "服务器地址.txt"
_BETWEEN: Final = "  "


def write_sums(kit: Path) -> None:
    """A line for every file of the kit, by name, but this one and the address, which a county may
    still put in.
    """
    names = sorted(_name(kit, path) for path in kit.rglob("*") if path.is_file())
    lines = [
        f"{_hash(kit / name)}{_BETWEEN}{name}\n"
        for name in names
        if name not in (NAME, SERVER_FILE)
    ]
    (kit / NAME).write_bytes("".join(lines).encode())


def list_damaged(kit: Path) -> list[str]:
    """Files that are not what was written, and wheels that are missing.

    A missing script hinders nobody: whoever copies the kit may leave the other system's out.
    """
    damaged = []
    for line in (kit / NAME).read_text(encoding="utf-8").splitlines():
        digest, _, name = line.partition(_BETWEEN)
        path = kit / name
        is_wrong = _hash(path) != digest if path.is_file() else path.suffix == ".whl"
        if is_wrong:
            damaged.append(name)
    return damaged


def _name(kit: Path, path: Path) -> str:
    return path.relative_to(kit).as_posix()


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()

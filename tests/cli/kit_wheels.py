"""Wheels for the tests of the kit: made-up ones, and those of this very environment packed again."""

import zipfile
from importlib.metadata import Distribution, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

_NOT_OF_THE_WHEEL = {"INSTALLER", "REQUESTED", "direct_url.json", "RECORD"}


def make_wheel(folder: Path, name: str, *needs: str, tag: str = "py3-none-any") -> Path:
    """One that holds nothing but what it needs."""
    info = f"{name}-1.0.dist-info"
    path = folder / f"{name}-1.0-{tag}.whl"
    lines = ["Metadata-Version: 2.1", f"Name: {name}", "Version: 1.0"]
    lines += [f"Requires-Dist: {need}" for need in needs]
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{info}/METADATA", "\n".join(lines) + "\n")
    return path


def pack_needs(wheel: Path, folder: Path) -> None:
    """What the wheel needs here, and pip, out of the installed packages: no network is asked."""
    waiting, done = ["pip", *_list_needs(_read_metadata(wheel))], set[str]()
    while waiting:
        name = canonicalize_name(waiting.pop())
        if name not in done:
            done.add(name)
            found = distribution(name)
            _pack(found, folder)
            waiting += _list_needs(found.requires or [])


def _list_needs(lines: list[str]) -> list[str]:
    needs = map(Requirement, lines)
    return [
        need.name for need in needs if need.marker is None or need.marker.evaluate({"extra": ""})
    ]


def _read_metadata(wheel: Path) -> list[str]:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [each for each in archive.namelist() if each.endswith(".dist-info/METADATA")]
        lines = archive.read(name).decode().splitlines()
    return [line.removeprefix("Requires-Dist: ") for line in lines if "Requires-Dist: " in line]


def _pack(found: Distribution, folder: Path) -> None:
    files = [
        file
        for file in found.files or []
        if ".." not in file.parts
        and "__pycache__" not in file.parts
        and file.name not in _NOT_OF_THE_WHEEL
    ]
    (info,) = {file.parts[0] for file in files if file.parts[0].endswith(".dist-info")}
    name = f"{info.removesuffix('.dist-info')}-{_find_tag(found)}.whl"
    with zipfile.ZipFile(folder / name, "w") as archive:
        for file in files:
            archive.write(Path(str(file.locate())), str(file))
        archive.writestr(f"{info}/RECORD", "".join(f"{file},,\n" for file in files))


def _find_tag(found: Distribution) -> str:
    """py2-none-any and py3-none-any as py2.py3-none-any."""
    described = (found.read_text("WHEEL") or "").splitlines()
    tags = [line.removeprefix("Tag: ").split("-") for line in described if line.startswith("Tag: ")]
    return "-".join(".".join(dict.fromkeys(parts)) for parts in zip(*tags, strict=True))

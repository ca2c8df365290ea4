"""Which error lists are ours to overwrite: the hashes of what was written where, out of what.

Kept on this computer. Paths can hold names of people, so that they are kept as hashes too.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from cli import settings
from cli.roster.locks import is_open

_FILE: Final = "error-lists.json"
_KEPT: Final = 500
_MAX_TRIES: Final = 100
_WRITE_TRIES: Final = 2


def is_untouched(path: Path) -> bool:
    """Whether this is an error list of ours, as it was written."""
    kept = _read().get(_name(path))
    return kept is not None and kept[:1] == [_hash_content(path)]


def list_free(path: Path, origins: Sequence[Path | None]) -> Iterator[Path]:
    """清单.xlsx, else 清单(2).xlsx and so on: names that nothing else has. Two, should writing to
    the first fail. `origins` are the rosters it is made of.
    """
    numbered = (path.with_name(f"{path.stem}({n}){path.suffix}") for n in range(2, _MAX_TRIES))
    free = (each for each in (path, *numbered) if _is_free(each, origins))
    for _, each in zip(range(_WRITE_TRIES), free, strict=False):
        yield each


def _is_free(path: Path, origins: Sequence[Path | None]) -> bool:
    if not path.exists():
        return True
    if any(origin is not None and path.samefile(origin) for origin in origins):
        return False
    is_ours = _read().get(_name(path)) == _describe(path, origins)
    return is_ours and not is_open(path)


def remember(path: Path, origins: Sequence[Path | None]) -> None:
    """Where nothing can be kept, the next list gets a number: nothing is lost."""
    kept = _read()
    kept.pop(_name(path), None)
    kept[_name(path)] = _describe(path, origins)
    newest = dict(list(kept.items())[-_KEPT:])
    try:
        _path().parent.mkdir(parents=True, exist_ok=True)
        _path().write_text(json.dumps(newest), encoding="utf-8")
    except OSError:
        return


def _describe(path: Path, origins: Sequence[Path | None]) -> list[str]:
    names = "\n".join(str(origin and origin.resolve()) for origin in origins)
    return [_hash_content(path), _hash(names)]


def _hash_content(path: Path) -> str:
    """Empty, like nothing that was written, for what cannot be read: open elsewhere, a folder."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def _name(path: Path) -> str:
    return _hash(str(path.resolve()))


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()


def _path() -> Path:
    return settings.get_folder() / _FILE


def _read() -> dict[str, list[str]]:
    try:
        kept = json.loads(_path().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    pairs = kept.items() if isinstance(kept, dict) else ()
    return {name: each for name, each in pairs if isinstance(each, list)}

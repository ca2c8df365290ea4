"""What is remembered on this computer: columns mapped by hand for each township or enterprise; hashes of 500
own error lists, which may be overwritten, else a numbered name; workbooks open in WPS.

Headings, fields and hashes only, nothing of anybody: paths can hold names of people, so that they are
kept as hashes.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from cli import settings
from schemas.roster.columns import IGNORE, Field, normalise_heading
from schemas.roster.headers import Column
from schemas.roster.report import RosterReport

LOCK_PREFIXES: Final = ("~$", ".~")


def is_open(path: Path) -> bool:
    return any(path.with_name(f"{prefix}{path.name}").exists() for prefix in LOCK_PREFIXES)


_MAPPINGS_FILE: Final = "mappings.json"
Mappings = dict[str, dict[str, str]]


def choose_mapping_key(township: str) -> str:
    """Under what a township's columns are kept: its code where that can be told offline.

    `township` as typed; empty: that of the last login, else what has none.
    """
    county, own = settings.get_account()
    if not township:
        return own
    from schemas.divisions.reading import find_township  # noqa: PLC0415 - parses the divisions

    return find_township(county, township) or township.strip()


def get_mapping(key: str) -> dict[str, str]:
    """Heading → field."""
    return _read_mappings().get(key, {})


def save_mapping(key: str, mapping: Mapping[str, str]) -> None:
    """Beside what is there; the same heading again replaces it. A full disk spoils no check."""
    kept = _read_mappings()
    new = {normalise_heading(heading) for heading in mapping}
    old = {h: field for h, field in kept.get(key, {}).items() if normalise_heading(h) not in new}
    _write_mappings({**kept, key: {**old, **mapping}})


def forget_mapping(key: str) -> dict[str, str]:
    """What was kept for this township."""
    kept = _read_mappings()
    gone = kept.pop(key, {})
    if gone:
        _write_mappings(kept)
    return gone


def find_used(mapping: Mapping[str, str], report: RosterReport) -> dict[str, str]:
    """Those whose heading the file has."""
    columns = [column for sheet in report.sheets for column in sheet.header.columns]
    return {
        heading: field
        for heading, field in mapping.items()
        if any(_is_of(column, heading, field) for column in columns)
    }


def _is_of(column: Column, heading: str, field: str) -> bool:
    """A column below a group has the group's text before its own."""
    found, own = normalise_heading(column.heading), normalise_heading(heading)
    is_mapped = (column.field or IGNORE) == field
    return is_mapped and (found == own or found.endswith(own))


def _get_mappings_path() -> Path:
    return settings.get_folder() / _MAPPINGS_FILE


def _read_mappings() -> Mappings:
    """What is there in the form that is written; anything else counts as nothing."""
    try:
        kept = json.loads(_get_mappings_path().read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    known = {IGNORE, *Field}
    pairs = kept.items() if isinstance(kept, dict) else ()
    return {
        key: {heading: field for heading, field in mapping.items() if str(field) in known}
        for key, mapping in pairs
        if isinstance(mapping, dict)
    }


def _write_mappings(kept: Mappings) -> None:
    try:
        _get_mappings_path().parent.mkdir(parents=True, exist_ok=True)
        _get_mappings_path().write_text(
            json.dumps(kept, ensure_ascii=False, indent=1), encoding="utf-8"
        )
    except OSError:
        return


_LISTS_FILE: Final = "error-lists.json"
_KEPT: Final = 500
_MAX_TRIES: Final = 100
_WRITE_TRIES: Final = 2


def is_untouched(path: Path) -> bool:
    """Whether this is an error list of ours, as it was written."""
    kept = _read_lists().get(_name(path))
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
    is_ours = _read_lists().get(_name(path)) == _describe(path, origins)
    return is_ours and not is_open(path)


def remember_list(path: Path, origins: Sequence[Path | None]) -> None:
    """Where nothing can be kept, the next list gets a number: nothing is lost."""
    kept = _read_lists()
    kept.pop(_name(path), None)
    kept[_name(path)] = _describe(path, origins)
    newest = dict(list(kept.items())[-_KEPT:])
    try:
        _get_lists_path().parent.mkdir(parents=True, exist_ok=True)
        _get_lists_path().write_text(json.dumps(newest), encoding="utf-8")
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


def _get_lists_path() -> Path:
    return settings.get_folder() / _LISTS_FILE


def _read_lists() -> dict[str, list[str]]:
    try:
        kept = json.loads(_get_lists_path().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    pairs = kept.items() if isinstance(kept, dict) else ()
    return {name: each for name, each in pairs if isinstance(each, list)}

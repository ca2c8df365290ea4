"""Columns mapped by hand, remembered on this computer for each township.

Headings and fields only, nothing of anybody. `--map` writes them, a later check or import uses
those whose heading it meets.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from cli import settings
from schemas.roster.columns import IGNORE, Field, normalise_heading
from schemas.roster.headers import Column
from schemas.roster.report import RosterReport

_FILE: Final = "mappings.json"
Mappings = dict[str, dict[str, str]]


def choose_key(township: str) -> str:
    """Under what a township's columns are kept: its code where that can be told offline.

    `township` as typed; empty: that of the last login, else what has none.
    """
    county, own = settings.get_account()
    if not township:
        return own
    from schemas.divisions.reading import find_township  # noqa: PLC0415 - parses the divisions

    return find_township(county, township) or township.strip()


def get_saved(key: str) -> dict[str, str]:
    """Heading → field."""
    return _read().get(key, {})


def save(key: str, mapping: Mapping[str, str]) -> None:
    """Beside what is there; the same heading again replaces it. A full disk spoils no check."""
    kept = _read()
    new = {normalise_heading(heading) for heading in mapping}
    old = {h: field for h, field in kept.get(key, {}).items() if normalise_heading(h) not in new}
    _write({**kept, key: {**old, **mapping}})


def forget(key: str) -> dict[str, str]:
    """What was kept for this township."""
    kept = _read()
    gone = kept.pop(key, {})
    if gone:
        _write(kept)
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


def _path() -> Path:
    return settings.get_folder() / _FILE


def _read() -> Mappings:
    """What is there in the form that is written; anything else counts as nothing."""
    try:
        kept = json.loads(_path().read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    known = {IGNORE, *Field}
    pairs = kept.items() if isinstance(kept, dict) else ()
    return {
        key: {heading: field for heading, field in mapping.items() if str(field) in known}
        for key, mapping in pairs
        if isinstance(mapping, dict)
    }


def _write(kept: Mappings) -> None:
    try:
        _path().parent.mkdir(parents=True, exist_ok=True)
        _path().write_text(json.dumps(kept, ensure_ascii=False, indent=1), encoding="utf-8")
    except OSError:
        return

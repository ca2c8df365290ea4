"""What was asked for on the command line of an import."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from cli.roster.checking import CheckedFile
from cli.roster.checks import CheckOptions
from schemas.roster.report import RULES_VERSION


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """`township` as typed; empty: the account's own. `is_settled`: the columns were mapped when the
    import began, and what is remembered now changes nothing. `enterprise_id`: it is that
    enterprise's list of its staff, and no township's; `known`: headings of such a list.
    """

    as_of: date
    mapping: Mapping[str, str]
    township: str = ""
    dry_run: bool = False
    yes: bool = False
    as_json: bool = False
    include_ids: bool = False
    accept_partial: bool = False
    all_or_nothing: bool = False
    require_phone: bool = False
    is_settled: bool = False
    enterprise_id: str = ""
    known: Mapping[str, str] = field(default_factory=dict)
    show_changes: bool = False
    error_list: Path | None = None
    wants_error_list: bool = True

    @property
    def door(self) -> str:
        return "/v1/staff-imports" if self.enterprise_id else "/v1/roster-imports"

    @property
    def for_check(self) -> CheckOptions:
        return CheckOptions(
            as_of=self.as_of,
            mapping=self.mapping,
            township=None if self.is_settled else self.township,
            enterprise_id=self.enterprise_id,
            known=self.known,
            require_phone=self.require_phone,
            error_list=self.error_list,
            wants_error_list=self.wants_error_list,
        )


def make_key(checked: CheckedFile, options: ImportOptions, *, township: str | None) -> str:
    """What names the content of an import: the same again is the same import."""
    content = {
        "file": checked.sha256,
        "mapping": sorted(checked.mapping.items()),
        "township": township,
        "as_of": options.as_of.isoformat(),
        "require_phone": options.require_phone,
        "rules": RULES_VERSION,
    }
    if options.enterprise_id:
        content["enterprise"] = options.enterprise_id
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()

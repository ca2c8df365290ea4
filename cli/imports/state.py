"""What is needed to go on with an interrupted import. Nothing personal: the rows stay in the file."""

import json
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from pydantic import TypeAdapter

from cli import settings
from cli.exits import CommandError, ExitCode
from cli.imports.options import ImportOptions
from cli.imports.texts import Text, get_text


@dataclass(frozen=True, slots=True)
class ResumeState:
    """`confirmed`: the person said yes, so that going on needs no second question."""

    receipt: str
    path: str
    sha256: str
    as_of: str
    mapping: dict[str, str]
    township: str
    require_phone: bool
    accept_partial: bool
    confirmed: bool
    enterprise_id: str = ""

    def to_options(self) -> ImportOptions:
        return ImportOptions(
            as_of=date.fromisoformat(self.as_of),
            mapping=self.mapping,
            township=self.township,
            yes=self.confirmed,
            accept_partial=self.accept_partial,
            require_phone=self.require_phone,
            is_settled=True,
            enterprise_id=self.enterprise_id,
        )


def keep_state(state: ResumeState) -> None:
    path = _path_of(state.receipt)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(asdict(state), ensure_ascii=False), encoding="utf-8")


def drop_state(receipt: str) -> None:
    _path_of(receipt).unlink(missing_ok=True)


def read_state(receipt: str) -> ResumeState:
    """Raises CommandError, naming the next step, when nothing was kept here."""
    try:
        content = json.loads(_path_of(receipt).read_text(encoding="utf-8"))
        state = TypeAdapter(ResumeState).validate_python(content)
        date.fromisoformat(state.as_of)
    except (OSError, ValueError, RecursionError) as error:
        message = get_text(Text.NO_STATE, receipt=receipt)
        raise CommandError(message, ExitCode.USAGE) from error
    return state


def _path_of(receipt: str) -> Path:
    name = "".join(c for c in receipt.upper() if c.isalnum() or c == "-")
    return settings.get_folder() / "imports" / f"{name}.json"

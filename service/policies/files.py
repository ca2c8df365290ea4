"""Policies and levels of risk as TOML files: reading and writing one, what is wrong with it and where; those
that the program brings along.
"""

import json
import re
import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from schemas.errors import ErrorCode, FieldProblem
from schemas.policies import PolicyIn, RiskAreas
from schemas.shapes import FieldText, describe_field
from schemas.texts import say
from service.errors import DomainError

SHIPPED: Final = Path(__file__).with_name("shipped")
MAX_BYTES: Final = 1_000_000
_AREAS: Final = "areas"


def list_shipped() -> list[PolicyIn]:
    """Those that the program brings along, the oldest first. None is in force before a county loads it."""
    found = [_parse_policy(each.read_text(encoding="utf-8")) for each in SHIPPED.glob("*.toml")]
    return sorted(found, key=lambda each: (str(each.valid_from), each.version))


def get_shipped(version: str) -> PolicyIn | None:
    return next((each for each in list_shipped() if each.version == version), None)


def parse_file(content: bytes) -> PolicyIn | RiskAreas:
    """A policy, or where it holds `[[areas]]` levels of risk. Raises field-invalid, naming each field that is
    wrong (unknown ones, too), or the line that is no TOML.
    """
    if len(content) > MAX_BYTES:
        raise DomainError(ErrorCode.BODY_TOO_LARGE)
    try:
        told = tomllib.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:  # also numbers and nestings beyond measure
        problem = FieldProblem(field="TOML", message=_describe(error))
        raise DomainError(ErrorCode.FIELD_INVALID, errors=[problem]) from error
    return _read(RiskAreas if _AREAS in told else PolicyIn, told)


def _describe(error: Exception) -> str:
    """What the parser found and where; its own words only in English, which they are in."""
    if isinstance(error, UnicodeDecodeError):
        return say(FieldText.TOML_BYTES)
    if isinstance(error, RecursionError):
        return say(FieldText.TOML_DEEP)
    found = _PLACED.fullmatch(str(error))
    if found is None:
        return say(FieldText.TOML_NUMBER)
    told = found.groupdict()
    return say(FieldText.TOML_WRONG if told["line"] else FieldText.TOML_ENDS, **told)


_PLACED: Final = re.compile(
    r"(?P<why>.*) \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)", re.DOTALL
)
"""An error of tomllib."""


def write_policy(policy: PolicyIn) -> str:
    """As a file that parse_file reads again, in the order of the model: to be copied, changed and loaded under
    a version of its own. What asks for nothing is left out."""
    told = policy.model_dump(mode="python", exclude_defaults=True)
    lines = _write_lines({name: each for name, each in told.items() if not _is_table(each)})
    for name, rows in told.items():
        if isinstance(rows, dict):
            lines += ["", f"[{name}]", *_write_lines(rows)]
        elif _is_table(rows):
            for row in rows:
                lines += ["", f"[[{name}]]", *_write_lines(row)]
    return "\n".join(lines) + "\n"


def _write_lines(values: Mapping[str, Any]) -> list[str]:
    return [f"{name} = {_write_value(each)}" for name, each in values.items()]


def _is_table(value: object) -> bool:
    return isinstance(value, dict) or (isinstance(value, tuple) and isinstance(value[0], dict))


def _write_value(value: Any) -> str:
    """Texts and numbers of JSON are those of TOML, which escapes DEL, too; days stand without quotes."""
    if isinstance(value, date):
        return value.isoformat()
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")


def _parse_policy(text: str) -> PolicyIn:
    return PolicyIn.model_validate(tomllib.loads(text))


def _read(model: type[PolicyIn] | type[RiskAreas], told: Mapping[str, Any]) -> PolicyIn | RiskAreas:
    try:
        return model.model_validate(told)
    except ValidationError as error:
        problems = [describe_field(each) for each in error.errors(include_url=False)]
        raise DomainError(ErrorCode.FIELD_INVALID, errors=problems) from error

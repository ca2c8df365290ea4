"""The table of events in /docs: every kind with its fields, their types and what they may hold."""

from collections.abc import Iterator
from html import escape
from typing import Any

from schemas.events.fields import Personal, declarations
from schemas.events.kinds import EVENT_NAMES, EventKind, Nature
from schemas.events.specs import EVENT_SPECS, EventSpec

_INTRODUCTION = (
    "<h2>事件 · Events</h2>"
    "<p>POST /v1/trips/{id}/events，POST /v1/workers/{id}/events。"
    "决定（decision）按当前状态判断，可能被拒；见证（observation）现场要过门，事后一律收下。"
    "带 * 的必填；标“封存”的内容加密存放，可依法删除。</p>"
)
_NATURES = {Nature.DECISION: "决定 decision", Nature.OBSERVATION: "见证 observation"}


def render_events() -> Iterator[str]:
    """Only kinds that somebody may send; the rest is written by the server itself."""
    yield _INTRODUCTION
    yield "<table><tr><th>kind<th>名称<th>性质<th>权限<th>data</tr>"
    for kind, spec in EVENT_SPECS.items():
        if spec.permission:
            yield _row(kind, spec)
    yield "</table>"


def _row(kind: EventKind, spec: EventSpec) -> str:
    schema = spec.payload.model_json_schema()
    fields = "<br>".join(_field(spec, name, schema) for name in spec.payload.model_fields)
    return (
        f"<tr><td><code>{escape(str(kind))}</code><td>{'<br>'.join(EVENT_NAMES[kind])}"
        f"<td>{_NATURES[spec.nature]}<td><code>{spec.permission}</code><td>{fields or '—'}</tr>"
    )


def _field(spec: EventSpec, name: str, schema: dict[str, Any]) -> str:
    sealed = isinstance(declarations(spec.payload)[name], Personal)
    required = "*" if spec.payload.model_fields[name].is_required() else ""
    mark = " <span class=p>封存</span>" if sealed else ""
    shape = describe_shape(schema["properties"][name], schema.get("$defs", {}))
    return f"<code>{escape(name)}</code>{required} {escape(shape)}{mark}"


def describe_shape(schema: dict[str, Any], named: dict[str, Any]) -> str:
    """`uuid`, `integer 300–450`, `card | face`, `[uuid]`; null is left out: a field without a star
    may be left out itself.
    """
    if "$ref" in schema:
        return describe_shape(named[schema["$ref"].rpartition("/")[2]], named)
    for several in ("anyOf", "allOf", "oneOf"):
        if several in schema:
            shapes = [describe_shape(each, named) for each in schema[several]]
            return " | ".join(dict.fromkeys(each for each in shapes if each != "null"))
    if "enum" in schema or "const" in schema:
        return " | ".join(str(each) for each in schema.get("enum", [schema.get("const")]))
    if schema.get("type") == "array":
        return f"[{describe_shape(schema.get('items', {}), named)}]"
    if schema.get("type") == "object" and "properties" in schema:
        inner = (
            f"{name}: {describe_shape(each, named)}" for name, each in schema["properties"].items()
        )
        return f"{{{', '.join(inner)}}}"
    return _describe_plain(schema)


def _describe_plain(schema: dict[str, Any]) -> str:
    kind = str(schema.get("format") or schema.get("type") or "any")
    low, high = schema.get("minimum"), schema.get("maximum")
    if low is not None or high is not None:
        return f"{kind} {'' if low is None else low}–{'' if high is None else high}"
    longest = schema.get("maxLength")
    return f"{kind} ≤{longest}" if longest and kind == "string" else kind

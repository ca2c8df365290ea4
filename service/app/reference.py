"""/docs: one page with every operation and its example, and every kind of event with its name, nature,
permission and fields.
"""

import json
from collections.abc import Iterator
from html import escape
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from schemas.events.fields import Personal, declarations
from schemas.events.kinds import EVENT_NAMES, EventKind, Nature
from schemas.events.specs import EVENT_SPECS, EventSpec
from service.app.document import DESCRIPTION, TITLE

router = APIRouter(include_in_schema=False)

_STYLE = """
body{font:15px/1.6 system-ui,"Microsoft YaHei","Noto Sans CJK SC",sans-serif;margin:2rem auto;
max-width:70rem;padding:0 1rem;color:#1c2733}
h1{font-size:1.6rem}h2{margin-top:2.2rem;border-bottom:2px solid #dde3ea}
details{border:1px solid #dde3ea;border-radius:6px;margin:.4rem 0;padding:.3rem .8rem}
summary{cursor:pointer}code,pre{font-family:ui-monospace,Consolas,monospace;font-size:.88em}
pre{background:#f5f7f9;padding:.7rem;border-radius:6px;overflow:auto}
.m{display:inline-block;min-width:3.6rem;font-weight:700}
.GET{color:#0a6b3d}.POST{color:#0b5cad}.PATCH{color:#8a5a00}
table{border-collapse:collapse;width:100%}td,th{border-bottom:1px solid #e6ebf0;padding:.35rem;
text-align:left;vertical-align:top}.p{color:#9a3412}
""".strip()


@router.get("/docs", response_class=HTMLResponse)
def read_reference(request: Request) -> HTMLResponse:
    """Every operation with its example, and every kind of event with its fields."""
    return HTMLResponse(render(request.app.openapi()))


@router.get("/")
def go_to_reference() -> RedirectResponse:
    """The bare address leads to the reference."""
    return RedirectResponse("/docs")


def render(document: dict[str, Any]) -> str:
    """A page without scripts."""
    parts = [
        "<!doctype html><html lang=zh><meta charset=utf-8>",
        "<meta name=viewport content='width=device-width,initial-scale=1'>",
        f"<title>{escape(TITLE)} API</title><style>{_STYLE}</style>",
        f"<h1>{escape(TITLE)} API</h1><p>{escape(DESCRIPTION)}</p>",
        "<p><a href=/openapi.json>openapi.json</a></p>",
        *_sections(document),
        *render_events(),
    ]
    return "\n".join(parts)


def _sections(document: dict[str, Any]) -> Iterator[str]:
    for tag in document.get("tags", []):
        operations = list(_operations(document, tag["name"]))
        if operations:
            yield f"<h2>{escape(tag['description'])}</h2>"
            yield from operations


def _operations(document: dict[str, Any], tag: str) -> Iterator[str]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if tag in operation.get("tags", ()):
                yield _operation(document, path, method.upper(), operation)


def _operation(document: dict[str, Any], path: str, method: str, operation: dict[str, Any]) -> str:
    parameters = "".join(_parameter(each) for each in operation.get("parameters", ()))
    example = _example(document, operation)
    body = (
        f"<pre>{escape(json.dumps(example, ensure_ascii=False, indent=1))}</pre>" if example else ""
    )
    return (
        f"<details><summary><span class='m {method}'>{method}</span><code>{escape(path)}</code>"
        f" — {escape(operation.get('summary', ''))}</summary><ul>{parameters}</ul>{body}</details>"
    )


def _parameter(parameter: dict[str, Any]) -> str:
    required = ", required" if parameter.get("required") else ""
    examples = parameter["schema"].get("examples") or [None]
    shown = f" <code>{escape(str(examples[0]))}</code>" if examples[0] is not None else ""
    return f"<li><code>{escape(parameter['name'])}</code> ({parameter['in']}{required}){shown}"


def _example(document: dict[str, Any], operation: dict[str, Any]) -> Any:
    """The operation's own example, else the first one of the request body's model."""
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    if "example" in content:
        return content["example"]
    reference = content.get("schema", {}).get("$ref", "")
    model = document["components"]["schemas"].get(reference.rpartition("/")[2], {})
    return next(iter(model.get("examples", ())), None)


# --- the table of events -------------------------------------------------------------------------
_INTRODUCTION = (
    "<h2>事件 · Events</h2>"
    "<p>POST /v1/trips/{id}/events，POST /v1/workers/{id}/events。"
    "决定（decision）按当前状态判断，可能被拒；见证（observation）现场要过门，事后一律收下。"
    "带 * 的必填；标“封存”的内容加密存放，可依法删除。</p>"
)
_NATURES = {Nature.DECISION: "决定 decision", Nature.OBSERVATION: "见证 observation"}


def render_events() -> Iterator[str]:
    """Only kinds that a client may send; the server itself records the others."""
    yield _INTRODUCTION
    yield "<table><tr><th>kind<th>名称<th>性质<th>权限<th>data</tr>"
    for kind, spec in EVENT_SPECS.items():
        if spec.is_sent:
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

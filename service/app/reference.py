"""/docs: the API document as one plain page, made from the OpenAPI document and the table of events.

FastAPI's own page loads its scripts from a public host, which an office network does not reach.
"""

import json
from collections.abc import Iterator
from html import escape
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from service.app.event_reference import render_events

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
    """Whoever types only the address finds the reference."""
    return RedirectResponse("/docs")


def render(document: dict[str, Any]) -> str:
    """A page without scripts."""
    info = document["info"]
    parts = [
        "<!doctype html><html lang=zh><meta charset=utf-8>",
        "<meta name=viewport content='width=device-width,initial-scale=1'>",
        f"<title>{escape(info['title'])} API</title><style>{_STYLE}</style>",
        f"<h1>{escape(info['title'])} API</h1><p>{escape(info['description'])}</p>",
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

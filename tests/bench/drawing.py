"""docs/performance.svg: bars of what an event costs at the door on each database; dashed lines are the aims.

The same figures give the same file.
"""

from collections.abc import Iterator, Sequence
from html import escape

from tests.bench.door.report import AIMS, NAMES, Found
from tests.bench.door.rounds import Cost

_WIDTH, _LEFT, _RIGHT = 760, 220, 90
_BAR, _STEP, _HEAD, _GAP = 16, 24, 26, 14
_TITLE = (
    "Processor time of one event at the door, µs: server, then database (light); dashed: the aim"
)
_STYLE = """
text { font: 12px sans-serif; fill: #333 } .head { font-weight: bold }
.server { fill: #2a6f97 } .theirs { fill: #999 } .database { fill: #a9d6e5 }
.aim { stroke: #c1121f; stroke-width: 2; stroke-dasharray: 3 2 }
"""


def draw(found: Sequence[Found]) -> str:
    """An SVG document."""
    scale = (_WIDTH - _LEFT - _RIGHT) / max(
        cost.both for one in found for cost in one.costs.values()
    )
    lines: list[str] = []
    top = _HEAD
    for one in found:
        lines.append(_write(_LEFT, top + 12, one.name, kind="head"))
        top += _HEAD
        for name in NAMES:
            lines += _draw_bar(name, one.costs[name], top, scale)
            top += _STEP
        top += _GAP
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {top}" width="{_WIDTH}">'
    ground = f'<rect width="{_WIDTH}" height="{top}" fill="#fff"/>'
    title = _write(10, 16, _TITLE)
    return "\n".join([head, f"<style>{_STYLE}</style>", ground, title, *lines, "</svg>", ""])


def _draw_bar(name: str, cost: Cost, top: int, scale: float) -> Iterator[str]:
    kind = "server" if name in {"single", "fifty"} else "theirs"
    server, both = cost.server * scale, cost.both * scale
    yield _write(_LEFT - 8, top + 12, NAMES[name], anchor="end")
    yield _fill(_LEFT, top, server, kind)
    yield _fill(_LEFT + server, top, both - server, "database")
    if name in AIMS:
        at = _LEFT + AIMS[name] * scale
        yield f'<path class="aim" d="M{at:.1f} {top - 3}v{_BAR + 6}"/>'
    yield _write(_LEFT + max(both, AIMS.get(name, 0) * scale) + 8, top + 12, f"{cost.both:,.0f}")


def _fill(left: float, top: int, width: float, kind: str) -> str:
    return f'<rect class="{kind}" x="{left:.1f}" y="{top}" width="{width:.1f}" height="{_BAR}"/>'


def _write(left: float, top: int, text: str, *, kind: str = "", anchor: str = "start") -> str:
    said = f' class="{kind}"' if kind else ""
    return f'<text{said} x="{left:.1f}" y="{top}" text-anchor="{anchor}">{escape(text)}</text>'

"""`fangang demand`: who wants to go where, in which week, for whom."""

from typing import TYPE_CHECKING, Annotated, Final, Literal

import typer

from schemas.texts import Text, say

if TYPE_CHECKING:
    from schemas.demands import DemandSummary

app: Final = typer.Typer(
    help="出行需求：按目的地、用工单位、周汇总。", no_args_is_help=True, rich_markup_mode=None
)
_HELP_SUMMARY: Final = (
    "汇总待安排和已编入专车的出行需求。\n\n"
    "例：fangang demand summary\n\n"
    "例：fangang demand summary --by week --json"
)


class _DemandText(Text):
    ASSIGNED = ("已编入", "assigned")
    CITY = ("目的地", "destination")
    EMPLOYER = ("用工单位", "employer")
    MONDAY = ("周一", "Monday")
    OPEN = ("待安排", "open")
    TOTAL = ("合计", "total")
    WEEK = ("周", "week")


_FIRST: Final = {
    "city": _DemandText.CITY,
    "employer": _DemandText.EMPLOYER,
    "week": _DemandText.WEEK,
}
"""The heading of the first column, by what is counted by."""


@app.callback()
def main() -> None:
    """Keeps `demand` a group however many commands it has."""


@app.command(help=_HELP_SUMMARY)
def summary(
    *,
    by: Annotated[
        Literal["city", "employer", "week"],
        typer.Option("--by", help="按什么汇总：city 目的地，employer 用工单位，week 周。"),
    ] = "city",
    as_json: Annotated[bool, typer.Option("--json", help="结果以JSON写到标准输出。")] = False,
) -> None:
    from cli import output  # noqa: PLC0415 - keeps --help fast
    from cli.api import connect  # noqa: PLC0415 - keeps --help fast
    from schemas.demands import DemandSummary  # noqa: PLC0415 - keeps --help fast

    with connect() as api:
        answer = api.get("/v1/demands/summary", by=by)
        found = DemandSummary.model_validate(answer)
    if as_json:
        output.write_json(answer)
        return
    output.write_table(*make_table(found))


def make_table(found: "DemandSummary") -> tuple[list[str], list[list[str]]]:
    """Headings and lines, the sum last; weeks have their Monday as a column."""
    has_days = found.by.value == "week"
    first = _FIRST[found.by.value]
    columns = [first, *[_DemandText.MONDAY] * has_days, _DemandText.OPEN, _DemandText.ASSIGNED]
    rows = [
        [
            group.label,
            *[group.monday.isoformat() if group.monday else ""] * has_days,
            f"{group.open:,}",
            f"{group.assigned:,}",
        ]
        for group in found.groups
    ]
    total = [
        say(_DemandText.TOTAL),
        *[""] * has_days,
        f"{found.open:,}",
        f"{found.assigned:,}",
    ]
    return [say(each) for each in columns], [*rows, total]

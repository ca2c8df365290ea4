"""`fangang trip plan`: drivers needed and by which rule, the proposed rest plan hour by hour, what is missing;
all its sentences."""

from collections.abc import Iterable, Iterator

from cli import output
from cli.api import Api
from cli.times import show_time
from cli.trips.finding import find_trip_id
from schemas.plan_checks import PlanCheckOut, PlanGap, name_gap
from schemas.texts import Text, say


class _PlanText(Text):
    ARRIVES = ("按此方案 {at} 抵达。", "By this it arrives at {at}.")
    COMPLETE = ("方案要素齐备。", "The plan is complete.")
    DRIVER = ("第{number}名驾驶员", "driver {number}")
    DRIVERS = ("要 {needed} 名驾驶员，现 {named} 名。", "{needed} drivers needed, {named} named.")
    DRIVERS_SHORT = (
        "要 {needed} 名驾驶员，现 {named} 名：登记“更换驾驶员”，不写被替换的人。",
        "{needed} drivers needed, {named} named: tell driver.replaced and name nobody replaced.",
    )
    DRIVERS_NAMED = ("驾驶员 {named} 名。", "{named} drivers named.")
    ENDED = ("抵达前到期：{names}。", "Ends before the arrival: {names}.")
    FROM = ("从", "from")
    LACKING = ("还没登记：{names}。", "Not entered yet: {names}.")
    MISSING = ("缺：{names}。", "Missing: {names}.")
    REASON = ("{reason}：{drivers} 名。", "{reason}: {drivers}.")
    TO = ("到", "to")
    WHAT = ("建议", "proposed")


def show_plan(api: Api, trip: str, *, as_json: bool) -> None:
    answer = api.get(f"/v1/trips/{find_trip_id(api, trip)}/plan-check")
    if as_json:
        output.write_json(answer)
        return
    checked = PlanCheckOut.model_validate(answer)
    for line in describe_drivers(checked):
        output.write_line(line)
    if checked.driving:
        output.write_table(*tabulate_driving(checked))
    for line in describe_end(checked):
        output.write_line(line)


def describe_drivers(checked: PlanCheckOut) -> Iterator[str]:
    named = checked.drivers_named
    if checked.drivers_needed is None:
        yield say(_PlanText.DRIVERS_NAMED, named=named)
        return
    needed = checked.drivers_needed
    text = _PlanText.DRIVERS_SHORT if named < needed else _PlanText.DRIVERS
    yield say(text, needed=needed, named=named)
    for each in checked.because:
        yield say(_PlanText.REASON, reason=each.reason, drivers=each.drivers)


def tabulate_driving(checked: PlanCheckOut) -> tuple[list[str], list[list[str]]]:
    """Pieces and stops in the order of the hours."""
    spans = [
        *(
            (each.from_at, each.to_at, say(_PlanText.DRIVER, number=each.driver))
            for each in checked.driving
        ),
        *((each.from_at, each.to_at, each.name) for each in checked.stops),
    ]
    headings = [say(each) for each in (_PlanText.FROM, _PlanText.TO, _PlanText.WHAT)]
    return headings, [
        [show_time(begun), show_time(ended), what] for begun, ended, what in sorted(spans)
    ]


def describe_end(checked: PlanCheckOut) -> Iterator[str]:
    if checked.arrives_at is not None:
        yield say(_PlanText.ARRIVES, at=show_time(checked.arrives_at))
    if checked.late is not None:
        yield checked.late
    names = _join(checked.missing)
    yield say(_PlanText.MISSING, names=names) if names else say(_PlanText.COMPLETE)
    if checked.ended:
        yield say(_PlanText.ENDED, names=_join(checked.ended))
    yield from tell_lacking(checked)


def tell_lacking(checked: PlanCheckOut) -> Iterator[str]:
    """Papers that the policy asks for and nobody entered."""
    if checked.lacking:
        yield say(_PlanText.LACKING, names=_join(checked.lacking))


def _join(gaps: Iterable[PlanGap]) -> str:
    return output.join_words(name_gap(each.field, each.name) for each in gaps)

"""`fangang trip insured`: the list of the insured (乘客意外险) as a workbook, or who came and went since an
earlier version of the list; all its sentences."""

from cli import output
from cli.api import Api
from cli.exports import Table, make_workbook, reserve_file
from cli.times import show_time
from cli.trips.finding import find_trip_id
from cli.trips.printing import PrintOptions, prepare
from cli.trips.texts import TripText
from schemas.insured import INSURED_CHANGE_NAMES, InsuredOut
from schemas.texts import Text, choose, say


class _InsuredText(Text):
    CHANGE = ("变动", "change")
    ID_NUMBER = ("身份证号", "identity number")
    NAME = ("姓名", "name")
    NUMBER = ("序号", "no.")
    SEAT = ("座位", "seat")
    SHEET = ("被保险人名单", "the insured")
    TITLE = (
        "{number}  {plate}  保险单 {insurance}  {departs} 至 {arrives}  名册第 {version} 版",
        "{number}  {plate}  insurance {insurance}  {departs} to {arrives}  list version {version}",
    )
    WRITTEN = (
        "被保险人名单已写到：{path}（{people} 人，名册第 {version} 版）",
        "The list of the insured was written to {path} ({people} people, list version {version})",
    )


def print_insured(api: Api, trip: str, options: PrintOptions, *, since: int | None) -> None:
    """Checks everything that can fail here before the export is recorded."""
    purpose = prepare(options)
    trip_id = find_trip_id(api, trip)
    unwritable = say(TripText.FILE_UNWRITABLE, path=options.path)
    with reserve_file(options.path, unwritable=unwritable) as file:
        answer = api.get(f"/v1/trips/{trip_id}/insured", export=purpose, since_version=since)
        insured = InsuredOut.model_validate(answer)
        file.write(make_insured(insured))
    people = len(insured.lines)
    if options.as_json:
        facts = {"trip": insured.number, "version": insured.list_version, "people": people}
        output.write_json({"file": str(options.path), **facts})
        return
    facts = {"path": options.path, "people": people, "version": insured.list_version}
    output.write_line(say(_InsuredText.WRITTEN, **facts))
    output.tell(say(TripText.PRIVATE_MANIFEST))


def make_insured(insured: InsuredOut) -> bytes:
    """The whole workbook: one sheet; what the insurance is about stands in its last line."""
    headings = [_InsuredText.NUMBER, _InsuredText.NAME, _InsuredText.ID_NUMBER, _InsuredText.SEAT]
    lines = [[say(each) for each in (*headings, _InsuredText.CHANGE)]]
    for number, line in enumerate(insured.lines, start=1):
        change = choose(*INSURED_CHANGE_NAMES[line.change]) if line.change else ""
        shown = [line.name or "", line.id_number or "", line.seat_label or "", change]
        lines.append([str(number), *shown])
    title = say(
        _InsuredText.TITLE,
        number=insured.number,
        plate=insured.plate or "",
        insurance=insured.passenger_insurance_number or "",
        departs=show_time(insured.planned_departure_at),
        arrives=show_time(insured.planned_arrival_at),
        version=insured.list_version,
    )
    lines.append(["", title, "", "", ""])
    return make_workbook(Table(say(_InsuredText.SHEET), (6, 14, 22, 8, 8), lines))

"""快报 of an accident: time, place, vehicle, people, known casualties; what nobody told is unknown."""

from collections.abc import Sequence
from dataclasses import dataclass

from schemas.texts import Text, say


class BulletinText(Text):
    ABOARD = (
        "人数：记录在车乘客{people}人，司乘{crew}人",
        "People: {people} passengers recorded aboard, {crew} crew",
    )
    CASE = ("编号：{case}", "Case: {case}")
    CASUALTIES_UNKNOWN = ("已知伤亡：尚无登记，不详", "Known casualties: nothing recorded, unknown")
    COUNTED = ("最近一次清点：{people}人（{at}）", "Last head count: {people} ({at})")
    HEADING = ("事故快报", "Accident bulletin")
    NOT_COUNTED = ("最近一次清点：无", "Last head count: none")
    PLACE = ("地点：最近登记的地点为{place}（{at}）", "Place: last recorded {place} ({at})")
    PLACE_UNKNOWN = ("地点：不详", "Place: unknown")
    PLATE = ("车辆：{plate}（趟次{number}）", "Vehicle: {plate} (trip {number})")
    TIME = ("时间：{at}", "Time: {at}")
    TIME_UNKNOWN = ("时间：不详", "Time: unknown")
    TRANSFERRED = (
        "已知伤亡：登记移交医疗机构{people}人，伤亡情况不详",
        "Known casualties: {people} recorded as handed to a health point, else unknown",
    )


@dataclass(frozen=True, slots=True)
class Accident:
    """What is known of one vehicle; moments as they are shown. None: nobody told it."""

    case: str
    at: str | None
    place: str | None
    place_at: str | None
    plate: str
    number: str
    people: int
    crew: int
    counted: int | None
    counted_at: str | None
    transferred: int


def write_bulletin(accidents: Sequence[Accident]) -> str:
    """In the language in force."""
    return "\n\n".join("\n".join(_write(each)) for each in accidents)


def _write(accident: Accident) -> list[str]:
    text = BulletinText
    place = accident.place
    counted = accident.counted
    return [
        say(text.HEADING),
        say(text.CASE, case=accident.case),
        say(text.TIME, at=accident.at) if accident.at else say(text.TIME_UNKNOWN),
        say(text.PLACE, place=place, at=accident.place_at) if place else say(text.PLACE_UNKNOWN),
        say(text.PLATE, plate=accident.plate, number=accident.number),
        say(text.ABOARD, people=accident.people, crew=accident.crew),
        say(text.NOT_COUNTED)
        if counted is None
        else say(text.COUNTED, people=counted, at=accident.counted_at),
        say(text.TRANSFERRED, people=accident.transferred)
        if accident.transferred
        else say(text.CASUALTIES_UNKNOWN),
    ]

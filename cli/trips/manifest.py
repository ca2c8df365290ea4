"""乘客信息登记表 (manifest): heading, columns, empty columns for the roll call, stand-bys apart, a family
phone only where there is no own one, remarks, counts, signatures; a list not locked says so.

It holds whole identity numbers, which are held against the cards at the door.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Final
from uuid import UUID

from cli.names import get_name
from cli.papers import (
    Column,
    ListMark,
    PaperSheet,
    PaperText,
    is_locked,
    join_uses,
    list_people,
    list_rides,
    name_kind,
    open_book,
    show_seat,
    show_version,
    write_label,
)
from cli.times import show_time
from schemas.events.payloads_passengers import PersonRole
from schemas.fleets import VehicleKind
from schemas.passengers import ManifestLine, ManifestOut
from schemas.texts import say
from schemas.trips import PassengerStatus, PointOut

_SILENT: Final = frozenset({PassengerStatus.LISTED, PassengerStatus.STAND_BY})
_COLUMNS: Final = (
    (PaperText.NUMBER, 5, True),
    (PaperText.SEAT, 6, True),
    (PaperText.NAME, 11, False),
    (PaperText.GENDER, 5, True),
    (PaperText.ID_NUMBER, 20, True),
    (PaperText.PHONE, 13, True),
    (PaperText.VILLAGE, 18, False),
    (PaperText.EMPLOYER, 17, False),
    (PaperText.HANDOVER_POINT, 14, False),
    (PaperText.CLEARANCE, 7, True),
    (PaperText.ROLL_CALL, 6, True),
    (PaperText.TEMPERATURE, 7, True),
    (PaperText.IDENTITY, 8, True),
    (PaperText.SIGNATURE, 12, True),
    (PaperText.REMARK, 12, False),
)
_EMPTY_COLUMNS: Final = ("", "", "", "")


@dataclass(frozen=True, slots=True)
class Carriage:
    """What the heading says beyond the list itself. None: a line to be filled in by hand."""

    batch: str | None = None
    organiser: str | None = None
    destination: str | None = None


def make_manifest(manifest: ManifestOut, carriage: Carriage, *, printed_at: datetime) -> bytes:
    """The whole workbook. Stand-bys follow after a line of their own."""
    mark = ListMark(
        title=say(PaperText.MANIFEST),
        number=manifest.number,
        plate=manifest.plate,
        on_rails=manifest.vehicle_kind is VehicleKind.CARRIAGE,
        version=show_version(manifest.state, manifest.list_version),
        digest=manifest.list_hash if is_locked(manifest.state, manifest.list_version) else None,
        printed_at=printed_at,
    )
    columns = [Column(say(text), width, centred) for text, width, centred in _COLUMNS]
    buffer = BytesIO()
    with open_book(buffer, mark) as book:
        sheet = book.add_sheet(mark.title, columns)
        _write_heading(sheet, manifest, carriage, mark)
        _write_people(sheet, manifest)
        _write_footer(sheet, manifest, mark)
        sheet.finish()
    return buffer.getvalue()


def _write_heading(
    sheet: PaperSheet,
    manifest: ManifestOut,
    carriage: Carriage,
    mark: ListMark,
) -> None:
    sheet.write_title(mark.title)
    if mark.digest:
        digest = write_label(PaperText.HASH, mark.digest)
        sheet.write_facts(f"{mark.version}    {digest}", bold=True)
    else:
        sheet.write_facts(say(PaperText.NOT_LOCKED_LINE), bold=True)
    for line in _list_facts(manifest, carriage, mark):
        sheet.write_facts(*line)
    sheet.write_headings()


def _list_facts(
    manifest: ManifestOut, carriage: Carriage, mark: ListMark
) -> Iterator[tuple[str, ...]]:
    """Lines of the heading (domain: what a manifest has to hold), three facts side by side."""

    def fact(label: PaperText, *values: object) -> str:
        return write_label(label, " ".join(str(value) for value in values if value))

    yield (
        fact(PaperText.TRIP, manifest.number),
        fact(mark.plate_label, join_uses(list_rides(manifest.vehicles), alone=manifest.plate)),
        "  ".join(
            (
                fact(PaperText.VEHICLE, name_kind(manifest.vehicle_kind)),
                fact(PaperText.LICENSED_PLACES, manifest.licensed_places),
            )
        ),
    )
    yield (
        fact(PaperText.BATCH, carriage.batch),
        fact(PaperText.ORGANISER, carriage.organiser),
        fact(PaperText.DESTINATION, carriage.destination),
    )
    yield (
        fact(PaperText.CARRIER, manifest.carrier),
        fact(PaperText.CHARTER_SIGN, manifest.charter_sign_number),
        fact(PaperText.PASS_NUMBER, manifest.toll_pass_number),
    )
    yield (
        fact(PaperText.DEPARTURE, show_time(manifest.planned_departure_at)),
        fact(PaperText.ARRIVAL, show_time(manifest.planned_arrival_at)),
        fact(PaperText.ROUTE, manifest.route),
    )
    yield (
        fact(PaperText.BOARDING_POINTS, _join_points(manifest.points, "boarding")),
        fact(PaperText.HANDOVER_POINTS, _join_points(manifest.points, "handover")),
        fact(PaperText.DUTY_PHONE, manifest.duty_phone),
    )
    yield (
        "  ".join(
            (
                fact(PaperText.DRIVERS, _join_drivers(manifest)),
                *([fact(PaperText.CAPTAIN, manifest.captain)] if manifest.captain else []),
            )
        ),
        fact(PaperText.ESCORT, _join_escorts(manifest)),
        fact(PaperText.RECEPTION, _join_receptions(manifest)),
    )


def _join_drivers(manifest: ManifestOut) -> str:
    """With times where one came for another."""
    uses = list_people(manifest.driver_runs)
    changed = any(each.begun or each.ended for each in uses)
    named = "；".join(manifest.drivers)
    return join_uses(uses, alone=named) if changed else named


def _join_receptions(manifest: ManifestOut) -> str:
    """The trip's own, then those of single points."""
    points = {point.id: point.name for point in manifest.points}
    own = " ".join(each for each in (manifest.reception, manifest.reception_phone) if each)
    others = (
        f"{points.get(each.point_id, '')} {each.name} {each.phone}".strip()
        for each in manifest.receptions
    )
    return "；".join(each for each in (own, *others) if each)


def _join_escorts(manifest: ManifestOut) -> str:
    planned = " ".join(each for each in (manifest.escort, manifest.escort_phone) if each)
    return join_uses(list_people(manifest.escort_runs), alone=planned)


def _join_points(points: list[PointOut], kind: str) -> str:
    chosen = sorted((point for point in points if point.kind == kind), key=lambda p: p.ordinal)
    return "；".join(f"{point.name} {show_time(point.planned_at)}".strip() for point in chosen)


def _write_people(sheet: PaperSheet, manifest: ManifestOut) -> None:
    points = {point.id: point.name for point in manifest.points}
    firm = [line for line in manifest.lines if not line.stand_by]
    waiting = [line for line in manifest.lines if line.stand_by]
    for number, line in enumerate(firm, start=1):
        sheet.write_row(*_show_person(number, line, points))
    if waiting:
        sheet.write_band(say(PaperText.STAND_BYS))
    for number, line in enumerate(waiting, start=1):
        sheet.write_row(*_show_person(number, line, points))


def _show_person(number: int, line: ManifestLine, points: Mapping[UUID, str]) -> Iterator[str]:
    point = points.get(line.handover_point_id, "") if line.handover_point_id else ""
    yield str(number)
    yield show_seat(line.seat_label, line.seat_row, line.seat_column)
    yield line.name or ""
    yield line.gender or ""
    yield line.id_number or ""
    yield _show_phone(line)
    yield " ".join(part for part in (line.township, line.village) if part)
    yield line.employer or ""
    yield point
    yield _show_clearance(line)
    yield from _EMPTY_COLUMNS
    yield _show_remark(line)


def _show_clearance(line: ManifestLine) -> str:
    """Cleared or not, for who may know; whom an officer let pass, for everybody."""
    if line.let_pass:
        return say(PaperText.LET_PASS)
    return get_name(line.verdict) if line.verdict is not None else ""


def _show_phone(line: ManifestLine) -> str:
    """The passenger's own number; the emergency number only where there is none."""
    if line.phone or not line.emergency_phone:
        return line.phone or ""
    return say(PaperText.KIN, phone=line.emergency_phone)


def _show_remark(line: ManifestLine) -> str:
    """What is not the ordinary case: family, children, workers under 18, states after listing; of a minor
    with a guardian's consent who looks after them and to whom alone they go."""
    role = [] if line.role is PersonRole.WORKER else [get_name(line.role)]
    young = [say(PaperText.YOUNG_WORKER)] if line.young_worker else []
    status = [] if line.status in _SILENT else [get_name(line.status)]
    companion = [say(PaperText.COMPANION, who=line.companion)] if line.companion else []
    receiver = [say(PaperText.ONLY_TO, who=line.receiver)] if line.receiver else []
    return " ".join([*role, *young, *status, *companion, *receiver])


def _write_footer(sheet: PaperSheet, manifest: ManifestOut, mark: ListMark) -> None:
    waiting = sum(line.stand_by for line in manifest.lines)
    counts = say(PaperText.MANIFEST_COUNTS, people=len(manifest.lines) - waiting, stand_bys=waiting)
    sheet.write_facts(f"{counts}（{mark.version}）    {say(PaperText.ABOARD_LINE)}")
    seats = (show_seat(each.seat_label, each.seat_row, each.seat_column) for each in manifest.lines)
    if any(seat.endswith("?") for seat in seats):
        sheet.write_facts(say(PaperText.NO_SUCH_SEAT))
    sheet.write_signatures(
        say(PaperText.SIGN_DRIVER),
        say(PaperText.SIGN_ORGANISER),
        say(PaperText.SIGN_RECEIVER),
    )

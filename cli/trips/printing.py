"""`fangang trip manifest` and `handover`: what is checked before the export is recorded, where the
batch of the heading comes from, what is told about the written file.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from pydantic import BaseModel

from cli import output
from cli.api import Api
from cli.exits import CommandError, ExitCode
from cli.exports import reserve_file
from cli.papers import is_locked, show_version
from cli.times import now
from cli.trips.finding import check_target, find_trip_id, get_visible, read_purpose
from cli.trips.handover import make_handover
from cli.trips.manifest import Carriage, make_manifest
from cli.trips.texts import TripText
from schemas.batches import BatchOut
from schemas.divisions.table import name_division
from schemas.passengers import HandoverOut, ManifestOut
from schemas.texts import say
from schemas.trips import TripOut

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class PrintOptions:
    path: Path
    purpose: str
    force: bool
    as_json: bool


def print_manifest(api: Api, trip: str, options: PrintOptions) -> None:
    """Checks everything that can fail here before the export is recorded."""
    purpose = prepare(options)
    trip_id = find_trip_id(api, trip)
    carriage = find_carriage(api, trip_id)
    unwritable = say(TripText.FILE_UNWRITABLE, path=options.path)
    with reserve_file(options.path, unwritable=unwritable) as file:
        answer = api.get(f"/v1/trips/{trip_id}/manifest", export=purpose)
        manifest = ManifestOut.model_validate(answer)
        file.write(make_manifest(manifest, carriage, printed_at=now()))
    waiting = sum(line.stand_by for line in manifest.lines)
    facts = {"people": len(manifest.lines) - waiting, "stand_bys": waiting}
    _report(manifest, facts, options, said=(TripText.MANIFEST_WRITTEN, TripText.PRIVATE_MANIFEST))


def print_handover(api: Api, trip: str, options: PrintOptions) -> None:
    purpose = prepare(options)
    trip_id = find_trip_id(api, trip)
    _check_points(api, trip_id)
    unwritable = say(TripText.FILE_UNWRITABLE, path=options.path)
    with reserve_file(options.path, unwritable=unwritable) as file:
        answer = api.get(f"/v1/trips/{trip_id}/handover", export=purpose)
        handover = HandoverOut.model_validate(answer)
        file.write(make_handover(handover, printed_at=now()))
    people = sum(len(point.lines) for point in handover.points)
    facts = {"people": people, "points": len(handover.points)}
    _report(handover, facts, options, said=(TripText.HANDOVER_WRITTEN, TripText.PRIVATE_HANDOVER))


def _check_points(api: Api, trip_id: UUID) -> None:
    trip = TripOut.model_validate(api.get(f"/v1/trips/{trip_id}"))
    if not any(point.kind == "handover" for point in trip.points):
        raise CommandError(say(TripText.NO_POINTS), ExitCode.USAGE)


def prepare(options: PrintOptions) -> str:
    """The purpose as it is recorded. Raises CommandError for it, and for a place where no file can stand."""
    check_target(options.path, force=options.force)
    return read_purpose(options.purpose)


def _report(
    paper: ManifestOut | HandoverOut,
    facts: Mapping[str, int],
    options: PrintOptions,
    *,
    said: tuple[TripText, TripText],
) -> None:
    """Counts only: whole numbers are in the file and nowhere on the screen."""
    if options.as_json:
        locked = is_locked(paper.state, paper.list_version)
        mark = {"version": paper.list_version, "hash": paper.list_hash} if locked else None
        output.write_json({"file": str(options.path), "trip": paper.number, "list": mark, **facts})
        return
    version = show_version(paper.state, paper.list_version)
    output.write_line(say(said[0], path=options.path, version=version, **facts))
    output.tell(say(said[1]))


def find_carriage(api: Api, trip_id: UUID) -> Carriage:
    """What the heading says about the batch; blank where this account sees none."""
    trip = TripOut.model_validate(api.get(f"/v1/trips/{trip_id}"))
    batch = _read(api, BatchOut, "batches", trip.batch_id)
    return Carriage(
        batch=batch.number if batch else None,
        organiser=batch.organiser if batch else None,
        destination=name_division(trip.destination_code),
    )


def _read(api: Api, model: type[M], resource: str, identifier: UUID | None) -> M | None:
    answer = get_visible(api, f"/v1/{resource}/{identifier}") if identifier else None
    return model.model_validate(answer) if answer is not None else None

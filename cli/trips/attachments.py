"""`fangang trip attach` and `attachments`: the id of an attachment follows from trip and content; what is shown
of it, as a list, and saved into a folder (nothing that lies there already is read again).
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Final
from uuid import UUID

from cli import output
from cli.api import Api
from cli.exits import CommandError, ExitCode
from cli.exports import reserve_file
from cli.times import show_time
from cli.trips.finding import find_trip_id
from cli.trips.texts import TripText
from schemas.attachments import ENDINGS, MAX_ATTACHMENT_BYTES, AttachmentOut
from schemas.errors import ErrorCode
from schemas.ids import derive_id
from schemas.messages import make_problem
from schemas.texts import say

_SHOWN_HASH: Final = 16


def attach(api: Api, trip: str, path: Path, *, as_json: bool) -> None:
    content = read_file(path)
    kept = upload(api, find_trip_id(api, trip), content)
    if as_json:
        output.write_json(kept)
        return
    kind = name_kind(kept)
    output.write_line(say(TripText.ATTACHED, id=kept.id, kind=kind, size=kept.size))
    output.write_line(say(TripText.ATTACHED_HASH, sha256=kept.sha256))


def read_file(path: Path) -> bytes:
    """Raises CommandError; what is too large is not sent only to be refused."""
    try:
        with path.open("rb") as file:
            content = file.read(MAX_ATTACHMENT_BYTES + 1)
    except OSError as error:
        message = say(TripText.FILE_MISSING, path=path)
        raise CommandError(message, ExitCode.USAGE) from error
    if len(content) > MAX_ATTACHMENT_BYTES:
        problem = make_problem(ErrorCode.ATTACHMENT_TOO_LARGE)
        told = output.join_clauses([problem.title, problem.detail])
        raise CommandError(told, ExitCode.USAGE)
    return content


def upload(api: Api, trip_id: UUID, content: bytes) -> AttachmentOut:
    """A repeat is the same attachment: its id follows from trip and content."""
    identifier = derive_id(trip_id, "attachment", hashlib.sha256(content).hexdigest())
    path = f"/v1/trips/{trip_id}/attachments/{identifier}"
    return AttachmentOut.model_validate(api.send_file(path, content))


def show_attachments(api: Api, trip: str, *, folder: Path | None, as_json: bool) -> None:
    trip_id = find_trip_id(api, trip)
    answer = api.get_list(f"/v1/trips/{trip_id}/attachments")
    found = [AttachmentOut.model_validate(each) for each in answer]
    saved = save(api, found, folder) if folder is not None else []
    if as_json:
        output.write_json(answer)
        return
    if not found:
        output.tell(say(TripText.NO_ATTACHMENTS))
        return
    output.write_table(*tabulate(found))
    if folder is not None:
        output.write_line(say(TripText.ATTACHMENTS_SAVED, count=len(saved), path=folder))


def tabulate(found: Sequence[AttachmentOut]) -> tuple[list[str], list[list[str]]]:
    """Headings and rows."""
    texts = (TripText.ID, TripText.KIND, TripText.SIZE, TripText.UPLOADED)
    headings = [say(each) for each in (*texts, TripText.UPLOADED_BY, TripText.HASH)]
    rows = [
        [
            str(each.id),
            name_kind(each),
            str(each.size),
            show_time(each.uploaded_at),
            each.uploaded_by or "",
            each.sha256[:_SHOWN_HASH],
        ]
        for each in found
    ]
    return headings, rows


def name_kind(attachment: AttachmentOut) -> str:
    return ENDINGS[attachment.media_type].removeprefix(".")


def save(api: Api, found: Sequence[AttachmentOut], folder: Path) -> list[Path]:
    """The files that were written, each readable by the user only. Raises CommandError."""
    saved = []
    unwritable = say(TripText.FILE_UNWRITABLE, path=folder)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise CommandError(unwritable, ExitCode.USAGE) from error
    for each in found:
        path = folder / f"{each.id}{ENDINGS[each.media_type]}"
        if _lies_there(path, each):
            continue
        with reserve_file(path, unwritable=unwritable) as file:
            file.write(api.get_file(f"/v1/trips/{each.trip_id}/attachments/{each.id}"))
        saved.append(path)
    return saved


def _lies_there(path: Path, attachment: AttachmentOut) -> bool:
    if not path.is_file() or path.stat().st_size != attachment.size:
        return False
    return hashlib.sha256(path.read_bytes()).hexdigest() == attachment.sha256

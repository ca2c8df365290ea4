"""`verify` opens every attachment, and names each that is missing, altered or strange; what a crash leaves."""

import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import delete, update

from service.attachments.models import AttachmentContent
from service.attachments.queries import ATTACHMENT
from service.attachments.rules import read_content
from service.attachments.verification import AttachmentCheck, FaultyAttachment
from service.db.columns import table_of
from service.manage.verify import verify
from service.trips.actions import attaching
from tests.canary.looking import find, read_places
from tests.databases import ON_SQLITE
from tests.dba import dba, is_sqlite
from tests.factories import COUNTY
from tests.pictures import OWNER, PHONE_JPEG, PHONE_PNG, PLACE, make_pdf
from tests.service.attachments.conftest import Album
from tests.service.manage.conftest import Program, make_environment

CONTENT = table_of(AttachmentContent)


def check(album: Album) -> AttachmentCheck:
    with album.world.context.reading(album.world.console) as work:
        return verify(work).attachments


def folder_of(album: Album) -> Path:
    return album.world.settings.key_file.with_name("fangang.db.attachments")


def file_of(album: Album, identifier: str) -> Path:
    (found,) = folder_of(album).glob(f"*{identifier}*")
    return found


def faults(album: Album) -> dict[str, str]:
    return {str(each.id): str(each.code) for each in check(album).faults}


def test_sound_ones_are_counted(album: Album) -> None:
    for content in (PHONE_JPEG, PHONE_PNG, make_pdf()):
        album.keep(content)
    found = check(album)
    assert (found.count, found.erased, found.faults, found.orphans) == (3, 0, [], [])


def _lose(album: Album, kept: str, _other: str) -> None:
    if is_sqlite(album.world.settings):
        file_of(album, kept).unlink()
    else:
        _run(album, delete(CONTENT).where(CONTENT.c.attachment_id == UUID(kept)))


def _alter(album: Album, kept: str, _other: str) -> None:
    _change_sealed(album, kept, lambda sealed: sealed[:-1] + bytes([sealed[-1] ^ 1]))


def _cut(album: Album, kept: str, _other: str) -> None:
    _change_sealed(album, kept, lambda sealed: sealed[:20])


def _exchange(album: Album, kept: str, other: str) -> None:
    """The sealed content of another attachment of the same trip."""
    if is_sqlite(album.world.settings):
        shutil.copy(file_of(album, other), file_of(album, kept))
        return
    theirs = CONTENT.select().where(CONTENT.c.attachment_id == UUID(other))
    with dba(album.world.settings) as connection:
        sealed = connection.execute(theirs).one().sealed
    _change_sealed(album, kept, lambda _sealed: sealed)


def _change_hash(album: Album, kept: str, _other: str) -> None:
    """Of row and file name alike."""
    if is_sqlite(album.world.settings):
        path = file_of(album, kept)
        path.rename(path.with_name(f"{COUNTY}.{kept}.{'0' * 64}"))
    _change_row(album, kept, sha256="0" * 64)


def _change_size(album: Album, kept: str, _other: str) -> None:
    _change_row(album, kept, size=7)


def _change_type(album: Album, kept: str, _other: str) -> None:
    _change_row(album, kept, media_type="application/pdf")


def _change_trip(album: Album, kept: str, _other: str) -> None:
    _change_row(album, kept, trip_id=album.scene.open_trip())


def _change_row(album: Album, kept: str, **values: Any) -> None:
    _run(album, update(ATTACHMENT).where(ATTACHMENT.c.id == UUID(kept)).values(**values))


def _change_sealed(album: Album, kept: str, change: Callable[[bytes], bytes]) -> None:
    if is_sqlite(album.world.settings):
        path = file_of(album, kept)
        path.write_bytes(change(path.read_bytes()))
        return
    mine = CONTENT.c.attachment_id == UUID(kept)
    with dba(album.world.settings) as connection:
        sealed = connection.execute(CONTENT.select().where(mine)).one().sealed
        connection.execute(update(CONTENT).where(mine).values(sealed=change(sealed)))


def _run(album: Album, statement: Any) -> None:
    with dba(album.world.settings) as connection:
        connection.execute(statement)


DAMAGES: dict[str, tuple[Callable[[Album, str, str], None], str, int]] = {
    "lost": (_lose, "attachment-missing", 500),
    "altered": (_alter, "attachment-altered", 500),
    "cut off": (_cut, "attachment-altered", 500),
    "another's": (_exchange, "attachment-altered", 500),
    "another hash": (_change_hash, "attachment-altered", 500),
    "another size": (_change_size, "attachment-altered", 500),
    "another type": (_change_type, "attachment-altered", 500),
    "another trip": (_change_trip, "attachment-altered", 404),
}


@pytest.mark.parametrize(("damage", "code", "status"), DAMAGES.values(), ids=list(DAMAGES))
def test_each_damage_is_named_and_nothing_damaged_is_handed_out(
    album: Album, damage: Callable[[Album, str, str], None], code: str, status: int
) -> None:
    kept, other = album.keep()["id"], album.keep(PHONE_PNG)["id"]
    damage(album, kept, other)
    assert faults(album) == {kept: code}
    answer = album.read(kept)
    assert answer.status_code == status
    assert album.read(other).status_code == 200


def test_an_erased_one_is_counted_and_not_accused(album: Album) -> None:
    kept = album.keep()["id"]
    context = album.world.context
    with context.database.write(album.world.console) as session:
        context.vault.destroy(session, COUNTY, [album.ride.trip], at=album.world.clock.now)
    found = check(album)
    assert (found.count, found.erased, found.faults) == (1, 1, [])
    answer = album.read(kept)
    assert (answer.status_code, answer.json()["code"]) == (410, "attachment-erased")
    _lose(album, kept, "")
    assert check(album).faults == []


# --- files --------------------------------------------------------------------------------------
@ON_SQLITE
def test_files_are_for_the_server_alone(album: Album) -> None:
    path = file_of(album, album.keep()["id"])
    modes = [stat.S_IMODE(each.stat().st_mode) for each in (path.parent, path)]
    assert modes == [0o700, 0o600]


@ON_SQLITE
def test_what_a_crash_before_the_row_leaves_is_named_and_harmless(album: Album) -> None:
    """The file is there, the row is not: the same upload again makes both."""
    identifier = album.world.new_id()
    with album.world.context.reading(album.escort.actor) as work:
        attaching.prepare(work, trip_id=album.ride.trip, attachment_id=identifier, sent=PHONE_JPEG)
    left = file_of(album, str(identifier)).name
    assert album.names() == []
    assert (check(album).orphans, check(album).faults) == ([left], [])
    album.keep(identifier=identifier)
    assert (check(album).orphans, check(album).count) == ([], 1)
    assert album.read(identifier).status_code == 200


_KILLED = """
import os, sys
from datetime import datetime
from starlette.testclient import TestClient
from service.app.create import create_app
from service.settings import Settings
from service.trips.actions import attaching

attaching.attach = lambda *_: os._exit(9)
now, path, token = sys.argv[1:]
with TestClient(create_app(Settings(), clock=lambda: datetime.fromisoformat(now))) as http:
    sent = {"Authorization": f"Bearer {token}"}
    http.post(path, content=sys.stdin.buffer.read(), headers=sent)
"""


def test_a_server_killed_between_the_content_and_its_row_leaves_nothing_else(album: Album) -> None:
    """The process ends after the file, before the row; here on a trip that has no key yet either."""
    scene, identifier = album.scene, album.world.new_id()
    trip = scene.open_trip(contacts=None)
    settings = album.world.settings
    before = read_places(settings)
    path = f"/v1/trips/{trip}/attachments/{identifier}"
    arguments = [album.world.clock().isoformat(), path, scene.coordinator.token]
    environment = {name: each for name, each in make_environment(settings).items() if each}
    died = subprocess.run(
        [sys.executable, "-c", _KILLED, *arguments],
        input=PHONE_JPEG,
        env={**os.environ, **environment, "PYTHONPATH": str(Path.cwd())},
        check=False,
    )
    assert died.returncode == 9
    left = [each for each in read_places(settings).keys() - before.keys() if "attachments" in each]
    found = check(album)
    assert (found.count, found.faults) == (0, [])
    assert found.orphans == [Path(each).name for each in left]
    assert len(left) == (1 if is_sqlite(settings) else 0)
    album.keep(identifier=identifier, trip=trip, by=scene.coordinator)
    assert scene.coordinator.get(path).content == read_content(PHONE_JPEG).content
    assert (check(album).count, check(album).orphans, check(album).faults) == (1, [], [])


_DYING = """
import os, sys
from pathlib import Path
from service.db import files

whole = files.os.fsync
def die(descriptor):
    whole(descriptor)
    os._exit(9)
files.os.fsync = die
files.write_whole(Path(sys.argv[1]), b"sealed")
"""


@ON_SQLITE
def test_what_a_crash_while_writing_leaves_is_named(album: Album) -> None:
    """Before the name is given."""
    kept = album.keep()["id"]
    target = folder_of(album) / f"{COUNTY}.{album.world.new_id()}.{'a' * 64}"
    died = subprocess.run([sys.executable, "-c", _DYING, target], check=False, env=os.environ)
    (left,) = check(album).orphans
    assert (died.returncode, target.exists(), left[0], left[-5:]) == (9, False, ".", ".part")
    assert album.names() == [kept]


@ON_SQLITE
def test_strange_files_are_named_and_other_counties_passed_over(album: Album) -> None:
    album.keep()
    for name in ("名单.txt", f"320583.{album.world.new_id()}.{'a' * 64}"):
        (folder_of(album) / name).write_bytes(b"x")
    assert [(each.code, each.name) for each in check(album).faults] == [
        ("attachment-foreign", "名单.txt")
    ]
    assert check(album).orphans == []


@ON_SQLITE
def test_a_full_disk_saves_nothing(album: Album) -> None:
    """Here: a file where the folder should be."""
    folder_of(album).write_bytes(b"")
    answer = album.upload()
    assert (answer.status_code, answer.json()["code"]) == (503, "database-unavailable")
    assert album.names() == []
    folder_of(album).unlink()
    assert album.upload().status_code == 201


# --- what the operator is told --------------------------------------------------------------------
def test_the_operator_is_told(album: Album) -> None:
    program = Program(make_environment(album.world.settings))
    kept = album.keep()["id"]
    sound = program("--lang", "en", "verify")
    assert sound.code == 0
    assert "Attachments opened: 1 (0 erased)." in sound.out
    _lose(album, kept, "")
    found = program("--lang", "en", "verify")
    assert (found.code, found.out) == (7, "")
    assert found.err.splitlines() == [
        "Not verified. Things that do not fit: 1.",
        f"  attachment {kept} of trip {album.ride.trip}: its content is gone although its key is there",
    ]


@ON_SQLITE
def test_an_orphan_is_told_and_is_no_fault(album: Album) -> None:
    program = Program(make_environment(album.world.settings))
    file_of(album, album.keep()["id"]).parent.joinpath(".x.part").write_bytes(b"")
    answer = program("verify")
    assert answer.code == 0
    assert ".x.part" in answer.out


# --- nothing in clear ---------------------------------------------------------------------------
def test_no_file_and_no_row_shows_a_content_or_a_place(album: Album) -> None:
    """A pdf is kept as it is: what it says lies nowhere in clear either."""
    secret = "附件里的话：王国强已接收"
    kept = album.keep(make_pdf(secret.encode()))["id"]
    album.keep(PHONE_JPEG)
    album.keep(PHONE_PNG)
    assert secret.encode() in album.read(kept).content
    places = read_places(album.world.settings)
    names = [secret, PLACE.decode(), OWNER.decode()]
    assert any("attachment" in place for place in places)
    assert find(places, names) == []
    if is_sqlite(album.world.settings):
        (folder_of(album) / "note").write_bytes(PLACE)
        assert find(read_places(album.world.settings), names) != []


def test_a_fault_has_a_name(album: Album) -> None:
    kept = album.keep()["id"]
    _alter(album, kept, "")
    (fault,) = check(album).faults
    assert fault == FaultyAttachment(fault.code, UUID(kept), album.ride.trip, kept)


def test_a_rebuild_leaves_attachments_alone(album: Album) -> None:
    program = Program(make_environment(album.world.settings))
    kept = album.keep()["id"]
    assert program("rebuild").code == 0
    assert program("rebuild", "--check").code == 0
    assert album.read(kept).status_code == 200
    assert check(album).faults == []

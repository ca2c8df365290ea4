"""The key file: made once, for its owner only, and never replaced."""

import json
import os
from pathlib import Path

import pytest

from service.vault.keyfile import make_key_file, read_key_file
from service.vault.keys import SealBrokenError


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "new" / "fangang.kek"


def test_it_is_for_its_owner_only(path: Path) -> None:
    before = os.umask(0)
    try:
        assert make_key_file(path) is True
    finally:
        os.umask(before)
    assert path.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_it_is_never_replaced(path: Path) -> None:
    make_key_file(path)
    before = path.read_bytes()
    assert make_key_file(path) is False
    assert path.read_bytes() == before
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_keys_are_fresh_and_long(tmp_path: Path) -> None:
    files = []
    for name in ("a", "b"):
        make_key_file(tmp_path / name)
        files.append(read_key_file(tmp_path / name))
    keys = {key for each in files for key in (each.kek, each.index_root)}
    assert ({len(key) for key in keys}, len(keys)) == ({32}, 4)
    assert files[0].kek_id != files[1].kek_id


def test_a_crash_leaves_no_half_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(json, "dump", crash)
    with pytest.raises(KeyboardInterrupt):
        make_key_file(path)
    monkeypatch.undo()
    assert list(path.parent.iterdir()) == []
    assert make_key_file(path) is True
    assert sorted(json.loads(path.read_text())) == ["index_root", "kek", "kek_id"]


def test_a_missing_one_names_the_next_step(path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="fangang-server migrate"):
        read_key_file(path)


def test_wrapping(tmp_path: Path) -> None:
    for name in ("mine", "theirs"):
        make_key_file(tmp_path / name)
    mine, theirs = (read_key_file(tmp_path / name) for name in ("mine", "theirs"))
    wrapped = mine.wrap(bytes(64), context=b"here")
    assert mine.unwrap(wrapped, context=b"here") == bytes(64)
    cases = [
        (theirs, wrapped, b"here"),
        (mine, wrapped, b"there"),
        (mine, wrapped[:-1] + bytes([wrapped[-1] ^ 1]), b"here"),
        (mine, wrapped[:-8], b"here"),
        (mine, b"", b"here"),
    ]
    for file, value, place in cases:
        with pytest.raises(SealBrokenError):
            file.unwrap(value, context=place)

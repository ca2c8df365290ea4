"""CSV files of new accounts: column names, encodings, separators of trips; generated passwords (length,
letters) and the file that they are written to.
"""

import csv
import io
import os
import secrets
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from schemas.texts import choose
from service.accounts import rules
from service.manage.account_drafts import AccountDraft
from service.manage.console import ExitCode, fail
from service.manage.messages import ErrorText

REQUIRED = ("username", "role", "name")
_HEADINGS = {
    "账号": "username",
    "角色": "role",
    "乡镇": "township",
    "姓名": "name",
    "密码": "password",
    "电话": "phone",
    "账号名": "username",
    "用户名": "username",
    "所属乡镇": "township",
    "手机": "phone",
    "手机号": "phone",
    "联系电话": "phone",
    "企业": "enterprise",
    "用工企业": "enterprise",
    "承运单位": "carrier",
    "趟次": "trips",
    "区划": "division",
    "输入地": "division",
}
_SEPARATORS = str.maketrans("、，,；;", "     ")
# Without what is easily misread aloud or on paper: 0 o, 1 l i.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True, slots=True)
class FileRow:
    """`line` is its line in the file; `generated`: the file gave no password."""

    line: int
    draft: AccountDraft
    generated: bool


def read_file(path: Path) -> list[FileRow]:
    """Ends the program when the file or its first line cannot be used."""
    try:
        content = path.read_bytes()
    except OSError as error:
        fail(ExitCode.REFUSED, ErrorText.FILE_UNREADABLE, path=path, reason=error.strerror)
    reader = csv.reader(io.StringIO(_decode(content, path), newline=""))
    names = [_read_heading(heading) for heading in next(reader, [])]
    if missing := [name for name in REQUIRED if name not in names]:
        shown = " ".join(choose(_name_column(each), each) for each in missing)
        fail(ExitCode.REFUSED, ErrorText.COLUMNS_MISSING, columns=shown)
    rows = [
        _make_row(reader.line_num, dict(zip(names, map(str.strip, values), strict=False)))
        for values in reader
        if any(value.strip() for value in values)
    ]
    if not rows:
        fail(ExitCode.REFUSED, ErrorText.NO_ROWS)
    return rows


def _read_heading(text: str) -> str:
    """姓 名 is 姓名: blanks are put in to fill a column."""
    plain = "".join(unicodedata.normalize("NFKC", text).split()).lower()
    return _HEADINGS.get(plain, plain)


def _name_column(name: str) -> str:
    """As a Chinese file would be headed."""
    return next(heading for heading, known in _HEADINGS.items() if known == name)


@contextmanager
def passwords_kept(path: Path, drafts: Sequence[AccountDraft]) -> Iterator[None]:
    """The file of generated passwords is written before the accounts are made, and removed again when
    the block fails. No drafts, no file.
    """
    if drafts:
        _write_passwords(path, drafts)
    try:
        yield
    except BaseException:
        if drafts:
            path.unlink()
        raise


def _write_passwords(path: Path, drafts: Sequence[AccountDraft]) -> None:
    """A new file for its owner only; one that is there is never overwritten."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        fail(ExitCode.REFUSED, ErrorText.FILE_UNWRITABLE, path=path, reason=error.strerror)
    with os.fdopen(descriptor, "w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["username", "password"])
        writer.writerows([draft.username, draft.password.get_secret_value()] for draft in drafts)
        file.flush()
        os.fsync(file.fileno())


def make_password(username: str) -> str:
    """Sixteen characters in fours, about 79 bits."""
    while True:
        letters = "".join(secrets.choice(_ALPHABET) for _ in range(16))
        password = "-".join(letters[start : start + 4] for start in range(0, 16, 4))
        if not rules.is_weak(password, username):
            return password


def _decode(content: bytes, path: Path) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        return content.decode("gb18030")
    except UnicodeDecodeError:
        fail(ExitCode.REFUSED, ErrorText.FILE_UNREADABLE, path=path, reason="UTF-8? GB18030?")


def _make_row(line: int, values: Mapping[str, str]) -> FileRow:
    username, password = values.get("username", ""), values.get("password", "")
    draft = AccountDraft(
        username=username,
        role=values.get("role", ""),
        name=values.get("name", ""),
        password=SecretStr(password or make_password(username)),
        phone=values.get("phone") or None,
        township=values.get("township") or None,
        division=values.get("division") or None,
        enterprise=values.get("enterprise") or None,
        carrier=values.get("carrier") or None,
        trips=tuple(values.get("trips", "").translate(_SEPARATORS).split()),
    )
    return FileRow(line, draft, generated=not password)

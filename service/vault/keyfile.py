"""The key-encryption key and the root of the blind indexes: one file, readable by its owner only,
kept apart from database and key store.
"""

import base64
import json
import os
import secrets
import tempfile
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from service.vault.sealing import SealBrokenError

_BYTES = 32


@dataclass(frozen=True, slots=True)
class KeyFile:
    kek_id: str
    kek: bytes
    index_root: bytes

    def wrap(self, key: bytes) -> bytes:
        return aes_key_wrap(self.kek, key)

    def unwrap(self, wrapped: bytes) -> bytes:
        """Raises SealBrokenError for a key that was altered, or wrapped by another file's key."""
        try:
            return aes_key_unwrap(self.kek, wrapped)
        except InvalidUnwrap as error:
            raise SealBrokenError("the key does not unwrap") from error


def read_key_file(path: Path) -> KeyFile:
    """Raises FileNotFoundError with the next step when there is none."""
    if not path.exists():
        raise FileNotFoundError(f"{path}: no key file; `fangang-server migrate` makes one")
    content = json.loads(path.read_text())
    return KeyFile(
        kek_id=content["kek_id"],
        kek=base64.b64decode(content["kek"]),
        index_root=base64.b64decode(content["index_root"]),
    )


def make_key_file(path: Path) -> bool:
    """Make the file with fresh keys, 0600; False when it is there already (it is never replaced).

    It appears whole or not at all: a crash leaves no half of it, which would be refused for ever.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {
        "kek_id": secrets.token_hex(4),
        "kek": base64.b64encode(secrets.token_bytes(_BYTES)).decode(),
        "index_root": base64.b64encode(secrets.token_bytes(_BYTES)).decode(),
    }
    descriptor, draft = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)  # 0600
    try:
        with os.fdopen(descriptor, "w") as file:
            json.dump(content, file)
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)
    except FileExistsError:
        return False
    finally:
        Path(draft).unlink()
    _sync_folder(path.parent)
    return True


def _sync_folder(folder: Path) -> None:
    """The name is as durable as the content."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

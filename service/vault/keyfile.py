"""The key-encryption key and the root of the blind indexes: one file, readable by its owner only,
kept apart from database and key store.
"""

import base64
import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.keywrap import aes_key_unwrap, aes_key_wrap

_BYTES = 32


@dataclass(frozen=True, slots=True)
class KeyFile:
    kek_id: str
    kek: bytes
    index_root: bytes

    def wrap(self, key: bytes) -> bytes:
        return aes_key_wrap(self.kek, key)

    def unwrap(self, wrapped: bytes) -> bytes:
        return aes_key_unwrap(self.kek, wrapped)


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
    """Make the file with fresh keys, 0600; False when it is there already (it is never replaced)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {
        "kek_id": secrets.token_hex(4),
        "kek": base64.b64encode(secrets.token_bytes(_BYTES)).decode(),
        "index_root": base64.b64encode(secrets.token_bytes(_BYTES)).decode(),
    }
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    with os.fdopen(descriptor, "w") as file:
        json.dump(content, file)
        file.flush()
        os.fsync(file.fileno())
    return True

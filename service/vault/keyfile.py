"""The key file (key-encryption key, root of the blind indexes): read, and made once, whole or not at all; never
replaced.
"""

import base64
import json
import os
import secrets
import tempfile
from pathlib import Path
from typing import Final

from service.db.files import sync_folder
from service.vault.keys import KeyFile

_KEK_BYTES: Final = 32


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
        "kek": base64.b64encode(secrets.token_bytes(_KEK_BYTES)).decode(),
        "index_root": base64.b64encode(secrets.token_bytes(_KEK_BYTES)).decode(),
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
    sync_folder(path.parent)
    return True

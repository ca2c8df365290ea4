"""The Merkle root over the rows of a chunk: what an event commits to, row by row.

SHA-256 with a domain of its own; leaves and inner nodes are told apart by their first byte, and an
odd node moves up unpaired, as in RFC 9162.
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, Final

from pydantic_core import to_json

_DOMAIN: Final = b"fangang/roster-row/1\0"
_LEAF, _NODE = b"\x00", b"\x01"


def hash_leaf(row: Mapping[Any, Any]) -> bytes:
    """A row of worker_source. The canonical form (ledger/canonical.py), made directly: keys in their
    order, and nothing but plain texts and whole numbers.
    """
    worker_id = row["worker_id"]
    content = {
        "as_of": row["as_of"].isoformat(),
        "chunk": row["chunk"],
        "code": row["code"],
        "content_mac": row["content_mac"].hex(),
        "feed": row["feed"],
        "import": str(row["import_id"]),
        "outcome": row["outcome"],
        "place": row["place"],
        "row": row["row_number"],
        "sheet": row["sheet"],
        "township": row["township_code"],
        "worker": None if worker_id is None else str(worker_id),
    }
    return hashlib.sha256(_LEAF + _DOMAIN + to_json(content)).digest()


def make_root(rows: Sequence[Mapping[Any, Any]]) -> str:
    """Over the rows in the order of their places; there is at least one."""
    level = [hash_leaf(row) for row in rows]
    while len(level) > 1:
        pairs = zip(level[::2], level[1::2], strict=False)
        above = [hashlib.sha256(_NODE + _DOMAIN + left + right).digest() for left, right in pairs]
        level = above + level[len(above) * 2 :]
    return level[0].hex()

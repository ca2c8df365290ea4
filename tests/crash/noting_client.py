"""`fangang` with chunks as small as FANGANG_TEST_CHUNK says, which notes in the file FANGANG_TEST_NOTES
each chunk that it has an answer for, before it goes on. Imports nothing of the service: it starts as
quickly as the client does.
"""

import json
import os
from typing import Any, Final

from cli.api import Api
from cli.main import run
from cli.roster import sending

CHUNK: Final = "FANGANG_TEST_CHUNK"
NOTES: Final = "FANGANG_TEST_NOTES"


def note(receipt: Any) -> None:
    with open(os.environ[NOTES], "a", encoding="utf-8") as notes:  # noqa: PTH123
        notes.write(json.dumps(receipt) + "\n")
        notes.flush()
        os.fsync(notes.fileno())


def main() -> None:
    sending.CHUNK_ROWS = int(os.environ[CHUNK])  # type: ignore[misc]  # smaller than people have it
    post = Api.post

    def post_and_note(api: Api, path: str, body: Any = None, **how: Any) -> Any:
        answer = post(api, path, body, **how)
        if path.endswith("/apply"):
            note(answer["receipt"])
        return answer

    Api.post = post_and_note  # type: ignore[method-assign]
    run()


if __name__ == "__main__":
    main()

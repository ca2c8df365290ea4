"""`fangang` with chunks as small as FANGANG_TEST_CHUNK says, which notes in the file FANGANG_TEST_NOTES
each chunk that it has an answer for, before it goes on. Imports nothing of the service: it starts as
quickly as the client does.
"""

import json
import os
from typing import Any, Final

from pydantic import BaseModel

from cli.api import Api
from cli.main import run
from cli.roster import sending
from schemas.imports import ChunkAppliedOut

CHUNK: Final = "FANGANG_TEST_CHUNK"
NOTES: Final = "FANGANG_TEST_NOTES"


def note(receipt: Any) -> None:
    with open(os.environ[NOTES], "a", encoding="utf-8") as notes:  # noqa: PTH123
        notes.write(json.dumps(receipt) + "\n")
        notes.flush()
        os.fsync(notes.fileno())


def main() -> None:
    sending.CHUNK_ROWS = int(os.environ[CHUNK])  # type: ignore[misc]  # smaller than people have it
    post = Api.post_for

    def post_and_note(api: Api, model: type[BaseModel], path: str, body: Any) -> BaseModel:
        answer = post(api, model, path, body)
        if isinstance(answer, ChunkAppliedOut):
            note(answer.receipt.model_dump(mode="json"))
        return answer

    Api.post_for = post_and_note  # type: ignore[method-assign,assignment]
    run()


if __name__ == "__main__":
    main()

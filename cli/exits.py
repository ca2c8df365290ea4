"""Exit codes of `fangang` (0 to 7, 130), and the exception that ends a command with one of them and a message.

Scripts rely on the table: keep it.
"""

from enum import IntEnum


class ExitCode(IntEnum):
    """0: done, also with warnings. 6, 130: may be resumed. 7: at least one trip has a need that is red."""

    OK = 0
    UNEXPECTED = 1
    USAGE = 2
    FILE_REFUSED = 3
    PERMISSION = 4
    ROWS_REJECTED = 5
    SERVER = 6
    NEEDS_SOMEBODY = 7
    INTERRUPTED = 130


class CommandError(Exception):
    """A command ends here: `message` is for the person at the keyboard and names the next step."""

    def __init__(self, message: str, exit_code: ExitCode = ExitCode.UNEXPECTED) -> None:
        super().__init__(message)
        self.message = message
        self.exit_code = exit_code

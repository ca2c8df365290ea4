"""A generator for where wrk is not: `python -m tests.bench.door.sending PORT FOLDER CLIENTS`.

FOLDER and what is printed are as wrk.lua has them. One thread for all sockets, with nothing of the product
imported.
"""

import json
import selectors
import socket
import sys
import time
from collections import deque
from collections.abc import Sequence
from pathlib import Path

LONGEST_SECONDS = 120


class Connection:
    """One request after another, each as soon as the one before is answered."""

    def __init__(self, port: int, requests: Sequence[bytes]) -> None:
        self.waiting = deque(requests)
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.begun = 0.0
        self._read = b""

    def send(self) -> bool:
        """The next request; False where none is left."""
        if not self.waiting:
            return False
        self._read = b""
        self.begun = time.perf_counter()
        self.socket.sendall(self.waiting.popleft())
        return True

    def receive(self) -> bytes | None:
        """The whole answer, once it is there."""
        part = self.socket.recv(1 << 18)
        if not part:
            raise ConnectionError("the server closed a connection")
        self._read += part
        head, found, body = self._read.partition(b"\r\n\r\n")
        if not found:
            return None
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0])
        return self._read if len(body) >= length else None


class Sender:
    """Sends all requests, and notes how long each took and what was not well."""

    def __init__(self, port: int, clients: Sequence[Sequence[bytes]]) -> None:
        self.took: list[float] = []
        self.bad: list[bytes] = []
        self._selector = selectors.DefaultSelector()
        self._busy = 0
        for requests in clients:
            connection = Connection(port, requests)
            self._selector.register(connection.socket, selectors.EVENT_READ, connection)
            self._busy += connection.send()

    def run(self) -> None:
        """Raises TimeoutError after LONGEST_SECONDS."""
        end = time.monotonic() + LONGEST_SECONDS
        while self._busy:
            for key, _ in self._selector.select(1.0):
                self._read(key.data)
            if time.monotonic() > end:
                raise TimeoutError("not answered in time")

    def _read(self, connection: Connection) -> None:
        answer = connection.receive()
        if answer is None:
            return
        self._busy -= 1
        self.took.append(time.perf_counter() - connection.begun)
        if not answer.startswith(b"HTTP/1.1 200") or b'"refused"' in answer:
            self.bad.append(answer)
        self._busy += connection.send()


def main() -> None:
    port, folder, clients = sys.argv[1:]
    files = [Path(folder) / str(place) for place in range(1, int(clients) + 1)]
    sender = Sender(int(port), [each.read_bytes().split(b"\0") for each in files])
    sender.run()
    took = sorted(sender.took)
    marks = [1000 * took[int(len(took) * share)] for share in (0.5, 0.95, 0.99)]
    said = sender.bad[0][-300:].decode() if sender.bad else ""
    answer = {"answers": len(took), "bad": len(sender.bad), "said": said, "ms": marks}
    print(json.dumps(answer))


if __name__ == "__main__":
    main()

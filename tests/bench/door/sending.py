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
from collections.abc import Callable, Sequence
from pathlib import Path

LONGEST_SECONDS = 120
PAUSE_SECONDS = 0.5


class Client:
    """One connection and its requests, one after the other, each as soon as the one before is answered."""

    def __init__(self, port: int, requests: Sequence[bytes]) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.waiting = deque(requests)
        self.took: list[float] = []
        self.bad: list[bytes] = []
        self.unavailable = 0
        self._begun = 0.0
        self._read = b""

    @property
    def is_under_way(self) -> bool:
        """A request was sent and is not answered well yet."""
        return self._begun > 0

    def send(self) -> None:
        """The first request that waits; it stays there until it is answered."""
        self._read = b""
        self._begun = self._begun or time.perf_counter()
        self.socket.sendall(self.waiting[0])

    def receive(self) -> bytes | None:
        """The whole answer, once it is there. The request of a 503 waits on."""
        part = self.socket.recv(1 << 18)
        if not part:
            raise ConnectionError("the server closed a connection")
        self._read += part
        head, found, body = self._read.partition(b"\r\n\r\n")
        if not found:
            return None
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0])
        if len(body) < length:
            return None
        self._note(self._read)
        return self._read

    def _note(self, answer: bytes) -> None:
        if answer.startswith(b"HTTP/1.1 503"):
            self.unavailable += 1
            return
        self.waiting.popleft()
        self.took.append(time.perf_counter() - self._begun)
        self._begun = 0.0
        if not answer.startswith(b"HTTP/1.1 200") or b'"refused"' in answer:
            self.bad.append(answer)


def run(
    clients: Sequence[Client], *, seconds: float, is_over: Callable[[], bool] = lambda: False
) -> bool:
    """Until all is answered, or `is_over` and nothing is under way; at most for `seconds`: whether that was
    enough. What was answered 503 is sent again after PAUSE_SECONDS.
    """
    selector, end = selectors.DefaultSelector(), time.monotonic() + seconds
    for each in clients:
        selector.register(each.socket, selectors.EVENT_READ, each)
    busy, paused = 0, [(0.0, each) for each in clients if each.waiting]
    while (busy or paused) and time.monotonic() < end:
        for at, client in paused[:]:
            if at <= time.monotonic():
                paused.remove((at, client))
                client.send()
                busy += 1
        for key, _ in selector.select(PAUSE_SECONDS / 5):
            client, failed = key.data, key.data.unavailable
            if client.receive() is None:
                continue
            if client.unavailable > failed:
                paused.append((time.monotonic() + PAUSE_SECONDS, client))
            elif client.waiting and not is_over():
                client.send()
                continue
            busy -= 1
    return not (busy or paused)


def main() -> None:
    port, folder, number = sys.argv[1:]
    files = [Path(folder) / str(place) for place in range(1, int(number) + 1)]
    clients = [Client(int(port), each.read_bytes().split(b"\0")) for each in files]
    if not run(clients, seconds=LONGEST_SECONDS):
        raise TimeoutError("not answered in time")
    took = sorted(each for client in clients for each in client.took)
    marks = [1000 * took[int(len(took) * share)] for share in (0.5, 0.95, 0.99)]
    bad = [answer for client in clients for answer in client.bad]
    answer = {
        "answers": len(took),
        "bad": len(bad) + sum(each.unavailable for each in clients),
        "said": bad[0][-300:].decode() if bad else "",
        "ms": marks,
    }
    print(json.dumps(answer))


if __name__ == "__main__":
    main()

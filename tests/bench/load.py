"""A bounded load from a process of its own: `python -m tests.bench.load PORT PATH TOKEN FILE CLIENTS`.

FILE holds one JSON body a line; each is sent once. Prints seconds, answers, and the 50th, 95th and
99th percentile in milliseconds, as JSON.
"""

import http.client
import json
import sys
import threading
import time
from pathlib import Path


def main() -> None:
    port, path, token, file, clients = sys.argv[1:]
    bodies = Path(file).read_text().splitlines()
    queue = iter(bodies)
    lock = threading.Lock()
    took: list[float] = []
    refused: list[str] = []

    def work() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", int(port), timeout=60)
        headers = {"Content-Type": "application/json", "Authorization": token}
        while True:
            with lock:
                body = next(queue, None)
            if body is None:
                return
            began = time.perf_counter()
            connection.request("POST", path, body, headers)
            answer = connection.getresponse()
            text = answer.read()
            took.append(time.perf_counter() - began)
            if answer.status != 200 or b'"refused"' in text:
                refused.append(f"{answer.status} {text[:300]!r}")

    threads = [threading.Thread(target=work) for _ in range(int(clients))]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - began
    took.sort()
    marks = [round(1000 * took[int(len(took) * share)], 1) for share in (0.5, 0.95, 0.99)]
    print(json.dumps({"seconds": seconds, "answers": len(took), "ms": marks, "bad": refused[:3]}))


if __name__ == "__main__":
    main()

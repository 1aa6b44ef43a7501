"""A load of HTTP requests at a fixed rate, each begun when it is due whether or not others were answered.

Latency counts from when a request was due: a server that stalls cannot hide it (coordinated omission).
"""

import asyncio
import itertools
import json
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

CONNECTIONS = 32


@dataclass(frozen=True)
class Load:
    """Latencies in milliseconds, and how many answers were not 200."""

    milliseconds: tuple[float, ...]
    failed: int

    def percentile(self, share: float) -> float:
        """Latency that a share of the requests did not exceed."""
        ordered = sorted(self.milliseconds)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


async def at_rate(port: int, requests: Sequence[bytes], per_second: float, seconds: float) -> Load:
    """Send requests to a server on this machine, one after another and again from the first."""
    waiting: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
    found: list[float] = []
    failed = 0

    async def connection() -> None:
        nonlocal failed
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while True:
            due, request = await waiting.get()
            writer.write(request)
            status = await _answered(reader)
            found.append((time.perf_counter() - due) * 1000)
            failed += status != 200
            waiting.task_done()

    connections = [asyncio.create_task(connection()) for _ in range(CONNECTIONS)]
    endless: Iterator[bytes] = itertools.cycle(requests)
    started = time.perf_counter()
    for number in range(int(per_second * seconds)):
        due = started + number / per_second
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        waiting.put_nowait((due, next(endless)))
    await waiting.join()
    for one in connections:
        one.cancel()
    return Load(tuple(found), failed)


async def _answered(reader: asyncio.StreamReader) -> int:
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(
        int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")
    )
    await reader.readexactly(length)
    return int(head.split(b" ", 2)[1])


def get(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()


def post(path: str, body: object) -> bytes:
    content = json.dumps(body).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(content)}\r\n\r\n"
    )
    return head.encode() + content


if __name__ == "__main__":  # A process of its own, so that it shares no lock with what measures.
    asked = json.load(sys.stdin)
    sent = [one.encode("latin-1") for one in asked["requests"]]
    load = asyncio.run(at_rate(asked["port"], sent, asked["per_second"], asked["seconds"]))
    print(json.dumps({"milliseconds": load.milliseconds, "failed": load.failed}))

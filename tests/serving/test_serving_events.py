"""Events: kept once, answered when they are on the disk, there after kill -9."""

import asyncio
import concurrent.futures
import signal
from pathlib import Path
from typing import Any

import httpx
import pytest
from serving_help import Served, process, serving

from sodai.serving.events import EventStore, KeyReusedError
from sodai.settings import HomeError


def event(served: Served, key: str, **more: Any) -> dict[str, Any]:
    state = served.services.state
    return {
        "key": key,
        "kind": "accepted",
        "customer_id": state.customers.values[0],
        "product_id": state.products.values[0],
        **more,
    }


def test_the_same_event_sent_again_is_kept_once(home: Path) -> None:
    with serving(home) as served:
        first = served.post("/v1/events", json=event(served, "a"), headers={"X-Request-ID": "of-the-page"})
        again = served.post("/v1/events", json=event(served, "a"))
        assert (first.json()["repeated"], again.json()["repeated"]) == (False, True)
        assert again.json()["event"] == first.json()["event"]
        assert first.json()["event"]["correlation_id"] == "of-the-page"
        found = served.get("/v1/events", params={"key": "a"}).json()
        assert (found["total"], found["events"]) == (1, [first.json()["event"]])


def test_a_key_used_for_something_else_is_refused(home: Path) -> None:
    with serving(home) as served:
        served.post("/v1/events", json=event(served, "a"))
        answer = served.post("/v1/events", json=event(served, "a", kind="refused"))
        assert (answer.status_code, answer.json()["type"]) == (409, "urn:sodai:problem:key-reused")
        assert served.get("/v1/events").json()["total"] == 1


def test_of_many_at_once_with_one_key_one_is_kept(home: Path) -> None:
    with serving(home) as served, concurrent.futures.ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: served.post("/v1/events", json=event(served, "a")), range(40)))
        assert [one.status_code for one in answers] == [200] * 40
        assert [one.json()["repeated"] for one in answers].count(False) == 1


def test_no_answered_event_is_lost_by_kill_9(home: Path) -> None:
    answered: list[str] = []
    with process(home) as (started, url):
        customers = httpx.get(f"{url}/v1/customers?limit=1").json()["customers"]
        products = httpx.get(f"{url}/v1/products?limit=1").json()["products"]
        body = {
            "kind": "shown",
            "customer_id": customers[0]["customer_id"],
            "product_id": products[0]["product_id"],
        }

        def send(number: int) -> None:
            key = f"event-{number}"
            try:
                if httpx.post(f"{url}/v1/events", json={**body, "key": key}).status_code == 200:
                    answered.append(key)
            except httpx.HTTPError:
                return

        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            sent = [pool.submit(send, number) for number in range(400)]
            while len(answered) < 100:
                concurrent.futures.wait(sent, timeout=0.01, return_when="FIRST_COMPLETED")
            started.send_signal(signal.SIGKILL)
    assert 100 <= len(answered) < 400
    with serving(home) as served:
        kept = served.get("/v1/events", params={"limit": 1000}).json()
        assert {one["key"] for one in kept["events"]} >= set(answered)


def kept(store: EventStore, *bodies: dict[str, Any]) -> list[Any]:
    async def all_at_once() -> list[Any]:
        added = {"received_at": "2024-01-01T00:00:00+00:00"}
        return await asyncio.gather(*(store.keep(one, added) for one in bodies), return_exceptions=True)

    return asyncio.run(all_at_once())


def test_two_processes_on_one_file_keep_one_event(tmp_path: Path) -> None:
    body = {"key": "a", "kind": "shown", "customer_id": 1, "product_id": 2}
    stores = [EventStore(tmp_path) for _ in range(2)]
    for store in stores:
        store.start()
    first, second = (kept(store, body)[0] for store in stores)
    assert (first.repeated, second.repeated, first.sequence) == (False, True, second.sequence)
    other = kept(stores[1], {**body, "kind": "refused"}, {**body, "key": "b"})
    assert isinstance(other[0], KeyReusedError)
    assert other[1].repeated is False
    for store in stores:
        store.stop()


def test_a_disk_that_refuses_is_told(tmp_path: Path) -> None:
    store = EventStore(tmp_path)
    store.start()
    (tmp_path / "serving" / "events.db").unlink()
    (tmp_path / "serving" / "events.db").mkdir()
    found = kept(store, {"key": "a", "kind": "shown", "customer_id": 1, "product_id": 2})
    assert isinstance(found[0], HomeError)
    store.stop()
    with pytest.raises(HomeError):
        EventStore(tmp_path).start()

"""The process: slow clients, many at once, signals, clocks that jump."""

import json
import signal
import socket
import threading
import time
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from serving_help import Served, process, serving, settings_of, until


def test_a_client_that_sends_its_headers_a_byte_a_time_is_cut_off(home: Path) -> None:
    with (
        serving(home, settings_of(limits={"header_seconds": 0.5})) as served,
        closing(socket.create_connection(("127.0.0.1", served.port))) as slow,
    ):
        closed = False
        for byte in b"GET /v1/segments HTTP/1.1\r\nHost: 127.0.0.1\r\nX-A: " + b"a" * 400:
            try:
                slow.sendall(bytes([byte]))
            except OSError:
                closed = True
                break
            time.sleep(0.01)
        assert closed
        assert served.get("/livez").status_code == 200


def test_a_client_that_sends_its_body_a_byte_a_time_gets_408(home: Path) -> None:
    with (
        serving(home, settings_of(limits={"body_seconds": 0.5})) as served,
        closing(socket.create_connection(("127.0.0.1", served.port), timeout=30)) as slow,
    ):
        slow.sendall(
            b"POST /v1/predict HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            b"Content-Length: 1000\r\n\r\n"
        )
        stop = threading.Event()

        def drip() -> None:
            while not stop.wait(0.05):
                try:
                    slow.sendall(b" ")
                except OSError:
                    return

        dripping = threading.Thread(target=drip)
        dripping.start()
        answer = slow.recv(4096)
        stop.set()
        dripping.join()
        assert answer.startswith(b"HTTP/1.1 408")
        assert b"application/problem+json" in answer


def test_an_answer_that_does_not_come_is_given_up(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sodai.serving.routes.market.market.segments", lambda *_: time.sleep(2))
    with serving(home, settings_of(limits={"request_seconds": 0.3})) as served:
        answer = served.get("/v1/segments")
        assert (answer.status_code, answer.json()["type"]) == (503, "urn:sodai:problem:too-slow")


def test_200_connections_at_once_are_answered(shared: Served) -> None:
    request = b"GET /v1/segments HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
    open_ones = [socket.create_connection(("127.0.0.1", shared.port), timeout=60) for _ in range(200)]
    for one in open_ones:
        one.sendall(request)
    assert [one.recv(12) for one in open_ones] == [b"HTTP/1.1 200"] * 200
    for one in open_ones:
        one.close()


def test_requests_in_flight_are_answered_after_sigterm(home: Path) -> None:
    with process(home) as (started, url):
        product = httpx.get(f"{url}/v1/products?limit=1").json()["products"][0]["product_id"]
        body = json.dumps({"customer_id": 1, "product_id": product}).encode()
        head = (
            "POST /v1/predict HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        waiting = [
            socket.create_connection(("127.0.0.1", int(url.rsplit(":", 1)[1])), timeout=60) for _ in range(4)
        ]
        for one in waiting:
            one.sendall(head.encode() + body[:5])
        until(lambda: "sodai_requests_in_flight 5.0" in httpx.get(f"{url}/metrics").text)
        started.send_signal(signal.SIGTERM)
        until(lambda: not _accepts(url))
        for one in waiting:
            one.sendall(body[5:])
        assert [one.recv(12) for one in waiting] == [b"HTTP/1.1 200"] * 4
        assert started.wait(60) in (0, -signal.SIGTERM)
        for one in waiting:
            one.close()


def _accepts(url: str) -> bool:
    try:
        httpx.get(f"{url}/livez", timeout=5)
    except httpx.HTTPError:
        return False
    return True


def test_a_wall_clock_that_jumps_changes_no_answer(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(home) as served:
        path = f"/v1/customers/{served.services.state.customers.values[0]}/recommendations"
        before = served.get(path).json()
        for jump in (-1e6, 1e6):
            real = time.time
            monkeypatch.setattr(time, "time", lambda real=real, jump=jump: real() + jump)
            after = served.get(path)
            assert after.status_code == 200
            assert {**after.json(), "source": before["source"]} == before
            assert served.post("/v1/events", json={}).status_code == 422

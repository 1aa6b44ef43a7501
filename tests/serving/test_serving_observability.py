"""What is told of a request: its id, one log line without ids of customers, figures, traces."""

import json
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import structlog
from serving_help import Served, serving, settings_of


def test_a_correlation_id_is_taken_over_or_made(shared: Served) -> None:
    assert shared.get("/livez", headers={"X-Request-ID": "page-7"}).headers["X-Request-ID"] == "page-7"
    made = {shared.get("/livez").headers["X-Request-ID"] for _ in range(2)}
    assert len(made) == 2
    for bad in ("a b", "x" * 200, 'a"b'):
        assert shared.get("/livez", headers={"X-Request-ID": bad}).headers["X-Request-ID"] != bad


def test_each_request_is_one_line_without_ids(home: Path) -> None:
    with serving(home) as served, structlog.testing.capture_logs() as lines:
        customer = served.services.state.customers.values[0]
        served.get(f"/v1/customers/{customer}/recommendations", headers={"X-Request-ID": "r-1"})
    told = [line for line in lines if line["event"] == "request"]
    assert len(told) == 1
    assert told[0]["route"] == "/v1/customers/{customer_id}/recommendations"
    assert (told[0]["status"], told[0]["source"], told[0]["client"]) == (200, "published_week", "local")
    assert str(customer) not in json.dumps(told)


def test_what_fails_is_a_problem_without_a_trace_and_a_line_with_one(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_: Any) -> None:
        raise RuntimeError("secret of our insides")

    monkeypatch.setattr("sodai.serving.routes.market.market.segments", failing)
    with serving(home) as served, structlog.testing.capture_logs() as lines:
        answer = served.get("/v1/segments")
    assert (answer.status_code, answer.json()["type"]) == (500, "urn:sodai:problem:internal")
    assert "secret" not in answer.text
    failed = next(line for line in lines if line["event"] == "failed")
    assert failed["exc_info"]
    assert failed["error"] == "RuntimeError"


def test_every_answer_has_security_headers(shared: Served) -> None:
    for path in ("/livez", "/v1/segments", "/v1/nothing", "/v1/customers/x/recommendations"):
        headers = shared.get(path).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert headers["Cache-Control"] == "no-store"
        assert "server" not in headers


def test_figures_name_routes_as_templates_and_strangers_as_one(shared: Served) -> None:
    for number in range(5):
        shared.get(f"/made-up-{number}")
        shared.get(f"/v1/customers/{number}/recommendations")
    told = shared.get("/metrics").text
    assert 'route="unmatched"' in told
    assert "made-up" not in told
    assert 'route="/v1/customers/{customer_id}/recommendations"' in told
    assert "sodai_week_age_days" in told


def test_traces_are_sent_where_the_settings_say(home: Path) -> None:
    received: list[bytes] = []

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

    collector = HTTPServer(("127.0.0.1", 0), Collector)
    thread = Thread(target=collector.serve_forever, daemon=True)
    thread.start()
    try:
        with serving(home, settings_of(otlp_endpoint=f"http://127.0.0.1:{collector.server_port}")) as served:
            customer = served.services.state.customers.values[0]
            served.get(f"/v1/customers/{customer}/history")
        assert any(b"/v1/customers/{customer_id}/history" in body for body in received)
        assert not any(f"/v1/customers/{customer}".encode() in body for body in received)
    finally:
        collector.shutdown()
        collector.server_close()
        thread.join()

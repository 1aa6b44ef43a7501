"""Whatever is sent, the answer is a problem with the right status, and says nothing of our insides."""

from typing import Any

import pytest
from serving_help import Served, serving, settings_of

JSON = {"Content-Type": "application/json"}
GETS = [
    ("/v1/customers/abc/recommendations", 422, "wrong-id"),
    ("/v1/customers/1.5/recommendations", 422, "wrong-id"),
    ("/v1/customers/99999999999999999999999999/recommendations", 422, "wrong-id"),
    ("/v1/customers/1/recommendations?k=-1", 422, "invalid-request"),
    ("/v1/customers/1/recommendations?k=0", 422, "invalid-request"),
    ("/v1/customers/1/recommendations?k=100000000000000000000", 422, "invalid-request"),
    ("/v1/customers/1/recommendations?k=many", 422, "invalid-request"),
    ("/v1/customers/1/recommendations?policy=best", 422, "invalid-request"),
    ("/v1/customers/987654321", 404, "unknown-customer"),
    ("/v1/customers/987654321/history", 404, "unknown-customer"),
    ("/v1/products/987654321", 404, "unknown-product"),
    ("/v1/products/987654321/customers", 404, "unknown-product"),
    ("/v1/products/987654321/demand", 404, "unknown-product"),
    ("/v1/customers?where=color", 422, "invalid-request"),
    ("/v1/customers?where=color:rojo", 422, "invalid-request"),
    ("/v1/customers?limit=0", 422, "invalid-request"),
    ("/v1/runs/2024-01-01-nothing", 404, "not-found"),
    ("/v1/runs/..%2F..%2Fetc", 404, "not-found"),
    ("/v1/model/metrics?run_id=../../etc", 404, "not-found"),
    ("/v1/nothing", 404, "not-found"),
    ("/", 404, "not-found"),
]
POSTS: list[tuple[str, bytes, dict[str, str], int, str]] = [
    ("/v1/predict", b'{"customer_id": 1, "product', JSON, 400, "malformed"),
    ("/v1/predict", b"", JSON, 422, "invalid-request"),
    ("/v1/predict", b"\xff\xfe\x00", JSON, 400, "malformed"),
    (
        "/v1/predict",
        b'{"customer_id": 1, "product_id": 2}',
        {"Content-Type": "text/plain"},
        415,
        "wrong-content-type",
    ),
    ("/v1/predict", b'{"customer_id": 1, "product_id": 2}', {}, 415, "wrong-content-type"),
    ("/v1/predict", b'{"customer_id": true, "product_id": 2}', JSON, 422, "invalid-request"),
    ("/v1/predict", b'{"customer_id": "x", "product_id": 1}', JSON, 404, "unknown-product"),
    ("/v1/predict", b'{"customer_id": 1, "product_id": 1, "color": 2}', JSON, 422, "invalid-request"),
    ("/v1/predict", b'{"customer_id": 1, "product_id": 987654321}', JSON, 404, "unknown-product"),
    ("/v1/predict/batch", b'{"pairs": []}', JSON, 422, "invalid-request"),
    ("/v1/score", b'{"customer_id": 987654321}', JSON, 404, "unknown-customer"),
    (
        "/v1/score",
        b'{"customer_id": 1, "lines": [{"product_id": 1, "items": NaN}]}',
        JSON,
        422,
        "invalid-request",
    ),
    (
        "/v1/score",
        b'{"customer_id": 1, "lines": [{"product_id": 1, "items": 1e300}]}',
        JSON,
        422,
        "invalid-request",
    ),
    (
        "/v1/score",
        b'{"customer_id": 1, "lines": [{"product_id": 987654321, "items": 1}]}',
        JSON,
        404,
        "unknown-product",
    ),
    (
        "/v1/events",
        b'{"key": "a b", "kind": "shown", "customer_id": 1, "product_id": 1}',
        JSON,
        422,
        "invalid-request",
    ),
    (
        "/v1/events",
        b'{"key": "a", "kind": "eaten", "customer_id": 1, "product_id": 1}',
        JSON,
        422,
        "invalid-request",
    ),
    ("/v1/livez", b"{}", JSON, 404, "not-found"),
    ("/livez", b"{}", JSON, 405, "method-not-allowed"),
]


def check(answer: Any, status: int, kind: str) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = answer.json()
    assert problem["type"] == f"urn:sodai:problem:{kind}"
    assert problem["status"] == status
    assert problem["correlation_id"] == answer.headers["x-request-id"]
    assert "Traceback" not in answer.text
    assert "/home" not in problem["detail"]
    return problem


@pytest.mark.parametrize(("path", "status", "kind"), GETS)
def test_a_question_that_makes_no_sense(shared: Served, path: str, status: int, kind: str) -> None:
    check(shared.get(path), status, kind)


@pytest.mark.parametrize(("path", "body", "headers", "status", "kind"), POSTS)
def test_a_body_that_makes_no_sense(
    shared: Served, path: str, body: bytes, headers: dict[str, str], status: int, kind: str
) -> None:
    check(shared.post(path, content=body, headers=headers), status, kind)


def test_what_was_sent_is_not_sent_back(shared: Served) -> None:
    answer = shared.post("/v1/predict", json={"customer_id": {"name": "Doña Rosa"}, "product_id": 1})
    assert "Rosa" not in check(answer, 422, "invalid-request")["detail"] + answer.text


def test_what_is_too_large_is_refused(home: Any) -> None:
    limits = {"limits": {"body_bytes": 2000, "batch_pairs": 3, "score_lines": 2}}
    with serving(home, settings_of(**limits)) as served:
        pair = {"customer_id": 1, "product_id": 1}
        line = {"product_id": served.services.state.products.values[0], "items": 1}
        check(served.post("/v1/predict/batch", json={"pairs": [pair] * 4}), 413, "too-large")
        check(served.post("/v1/score", json={"customer_id": 1, "lines": [line] * 3}), 413, "too-large")
        check(served.post("/v1/predict/batch", json={"pairs": [pair] * 400}), 413, "too-large")

        def endless() -> Any:
            for _ in range(50):
                yield b" " * 100

        check(served.post("/v1/predict", content=endless(), headers=JSON), 413, "too-large")


def test_lines_from_the_future_are_refused(shared: Served) -> None:
    state = shared.services.state
    line = {"product_id": state.products.values[0], "items": 1, "purchase_date": str(state.origin)}
    body = {"customer_id": state.customers.values[0], "lines": [line]}
    assert "before" in check(shared.post("/v1/score", json=body), 422, "invalid-request")["detail"]


def test_without_a_run_nothing_is_served_and_probes_say_so(tmp_path: Any) -> None:
    with serving(tmp_path) as served:
        assert served.get("/livez").status_code == 200
        assert served.get("/readyz").status_code == served.get("/startupz").status_code == 503
        check(served.get("/v1/segments"), 503, "not-ready")

"""Scoring on demand: the week's figures without lines, the model's with them, and what drives a pair."""

from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from serving_help import Served, serving, settings_of


def scored(served: Served, customer: object, lines: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    answer = served.post("/v1/score", json={"customer_id": customer, "lines": lines, **more})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_without_lines_every_product_is_what_was_published(shared: Served) -> None:
    for customer in shared.services.state.customers.values[:12]:
        week = shared.get(f"/v1/customers/{customer}/recommendations?k=1000").json()
        if week["basis"] != "published_week":
            continue
        now = scored(shared, customer, [])["products"]
        expected = {row["product_id"]: row for row in week["recommendations"]}
        assert [row["product_id"] for row in now] == list(expected)
        for row in now:
            published = expected[row["product_id"]]
            assert row["probability"] == pytest.approx(published["probability"], rel=1e-9)
            assert row["expected_items"] == pytest.approx(published["expected_items"], rel=1e-9)
            assert row["buy"] == published["buy"]


def test_lines_change_what_is_expected_and_the_change_is_told(shared: Served) -> None:
    state = shared.services.state
    customer, product = state.customers.values[0], state.products.values[0]
    lines = [
        {"product_id": product, "items": 6, "purchase_date": str(state.origin - timedelta(days=back))}
        for back in (1, 8, 15, 22, 29)
    ]
    before = {row["product_id"]: row["probability"] for row in scored(shared, customer, [])["products"]}
    answer = scored(shared, customer, lines, reasons=True, k=3)
    assert (answer["lines"], len(answer["products"]), answer["source"]) == (5, 3, "champion")
    probabilities = [row["probability"] for row in answer["products"]]
    assert probabilities == sorted(probabilities, reverse=True)
    for row in answer["products"]:
        assert row["before"] == pytest.approx(before[row["product_id"]], rel=1e-9)
        assert row["change"] == pytest.approx(row["probability"] - row["before"])
        assert isinstance(row["reasons"], list)
    assert any(row["change"] != 0 for row in answer["products"])


def test_a_customer_that_nobody_knows_is_scored_by_its_lines(shared: Served) -> None:
    product = shared.services.state.products.values[0]
    answer = scored(shared, 987654321, [{"product_id": product, "items": 2}])
    assert {row["before"] for row in answer["products"]} == {None}
    assert product in {row["product_id"] for row in answer["products"]}


def test_an_explanation_adds_up_and_names_each_feature(shared: Served) -> None:
    state = shared.services.state
    customer, product = state.customers.values[0], state.products.values[0]
    found = shared.get(f"/v1/customers/{customer}/products/{product}/explanation").json()
    pushes = [one["push"] for one in found["contributions"]]
    assert found["base_log_odds"] + sum(pushes) + found["others"] == pytest.approx(found["score_log_odds"])
    assert sum(found["groups"].values()) == pytest.approx(sum(pushes) + found["others"])
    assert np.abs(pushes).tolist() == sorted(np.abs(pushes), reverse=True)
    assert all(one["meaning"]["es"] and one["meaning"]["en"] for one in found["contributions"])
    week = shared.post("/v1/predict", json={"customer_id": customer, "product_id": product}).json()
    assert found["probability"] == pytest.approx(week["prediction"]["probability"], rel=1e-9)


def test_more_than_may_wait_are_told_to_come_back(home: Any) -> None:
    with serving(home, settings_of(limits={"scoring": 1})) as served:
        customer = served.services.state.customers.values[0]
        scored(served, customer, [])
        served.services.scoring._waiting = 1
        answer = served.post("/v1/score", json={"customer_id": customer})
        assert (answer.status_code, answer.json()["type"]) == (503, "urn:sodai:problem:busy")
        assert answer.headers["Retry-After"] == "1"


def test_without_a_champion_scoring_says_so_and_lists_go_on(home: Any) -> None:
    (home / "mlflow" / "mlflow.db").unlink()
    with serving(home) as served:
        customer = served.services.state.customers.values[0]
        answer = served.post("/v1/score", json={"customer_id": customer})
        assert (answer.status_code, answer.json()["type"]) == (503, "urn:sodai:problem:not-ready")
        assert served.get("/v1/model").status_code == 404
        assert served.get(f"/v1/customers/{customer}/recommendations").json()["basis"] == "published_week"

"""Lists: those of the published week, in the order of a policy, and what stands in for them."""

from typing import Any

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from serving_help import Served, prepared, serving, settings_of

from sodai.publishing import live_week, read_week


@pytest.fixture(scope="module")
def published(shared: Served) -> dict[Any, list[dict[str, Any]]]:
    """Rows of the published week by customer, best first."""
    live = live_week(shared.services.home)
    assert live is not None
    rows = read_week(shared.services.home, live.week).sort_by("rank").to_pylist()
    return {
        one: [row for row in rows if row["customer_id"] == one] for one in {r["customer_id"] for r in rows}
    }


def listed(served: Served, customer: object, **query: Any) -> dict[str, Any]:
    answer = served.get(f"/v1/customers/{customer}/recommendations", params=query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def products(answer: dict[str, Any]) -> list[Any]:
    return [row["product_id"] for row in answer["recommendations"]]


def test_every_list_is_that_of_the_published_week(shared: Served, published: dict[Any, Any]) -> None:
    for customer, rows in published.items():
        answer = listed(shared, customer, k=1000)
        assert answer["basis"] == "published_week"
        told = [
            (r["product_id"], r["probability"], r["expected_items"], r["buy"])
            for r in answer["recommendations"]
        ]
        assert told == [(r["product_id"], r["probability"], r["expected_items"], r["buy"]) for r in rows]


def test_policies_divide_what_was_bought_from_what_was_not(shared: Served, published: dict[Any, Any]) -> None:
    for customer in list(published)[:10]:
        lists = {
            policy: listed(shared, customer, k=1000, policy=policy)
            for policy in ("all", "repeat", "discover")
        }
        assert sorted(products(lists["repeat"]) + products(lists["discover"])) == sorted(
            products(lists["all"])
        )
        assert all(row["bought_before"] for row in lists["repeat"]["recommendations"])
        assert not any(row["bought_before"] for row in lists["discover"]["recommendations"])
        for answer in lists.values():
            probabilities = [row["probability"] for row in answer["recommendations"]]
            assert probabilities == sorted(probabilities, reverse=True)


def test_a_diverse_list_begins_with_the_best_and_repeats_no_product(
    shared: Served, published: dict[Any, Any]
) -> None:
    for customer in list(published)[:10]:
        plain, diverse = (products(listed(shared, customer, k=8, policy=p)) for p in ("all", "diverse"))
        assert diverse[0] == plain[0]
        assert len(set(diverse)) == len(diverse) == len(plain)


def test_the_top_of_a_list_has_reasons_in_both_languages(shared: Served, published: dict[Any, Any]) -> None:
    customer = next(iter(published))
    for policy in ("all", "discover"):
        rows = listed(shared, customer, k=3, policy=policy)["recommendations"]
        assert any(row["reasons"] for row in rows)
        for reason in (one for row in rows for one in row["reasons"]):
            assert all(reason["text"][side] for side in ("es", "en"))


def test_a_second_answer_comes_from_the_cache_and_says_what_it_was_made_from(shared: Served) -> None:
    customer = shared.services.state.customers.values[0]
    first, second = (listed(shared, customer, k=7, policy="repeat") for _ in range(2))
    assert (first["source"], second["source"]) == ("published_week", "cache")
    assert {**second, "source": first["source"]} == first


def test_an_unknown_customer_gets_what_the_closest_type_buys(shared: Served) -> None:
    types = shared.services.state.company.types
    answer = listed(shared, 987654321, k=5, customer_type=types[-1].lower()[:-1])
    assert (answer["source"], answer["known_customer"]) == ("popularity", False)
    assert all(types[-1] in answer["note"][side] for side in ("es", "en"))
    assert len(answer["recommendations"]) == 5
    assert all(row["probability"] is None for row in answer["recommendations"])


def test_of_an_expired_week_lists_are_given_and_marked(shared: Served) -> None:
    week = listed(shared, shared.services.state.customers.values[0])["week"]
    assert week["expired"] is True
    assert shared.get("/v1/status").json()["status"] == "degraded"


def test_fallbacks_follow_in_order_and_are_counted(home: Any) -> None:
    (home / "predictions" / "live.json").unlink()
    with serving(home, settings_of()) as served:
        customer = served.services.state.customers.values[0]
        prepared(served)
        assert listed(served, customer)["source"] == "champion"
        week = {row["product_id"]: row["probability"] for row in _rows_of(home, customer)}
        for row in listed(served, customer, k=1000)["recommendations"]:
            assert row["probability"] == pytest.approx(week[row["product_id"]], abs=1e-12)

        served.services.scoring.close()
        served.services.scoring._engines.clear()
        served.services.scoring.prepare = lambda _: None  # type: ignore[method-assign]
        assert listed(served, customer, k=4)["source"] == "recency_baseline"
        assert listed(served, 987654321)["source"] == "popularity"
        told = served.get("/metrics").text
        for source in ("champion", "recency_baseline", "popularity"):
            assert f'source="{source}"' in told


def _rows_of(home: Any, customer: Any) -> list[dict[str, Any]]:
    file = next((home / "predictions").glob("origin=*/predictions.parquet"))
    rows: list[dict[str, Any]] = pq.read_table(file, filters=pc.field("customer_id") == customer).to_pylist()
    return rows


def test_likely_customers_of_a_product_are_those_of_the_week(
    shared: Served, published: dict[Any, Any]
) -> None:
    product = shared.services.state.products.values[0]
    best = sorted(
        (row for rows in published.values() for row in rows if row["product_id"] == product),
        key=lambda row: -row["probability"],
    )
    answer = shared.get(f"/v1/products/{product}/customers", params={"k": 5}).json()
    assert [one["probability"] for one in answer["customers"]] == [row["probability"] for row in best[:5]]
    assert all(
        one["rank"] == next(r["rank"] for r in published[one["customer_id"]] if r["product_id"] == product)
        for one in answer["customers"]
    )


def test_pairs_are_those_of_the_week_and_batches_keep_their_order(
    shared: Served, published: dict[Any, Any]
) -> None:
    rows = [row for rows in published.values() for row in rows][::7]
    pairs = [{"customer_id": row["customer_id"], "product_id": row["product_id"]} for row in rows]
    answer = shared.post(
        "/v1/predict/batch", json={"pairs": [*pairs, {**pairs[0], "product_id": 555}]}
    ).json()
    assert [one["probability"] for one in answer["predictions"]] == [row["probability"] for row in rows]
    assert answer["unknown_products"] == [555]
    one = shared.post("/v1/predict", json={**pairs[0], "reasons": True}).json()
    assert one["prediction"]["probability"] == rows[0]["probability"]
    assert one["prediction"]["reasons"] is not None

"""Business figures: totals add up, intervals hold what independent pairs would buy, shares are shares."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sodai.insights import (
    BANDS,
    Forecast,
    associations,
    band_of,
    customer_outlook,
    expected_demand,
    penetration,
)
from sodai.insights.demand import spread_of

probabilities = st.lists(st.floats(0, 1), min_size=1, max_size=40)


@given(values=probabilities)
def test_every_probability_lies_in_its_band(values: list[float]) -> None:
    for value, at in zip(values, band_of(np.array(values)), strict=True):
        assert BANDS[at].low <= value
        assert value < BANDS[at].high or BANDS[at].high == 1.0


@given(values=probabilities)
def test_outlooks_add_up_to_the_whole(values: list[float]) -> None:
    customer = np.arange(len(values), dtype=np.int32) % 3
    items = np.array(values) * 2
    found = customer_outlook(customer, np.array(values), items, 4)
    assert found.expected_items.sum() == pytest.approx(items.sum())
    assert found.expected_products.sum() == pytest.approx(sum(values))
    assert found.band[3] == -1
    assert found.best.max() == max(values)


def test_the_interval_of_demand_holds_as_many_totals_as_it_says() -> None:
    rng = np.random.default_rng(0)
    p, q, cv = rng.uniform(0.05, 0.6, 150), rng.uniform(1, 8, 150), 0.5
    forecast = Forecast(np.zeros(150, np.int32), p, p * q)
    found = expected_demand(forecast, np.array([cv]), confidence=0.8)
    shape = 1 / cv**2
    totals = [(rng.random(150) < p) @ rng.gamma(shape, q / shape) for _ in range(4000)]
    held = np.mean([(found.low[0] <= total <= found.high[0]) for total in totals])
    assert found.items[0] == pytest.approx(np.mean(totals), rel=0.03)
    assert held == pytest.approx(0.8, abs=0.03)


def test_a_product_that_nobody_will_buy_has_no_demand_and_no_interval() -> None:
    nothing = Forecast(np.zeros(1, np.int32), np.zeros(1), np.zeros(1))
    found = expected_demand(nothing, np.ones(2))
    assert [x.tolist() for x in (found.items, found.low, found.high)] == [[0.0, 0.0]] * 3


def test_few_purchases_borrow_the_spread_of_all() -> None:
    product = np.array([0] * 200 + [1], np.int32)
    items = np.array([1.0, 3.0] * 100 + [500.0])
    usual = items.std() / items.mean()
    assert spread_of(product, items, 3)[2] == pytest.approx(usual)
    assert spread_of(product, items, 3)[0] < 0.6 + usual * 0.1


def test_penetration_counts_a_customer_once_a_week() -> None:
    customer = np.array([0, 0, 1, 1, 0], np.int32)
    product = np.array([0, 0, 0, 1, 1], np.int32)
    week = np.array([1, 1, 1, 2, 9], np.int32)
    found = penetration(customer, product, week, np.ones(5), (2, 4))
    assert found.buyers.tolist() == [[2, 0, 0, 0], [0, 1, 0, 0]]
    assert found.items.tolist() == [[3, 0, 0, 0], [0, 1, 0, 0]]
    assert found.active.tolist() == [2, 1, 0, 0]
    assert found.share(1).tolist() == [1.0, 0.0]


def test_lift_support_and_confidence_by_hand() -> None:
    # Of four baskets, two hold both, one only the first, one neither.
    basket = np.array([1, 1, 2, 2, 3, 4])
    product = np.array([0, 1, 0, 1, 0, 2], np.int32)
    found = associations(basket, product, least=2)
    rows = dict(
        zip(
            found.product.tolist(), zip(found.support, found.confidence, found.lift, strict=True), strict=True
        )
    )
    assert rows[0] == pytest.approx((2 / 4, 2 / 3, (2 / 3) / (2 / 4)))
    assert rows[1] == pytest.approx((2 / 4, 1.0, 1.0 / (3 / 4)))
    assert len(associations(basket, product, least=3).product) == 0
    assert len(associations(np.empty(0, np.int64), np.empty(0, np.int32), least=1).product) == 0

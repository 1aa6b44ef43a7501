"""Weeks of a small company that buys at known rates."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import settings

from sodai.drift import Deliveries, Judged

settings.register_profile("measuring", deadline=None)
settings.load_profile("measuring")

CUSTOMERS, PRODUCTS = 80, 20
SEGMENTS = np.array(["high", "low", "low", "middle"] * 5)


def judged(weeks: int, seed: int, *, tell=None, first=date(2024, 3, 4)) -> Judged:
    """``tell(probability, segment)`` is what the champion says of the true probability."""
    rng = np.random.default_rng(seed)
    customer = np.tile(np.repeat(np.arange(CUSTOMERS), PRODUCTS), weeks)
    product = np.tile(np.arange(PRODUCTS), CUSTOMERS * weeks)
    taste = np.random.default_rng(7).beta(0.5, 1.5, (CUSTOMERS, PRODUCTS))
    true = taste[customer, product]
    segment = SEGMENTS[product]
    days = [np.datetime64(first + timedelta(days=7 * week)) for week in range(weeks)]
    label = (rng.random(len(true)) < true).astype(np.int8)
    said = true if tell is None else tell(true, segment)
    return Judged(
        origin=np.repeat(np.array(days, "datetime64[D]"), CUSTOMERS * PRODUCTS),
        customer=customer,
        product=product,
        label=label,
        weight=np.ones(len(true)),
        champion=np.clip(said, 1e-4, 1 - 1e-4),
        baseline=np.clip(true * rng.uniform(0.4, 1.6, len(true)), 1e-4, 0.99),
        items=label * 2.0,
        expected_items=said * 2.0,
        attributes={
            "segment": segment,
            "zone": np.where(customer % 2, "a", "b"),
        },
    )


@pytest.fixture
def weeks_of_judged():
    return judged


def deliveries(weeks: int = 12, seed: int = 0, per_week: int = 400) -> Deliveries:
    rng = np.random.default_rng(seed)
    rows = weeks * per_week
    product = rng.integers(0, PRODUCTS, rows)
    return Deliveries(
        week=np.repeat(np.arange(1, weeks + 1), per_week),
        customer=rng.integers(0, 40, rows),
        product=product,
        items=rng.integers(1, 4, rows).astype(float),
        attributes={"product_id": product.astype(str), "segment": SEGMENTS[product]},
    )


@pytest.fixture
def company_deliveries():
    return deliveries

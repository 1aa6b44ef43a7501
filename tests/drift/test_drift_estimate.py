"""A ratio over clustered rows: its error is that of customers, and agrees with independent computations."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sodai.drift.estimate import Estimate, clustered_ratio


def test_one_row_a_customer_is_the_error_of_a_mean():
    values = np.random.default_rng(0).normal(size=50)
    found = clustered_ratio(values, np.ones(50), np.arange(50))
    assert found.value == pytest.approx(values.mean())
    assert found.error == pytest.approx(stats.sem(values))
    low, high = found.interval(0.9)
    assert (low, high) == pytest.approx(stats.t.interval(0.9, 49, values.mean(), stats.sem(values)))


@given(st.integers(2, 12), st.integers(2, 6), st.integers(0, 99))
def test_repeating_the_rows_of_a_customer_makes_nothing_surer(customers, times, seed):
    values = np.random.default_rng(seed).normal(1, 1, customers)
    ids = np.arange(customers)
    once = clustered_ratio(values, np.ones(customers), ids)
    often = clustered_ratio(np.repeat(values, times), np.ones(customers * times), np.repeat(ids, times))
    assert often.value == pytest.approx(once.value)
    assert often.error == pytest.approx(once.error)


def test_the_error_covers_the_truth():
    rng, inside = np.random.default_rng(1), 0
    for _ in range(300):
        taste = np.repeat(rng.normal(0.5, 0.2, 60), 8)
        rows = taste + rng.normal(0, 0.1, 480)
        low, high = clustered_ratio(rows, np.ones(480), np.repeat(np.arange(60), 8)).interval(0.9)
        inside += low <= 0.5 <= high
    assert 0.85 <= inside / 300 <= 0.95


@pytest.mark.parametrize(("value", "margin", "p"), [(1.0, 0.5, 0.0), (0.5, 1.0, 1.0)])
def test_without_an_error_the_margin_decides(value, margin, p):
    assert Estimate(value, 0.0, 9).p_above(margin) == p


def test_one_customer_says_nothing():
    assert clustered_ratio(np.ones(3), np.ones(3), np.zeros(3)).error == float("inf")

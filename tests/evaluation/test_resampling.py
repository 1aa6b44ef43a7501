"""The bootstrap against SciPy's, against the theory, and in its corner cases."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from sodai.evaluation.resampling import customer_weights, interval, mean_over_weeks


def test_every_replicate_draws_as_many_customers_as_there_are():
    weights = customer_weights(50, 30, seed=1)
    assert weights.shape == (50, 31)
    assert (weights[:, 0] == 1).all()
    assert (weights.sum(0) == 50).all()
    assert weights[:, 1:].std() == pytest.approx(1, abs=0.1)


def test_the_seed_decides():
    np.testing.assert_array_equal(customer_weights(9, 5, seed=3), customer_weights(9, 5, seed=3))
    assert (customer_weights(9, 5, seed=3) != customer_weights(9, 5, seed=4)).any()


def test_the_interval_of_a_mean_agrees_with_scipy():
    values = np.random.default_rng(0).gamma(2, size=400)
    weights = customer_weights(400, 4000, seed=0)
    ours = interval(values @ weights / 400, 0.95)
    theirs = stats.bootstrap(
        (values,), np.mean, n_resamples=4000, method="percentile", rng=np.random.default_rng(1)
    ).confidence_interval
    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), abs=0.01)
    assert ours.value == pytest.approx(values.mean())


def test_the_interval_covers_the_truth_as_often_as_it_says():
    rng = np.random.default_rng(7)
    weights = customer_weights(80, 200, seed=0)
    covered = 0
    for _ in range(400):
        found = interval(rng.normal(size=80) @ weights / 80, 0.9)
        covered += found.low <= 0 <= found.high
    assert 0.85 <= covered / 400 <= 0.94


@given(arrays(float, st.integers(3, 40), elements=st.floats(0, 1)), st.sampled_from([0.6, 0.9]))
@settings(deadline=None)
def test_an_interval_lies_in_the_range_and_a_negated_one_is_its_mirror(replicates, confidence):
    cut = interval(replicates, confidence, low=0, high=1)
    assert 0 <= cut.low <= cut.value <= cut.high <= 1
    there, back = interval(replicates, confidence), interval(-replicates, confidence)
    assert (back.low, back.high) == pytest.approx((-there.high, -there.low))


@pytest.mark.parametrize("replicates", [[np.nan, 0.1, 0.2], [0.1], [0.1, np.nan, 0.2]])
def test_without_enough_draws_there_is_no_interval(replicates):
    found = interval(np.array(replicates), 0.95)
    assert np.isnan([found.low, found.high]).all()


def test_weeks_without_a_value_are_left_out_of_the_mean():
    by_week = np.array([[1.0, np.nan, np.nan], [3.0, 5.0, np.nan]])
    np.testing.assert_array_equal(mean_over_weeks(by_week), [2.0, 5.0, np.nan])

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sodai.learning.order import among, check_time_order, hold_out, known_before, sample_rows
from sodai.settings import UsageError

FIRST = date(2024, 1, 1)


def weekly(count: int) -> list[date]:
    return [FIRST + timedelta(days=7 * at) for at in range(count)]


@given(st.integers(0, 40), st.integers(1, 8), st.integers(1, 28))
def test_what_is_held_out_begins_after_everything_fitted_on_was_over(count, weeks, horizon):
    split = hold_out(weekly(count), weeks, horizon)
    if split is None:
        assert count <= 1 + -(-horizon // 7)
        return
    assert 1 <= len(split.held) <= weeks
    assert split.train
    assert max(split.train) + timedelta(days=horizon) <= min(split.held)
    assert split.held[-1] == weekly(count)[-1]


@pytest.mark.parametrize(("count", "held"), [(50, 4), (12, 4), (6, 2), (3, 1), (2, 1)])
def test_a_short_history_holds_out_less(count, held):
    assert len(hold_out(weekly(count), 4, 7).held) == held


def test_rows_that_look_ahead_are_refused():
    origins = np.array(weekly(3), dtype="datetime64[D]")
    check_time_order(origins, FIRST + timedelta(days=21), 7)
    check_time_order(origins[:0], FIRST, 7)
    with pytest.raises(UsageError, match="may not be learnt from"):
        check_time_order(origins, FIRST + timedelta(days=20), 7)


def test_origins_are_found_and_known():
    origins = np.array(weekly(3), dtype="datetime64[D]")
    assert among(origins, [FIRST + timedelta(days=7)]).tolist() == [False, True, False]
    assert known_before(weekly(3), FIRST + timedelta(days=14), 7) == weekly(2)


@given(st.integers(0, 200), st.integers(1, 200), st.integers(0, 5))
def test_sampled_rows_are_in_order_bounded_and_repeatable(rows, most, seed):
    at = sample_rows(rows, most, seed)
    assert len(at) == min(rows, most)
    assert (np.diff(at) > 0).all()
    assert at.tolist() == sample_rows(rows, most, seed).tolist()

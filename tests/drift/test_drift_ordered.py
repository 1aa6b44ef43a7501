"""Rows in the order of a column, against SciPy's ranks and distances."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import stats

from sodai.drift.ordered import Ordered

KINDS = st.sampled_from([np.float32, np.float64])


@st.composite
def columns(draw):
    """Two sides of one kind of number, with ties, both signs and both zeros."""
    kind = draw(KINDS)
    width = 8 * np.dtype(kind).itemsize
    value = st.one_of(
        st.sampled_from([-1.0, -0.0, 0.0, 1.0]),
        st.floats(-(2.0**100), 2.0**100, width=width, allow_subnormal=False),
    )
    return tuple(draw(hnp.arrays(kind, st.integers(2, 30), elements=value)) for _ in range(2))


def ordered(old: np.ndarray, new: np.ndarray) -> Ordered:
    signed = np.concatenate([np.full(len(old), 1 / len(old)), np.full(len(new), -1 / len(new))])
    return Ordered.of(np.concatenate([old, new]), signed)


@given(columns())
def test_rows_are_in_order_and_each_once(sides):
    found, values = ordered(*sides), np.concatenate(sides)
    assert (found.values == np.sort(values)).all()
    assert sorted(found.order.tolist()) == list(range(len(values)))
    assert found.distinct == len(np.unique(values))


@given(columns())
def test_the_largest_gap_is_scipys(sides):
    assert ordered(*sides).largest_gap() == pytest.approx(stats.ks_2samp(*sides, method="asymp").statistic)


@given(columns())
def test_ranks_of_sides_of_one_size_are_scipys(sides):
    rows = min(map(len, sides))
    sides = tuple(side[:rows] for side in sides)
    expected = (stats.rankdata(np.concatenate(sides)) - 0.5) / (2 * rows)
    assert ordered(*sides).given_ranks() == pytest.approx(expected)


@given(columns(), st.integers(2, 12))
def test_a_bin_holds_the_rows_of_its_quantiles(sides, count):
    found = ordered(*sides)
    expected = np.floor(np.round(found.given_ranks() * count, 9)).clip(max=count - 1)
    assert found.given_bins(count).tolist() == expected.tolist()


def test_means_are_of_each_side():
    old, new = np.array([1.0, 2.0, 6.0]), np.array([10.0, -10.0])
    assert ordered(old, new).means == pytest.approx((3.0, 0.0))

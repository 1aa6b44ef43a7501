"""The confidence sequence: it may be looked at every week, and it closes."""

import numpy as np
import pytest

from sodai.drift.sequence import half_width


def test_watching_fifty_weeks_errs_no_more_often_than_promised():
    rng = np.random.default_rng(0)
    counts = np.arange(2, 51)
    widths = np.array([half_width(t, 1.0, error=0.1, tightest_at=4) for t in counts])
    means = np.cumsum(rng.normal(size=(2000, 50)), axis=1)[:, 1:] / counts
    assert (np.abs(means) > widths).any(axis=1).mean() <= 0.1
    naive = (np.abs(means) > 1.645 / np.sqrt(counts)).any(axis=1).mean()
    assert naive > 0.25, "a fixed-size interval looked at every week errs far more often"


def test_it_closes():
    wide, narrow = (half_width(t, 1.0, error=0.05, tightest_at=4) for t in (4, 400))
    assert narrow < wide / 5


def test_it_is_the_published_formula():
    t, scale, error = 9.0, 0.5, 0.05
    told = half_width(
        t, 2.0, error=error, tightest_at=(-2 * np.log(error) + np.log(-2 * np.log(error) + 1)) / scale
    )
    assert told == pytest.approx(
        2 * np.sqrt((t * scale + 1) / (t**2 * scale) * np.log((t * scale + 1) / error**2))
    )

"""The cut behind F1 against trying every probability."""

import math

import numpy as np
import pytest
from evaluation_oracles import Shape, only_week, random_rows
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import f1_score

from sodai.evaluation.cuts import CutHistory
from sodai.evaluation.pooled import Ranked


def remembered(shapes, room=4):
    history, weeks = CutHistory(room), [only_week(random_rows(shape)) for shape in shapes]
    for week in weeks:
        history.add(Ranked.of(week, "a"))
    return history, weeks


@given(
    seeds=st.lists(st.integers(0, 2**32 - 1), min_size=1, max_size=3),
    levels=st.sampled_from([0, 3]),
    rate=st.sampled_from([0.05, 0.3]),
)
@settings(max_examples=60, deadline=None)
def test_no_other_cut_is_better(seeds, levels, rate):
    history, weeks = remembered([Shape(seed, customers=3, levels=levels, rate=rate) for seed in seeds])
    label = np.concatenate([week.label for week in weeks])
    p = np.concatenate([week.scores["a"] for week in weeks])
    if not label.any():
        assert math.isnan(history.best())
        return
    tried = {float(cut): 2 * label[p >= cut].sum() / ((p >= cut).sum() + label.sum()) for cut in np.unique(p)}
    best = max(tried.values())
    assert history.best() == max(cut for cut, f1 in tried.items() if f1 == best)
    assert f1_score(label, p >= history.best()) == pytest.approx(best)


def test_old_weeks_are_forgotten():
    shapes = [Shape(seed, customers=20) for seed in range(5)]
    assert remembered(shapes, room=2)[0].best() == remembered(shapes[-2:], room=2)[0].best()


def test_before_the_first_week_there_is_no_cut():
    assert math.isnan(CutHistory(4).best())

"""Pooled metrics against scikit-learn, with and without customer weights."""

import numpy as np
import pytest
from evaluation_oracles import Shape, equal_mass_ece, only_week, random_rows, shapes
from hypothesis import assume, given, settings
from sklearn.metrics import average_precision_score, brier_score_loss, f1_score, log_loss, roc_auc_score

from sodai.evaluation import pooled
from sodai.evaluation.pooled import Ranked, pooled_metrics


def judged(shape: Shape, cut: float = 0.5, replicates: int = 3):
    week = only_week(random_rows(shape))
    rng = np.random.default_rng(shape.seed)
    weights = rng.integers(0, 4, (week.n_customers, replicates)).astype(float)
    weights[:, 0] = 1
    return week, week.scores["a"], weights, pooled_metrics(Ranked.of(week, "a"), cut, weights)


def weighted(week, weights, column):
    return weights[week.customer, column]


@given(shapes)
@settings(max_examples=150, deadline=None)
def test_areas_agree_with_scikit_learn_in_every_replicate(shape):
    week, p, weights, found = judged(shape)
    for column in range(weights.shape[1]):
        w = weighted(week, weights, column)
        positive = w[week.label].sum()
        if positive == 0:
            assert np.isnan(found["pr_auc"][column])
            assert np.isnan(found["roc_auc"][column])
            continue
        assert found["pr_auc"][column] == pytest.approx(
            average_precision_score(week.label, p, sample_weight=w)
        )
        if w[~week.label].sum() == 0:
            assert np.isnan(found["roc_auc"][column])
        else:
            assert found["roc_auc"][column] == pytest.approx(roc_auc_score(week.label, p, sample_weight=w))


@given(shapes)
@settings(max_examples=100, deadline=None)
def test_sums_agree_with_scikit_learn_in_every_replicate(shape):
    week, p, weights, found = judged(shape)
    for column in range(weights.shape[1]):
        w = weighted(week, weights, column)
        if w.sum() == 0:
            assert np.isnan(found["brier"][column])
            continue
        clipped = np.clip(p, 1e-6, 1 - 1e-6)
        assert found["brier"][column] == pytest.approx(brier_score_loss(week.label, p, sample_weight=w))
        assert found["log_loss"][column] == pytest.approx(
            log_loss(week.label, clipped, sample_weight=w, labels=[False, True])
        )
        if w[week.label].sum() > 0:
            assert found["f1"][column] == pytest.approx(f1_score(week.label, p >= 0.5, sample_weight=w))
            assert found["sum_ratio"][column] == pytest.approx((w * p).sum() / w[week.label].sum())


@given(shapes)
@settings(max_examples=100, deadline=None)
def test_ece_is_the_mean_gap_over_bins_of_equal_mass(shape):
    week, p, _, found = judged(shape)
    assert found["ece"][0] == pytest.approx(equal_mass_ece(week.label, p), abs=1e-12)


@given(shapes)
@settings(max_examples=50, deadline=None)
def test_areas_do_not_change_under_a_monotone_transform(shape):
    week, p, weights, found = judged(shape)
    week.scores["a"] = p**3 / 2
    again = pooled_metrics(Ranked.of(week, "a"), 0.5, weights)
    np.testing.assert_allclose(again["pr_auc"], found["pr_auc"])
    np.testing.assert_allclose(again["roc_auc"], found["roc_auc"])


@given(shapes)
@settings(max_examples=50, deadline=None)
def test_a_slice_is_ranked_as_if_it_had_been_sorted_alone(shape):
    week = only_week(random_rows(shape))
    keep = week.customer % 2 == 0
    assume(keep.any())
    part = week.where(keep)
    alone = Ranked.of(part, "a")
    within = Ranked.of(week, "a").within(part, keep)
    np.testing.assert_array_equal(within.order, alone.order)
    np.testing.assert_array_equal(within.probability, alone.probability)


def test_a_constant_score_has_the_base_rate_as_average_precision():
    week, _, _, found = judged(Shape(seed=1, levels=1))
    assert found["pr_auc"][0] == pytest.approx(week.label.mean())
    assert found["roc_auc"][0] == pytest.approx(0.5)


def test_without_positives_only_the_calibration_figures_are_defined():
    _, p, _, found = judged(Shape(seed=1, rate=0.0))
    assert all(np.isnan(found[name][0]) for name in ("pr_auc", "roc_auc", "f1", "sum_ratio"))
    assert found["ece"][0] == pytest.approx(p.mean())


def test_without_a_cut_there_is_no_f1():
    _, _, _, found = judged(Shape(seed=1), cut=float("nan"))
    assert np.isnan(found["f1"]).all()


def test_blocks_of_replicates_change_nothing(monkeypatch):
    shape = Shape(seed=3, customers=30, products=20)
    whole = judged(shape, replicates=50)[-1]
    monkeypatch.setattr(pooled, "_BLOCK", 1)
    blocks = judged(shape, replicates=50)[-1]
    np.testing.assert_array_equal(whole["pr_auc"], blocks["pr_auc"])
    np.testing.assert_array_equal(whole["roc_auc"], blocks["roc_auc"])

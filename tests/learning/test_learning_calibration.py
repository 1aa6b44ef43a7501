import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.isotonic import IsotonicRegression

from sodai.learning import Calibration, Scored, choose_calibration
from sodai.learning.calibration import CANDIDATES, Beta, Identity, Isotonic, Sigmoid
from sodai.learning.measures import expit, log_losses, logit

WEEK = np.datetime64("2024-01-01")


def scored(score, label, weight=None, weeks=1) -> Scored:
    origin = WEEK + 7 * (np.arange(len(score)) * weeks // len(score)).astype("timedelta64[D]")
    weight = np.ones(len(score)) if weight is None else weight
    return Scored(np.asarray(score, float), np.asarray(label, np.int8), np.asarray(weight, float), origin)


def drawn(bend, rows=6000, weeks=4, seed=0) -> Scored:
    """Scores whose true probability is ``bend`` of them."""
    random = np.random.default_rng(seed)
    score = expit(random.normal(-2, 1.5, rows))
    return scored(score, random.random(rows) < bend(score), weeks=weeks)


@st.composite
def samples(draw) -> Scored:
    size = draw(st.integers(4, 60))
    score = draw(st.lists(st.floats(0, 1), min_size=size, max_size=size))
    label = draw(st.lists(st.integers(0, 1), min_size=size, max_size=size))
    weight = draw(st.lists(st.sampled_from([1.0, 10.0]), min_size=size, max_size=size))
    return scored(score, label, weight)


@pytest.mark.parametrize("kind", CANDIDATES)
@given(sample=samples())
@settings(max_examples=25, deadline=None)
def test_every_calibrator_is_increasing_and_leaves_the_ends_open(kind, sample):
    calibrator = kind.fit(sample)
    grid = np.linspace(0, 1, 201)
    probability = calibrator.apply(grid)
    assert ((probability > 0) & (probability < 1)).all()
    assert (np.diff(probability) >= 0).all()
    inner = grid[(grid > 0.01) & (grid < 0.99)]
    assert len(np.unique(calibrator.apply(inner))) == len(inner) or kind in {Sigmoid, Beta}


@pytest.mark.parametrize(
    ("name", "bend"),
    [
        ("identity", lambda score: score),
        ("sigmoid", lambda score: expit(0.6 * logit(score) - 0.8)),
        ("beta", lambda score: expit(0.4 * np.log(score) - 2.5 * np.log1p(-score) - 0.5)),
        ("isotonic", lambda score: np.where(score < 0.3, 0.05, 0.6)),
    ],
)
def test_the_calibrator_that_fits_is_chosen_and_comes_near_the_truth(name, bend):
    sample = drawn(bend, rows=40_000)
    calibration = choose_calibration(sample)
    assert calibration.calibrator.name == name
    assert set(calibration.losses) == {"identity", "sigmoid", "beta", "isotonic"}
    probability = calibration.calibrator.apply(sample.score)
    assert np.abs(probability - bend(sample.score)).mean() < 0.015
    again = Calibration.from_json(json.loads(json.dumps(calibration.to_json())))
    np.testing.assert_array_equal(again.calibrator.apply(sample.score), probability)


def test_inverse_weights_undo_the_sampling_of_negatives():
    full = drawn(lambda score: expit(0.6 * logit(score) - 0.8), rows=60_000)
    kept = (full.label == 1) | (np.random.default_rng(1).random(len(full)) < 0.1)
    few = full.where(kept)
    weighted = Scored(few.score, few.label, np.where(few.label == 1, 1.0, 10.0), few.origin)
    for kind in (Sigmoid, Beta, Isotonic):
        a, b = kind.fit(full).apply(full.score), kind.fit(weighted).apply(full.score)
        assert np.abs(a - b).mean() < 0.01


def test_isotonic_agrees_with_scikit_learn_between_its_steps():
    sample = drawn(lambda score: score**2, rows=5000)
    reference = IsotonicRegression(out_of_bounds="clip").fit(sample.score, sample.label)
    difference = Isotonic.fit(sample).apply(sample.score) - reference.predict(sample.score)
    assert np.abs(difference).mean() < 0.02


def test_isotonic_keeps_the_order_of_scores():
    sample = drawn(lambda score: np.full(len(score), 0.1))
    probability = Isotonic.fit(sample).apply(np.sort(sample.score))
    assert (np.diff(probability) > 0).all()


def test_condensed_rows_calibrate_like_all_rows():
    sample = drawn(lambda score: expit(0.6 * logit(score) - 0.8), rows=60_000)
    few = sample.condensed()
    assert len(few) < 10_000
    assert few.weight.sum() == pytest.approx(sample.weight.sum())
    for kind in (Sigmoid, Beta, Isotonic):
        a, b = kind.fit(sample).apply(sample.score), kind.fit(few).apply(sample.score)
        assert np.quantile(np.abs(a - b), 0.99) < 0.02
    assert len(sample.where(sample.label == 0).condensed()) < 10_000


def test_one_week_gives_a_sigmoid_and_hardly_any_purchase_leaves_the_score():
    sample = drawn(lambda score: score, rows=2000, weeks=1)
    assert choose_calibration(sample).calibrator.name == "sigmoid"
    assert choose_calibration(sample.where(np.arange(2000) < 30)).calibrator == Identity()
    nobody = scored(np.linspace(0, 1, 50), np.zeros(50), weeks=3)
    assert choose_calibration(nobody) == Calibration(Identity(), {})


def test_a_later_week_without_purchases_is_not_judged():
    sample = drawn(lambda score: score, weeks=3)
    last = sample.origin == sample.origin.max()
    object.__setattr__(sample, "label", np.where(last, 0, sample.label).astype(np.int8))
    assert set(choose_calibration(sample).losses) >= {"identity", "sigmoid", "beta"}


def test_calibration_lowers_the_loss_of_a_distorted_score():
    sample = drawn(lambda score: expit(0.5 * logit(score)))
    calibrated = choose_calibration(sample).calibrator.apply(sample.score)
    losses = [log_losses(sample.label, score) for score in (calibrated, sample.score)]
    assert np.average(losses[0], weights=sample.weight) < np.average(losses[1], weights=sample.weight)


def test_of_few_rows_luck_does_not_choose():
    """Honest scores of small samples keep themselves, whatever curve happens to fit them better."""
    kept = 0
    for seed in range(20):
        random = np.random.default_rng(seed)
        score = random.beta(0.4, 2, 600)
        label = random.random(600) < score
        kept += choose_calibration(scored(score, label, weeks=4)).calibrator == Identity()
    assert kept >= 17

"""Harm: what is measured when a champion is right, wrong everywhere, or wrong about one segment."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, log_loss

from sodai.drift.harm import harm
from sodai.drift.judged import Judged
from sodai.drift.misfit import misfits
from sodai.drift.outlook import expected_precision, outlook
from sodai.drift.realised import fall, quality
from sodai.settings.model import DriftSettings

LATER = date(2024, 6, 3)


def blurred(true, _segment):
    return 0.5 * true + 0.5 * true.mean()


def test_quality_agrees_with_scikit_learn(weeks_of_judged):
    week = weeks_of_judged(1, 0)
    found = quality(week)
    assert found.pr_auc == pytest.approx(average_precision_score(week.label, week.champion))
    level = week.levelled(week.champion)
    assert level.sum() == pytest.approx(week.label.sum(), rel=1e-4)
    rate = np.full(len(week), week.label.mean())
    expected = 1 - log_loss(week.label, level) / log_loss(week.label, rate)
    assert found.skill == pytest.approx(expected, abs=1e-6)


def test_levelling_keeps_the_order_and_a_volume_shock_is_no_harm(weeks_of_judged):
    week = weeks_of_judged(1, 0)
    shocked = replace(week, champion=week.champion * 0.6)
    assert (np.argsort(shocked.levelled(shocked.champion)) == np.argsort(week.champion)).all()
    assert quality(shocked).skill == pytest.approx(quality(week).skill, abs=0.02)


@pytest.mark.parametrize(("tell", "fell"), [(None, False), (blurred, True)])
def test_a_fall_needs_worse_scores(weeks_of_judged, tell, fell):
    validation = [quality(w) for w in weeks_of_judged(8, 1).weeks()]
    since = [quality(w) for w in weeks_of_judged(4, 2, tell=tell, first=LATER).weeks()]
    found = fall(validation, since, error=0.05, tightest_at=4)
    assert (found.low > 0) == fell


def test_a_good_week_of_the_baseline_is_no_fall(weeks_of_judged):
    validation = [quality(w) for w in weeks_of_judged(8, 1).weeks()]
    clever = [replace(w, baseline=w.champion) for w in weeks_of_judged(4, 2, first=LATER).weeks()]
    found = fall(validation, [quality(w) for w in clever], error=0.05, tightest_at=4)
    assert found.low <= 0


def test_two_weeks_of_validation_say_nothing(weeks_of_judged):
    weeks = [quality(w) for w in weeks_of_judged(2, 1).weeks()]
    assert fall(weeks, weeks, error=0.05, tightest_at=4) is None


def test_a_segment_that_sells_half_is_named(weeks_of_judged):
    newest = weeks_of_judged(
        1, 3, tell=lambda p, s: np.where(s == "high", np.minimum(2 * p, 0.95), p), first=LATER
    )
    found = {m.attribute: m for m in misfits(weeks_of_judged(8, 1).weeks(), newest)}
    segment = found["segment"]
    assert segment.q_value < 0.01
    assert segment.excess > 0
    assert segment.value == "high"
    assert segment.ratio < 0.8
    assert found["zone"].q_value > 0.05


def test_healthy_weeks_are_rarely_called(weeks_of_judged):
    called = 0
    for seed in range(40):
        weeks = weeks_of_judged(9, 100 + seed).weeks()
        called += any(m.q_value <= 0.05 for m in misfits(weeks[:-1], weeks[-1]))
    assert called <= 6


def test_the_outlook_is_what_calibrated_scores_bring(weeks_of_judged):
    past = weeks_of_judged(8, 1).weeks()
    coming = weeks_of_judged(1, 5, first=LATER)
    found = outlook(past, coming.champion, 0.95)
    actual = average_precision_score(coming.label, coming.champion)
    assert found.low <= actual <= found.high
    assert found.pr_auc == pytest.approx(actual, abs=0.03)


def test_expected_precision_of_sure_pairs_is_one():
    assert expected_precision(np.array([1.0, 0.0, 1.0]), np.ones(3)) == 1.0
    assert expected_precision(np.zeros(2), np.ones(2)) == 0.0


def test_a_week_with_few_customers_does_not_count(weeks_of_judged):
    since = weeks_of_judged(2, 2, first=LATER)
    few = since.where((since.customer < 10) | (since.origin < np.datetime64("2024-06-10")))
    found = harm(weeks_of_judged(4, 1), few, None, DriftSettings())
    assert [week.origin for week in found.since] == ["2024-06-03"]


def test_nothing_judged_gives_nothing():
    found = harm(None, None, None, DriftSettings())
    assert (found.validation, found.since, found.fall, found.misfits, found.volume) == (
        (),
        (),
        None,
        (),
        None,
    )


def test_rows_survive_a_file(weeks_of_judged):
    rows = weeks_of_judged(2, 0)
    back = Judged.read(rows.table())
    for name in ("origin", "customer", "label", "champion", "expected_items"):
        assert (getattr(back, name) == getattr(rows, name)).all()
    assert set(back.attributes) == set(rows.attributes)


def test_a_sample_stands_for_all_rows(weeks_of_judged):
    rows = weeks_of_judged(4, 0)
    drawn = rows.sampled(0.2, 5)
    assert drawn.label.sum() == rows.label.sum()
    assert drawn.weight.sum() == pytest.approx(len(rows), rel=0.05)
    of_sample, of_all = (np.mean([quality(week).pr_auc for week in r.weeks()]) for r in (drawn, rows))
    assert of_sample == pytest.approx(of_all, abs=0.02)

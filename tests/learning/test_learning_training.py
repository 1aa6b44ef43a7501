from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from learning_panel import Panel, settings_for, simulate

from sodai.learning import Choice, OutOfTime, out_of_time, train
from sodai.learning.training import Fitted, WeekTotal, week_totals
from sodai.settings import InputError, UsageError

BOOSTING = Choice("boosting", {"num_rounds": 30})
FREQUENCY = Choice("frequency", {})


@pytest.mark.parametrize("choice", [BOOSTING, FREQUENCY, Choice("logistic", {})])
def test_a_trained_model_agrees_with_the_truth(choice):
    panel = simulate(weeks=8, rows=2500, negative_rate=0.3)
    model = train(panel.frame, choice, settings_for())
    future = simulate(weeks=1, rows=5000, seed=7)
    predicted = model.predict(future.frame.features)
    assert predicted["probability"].mean() == pytest.approx(future.truth.mean(), rel=0.08)
    assert np.corrcoef(predicted["probability"], future.truth)[0, 1] > 0.75
    total = future.table["target_items"].to_numpy().sum()
    assert predicted["expected_items"].sum() == pytest.approx(total, rel=0.15)


def test_what_is_known_of_a_model(panel: Panel):
    model = train(panel.frame, BOOSTING, settings_for(max_training_rows=5000))
    meta = model.meta
    assert (meta.first_origin, meta.last_origin) == (date(2024, 1, 1), date(2024, 2, 19))
    assert model.trained_at_origin == date(2024, 2, 26)
    assert meta.training_rows == 5000
    assert 0 < meta.positives < 5000
    assert "lightgbm" in meta.versions


def test_evidence_comes_from_weeks_that_were_not_fitted_on(panel: Panel):
    evidence = out_of_time(panel.frame, FREQUENCY, settings_for(validation_weeks=2))
    assert np.unique(evidence.scored.origin).astype(str).tolist() == ["2024-02-12", "2024-02-19"]
    assert [week.origin for week in evidence.totals] == [date(2024, 2, 12), date(2024, 2, 19)]
    earlier = out_of_time(panel.frame, FREQUENCY, settings_for(validation_weeks=2), day=date(2024, 2, 19))
    assert np.unique(earlier.scored.origin).astype(str).tolist() == ["2024-02-05", "2024-02-12"]


def test_only_what_was_known_counts_as_evidence(panel: Panel):
    settings = settings_for(validation_weeks=3)
    evidence = out_of_time(panel.frame, FREQUENCY, settings)
    known = evidence.known_on(date(2024, 2, 19), settings)
    assert [week.origin for week in known.totals] == [date(2024, 2, 12)]
    assert known.scored.origin.max() == np.datetime64("2024-02-12")
    assert evidence.known_on(date(2024, 1, 1), settings).scored is None
    assert OutOfTime().known_on(date(2024, 1, 1), settings).scored is None


def test_quantities_are_scaled_within_reason():
    assert OutOfTime().quantity_scale == 1
    assert OutOfTime(None, (WeekTotal(date(2024, 1, 1), 12, 10),)).quantity_scale == pytest.approx(1.2)
    assert OutOfTime(None, (WeekTotal(date(2024, 1, 1), 500, 10),)).quantity_scale == 2


def test_what_is_counted_in_thousands_does_not_scale_the_rest(panel: Panel):
    frame = panel.frame.where(np.flatnonzero(panel.frame.label == 1)[:4])
    frame = replace(frame, target_items=np.array([1.0, 2.0, 3.0, 1000.0]))
    totals = week_totals(frame, np.array([1.0, 2.0, 3.0, 2000.0]))
    assert OutOfTime(None, totals).quantity_scale == pytest.approx(3.5 / 4)


def test_a_history_too_short_to_hold_out_gives_the_scores_themselves():
    model = train(simulate(weeks=1).frame, FREQUENCY, settings_for())
    assert model.calibrator == "identity"


def test_a_fit_does_not_judge_what_it_could_have_seen(panel: Panel):
    settings = settings_for()
    fitted = Fitted.before(panel.frame, FREQUENCY, date(2024, 2, 5), settings)
    assert fitted.origins[-1] == date(2024, 1, 29)
    with pytest.raises(UsageError, match="2024-01-29 may not be judged"):
        fitted.judge(panel.frame.where(panel.frame.origin == np.datetime64("2024-01-29")))
    with pytest.raises(InputError, match="no week of the panel was over"):
        Fitted.before(panel.frame, FREQUENCY, date(2024, 1, 7), settings)


def test_a_longer_window_leaves_a_gap(panel: Panel):
    settings = settings_for().model_copy(update={"horizon_days": 14})
    assert Fitted.before(panel.frame, FREQUENCY, date(2024, 2, 5), settings).origins[-1] == date(2024, 1, 22)

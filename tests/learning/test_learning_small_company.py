"""From study to list for companies with next to nothing to learn from."""

from datetime import timedelta

import numpy as np
import pandas as pd
import pytest
from learning_panel import ZONES, settings_for, simulate

from sodai.learning import Frame, Rolling, buy_cut, train, tune


def one_zone(frame: Frame) -> Frame:
    frame.features["zone"] = pd.Categorical(["north"] * len(frame), categories=ZONES)
    return frame


def silent_after(frame: Frame, week: int) -> Frame:
    late = frame.origin >= np.unique(frame.origin)[week]
    object.__setattr__(frame, "label", np.where(late, 0, frame.label).astype(np.int8))
    object.__setattr__(frame, "target_items", np.where(late, 0.0, frame.target_items))
    return frame


COMPANIES = {
    "thirty customers, one zone": lambda: one_zone(simulate(weeks=5, rows=60).frame),
    "three weeks": lambda: simulate(weeks=3, rows=100).frame,
    "two weeks": lambda: simulate(weeks=2, rows=100).frame,
    "nobody bought of late": lambda: silent_after(simulate(weeks=6, rows=80).frame, 2),
    "nobody ever bought": lambda: silent_after(simulate(weeks=5, rows=80).frame, 0),
}


@pytest.mark.parametrize("company", COMPANIES.values(), ids=COMPANIES)
def test_it_runs_from_study_to_list(company):
    frame, settings = company(), settings_for(trials=4, validation_weeks=4)
    last = frame.origins()[-1]
    tuned = tune(frame, settings, day=last)
    tests = [frame.where(frame.origin == np.datetime64(last))]
    rolling = Rolling(frame, tuned.result.choice, settings, evidence=tuned.evidence)
    (rows,) = rolling.rows(tests)
    model = train(frame, tuned.result.choice, settings, evidence=rolling.evidence)
    predicted = model.predict(frame.features)
    for table in (rows, predicted):
        assert table["probability"].between(0, 1, inclusive="neither").all()
        assert (table["expected_items"] > 0).all()
        assert np.isfinite(table["expected_items"]).all()
    assert 0 < buy_cut(predicted["probability"].to_numpy()) <= 1
    assert model.trained_at_origin == last + timedelta(days=7)

from datetime import date

import numpy as np
import pandas as pd
import pytest
from learning_panel import Panel, settings_for
from test_learning_tuning import relabelled

from sodai.learning import Choice, Frame, OutOfTime, Rolling, train
from sodai.settings import UsageError

CHOICE = Choice("boosting", {"num_rounds": 15})
TESTS = ("2024-02-05", "2024-02-12", "2024-02-19")


def weeks_of(frame: Frame) -> list[Frame]:
    return [frame.where(frame.origin == np.datetime64(day)) for day in TESTS]


def walk(panel: Frame, tests: list[Frame], **options) -> tuple[Rolling, pd.DataFrame]:
    rolling = Rolling(panel, CHOICE, settings_for(), **options)
    return rolling, pd.concat(list(rolling.rows(tests)), ignore_index=True)


def test_a_walk_scores_every_row_of_the_test_weeks(panel: Panel):
    frame = panel.frame
    rolling, rows = walk(frame, weeks_of(frame))
    late = panel.table.slice(5 * 900)
    assert rows["customer_id"].tolist() == late["customer_id"].to_pylist()
    assert rows["label"].tolist() == late["label"].to_pylist()
    assert rows["origin"].dt.strftime("%Y-%m-%d").unique().tolist() == list(TESTS)
    assert rows["probability"].between(0, 1, inclusive="neither").all()
    assert (rows["expected_items"] > 0).all()
    assert np.corrcoef(rows["probability"], panel.truth[5 * 900 :])[0, 1] > 0.7
    assert rolling.model.trained_at_origin == date(2024, 2, 19)


def test_the_last_model_gives_the_last_rows(panel: Panel):
    frame = panel.frame
    rolling, rows = walk(frame, weeks_of(frame))
    last = rows[rows["origin"] == "2024-02-19"]
    predicted = rolling.model.predict(weeks_of(frame)[-1].features)
    np.testing.assert_allclose(predicted["probability"], last["probability"])
    np.testing.assert_allclose(predicted["expected_items"], last["expected_items"])
    np.testing.assert_allclose(rolling.model.raw(weeks_of(frame)[-1].features), last["raw"])


@pytest.mark.parametrize("day", TESTS)
def test_nothing_from_a_week_on_changes_what_was_said_of_it(panel: Panel, day):
    """The rows of a week depend on labels and features of earlier weeks, and on its own features alone."""
    frame = panel.frame
    honest = walk(frame, weeks_of(frame))[1]
    at, later = np.datetime64(day), frame.origin > np.datetime64(day)
    changed = relabelled(frame, later)
    now = frame.origin == at
    object.__setattr__(changed, "label", np.where(now, 1 - frame.label, changed.label).astype(np.int8))
    object.__setattr__(changed, "target_items", np.where(now | later, 1e3, frame.target_items))
    lied = walk(changed, weeks_of(changed))[1]
    same = ["origin", "customer_id", "product_id", "probability", "expected_items", "raw"]
    upto = honest["origin"] <= pd.Timestamp(day)
    pd.testing.assert_frame_equal(honest.loc[upto, same], lied.loc[upto, same])


def test_a_second_walk_says_the_same(panel: Panel):
    frame = panel.frame
    pd.testing.assert_frame_equal(walk(frame, weeks_of(frame))[1], walk(frame, weeks_of(frame))[1])


def test_fewer_fits(panel: Panel):
    frame = panel.frame
    rolling, _ = walk(frame, weeks_of(frame), refit_every=3)
    assert rolling.model.trained_at_origin == date(2024, 2, 5)


def test_the_walk_leaves_evidence_for_the_final_model(panel: Panel):
    frame = panel.frame
    rolling, rows = walk(frame, weeks_of(frame))
    np.testing.assert_array_equal(rolling.evidence.scored.score, rows["raw"])
    assert [str(week.origin) for week in rolling.evidence.totals] == list(TESTS)
    final = train(frame, CHOICE, settings_for(), evidence=rolling.evidence)
    assert final.trained_at_origin == date(2024, 2, 26)


def test_given_evidence_saves_the_look_back(panel: Panel, tuned):
    frame = panel.frame
    rolling, rows = walk(frame, weeks_of(frame)[:1], evidence=OutOfTime())
    np.testing.assert_allclose(rows["probability"], rows["raw"])
    assert len(rolling.evidence.totals) == 1


def test_weeks_out_of_order_are_refused(panel: Panel):
    frame = panel.frame
    with pytest.raises(UsageError, match="oldest first"):
        walk(frame, weeks_of(frame)[::-1])

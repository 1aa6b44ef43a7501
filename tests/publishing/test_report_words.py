"""The verdict in words, numbers as text, and the curves behind the figures."""

from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from report_run import SETTINGS, WEEKS, scored
from sklearn.metrics import average_precision_score

from sodai.evaluation import ScoredRows, catalogue, evaluate
from sodai.publishing.report import RunSummary
from sodai.publishing.report.curves import Judged, calibration, curves_of, lists_at, precision_recall
from sodai.publishing.report.headline import compared, verdict
from sodai.publishing.report.text import Text, counted, day, fixed, interval, percent, plural, seconds
from sodai.publishing.report.words import LOWER_IS_BETTER, METRICS, lower_is_better, metric_name


def judged_run(metric: str, value: float, low: float, high: float, *, turned: bool = False) -> RunSummary:
    score, reference = ("baseline", "challenger") if turned else ("challenger", "baseline")
    ends = (-value, -high, -low) if turned else (value, low, high)
    found = dict(zip(("value", "low", "high"), ends, strict=True))
    return RunSummary(
        run={"settings": {"evaluation": {"gate": {"metric": metric}}}},
        metrics={
            "confidence": 0.95,
            "measurements": [
                {"metric": metric, "score": "challenger", "value": 0.5 + value, "low": 0.4, "high": 0.7},
                {"metric": metric, "score": "baseline", "value": 0.5, "low": 0.4, "high": 0.6},
                {"metric": metric, "score": "repeat", "value": 0.4, "low": 0.3, "high": 0.5},
            ],
            "differences": [
                {"metric": metric, "score": score, "reference": reference, **found},
                {
                    "metric": metric,
                    "score": "challenger",
                    "reference": "repeat",
                    "value": 0.1,
                    "low": 0,
                    "high": 1,
                },
            ],
        },
    )


@pytest.mark.parametrize(
    ("ends", "es", "en"),
    [
        ((0.06, 0.05, 0.07), "El modelo es mejor que", "The model is better than"),
        ((0.01, -0.01, 0.03), "El modelo no se distingue de", "The model cannot be told from"),
        ((-0.06, -0.07, -0.05), "El modelo queda por debajo de", "The model falls short of"),
    ],
)
@pytest.mark.parametrize("turned", [False, True])
def test_the_verdict_follows_the_interval(ends, es, en, turned):
    said = verdict(judged_run("pr_auc", *ends, turned=turned))
    assert said.es.startswith(es)
    assert said.en.startswith(en)
    assert "(línea base)" in said.es


def test_the_verdict_of_the_best_case_in_full():
    said = verdict(judged_run("pr_auc", 0.062, 0.055, 0.069))
    assert said == Text(
        "El modelo es mejor que la mejor regla simple (línea base): PR-AUC 0,562 frente a 0,500, una"
        " diferencia de"
        " +0,062 con intervalo del 95\u00a0% [+0,055; +0,069].",
        "The model is better than the best simple rule (baseline): PR-AUC 0.562 against 0.500, a"
        " difference of"
        " +0.062 with 95% interval [+0.055, +0.069].",
    )


def test_of_a_loss_less_is_better():
    run = judged_run("log_loss", 0.1, 0.0, 1.0)
    assert compared(run, "log_loss").rule == "repeat", "the simple rule with the smallest loss"
    only = RunSummary(
        **{f.name: getattr(run, f.name) for f in fields(run)}
        | {"metrics": {**run.metrics, "measurements": run.metrics["measurements"][:2]}}
    )
    worse = [d | {"value": 0.1, "low": 0.05, "high": 0.2} for d in run.metrics["differences"][:1]]
    only.metrics["differences"] = worse
    assert verdict(only).en.startswith("The model falls short")


def test_the_words_know_which_metrics_are_losses():
    for metric in catalogue((5, 10)):
        if metric.better != "none":
            assert lower_is_better(metric.name) == (metric.better == "low"), metric.name
        base = metric.name.removeprefix("novel_").partition("@")[0]
        assert base in METRICS, "every metric has a name for people"
        assert metric_name(metric.name).es
    assert set(METRICS) >= LOWER_IS_BETTER


@pytest.mark.parametrize(
    ("text", "es", "en"),
    [
        (fixed(1234.5678, 2), "1.234,57", "1,234.57"),
        (fixed(-0.0004, 3, signed=True), "0,000", "0.000"),
        (fixed(-0.5, 1), "−0,5", "−0.5"),
        (fixed(float("nan")), "–", "–"),
        (fixed(None), "–", "–"),
        (counted(10_000), "10.000", "10,000"),
        (percent(0.123), "12\u00a0%", "12%"),
        (percent(None), "–", "–"),
        (interval(0.1, None), "–", "–"),
        (interval(-0.1, 0.2, 1, signed=True), "[−0,1; +0,2]", "[−0.1, +0.2]"),
        (day("2024-01-05"), "5 ene 2024", "5 Jan 2024"),
        (day(None), "–", "–"),
        (seconds(12.34), "12,3 s", "12.3 s"),
        (seconds(125), "2 min 5 s", "2 min 5 s"),
        (plural(1, Text("{n} día", "{n} day"), Text("{n} días", "{n} days")), "1 día", "1 day"),
        (plural(2, Text("{n} día", "{n} day"), Text("{n} días", "{n} days")), "2 días", "2 days"),
    ],
)
def test_numbers_as_text(text, es, en):
    assert text == (es, en)


def judged() -> Judged:
    rows = scored()
    return Judged(
        week=rows["origin"].factorize()[0],
        customer=rows["customer_id"].to_numpy(),
        label=rows["label"].to_numpy(),
        scores={"challenger": rows["challenger"].to_numpy(), "baseline": rows["baseline"].to_numpy()},
    )


def test_lists_by_length_agree_with_the_evaluation():
    found = evaluate(ScoredRows.from_frame(scored(), ("challenger",)), SETTINGS)
    rows = judged()
    precision, recall = lists_at(rows, rows.scores["challenger"])
    for k in (2, 3):
        assert precision[k - 1] == pytest.approx(
            found.measured(f"precision@{k}", "challenger").value, abs=1e-5
        )
        assert recall[k - 1] == pytest.approx(found.measured(f"recall@{k}", "challenger").value, abs=1e-5)
    assert recall[-1] == 1.0, "a list of everything holds everything"
    assert len(WEEKS) == len(np.unique(rows.week))


@given(st.lists(st.tuples(st.integers(0, 1), st.sampled_from([0.1, 0.3, 0.5, 0.9])), min_size=1, max_size=60))
def test_the_curve_is_that_of_scikit_learn(rows):
    label, score = np.array([r[0] for r in rows], np.int8), np.array([r[1] for r in rows])
    if not label.any():
        return
    recall, precision = precision_recall(label, score)
    area = sum(np.diff(recall, prepend=0.0) * precision)
    assert area == pytest.approx(average_precision_score(label, score), abs=1e-4)


@given(st.lists(st.tuples(st.integers(0, 1), st.floats(0, 1)), min_size=1, max_size=200))
def test_calibration_keeps_every_row_and_purchase(rows):
    label, score = np.array([r[0] for r in rows], np.int8), np.array([r[1] for r in rows])
    mean, bought, size = calibration(label, score)
    if not score.sum():
        assert mean == ()
        return
    assert sum(size) == len(rows)
    assert np.dot(bought, size) == pytest.approx(label.sum(), abs=1e-2)
    assert np.dot(mean, size) == pytest.approx(score.sum(), abs=1e-2)
    assert list(mean) == sorted(mean)


def test_without_purchases_there_is_nothing_to_draw():
    rows = judged()
    empty = Judged(rows.week, rows.customer, np.zeros_like(rows.label), rows.scores)
    assert curves_of(empty, "challenger").precision_recall == ()

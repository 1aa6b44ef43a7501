"""The whole evaluation: by definition week by week, invariant where it should be, honest in corner cases."""

import dataclasses
import json
import math

import numpy as np
import pytest
from evaluation_oracles import Shape, by_definition, equal_mass_ece, random_rows
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, f1_score, roc_auc_score

from sodai.evaluation import Report, ScoredRows, evaluate, paired_difference, simple_scores
from sodai.evaluation.backtest import week_metrics
from sodai.evaluation.pooled import Ranked
from sodai.evaluation.resampling import customer_weights, interval
from sodai.evaluation.weeks import split, thirds
from sodai.settings import InputError, Settings, UsageError

SETTINGS = Settings(evaluation={"bootstrap": 20})
SEEDS = st.integers(0, 2**32 - 1)


def report_of(shape: Shape, scores=("a", "b"), **options) -> Report:
    return evaluate(random_rows(shape, scores), SETTINGS, **options)


def same(a: Report, b: Report) -> bool:
    return json.dumps(a.to_dict()) == json.dumps(b.to_dict())


def evaluated_by_definition(rows: ScoredRows, score: str) -> dict[str, list[float]]:
    """Weekly metrics written out: truth of the room's protocol, F1 cut by trying every probability."""
    found: dict[str, list[float]] = {}
    past: list[tuple[np.ndarray, np.ndarray]] = []
    for week in split(rows):
        y, p = week.label, week.scores[score]
        values = {
            "pr_auc": average_precision_score(y, p),
            "roc_auc": roc_auc_score(y, p),
            "ece": equal_mass_ece(y, p),
            "sum_ratio": p.sum() / y.sum(),
        }
        if past:
            before_y, before_p = (np.concatenate(column) for column in zip(*past[-4:], strict=True))
            tried = np.unique(before_p)[::-1]
            f1 = [2 * before_y[before_p >= c].sum() / ((before_p >= c).sum() + before_y.sum()) for c in tried]
            cut = tried[np.argmax(f1)]
            values["f1"] = f1_score(y, p >= cut)
        past.append((y, p))
        for k in (5, 10):
            values |= by_definition(week, p, k)
        for name, value in values.items():
            found.setdefault(name, []).append(value)
    return found


@given(seed=SEEDS, levels=st.sampled_from([0, 6]))
@settings(max_examples=8, deadline=None)
def test_the_mean_over_weeks_follows_the_definitions(seed, levels):
    rows = random_rows(Shape(seed, weeks=6, customers=7, products=12, levels=levels, rate=0.3), ("a", "b"))
    report = evaluate(rows, SETTINGS)
    for name, values in evaluated_by_definition(rows, "b").items():
        assert report.measured(name, "b").value == pytest.approx(np.nanmean(values)), name
        weekly = [w.value for w in report.by_week if (w.metric, w.score) == (name, "b")]
        assert weekly[-len(values) :] == pytest.approx(values, nan_ok=True)


@given(seed=SEEDS)
@settings(max_examples=15, deadline=None)
def test_the_order_of_the_rows_does_not_matter(seed):
    rows = random_rows(Shape(seed, weeks=2, levels=4))
    order = np.random.default_rng(seed).permutation(len(rows))
    moved = {
        f.name: getattr(rows, f.name)[order]
        for f in dataclasses.fields(rows)
        if f.name != "scores" and getattr(rows, f.name) is not None
    }
    shuffled = ScoredRows(**moved, scores={"a": rows.scores["a"][order]})
    assert same(evaluate(rows, SETTINGS), evaluate(shuffled, SETTINGS))


def test_ids_may_be_text():
    rows = random_rows(Shape(3, weeks=2))
    text = dataclasses.replace(
        rows,
        customer=np.array([f"c{c:04d}" for c in rows.customer], object),
        product=np.array([f"p{p:04d}" for p in rows.product], object),
    )
    assert same(evaluate(rows, SETTINGS), evaluate(text, SETTINGS))


@given(seed=SEEDS)
@settings(max_examples=15, deadline=None)
def test_a_model_differs_from_itself_by_exactly_nothing(seed):
    rows = random_rows(Shape(seed, weeks=2))
    report = evaluate(rows.with_scores({"twin": rows.scores["a"].copy()}), SETTINGS)
    for d in report.differences:
        assert (d.value, d.low, d.high) == (0, 0, 0) or math.isnan(d.value)
    assert report.agree("twin", "a")


def test_a_paired_interval_is_narrower_than_the_two_it_compares():
    rng = np.random.default_rng(0)
    rows = random_rows(Shape(5, weeks=3, customers=200, products=20))
    good = np.clip(rows.label * 0.2 + rng.random(len(rows)) * 0.8, 0, 1)
    worse = np.clip(good + rng.normal(0, 0.02, len(rows)), 0, 1)
    report = evaluate(rows.with_scores({"good": good, "worse": worse}), SETTINGS)
    difference, alone = report.difference("pr_auc", "good", "worse"), report.measured("pr_auc", "good")
    assert difference.high - difference.low < 0.5 * (alone.high - alone.low)
    assert difference.low <= difference.value <= difference.high


def test_differences_read_both_ways():
    report = report_of(Shape(4, weeks=2))
    there, back = report.difference("brier", "a", "b"), report.difference("brier", "b", "a")
    assert (back.value, back.low, back.high) == (-there.value, -there.high, -there.low)
    assert there.value == pytest.approx(
        report.measured("brier", "a").value - report.measured("brier", "b").value
    )


def test_one_difference_can_be_asked_for_alone():
    rows = random_rows(Shape(4, weeks=2), ("a", "b", "c"))
    found = evaluate(rows, SETTINGS).difference("pr_auc", "c", "a")
    alone = paired_difference(rows, "c", "a", "pr_auc", SETTINGS)
    assert (alone.value, alone.low, alone.high) == pytest.approx((found.value, found.low, found.high))


def test_warm_up_weeks_only_choose_cuts():
    shape = Shape(6, weeks=4, customers=20)
    everything, warm = report_of(shape), report_of(shape, warmup_weeks=2)
    assert [w.origin for w in warm.weeks] == ["2024-11-18", "2024-11-25"]
    assert warm.measured("f1", "a").weeks == 2
    assert everything.measured("f1", "a").weeks == 3
    last = [(w.metric, w.score, w.value) for w in everything.by_week if w.origin == "2024-11-25"]
    assert last == [(w.metric, w.score, w.value) for w in warm.by_week if w.origin == "2024-11-25"]


def test_a_week_in_which_nothing_was_bought_is_left_out_of_what_needs_purchases():
    rows = random_rows(Shape(8, weeks=2, customers=20))
    label = np.where(rows.origin == rows.origin.min(), 0, rows.label).astype(np.int8)
    report = evaluate(dataclasses.replace(rows, label=label), SETTINGS)
    assert report.measured("pr_auc", "a").weeks == 1
    assert report.measured("brier", "a").weeks == 2
    assert np.isfinite(report.measured("pr_auc", "a").value)
    json.dumps(report.to_dict(), allow_nan=False)


def test_when_nothing_was_ever_bought_the_report_says_undefined():
    report = report_of(Shape(8, rate=0.0))
    assert report.customers_with_positives == 0
    assert math.isnan(report.measured("pr_auc", "a").value)
    json.dumps(report.to_dict(), allow_nan=False)


def test_a_single_customer_has_values_but_no_intervals():
    found = report_of(Shape(8, customers=1, products=20)).measured("pr_auc", "a")
    assert np.isfinite(found.value)
    assert math.isnan(found.low)
    assert math.isnan(found.high)


def test_a_report_survives_json():
    report = report_of(Shape(9, weeks=2))
    again = Report.from_dict(json.loads(json.dumps(report.to_dict(), allow_nan=False)))
    assert same(report, again)
    assert again.difference("ndcg@5", "b", "a") == report.difference("ndcg@5", "b", "a")


def test_the_table_holds_every_figure_beside_its_reference():
    report = report_of(Shape(9, weeks=2))
    table = report.to_frame("b")
    assert len(table) == len(report.metrics) * 2
    own = table[table["score"] == "b"]
    assert (own["difference"].dropna() == 0).all()


def test_slices_divide_the_rows():
    rows = random_rows(Shape(10, weeks=2, customers=9, products=11))
    report = evaluate(rows, SETTINGS)
    for dimension, names in {
        "customer_type": {"bar", "kiosk"},
        "activity": {"light", "medium", "heavy"},
    }.items():
        of = {s.name: s for s in report.slices if s.dimension == dimension}
        assert set(of) <= names
        assert sum(s.pairs for s in of.values()) == len(rows)
        assert sum(s.positives for s in of.values()) == rows.label.sum()


def test_a_slice_is_what_evaluating_its_rows_alone_gives():
    rows = random_rows(Shape(11, customers=9, products=11))
    bars = np.flatnonzero(rows.customer_type == "bar")
    part = ScoredRows(
        rows.origin[bars], rows.customer[bars], rows.product[bars], rows.label[bars], rows.seen[bars],
        {"a": rows.scores["a"][bars]},
    )  # fmt: skip
    alone = evaluate(part, SETTINGS)
    found = [s for s in evaluate(rows, SETTINGS).slices if s.name == "bar"]
    assert {s.metric for s in found} == {
        "pr_auc",
        "ece",
        "sum_ratio",
        "recall@5",
        "recall@10",
        "ndcg@5",
        "ndcg@10",
    }
    for s in found:
        assert s.value == pytest.approx(alone.measured(s.metric, "a").value)


def test_the_interval_of_a_slice_comes_from_its_own_customers():
    rows = random_rows(Shape(11, customers=9, products=11))
    (week,) = split(rows)
    draws = customer_weights(9, SETTINGS.evaluation.bootstrap, SETTINGS.seed)
    for name in ("bar", "kiosk"):
        part = week.where(
            week.classes["customer_type"].code == week.classes["customer_type"].names.index(name)
        )
        replicates = week_metrics(Ranked.of(part, "a"), (5, 10), math.nan, draws[part.customers])
        for s in evaluate(rows, SETTINGS).slices:
            if s.name == name:
                found = interval(replicates[s.metric], 0.95, 0, np.inf if s.metric == "sum_ratio" else 1)
                assert (s.value, s.low, s.high) == pytest.approx((found.value, found.low, found.high))


def test_customers_who_bought_alike_are_of_one_class():
    assert thirds(np.array([2.0, 2.0, 2.0, 9.0])).tolist() == [0, 0, 0, 2]


@pytest.mark.parametrize(
    ("activity", "names"),
    [
        (lambda c: c * 10, ["light", "medium", "heavy"]),
        (lambda c: np.where(c % 2, "new", "old").astype(object), ["new", "old"]),
    ],
    ids=["numbers are cut into thirds", "names are taken as they are"],
)
def test_activity(activity, names):
    rows = random_rows(Shape(12, customers=9))
    report = evaluate(dataclasses.replace(rows, activity=activity(rows.customer)), SETTINGS)
    assert list(dict.fromkeys(s.name for s in report.slices if s.dimension == "activity")) == names


def test_rare_customer_types_are_taken_together():
    rows = random_rows(Shape(13, customers=20))
    report = evaluate(dataclasses.replace(rows, customer_type=rows.customer.astype(str)), SETTINGS)
    names = list(dict.fromkeys(s.name for s in report.slices if s.dimension == "customer_type"))
    assert len(names) == 13
    assert names[-1] == "other"


def test_simple_baselines_rank_by_what_was_seen():
    rows = random_rows(Shape(14, weeks=2, customers=12))
    simple = simple_scores(rows)
    assert simple["repeat"][rows.seen].min() >= simple["repeat"][~rows.seen].max()
    one = (rows.product == rows.product[0]) & (rows.origin == rows.origin[0])
    assert simple["popularity"][0] == pytest.approx(rows.seen[one].mean())
    report = evaluate(rows.with_scores(simple), SETTINGS)
    assert report.scores == ("a", "popularity", "repeat")


def test_given_popularity_is_used():
    rows = random_rows(Shape(14, customers=12))
    popular = dataclasses.replace(rows, popularity=np.full(len(rows), 0.25))
    assert (simple_scores(popular)["popularity"] == 0.25).all()
    assert evaluate(popular, SETTINGS).measured("novelty@5", "a").value == pytest.approx(2.0)


def test_a_pair_scored_twice_is_refused():
    rows = random_rows(Shape(15))
    doubled = dataclasses.replace(rows, product=np.full(len(rows), 1))
    with pytest.raises(InputError, match="appears twice at origin 2024-11-04"):
        evaluate(doubled, SETTINGS)


def test_questions_without_an_answer_are_refused():
    rows = random_rows(Shape(15))
    with pytest.raises(UsageError, match="no score"):
        evaluate(dataclasses.replace(rows, scores={}), SETTINGS)
    with pytest.raises(UsageError, match="no week is left"):
        evaluate(rows, SETTINGS, warmup_weeks=1)
    with pytest.raises(UsageError, match="no such metric"):
        evaluate(rows, SETTINGS).measured("accuracy", "a")
    with pytest.raises(UsageError, match="no such score"):
        evaluate(rows, SETTINGS).difference("pr_auc", "a", "z")

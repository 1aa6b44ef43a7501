"""Ranking metrics against ranx, scikit-learn, and their definitions written out."""

import json
import os
import subprocess
import sys
from functools import partial

import numpy as np
import pytest
from evaluation_oracles import MONDAY, Shape, by_definition, customer_lists, only_week, random_rows, shapes
from hypothesis import given, settings
from sklearn.metrics import ndcg_score

from sodai.evaluation import ScoredRows
from sodai.evaluation.pooled import Ranked
from sodai.evaluation.ranking import NO_ROW, novel_metrics, per_customer, ranking_metrics, top_rows

RANX = """
import json, sys
from ranx import Qrels, Run, evaluate
names = ["precision", "recall", "ndcg", "map", "hit_rate"]
answers = []
for case in json.load(sys.stdin):
    wanted = [f"{name}@{case['k']}" for name in names]
    found = evaluate(Qrels(case["qrels"]), Run(case["run"]), wanted, return_mean=False)
    answers.append({name: found[f"{name}@{case['k']}"].tolist() for name in names})
json.dump(answers, sys.stdout)
"""


def judged(week, k):
    ranked = Ranked.of(week, "a")
    ones = np.ones((week.n_customers, 1))
    found = ranking_metrics(ranked, top_rows(week, ranked.order, k), (k,), ones) | novel_metrics(
        ranked, (k,), ones
    )
    return {name: float(values[0]) for name, values in found.items()}


@given(shapes)
@settings(max_examples=150, deadline=None)
def test_metrics_follow_their_definitions(shape):
    week = only_week(random_rows(shape))
    for k in (1, 5, 10):
        expected = by_definition(week, week.scores["a"], k)
        assert judged(week, k) == pytest.approx(expected, nan_ok=True)


def one_case(seed: int) -> tuple[dict, dict[str, list[float]]]:
    """What ranx is asked, and what we found per customer, for a week whose scores are all different."""
    week = only_week(random_rows(Shape(seed, customers=8, products=12)))
    k, p = 1 + seed % 12, week.scores["a"]
    lists = {
        c: rows
        for c, rows in customer_lists(week, p, np.ones(len(p), bool)).items()
        if week.label[rows].any()
    }
    qrels = {f"c{c}": {f"p{r}": 1 for r in rows if week.label[r]} for c, rows in lists.items()}
    run = {f"c{c}": {f"p{r}": float(p[r]) for r in rows} for c, rows in lists.items()}
    hits = week.label[top_rows(week, Ranked.of(week, "a").order, k)][sorted(lists)].astype(float)
    relevant = np.array([len(qrels[f"c{c}"]) for c in sorted(lists)], float)
    ours = {name.split("@")[0]: values for name, values in per_customer(hits, relevant, (k,)).items()}
    ours["map"] = ours["map"] * np.minimum(relevant, k) / relevant  # ranx divides by all relevant
    return {"k": k, "qrels": qrels, "run": run}, {name: values.tolist() for name, values in ours.items()}


def test_metrics_agree_with_ranx_customer_by_customer():
    cases, ours = zip(*(one_case(seed) for seed in range(60)), strict=True)
    ask = partial(
        subprocess.run, [sys.executable, "-W", "ignore", "-c", RANX], capture_output=True, check=True
    )
    answer = ask(input=json.dumps(cases).encode(), env=os.environ | {"NUMBA_DISABLE_JIT": "1"})
    for found, theirs in zip(ours, json.loads(answer.stdout), strict=True):
        found["hit_rate"] = found.pop("hit")
        for name, values in theirs.items():
            assert found[name] == pytest.approx(values), name


@given(shapes)
@settings(max_examples=40, deadline=None)
def test_ndcg_agrees_with_scikit_learn_where_it_is_defined(shape):
    week = only_week(random_rows(Shape(shape.seed, customers=5, products=9, rate=0.4)))
    matrix = (week.n_customers, week.n_products)
    label, p = week.label.reshape(matrix), week.scores["a"].reshape(matrix)
    bought = label.any(1)
    if bought.any():
        assert judged(week, 5)["ndcg@5"] == pytest.approx(ndcg_score(label[bought], p[bought], k=5))


@given(shapes)
@settings(max_examples=40, deadline=None)
def test_a_monotone_transform_changes_no_list(shape):
    week = only_week(random_rows(shape))
    before = judged(week, 5)
    week.scores["a"] = week.scores["a"] ** 3 / 2
    assert judged(week, 5) == pytest.approx(before, nan_ok=True)


def test_ties_are_broken_by_product_id():
    week = only_week(
        ScoredRows(
            origin=np.full(3, MONDAY),
            customer=np.array([1, 1, 1]),
            product=np.array([30, 4, 200]),
            label=np.array([0, 1, 0], np.int8),
            seen=np.zeros(3, bool),
            scores={"a": np.full(3, 0.5)},
        )
    )
    assert judged(week, 1)["hit@1"] == 1.0


def test_lists_shorter_than_k_are_filled_with_nothing():
    week = only_week(random_rows(Shape(seed=2, customers=3, products=4)))
    top = top_rows(week, Ranked.of(week, "a").order, 10)
    assert (top[:, :4] != NO_ROW).all()
    assert (top[:, 4:] == NO_ROW).all()


def test_more_customers_than_sixteen_bits_hold():
    n = 70_000
    rows = ScoredRows(
        origin=np.full(n, MONDAY),
        customer=np.arange(n),
        product=np.zeros(n, int),
        label=np.ones(n, np.int8),
        seen=np.zeros(n, bool),
        scores={"a": np.linspace(0, 1, n)},
    )
    week = only_week(rows)
    np.testing.assert_array_equal(top_rows(week, Ranked.of(week, "a").order, 1)[:, 0], np.arange(n))

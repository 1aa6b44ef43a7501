"""Coverage, Gini, novelty and diversity against their definitions, counted by hand."""

import math
from collections import Counter
from itertools import combinations

import numpy as np
import pytest
from evaluation_oracles import Shape, customer_lists, only_week, random_rows, shapes
from hypothesis import given, settings
from hypothesis import strategies as st

from sodai.evaluation.lists import gini, list_metrics
from sodai.evaluation.pooled import Ranked
from sodai.evaluation.ranking import top_rows


def by_hand(week, k):
    p = week.scores["a"]
    lists = [rows[:k] for rows in customer_lists(week, p, np.ones(len(p), bool)).values()]
    shown = Counter(int(week.product[r]) for rows in lists for r in rows)
    sold = Counter(int(product) for product in week.product[week.label])
    times = [shown.get(product, 0) for product in range(week.n_products)]
    pairwise = sum(abs(a - b) for a in times for b in times)
    diverse = [
        np.mean([week.group[a] != week.group[b] for a, b in combinations(rows, 2)])
        for rows in lists
        if len(rows) > 1
    ]
    return {
        f"coverage@{k}": len(shown) / week.n_products,
        f"sales_coverage@{k}": sum(n for product, n in sold.items() if product in shown) / sum(sold.values())
        if sold
        else math.nan,
        f"gini@{k}": pairwise / (2 * week.n_products * sum(times)),
        f"novelty@{k}": float(np.mean([np.mean([week.information[r] for r in rows]) for rows in lists])),
        f"diversity@{k}": float(np.mean(diverse)) if diverse else math.nan,
        f"groups@{k}": float(np.mean([len({week.group[r] for r in rows}) / len(rows) for rows in lists])),
    }


@given(shapes, st.sampled_from([1, 3, 10]))
@settings(max_examples=100, deadline=None)
def test_lists_are_described_as_by_hand(shape, k):
    week = only_week(random_rows(shape))
    top = top_rows(week, Ranked.of(week, "a").order, k)
    found = list_metrics(week, top, (k,), np.ones((week.n_customers, 1)))
    assert {name: float(v[0]) for name, v in found.items()} == pytest.approx(
        by_hand(week, k), nan_ok=True, abs=1e-12
    )


@given(shapes)
@settings(max_examples=50, deadline=None)
def test_a_customer_drawn_twice_counts_as_two(shape):
    week = only_week(random_rows(shape))
    top = top_rows(week, Ranked.of(week, "a").order, 3)
    weights = np.random.default_rng(shape.seed).integers(0, 3, (week.n_customers, 1)).astype(float)
    weights[0] = 1
    found = list_metrics(week, top, (3,), weights)
    shown = Counter()
    for customer, rows in enumerate(top):
        for row in rows[rows >= 0]:
            shown[int(week.product[row])] += weights[customer, 0]
    times = np.array([[shown.get(product, 0.0)] for product in range(week.n_products)])
    assert found["coverage@3"][0] == pytest.approx((times > 0).mean())
    assert found["gini@3"][0] == pytest.approx(gini(times, week.n_products)[0])


def test_popularity_gives_the_information_of_a_product():
    week = only_week(random_rows(Shape(seed=5)))
    at = week.product == 0
    share = max(week.seen[at].sum(), 0.5) / week.n_customers
    np.testing.assert_allclose(week.information[at], -math.log2(share))

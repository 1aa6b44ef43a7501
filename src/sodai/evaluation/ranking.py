"""Metrics per customer: the first K of each customer's list against what the customer bought.

Only customers who bought at least one candidate count. With ``n`` relevant pairs of a customer (Järvelin and
Kekäläinen 2002 for NDCG): precision@K divides the hits by K even where the list is shorter, recall@K by n,
NDCG@K by the gain of ``min(K, n)`` hits on top, MAP@K by ``min(K, n)``.
"""

from collections.abc import Sequence

import numpy as np

from sodai.evaluation.pooled import Ranked, ratio
from sodai.evaluation.weeks import Bools, Floats, Ints, Week

NO_ROW = -1


def ranking_metrics(ranked: Ranked, top: Ints, ks: Sequence[int], weights: Floats) -> dict[str, Floats]:
    """Mean over customers of precision, recall, NDCG, MAP and hit rate at each of ``ks``.

    ``top`` are the lists of :func:`top_rows`, at least ``max(ks)`` long.
    """
    week = ranked.week
    return _means(week, top, week.label, ks, weights)


def novel_metrics(ranked: Ranked, ks: Sequence[int], weights: Floats) -> dict[str, Floats]:
    """Judge the pairs never bought before alone: others are neither listed nor relevant."""
    week = ranked.week
    unseen = ranked.order[~week.seen[ranked.order]]
    top = top_rows(week, unseen, max(ks))
    found = _means(week, top, week.label & ~week.seen, ks, weights)
    return {f"novel_{name}": values for name, values in found.items()}


def top_rows(week: Week, order: Ints, k: int) -> Ints:
    """Find each customer's first ``k`` rows in ``order``: shape (customers, k), -1 where there are fewer."""
    whose = week.customer[order]
    narrow = whose.astype(np.uint16) if week.n_customers <= np.iinfo(np.uint16).max else whose
    by_customer = order[np.argsort(narrow, kind="stable")]
    length = np.bincount(whose, minlength=week.n_customers)
    place = np.arange(k)
    at = (np.cumsum(length) - length)[:, None] + place
    listed = place < length[:, None]
    return (
        np.where(listed, by_customer[np.where(listed, at, 0)], NO_ROW)
        if len(order)
        else np.where(listed, at, NO_ROW)
    )


def _means(week: Week, top: Ints, relevant: Bools, ks: Sequence[int], weights: Floats) -> dict[str, Floats]:
    count = np.bincount(week.customer, relevant, week.n_customers)
    bought = count > 0
    hits = relevant[top[bought]] & (top[bought] != NO_ROW)
    values = per_customer(hits.astype(np.float64), count[bought], ks)
    mine = weights[bought]
    means = ratio(
        np.stack(list(values.values())) @ mine, np.broadcast_to(mine.sum(0), (len(values), mine.shape[1]))
    )
    return dict(zip(values, means, strict=True))


def per_customer(hits: Floats, relevant: Floats | Ints, ks: Sequence[int]) -> dict[str, Floats]:
    """Metrics of each customer.

    Parameters
    ----------
    hits : ndarray of shape (customers, at least max(ks))
        1 where the product at this place of the list was bought.
    relevant : ndarray of shape (customers,)
        How many candidates the customer bought, at least 1.

    Examples
    --------
    >>> found = per_customer(np.array([[1.0, 0.0, 1.0]]), np.array([4.0]), (3,))
    >>> {name: round(float(v[0]), 4) for name, v in found.items()}
    {'precision@3': 0.6667, 'recall@3': 0.5, 'ndcg@3': 0.7039, 'map@3': 0.5556, 'hit@3': 1.0}
    """
    places = np.arange(1, hits.shape[1] + 1)
    discount = 1 / np.log2(places + 1)
    ideal = np.r_[0, np.cumsum(discount)]
    precision = np.cumsum(hits, axis=1) / places
    found = {}
    for k in ks:
        best = np.minimum(relevant, k)
        got = hits[:, :k].sum(1)
        found[f"precision@{k}"] = got / k
        found[f"recall@{k}"] = got / relevant
        found[f"ndcg@{k}"] = hits[:, :k] @ discount[:k] / ideal[best.astype(np.intp)]
        found[f"map@{k}"] = (hits * precision)[:, :k].sum(1) / best
        found[f"hit@{k}"] = (got > 0).astype(np.float64)
    return found

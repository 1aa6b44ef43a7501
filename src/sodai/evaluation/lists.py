"""What the lists of all customers look like: coverage, Gini, novelty, diversity."""

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_array

from sodai.evaluation.pooled import ratio
from sodai.evaluation.ranking import NO_ROW
from sodai.evaluation.weeks import Floats, Ints, Week


def list_metrics(week: Week, top: Ints, ks: Sequence[int], weights: Floats) -> dict[str, Floats]:
    """Compute coverage, Gini, novelty and, where products have groups, their variety, at each of ``ks``.

    Every customer with candidates counts, whether they bought or not. ``top`` comes from ``top_rows``.
    """
    found: dict[str, Floats] = {}
    for k in ks:
        lists = top[:, :k]
        found |= {f"{name}@{k}": values for name, values in _exposure(week, lists, weights).items()}
        values = {"novelty": _novelty(week, lists)}
        if week.group is not None:
            values |= _variety(week.group, lists)
        for name, value in values.items():
            there = np.isfinite(value)
            found[f"{name}@{k}"] = ratio(value[there] @ weights[there], weights[there].sum(0))
    return found


def _exposure(week: Week, lists: Ints, weights: Floats) -> dict[str, Floats]:
    """Share of products that are listed, share of purchases of those, Gini index over all products."""
    listed = lists != NO_ROW
    shown = np.unique(week.product[lists[listed]])
    place = np.full(week.n_products, NO_ROW)
    place[shown] = np.arange(len(shown))
    times = _count(place[week.product[lists[listed]]], np.nonzero(listed)[0], weights)
    bought = week.label & (place[week.product] != NO_ROW)
    sold = _count(place[week.product[bought]], week.customer[bought], weights, rows=len(shown))
    purchases = np.bincount(week.customer, week.label, week.n_customers) @ weights
    return {
        "coverage": (times > 0).sum(0) / week.n_products,
        "sales_coverage": ratio(np.where(times > 0, sold, 0.0).sum(0), purchases),
        "gini": gini(times, week.n_products),
    }


def _count(row: Ints, customer: Ints, weights: Floats, rows: int | None = None) -> Floats:
    """How often each row occurs in each replicate."""
    shape = (int(row.max()) + 1 if rows is None else rows, len(weights))
    pairs = csr_array((np.ones(len(row)), (row, customer)), shape=shape)
    return np.asarray(pairs @ weights)


def gini(times: Floats, n: int) -> Floats:
    """Gini index of each column of ``times`` among ``n`` products; those without a row are at zero.

    >>> gini(np.array([[4.0, 1.0]] * 2), 4).tolist()
    [0.5, 0.5]
    >>> gini(np.array([[1.0], [0.0], [0.0], [0.0]]), 4).tolist()
    [0.75]
    """
    place = np.arange(n - len(times) + 1, n + 1)
    return ratio((2 * place - n - 1) @ np.sort(times, axis=0), n * times.sum(0))


def _novelty(week: Week, lists: Ints) -> Floats:
    """Mean information of each list, in bits (Zhou et al. 2010)."""
    listed = lists != NO_ROW
    return ratio(np.where(listed, week.information[lists], 0.0).sum(1), listed.sum(1))


def _variety(group: Ints, lists: Ints) -> dict[str, Floats]:
    """Per list: the share of its product pairs from different groups, and distinct groups per product.

    A list of one product has no pairs: its diversity is not defined.
    """
    listed = lists != NO_ROW
    length = listed.sum(1).astype(np.float64)
    of = np.sort(np.where(listed, group[lists], -1), axis=1)
    valid = of >= 0
    distinct = (np.diff(of, axis=1, prepend=-1) != 0) & valid
    same = ((of[:, :, None] == of[:, None, :]) & valid[:, :, None] & valid[:, None, :]).sum((1, 2)) - length
    pairs = length * (length - 1)
    return {"diversity": 1 - ratio(same, pairs), "groups": ratio(distinct.sum(1), length)}

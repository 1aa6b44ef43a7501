"""The simplest scores that the rows themselves allow: what a model must beat to be worth having."""

import numpy as np

from sodai.evaluation.rows import ScoredRows
from sodai.evaluation.weeks import Floats


def simple_scores(rows: ScoredRows) -> dict[str, Floats]:
    """Score the rows without a model.

    ``popularity`` is the share of the origin's customers who buy the product (``rows.popularity``, else the
    share that bought it before); ``repeat`` puts every pair that was bought before above every other, each in
    order of popularity. Both lie in 0..1 and rank; neither is calibrated.
    """
    popularity = (
        _bought_before(rows) if rows.popularity is None else np.clip(rows.popularity.astype(np.float64), 0, 1)
    )
    return {"popularity": popularity, "repeat": (rows.seen + popularity) / 2}


def _bought_before(rows: ScoredRows) -> Floats:
    share = np.zeros(len(rows))
    for origin in np.unique(rows.origin):
        at = np.flatnonzero(rows.origin == origin)
        _, product = np.unique(rows.product[at], return_inverse=True)
        buyers = np.bincount(product, rows.seen[at])
        share[at] = buyers[product] / len(np.unique(rows.customer[at]))
    return share

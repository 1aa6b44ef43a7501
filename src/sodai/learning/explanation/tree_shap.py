"""Exact TreeSHAP of LightGBM's trees, vectorised over rows: some ten times as fast as ``pred_contrib``.

The Shapley value of a feature is the integral over t in (0, 1) of what knowing it adds when every other
feature is known with probability t (Owen 1972, Management Science 18). In a tree that is a polynomial in t,
so a Gauss-Legendre rule integrates it exactly, and products along paths are shared as in Linear TreeSHAP
(Yu, Bifet, Read, Xu 2022, NeurIPS 35). Rows that take the same turn at every split are computed once.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sodai.learning.measures import Floats
from sodai.learning.schema import Matrix

Turns = NDArray[np.bool_]

CODE_BITS = 64
CHUNK_ROWS = 4096
ZERO = 1e-35


@dataclass(frozen=True)
class _Split:
    """A split: its feature, its place in the list of splits, and share of the tree's rows that go left."""

    feature: int
    place: int
    left: "_Split | float"
    right: "_Split | float"
    left_share: float


@dataclass(frozen=True)
class _Known:
    """A feature above on the path: rows that may still come this way, chance to come by not knowing it.

    ``slope`` is d(path)/d(knowing the feature) over the path's product, times the weight of each t.
    """

    comes: Turns
    chance: float
    slope: Floats


def tree_shap(booster: Any, matrix: Matrix) -> tuple[Floats, float]:
    """Contributions of each feature to the sum of the trees, and the expected sum.

    Parameters
    ----------
    booster : lightgbm.Booster
    matrix : ndarray of shape (n, f)

    Returns
    -------
    values : ndarray of shape (n, f)
        As ``booster.predict(matrix, pred_contrib=True)`` without its last column.
    base : float
        Its last column.
    """
    values = np.zeros(matrix.shape, order="F")
    base = 0.0
    for tree in booster.dump_model()["tree_info"]:
        base += _add_tree(tree["tree_structure"], matrix, values)
    return values, base


def _add_tree(structure: dict[str, Any], matrix: Matrix, values: Floats) -> float:
    nodes: list[dict[str, Any]] = []
    root = _read(structure, nodes)
    if not isinstance(root, _Split):
        return root
    turns = np.stack([_goes_left(node, matrix[:, node["split_feature"]]) for node in nodes])
    first, inverse = _distinct(turns)
    turns = turns[:, first]
    rule = _Rule.exact_for(_most_features(root, frozenset()))
    parts = [
        rule.explain(root, turns[:, at : at + CHUNK_ROWS]) for at in range(0, turns.shape[1], CHUNK_ROWS)
    ]
    for feature in parts[0]:
        values[:, feature] += np.concatenate([part[feature] for part in parts])[inverse]
    return _expected(root)


def _read(node: dict[str, Any], nodes: list[dict[str, Any]]) -> _Split | float:
    if "split_index" not in node:
        return float(node["leaf_value"])
    place = len(nodes)
    nodes.append(node)
    left, right = node["left_child"], node["right_child"]
    share = _rows(left) / (_rows(left) + _rows(right))
    return _Split(node["split_feature"], place, _read(left, nodes), _read(right, nodes), share)


def _rows(node: dict[str, Any]) -> int:
    return int(node["internal_count"] if "split_index" in node else node["leaf_count"])


def _goes_left(node: dict[str, Any], column: Matrix) -> Turns:
    """Whether each row goes left, by LightGBM's rules for missing values and categories."""
    if node["decision_type"] == "==":
        return np.isin(column, np.array(node["threshold"].split("||"), dtype=np.float64))
    # the comparison is made in double precision, as LightGBM does
    left = np.nan_to_num(column, nan=0.0, posinf=np.inf, neginf=-np.inf) <= np.float64(node["threshold"])
    if node["missing_type"] == "NaN":
        return np.where(np.isnan(column), node["default_left"], left)
    if node["missing_type"] == "Zero":
        return np.where(np.isnan(column) | (np.abs(column) <= ZERO), node["default_left"], left)
    return left


def _distinct(turns: Turns) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Rows that take different turns, and for each row the place of its like among them."""
    splits, rows = turns.shape
    if splits > CODE_BITS:
        everyone = np.arange(rows)
        return everyone, everyone
    packed = np.zeros((CODE_BITS // 8, rows), dtype=np.uint8)
    bits = np.packbits(turns, axis=0)
    packed[: len(bits)] = bits
    codes = np.ascontiguousarray(packed.T).view(np.uint64)[:, 0]
    _, first, inverse = np.unique(codes, return_index=True, return_inverse=True)
    return first, inverse


def _most_features(node: _Split | float, above: frozenset[int]) -> int:
    """Count the different features on the path that has most of them."""
    if not isinstance(node, _Split):
        return len(above)
    above = above | {node.feature}
    return max(_most_features(node.left, above), _most_features(node.right, above))


def _expected(node: _Split | float) -> float:
    if not isinstance(node, _Split):
        return node
    return node.left_share * _expected(node.left) + (1 - node.left_share) * _expected(node.right)


@dataclass(frozen=True, eq=False)
class _Rule:
    """Nodes t and weights of a Gauss-Legendre rule on (0, 1), as columns."""

    at: Floats
    weight: Floats

    @classmethod
    def exact_for(cls, features: int) -> "_Rule":
        """Take as many nodes as a polynomial of degree ``features - 1`` needs."""
        at, weight = np.polynomial.legendre.leggauss((features + 1) // 2)
        return cls((at[:, None] + 1) / 2, weight[:, None] / 2)

    def explain(self, root: _Split, turns: Turns) -> dict[int, Floats]:
        """Contribution of each feature of the tree to each row."""
        found: dict[int, Floats] = {}
        self._below(root, np.ones((len(self.at), turns.shape[1])), {}, (turns, found))
        return found

    def _below(
        self,
        node: _Split | float,
        product: Floats,
        above: dict[int, _Known],
        shared: tuple[Turns, dict[int, Floats]],
    ) -> Floats:
        """Sum of leaf values times path products below ``node``; adds to the contributions on the way."""
        if not isinstance(node, _Split):
            return node * product
        turns, found = shared
        goes_left = turns[node.place]
        total = np.zeros_like(product)
        branches = ((node.left, goes_left, node.left_share), (node.right, ~goes_left, 1 - node.left_share))
        old = above.get(node.feature)
        for child, goes, share in branches:
            new, factor = self._step(old, goes, share)
            below = self._below(child, product * factor, above | {node.feature: new}, shared)
            slope = new.slope if old is None else new.slope - old.slope
            added = np.einsum("qn,qn->n", slope, below)
            found[node.feature] = found[node.feature] + added if node.feature in found else added
            total += below
        return total

    def _step(self, old: _Known | None, goes: Turns, share: float) -> tuple[_Known, Floats]:
        """Go down one branch: what is known of its feature now, and the factor on the path's product."""
        comes = goes if old is None else old.comes & goes
        chance = share if old is None else old.chance * share
        unknown = (1 - self.at) * chance
        if old is None:
            factor = np.where(comes, unknown + self.at, unknown)
        else:
            before = (1 - self.at) * old.chance + self.at
            factor = np.where(
                comes, (unknown + self.at) / before, np.where(old.comes, unknown / before, share)
            )
        slope = np.where(
            comes, self.weight * (1 - chance) / (unknown + self.at), -self.weight / (1 - self.at)
        )
        return _Known(comes, chance, slope), factor

"""The answers of scoring on demand: a customer's products with lines added, and what drives one pair."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from sodai.serving.answers.common import Plain
from sodai.serving.fallback import ordered, reason_of
from sodai.serving.scoring import NewLines, Scores
from sodai.serving.state import State

if TYPE_CHECKING:
    from sodai.serving.scoring.engine import Engine

MOST_FEATURES = 20


def scored_products(
    engine: "Engine", state: State, customer: int | None, new: NewLines, *, k: int | None, reasons: bool
) -> list[Plain] | None:
    """Rank the products of a customer with lines added; None where nothing is known of it."""
    scores = engine.score(customer, new)
    if scores is None:
        return None
    rows = ordered(scores)[:k]
    told = _reasons(engine, scores, rows[:MOST_FEATURES]) if reasons else {}
    before = _before(engine, state, customer)
    cut = _cut(state)
    listed = []
    for position, row in enumerate(rows.tolist(), 1):
        product, probability = int(scores.product[row]), float(scores.probability[row])
        was = before.get(product)
        listed.append(
            {
                "position": position,
                "product_id": state.products.values[product],
                "product": state.company.names[product],
                "probability": probability,
                "expected_items": float(scores.expected_items[row]),
                "buy": None if cut is None else probability >= cut,
                "before": was,
                "change": None if was is None else probability - was,
                "reasons": told.get(row, []) if reasons else None,
            }
        )
    return listed


def _before(engine: "Engine", state: State, customer: int | None) -> Mapping[int, float]:
    """Return what the same model says without the lines: the published week, if it made it."""
    if customer is None:
        return {}
    lists = state.lists
    made = state.champion is not None and state.week is not None
    if lists is not None and made and state.week.model_version == state.champion.version.version:  # type: ignore[union-attr]
        rows = lists.rows_of(customer)
        if rows.stop > rows.start:
            return dict(zip(lists.product[rows].tolist(), lists.probability[rows].tolist(), strict=True))
    scores = engine.score(customer, NewLines.none())
    return (
        {} if scores is None else dict(zip(scores.product.tolist(), scores.probability.tolist(), strict=True))
    )


def _cut(state: State) -> float | None:
    """Return the smallest probability that the week flags as a purchase."""
    if state.lists is None:
        return None
    if "cut" not in state.held:
        flagged = state.lists.probability[state.lists.buy]
        state.held["cut"] = float(flagged.min()) if len(flagged) else 1.0
    cut: float = state.held["cut"]
    return cut


def _reasons(engine: "Engine", scores: Scores, rows: np.ndarray[Any, Any]) -> dict[int, list[Plain]]:
    _, found = engine.explain(scores, rows)
    return {row: [reason_of(one) for one in said] for row, said in zip(rows.tolist(), found, strict=True)}


def explanation(engine: "Engine", customer: int, product: int) -> Plain | None:
    """Say what drives the probability of a pair; None where the pair cannot be scored."""
    scores = engine.score(customer, NewLines.none())
    if scores is None:
        return None
    row = np.flatnonzero(scores.product == product)
    if not len(row):
        return None
    found, said = engine.explain(scores, row)
    meanings = engine.meanings
    values = engine.frame(scores, row).iloc[0]
    pushes = found.shap[0]
    order = np.argsort(-np.abs(pushes), kind="stable")
    shown = order[:MOST_FEATURES]
    groups: dict[str, float] = {}
    for at, name in enumerate(found.features):
        group = meanings[name]["group"]
        groups[group] = groups.get(group, 0.0) + float(pushes[at])
    return {
        "probability": float(scores.probability[row[0]]),
        "expected_items": float(scores.expected_items[row[0]]),
        "base_log_odds": float(found.base[0]),
        "score_log_odds": float(found.log_odds[0]),
        "contributions": [
            {
                **meanings[found.features[at]],
                "feature": found.features[at],
                "value": _value(values[found.features[at]]),
                "push": float(pushes[at]),
            }
            for at in shown.tolist()
        ],
        "others": float(pushes[order[MOST_FEATURES:]].sum()),
        "groups": groups,
        "reasons": [reason_of(one) for one in said[0]],
    }


def _value(value: Any) -> float | str | None:
    if isinstance(value, str) or value is None:
        return value
    return float(value) if np.isfinite(value) else None

"""The answers about segments, demand and cross-selling."""

from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sodai.insights import (
    BANDS,
    Associations,
    Demand,
    Forecast,
    Penetration,
    associations,
    expected_demand,
    penetration,
)
from sodai.insights.demand import CONFIDENCE, spread_of
from sodai.serving.answers.common import Plain, customer_summary, finite, outlook, week_ref
from sodai.serving.state.state import State

WEEKS = 26
BASKET_WEEKS = 26
LEAST_BASKETS = 5


def segments(state: State, today: date) -> Plain:
    """Count customers by band and type, with what is expected of them."""
    expected, rows = outlook(state), []
    if expected is not None:
        types = state.company.type_of
        for band, kind in sorted(
            {(int(b), int(t)) for b, t in zip(expected.band, types, strict=True) if b >= 0}
        ):
            members = (expected.band == band) & (types == kind)
            rows.append(
                {
                    "band": BANDS[band].name,
                    "customer_type": state.company.types[kind] if kind >= 0 else None,
                    "customers": int(members.sum()),
                    "expected_items": float(expected.expected_items[members].sum()),
                    "expected_products": float(expected.expected_products[members].sum()),
                }
            )
    bands = [{"name": band.name, "low": band.low, "high": band.high} for band in BANDS]
    return {"week": week_ref(state, today), "bands": bands, "segments": rows}


def members(state: State, bands: set[str], types: set[str]) -> list[int]:
    """Choose the customers of some bands and types (all where none are named), the most likely first."""
    expected = outlook(state)
    if expected is None:
        return []
    kept = expected.band >= 0
    if bands:
        kept &= np.isin(expected.band, [at for at, band in enumerate(BANDS) if band.name in bands])
    if types:
        wanted = [at for at, name in enumerate(state.company.types) if name in types]
        kept &= np.isin(state.company.type_of, wanted)
    order = np.argsort(-expected.best, kind="stable")
    chosen: list[int] = order[kept[order]].tolist()
    return chosen


def campaign(state: State, chosen: list[int], page: tuple[int, int], today: date) -> Plain:
    """Lay out a part of a list of customers."""
    offset, limit = page
    return {
        "total": len(chosen),
        "offset": offset,
        "limit": limit,
        "week": week_ref(state, today),
        "customers": [customer_summary(state, at) for at in chosen[offset : offset + limit]],
    }


def demand_row(state: State, at: int) -> Plain:
    """Lay out the expected demand of one product."""
    past, expected = past_weeks(state), expected_of(state)
    items = past.items[at]
    return {
        "product_id": state.products.values[at],
        "product": state.company.names[at],
        "expected_items": float(expected.items[at]),
        "low": float(expected.low[at]),
        "high": float(expected.high[at]),
        "expected_buyers": float(expected.buyers[at]),
        "last_week_items": float(items[0]),
        "mean_week_items": float(items[:4].mean()),
        "penetration": float(_share(state)[at]),
        "trend": finite(float(_trend(state)[at])),
    }


def product_demand(state: State, at: int, today: date) -> Plain:
    """Lay out the expected demand of a product, and its past by week."""
    past = past_weeks(state)
    weeks = [
        {
            "first_day": state.history.first_day_of_week(week + 1),
            "buyers": int(past.buyers[at, week]),
            "active_customers": int(past.active[week]),
            "penetration": float(past.buyers[at, week] / max(past.active[week], 1)),
            "items": float(past.items[at, week]),
        }
        for week in reversed(range(WEEKS))
    ]
    return {
        "week": week_ref(state, today),
        "confidence": CONFIDENCE,
        "demand": demand_row(state, at),
        "weeks": weeks,
    }


def ordered_products(state: State, order: str) -> list[int]:
    """Order the products with sales or expected sales."""
    expected, past = expected_of(state), past_weeks(state)
    keys: dict[str, NDArray[Any]] = {
        "expected_items": -expected.items,
        "penetration": _share(state),
        "trend": np.nan_to_num(_trend(state), nan=np.inf),
        "trend_down": -np.nan_to_num(_trend(state), nan=-np.inf),
    }
    alive = (expected.items > 0) | (past.buyers.sum(axis=1) > 0)
    ranked = np.argsort(keys[order], kind="stable")
    kept: list[int] = ranked[alive[ranked]].tolist()
    return kept


def expected_of(state: State) -> Demand:
    """Compute the expected demand of all products, once a state."""
    if "demand" not in state.held:
        lists, history, count = state.lists, state.history, len(state.products)
        nothing = np.empty(0)
        forecast = (
            Forecast(np.empty(0, np.int32), nothing, nothing)
            if lists is None
            else Forecast(lists.product, lists.probability, lists.expected_items)
        )
        spread = spread_of(history.product, history.items, count)
        state.held["demand"] = expected_demand(forecast, spread)
    found: Demand = state.held["demand"]
    return found


def past_weeks(state: State) -> Penetration:
    """Count buyers and items of all products by week, once a state."""
    if "penetration" not in state.held:
        h = state.history
        state.held["penetration"] = penetration(h.customer, h.product, h.week, h.items, (h.products, WEEKS))
    found: Penetration = state.held["penetration"]
    return found


def _share(state: State) -> NDArray[np.float64]:
    return past_weeks(state).share(4)


def _trend(state: State) -> NDArray[np.float64]:
    return past_weeks(state).trend()


def cross_selling(state: State, product: int | None, least: int, limit: int, today: date) -> Plain:
    """Lay out what goes with what, or with one product."""
    found = _associations(state)
    kept = np.flatnonzero(found.baskets >= least)
    if product is not None:
        kept = kept[found.product[kept] == product]
    else:  # both directions have the same lift: the more certain one is told
        back = _mirrored(found)
        told = (found.confidence > back) | ((found.confidence == back) & (found.product < found.other))
        kept = kept[told[kept]]
    ids, names = state.products.values, state.company.names
    return {
        "week": week_ref(state, today),
        "weeks": BASKET_WEEKS,
        "order_days": found.total,
        "pairs": [
            {
                "product_id": ids[int(found.product[at])],
                "product": names[int(found.product[at])],
                "other_id": ids[int(found.other[at])],
                "other": names[int(found.other[at])],
                "baskets": int(found.baskets[at]),
                "support": float(found.support[at]),
                "confidence": float(found.confidence[at]),
                "lift": float(found.lift[at]),
            }
            for at in kept[:limit].tolist()
        ],
    }


def _mirrored(found: Associations) -> NDArray[np.float64]:
    """Return the confidence of each pair the other way round."""
    width = int(max(found.product.max(initial=0), found.other.max(initial=0))) + 1
    own, back = found.product * width + found.other, found.other * width + found.product
    order = np.argsort(own)
    return found.confidence[order[np.searchsorted(own[order], back)]]


def _associations(state: State) -> Associations:
    if "associations" not in state.held:
        history = state.history
        rows = history.week <= BASKET_WEEKS
        basket = history.customer[rows].astype(np.int64) * 2**32 + history.day[rows]
        state.held["associations"] = associations(basket, history.product[rows], LEAST_BASKETS)
    found: Associations = state.held["associations"]
    return found

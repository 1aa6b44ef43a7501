"""Lists that need no model: what the customer bought lately, and what its type buys."""

import difflib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sodai.insights.sums import sums
from sodai.serving.state.state import State

Floats = NDArray[np.float64]

HALF_LIFE_WEEKS = 8.0
POPULAR_WEEKS = 4


@dataclass(frozen=True, eq=False)
class Ranked:
    """Products with a score, best first; ``items`` is the mean of a purchase."""

    product: NDArray[np.intp]
    score: Floats


def recency(state: State, customer: int) -> Ranked:
    """Weeks with a purchase of each product, weighted by 0.5 every 8 weeks back."""
    rows = state.history.of_customer(customer)
    product, week = state.history.product[rows], state.history.week[rows]
    width = int(week.max()) + 1 if len(week) else 1
    cells = np.unique(product.astype(np.int64) * width + week)
    weight = 0.5 ** ((cells % width - 1) / HALF_LIFE_WEEKS)
    return _ranked(sums(cells // width, weight, len(state.products)))


def popularity(state: State, customer_type: int) -> Ranked:
    """Share of a type's active customers who bought each product in the last 4 weeks; -1 is everybody."""
    key = f"popularity-{customer_type}"
    if key not in state.held:
        state.held[key] = _popularity(state, customer_type)
    found: Ranked = state.held[key]
    return found


def _popularity(state: State, customer_type: int) -> Ranked:
    history = state.history
    rows = history.week <= POPULAR_WEEKS
    if not rows.any():
        rows = np.ones(len(history.week), bool)
    if customer_type >= 0:
        rows &= state.company.type_of[history.customer] == customer_type
    customer, product = history.customer[rows], history.product[rows]
    if not len(customer):
        return _popularity(state, -1) if customer_type >= 0 else _ranked(np.zeros(len(state.products)))
    pairs = np.unique(customer.astype(np.int64) * len(state.products) + product)
    buyers = np.bincount(pairs % len(state.products), minlength=len(state.products))
    return _ranked(buyers / len(np.unique(customer)))


def closest_type(state: State, wanted: str | None) -> int:
    """Return the type that a name resembles most; without a name the one with most customers, -1 for none."""
    company = state.company
    if not company.types:
        return -1
    if wanted:
        lowered = [name.lower() for name in company.types]
        near = difflib.get_close_matches(wanted.lower(), lowered, n=1, cutoff=0.0)
        if near:
            return lowered.index(near[0])
    known = company.type_of[company.type_of >= 0]
    return int(np.bincount(known).argmax()) if len(known) else -1


def _ranked(score: Floats) -> Ranked:
    order = np.argsort(-score, kind="stable")
    order = order[score[order] > 0]
    return Ranked(order, score[order])

"""The answers about single customers and products, and the search over them."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sodai.insights.sums import sums
from sodai.serving.answers.common import Plain, customer_summary, outlook, week_ref
from sodai.serving.state.company import Side
from sodai.serving.state.state import State
from sodai.settings import UsageError

TOP_PRODUCTS = 10
SERIES = 8
COMMONEST = 200


def customer(state: State, at: int, today: date) -> Plain:
    """Describe a customer: attributes, history in short, what is expected."""
    expected, place, history = outlook(state), state.company.place, state.history
    rows = history.of_customer(at)
    placed = place is not None and bool(np.isfinite([place[0][at], place[1][at]]).all())
    return {
        **customer_summary(state, at),
        "week": week_ref(state, today),
        "place": {"x": float(place[0][at]), "y": float(place[1][at])} if place and placed else None,
        "activity": _activity(state, np.arange(rows.start, rows.stop)),
        "products": len(np.unique(history.product[rows])),
        "expected_products": float(expected.expected_products[at]) if expected is not None else None,
        "top_products": _top_products(state, rows),
    }


def product(state: State, at: int, today: date) -> Plain:
    """Describe a product: attributes and history in short."""
    rows = state.history.of_product(at)
    return {
        **product_summary(state, at),
        "week": week_ref(state, today),
        "activity": _activity(state, rows),
        "customers": len(np.unique(state.history.customer[rows])),
    }


def product_summary(state: State, at: int) -> Plain:
    """Describe a product as lists do."""
    expected = _product_sums(state)
    return {
        "product_id": state.products.values[at],
        "product": state.company.names[at],
        "attributes": state.company.products.attributes(at),
        "expected_items": float(expected[0][at]) if expected else None,
        "expected_buyers": float(expected[1][at]) if expected else None,
    }


def _product_sums(state: State) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
    if state.lists is None:
        return None
    if "product_sums" not in state.held:
        count = len(state.products)
        state.held["product_sums"] = (
            sums(state.lists.product, state.lists.expected_items, count),
            sums(state.lists.product, state.lists.probability, count),
        )
    found: tuple[NDArray[np.float64], NDArray[np.float64]] = state.held["product_sums"]
    return found


def _activity(state: State, rows: NDArray[Any]) -> Plain:
    history = state.history
    if not len(rows):
        return (
            dict.fromkeys(("first_day", "last_day"))
            | dict.fromkeys(("order_days", "active_weeks_13", "lines"), 0)
            | {"items": 0.0}
        )
    day, week = history.day[rows], history.week[rows]
    return {
        "first_day": history.day_of(int(day.min())),
        "last_day": history.day_of(int(day.max())),
        "order_days": len(np.unique(day)),
        "active_weeks_13": len(np.unique(week[week <= 13])),
        "lines": len(rows),
        "items": float(history.items[rows].sum()),
    }


def _top_products(state: State, rows: slice) -> list[Plain]:
    history = state.history
    products, inverse = np.unique(history.product[rows], return_inverse=True)
    purchases = np.bincount(inverse, minlength=len(products))
    items = sums(inverse, history.items[rows], len(products))
    last = np.zeros(len(products), np.int64)
    np.maximum.at(last, inverse, history.day[rows])
    order = np.lexsort((-last, -purchases))[:TOP_PRODUCTS].tolist()
    return [
        {
            "product_id": state.products.values[int(products[at])],
            "product": state.company.names[int(products[at])],
            "purchases": int(purchases[at]),
            "items": float(items[at]),
            "last_day": history.day_of(int(last[at])),
        }
        for at in order
    ]


def history(state: State, at: int, weeks: int, today: date) -> Plain:
    """Lay out what a customer bought by week, the products bought most as series of their own."""
    past = state.history
    rows = past.of_customer(at)
    kept = past.week[rows] <= weeks
    week, product, items, day = (
        values[rows][kept] for values in (past.week, past.product, past.items, past.day)
    )
    column = weeks - week
    totals = sums(column, items, weeks)
    top = np.argsort(-sums(product, items, len(state.products)), kind="stable")[:SERIES]
    series = [
        (int(one), sums(column[product == one], items[product == one], weeks))
        for one in top
        if (product == one).any()
    ]
    return {
        "customer_id": state.customers.values[at],
        "week": week_ref(state, today),
        "weeks": [
            {
                "first_day": past.first_day_of_week(weeks - index),
                "items": float(totals[index]),
                "products": len(np.unique(product[column == index])),
                "orders": len(np.unique(day[column == index])),
            }
            for index in range(weeks)
        ],
        "products": [
            {
                "product_id": state.products.values[one],
                "product": state.company.names[one],
                "items": values.tolist(),
            }
            for one, values in series
        ],
        "other_items": (totals - sum((values for _, values in series), np.zeros(weeks))).round(9).tolist(),
    }


def found(side: Side, query: str, filters: Mapping[str, set[str]]) -> list[int]:
    """Search for rows whose text holds every word and whose attributes are among those asked for.

    An id that is the query itself comes first, then ids that begin with it.

    Raises
    ------
    UsageError
        If a filter names no attribute.
    """
    unknown = sorted(set(filters) - set(side.columns))
    if unknown:
        raise UsageError(
            "there is no such attribute", got=unknown[0], allowed=", ".join(side.columns) or "none"
        )
    words = query.lower().split()
    hits = [
        at
        for at, text in enumerate(side.search)
        if all(word in text for word in words)
        and all(str(side.columns[name][at]) in values for name, values in filters.items())
    ]
    if words:
        whole = query.strip()
        texts = side.ids.values
        hits.sort(key=lambda at: (str(texts[at]) != whole, not str(texts[at]).startswith(whole)))
    return hits


def fields(side: Side, names: Sequence[str], labels: Mapping[str, Any]) -> list[Plain]:
    """List the attributes that can be filtered by, each with its commonest values."""
    described = []
    for name in names:
        if name not in side.columns:
            continue
        counts: dict[str, int] = {}
        for value in side.columns[name]:
            if value is not None:
                counts[str(value)] = counts.get(str(value), 0) + 1
        label = labels.get(name)
        told = {"es": label.es, "en": label.en} if label else {"es": name, "en": name}
        commonest = sorted(counts, key=lambda value: (-counts[value], value))[:COMMONEST]
        described.append({"name": name, "label": told, "values": commonest})
    return described


def map_points(state: State, today: date) -> Plain:
    """Place the customers that have coordinates."""
    place, points = state.company.place, []
    if place is not None:
        for at in np.flatnonzero(np.isfinite(place[0]) & np.isfinite(place[1])).tolist():
            told = customer_summary(state, at)
            del told["attributes"]
            points.append({**told, "x": float(place[0][at]), "y": float(place[1][at])})
    return {"week": week_ref(state, today), "points": points}

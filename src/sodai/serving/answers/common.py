"""Parts that many answers share, as plain values ready for JSON."""

import math
from collections.abc import Mapping
from datetime import date
from typing import Any

import orjson

from sodai.insights import BANDS, CustomerOutlook, customer_outlook
from sodai.serving.schemas.common import Source
from sodai.serving.state.state import State

Plain = dict[str, Any]


def encoded(value: object) -> bytes:
    """Write JSON; NaN and infinities become null."""
    return orjson.dumps(value, option=orjson.OPT_SERIALIZE_NUMPY)


def week_ref(state: State, today: date) -> Plain | None:
    """Describe the week that an answer is about; None where no week is served."""
    if state.week is None:
        return None
    return {
        "origin": state.origin,
        "until": state.until,
        "expired": today > state.until,
        "model_version": state.week.model_version,
    }


def sourced(state: State, source: Source, note: Mapping[str, str] | None, today: date) -> Plain:
    """Say where an answer comes from, at the moment when it is made."""
    return {"source": source, "basis": source, "note": note, "week": week_ref(state, today)}


def outlook(state: State) -> CustomerOutlook | None:
    """Return what is expected of each customer, summed once a state."""
    if state.lists is None:
        return None
    if "outlook" not in state.held:
        lists = state.lists
        state.held["outlook"] = customer_outlook(
            lists.customer, lists.probability, lists.expected_items, len(state.customers)
        )
    found: CustomerOutlook = state.held["outlook"]
    return found


def customer_summary(state: State, at: int) -> Plain:
    """Describe a customer as lists do."""
    expected = outlook(state)
    scored = expected is not None and expected.band[at] >= 0
    return {
        "customer_id": state.customers.values[at],
        "customer_type": state.company.type_named(at),
        "attributes": state.company.customers.attributes(at),
        "band": BANDS[expected.band[at]].name if expected is not None and scored else None,
        "best_probability": float(expected.best[at]) if expected is not None and scored else None,
        "expected_items": float(expected.expected_items[at]) if expected is not None and scored else None,
    }


def finite(value: float | None) -> float | None:
    """Return a number, or None where there is none."""
    return None if value is None or not math.isfinite(value) else float(value)

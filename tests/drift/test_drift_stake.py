"""What is at stake in a movement: the purchases of the customers who moved."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sodai.drift import measure
from sodai.features import Feature
from sodai.settings import load_settings

SETTINGS = load_settings()
FEATURES = (
    Feature("zone", "static", "Zone of the customer.", "name", kind="categorical"),
    Feature("days", "pair", "Days since something.", "days"),
)
CUSTOMERS, PAIRS = 80, 5


def rows(zones: list[str], items: list[float], origin: str = "2024-03-04") -> pd.DataFrame:
    """Rows of customers who alternate between the values given."""
    customer = np.repeat(np.arange(CUSTOMERS), PAIRS)
    kind = customer % len(zones)
    return pd.DataFrame(
        {
            "origin": pd.Timestamp(origin),
            "customer_id": customer,
            "zone": np.array(zones)[kind],
            "days": np.array([float(len(z)) for z in zones])[kind],
            "weight": 1.0,
            # A customer buys one of its pairs: what counts is the customer's, not the row's.
            "target_items": np.where(np.arange(len(customer)) % PAIRS == 0, np.array(items)[kind], 0.0),
        }
    )


def stakes(reference: pd.DataFrame, recent: pd.DataFrame) -> list[float]:
    return [c.stake for c in measure(reference, recent, FEATURES, SETTINGS).features]


def test_a_movement_weighs_what_those_who_moved_buy():
    # Of two kinds of customers, as many of each, one buys nine tenths of all items.
    items, before = [9.0, 1.0], rows(["a", "bbb"], [9.0, 1.0])
    assert stakes(before, rows(["cc", "bbb"], items)) == pytest.approx([1.8, 1.8])
    assert stakes(before, rows(["a", "cc"], items)) == pytest.approx([0.2, 0.2])


def test_both_times_count_alike():
    # Those who left stood for nine tenths of the items of their time, those who came for a fifth of theirs.
    found = stakes(rows(["a", "bbb"], [9.0, 1.0]), rows(["cc", "bbb"], [1.0, 4.0]))
    assert found == pytest.approx([(0.9 + 0.2) / (0.5 + 0.5)] * 2)


@given(
    st.lists(st.sampled_from(["a", "bbb", "cc", "dddd"]), min_size=1, max_size=6),
    st.lists(st.sampled_from(["a", "bbb", "cc", "dddd"]), min_size=1, max_size=6),
    st.floats(0.1, 1e6),
)
def test_where_all_buy_alike_every_movement_weighs_one(before, after, items):
    found = stakes(rows(before, [items] * len(before)), rows(after, [items] * len(after)))
    assert found == pytest.approx([1.0, 1.0])


def test_rows_of_no_known_items_weigh_one():
    before, after = rows(["a", "bbb"], [9.0, 1.0]), rows(["cc", "bbb"], [9.0, 1.0])
    assert stakes(before.drop(columns="target_items"), after) == [1.0, 1.0]
    assert stakes(before.assign(target_items=0.0), after) == [1.0, 1.0]

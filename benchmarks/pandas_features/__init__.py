"""The features of SodAI once more, in plain pandas: an oracle for tests, and what the panel is timed against.

Written from the catalogue's meanings the way one would without a query engine: for each origin take the lines
before it, group, merge. Nothing here imports `sodai.features`.
"""

from collections.abc import Iterable, Sequence
from datetime import date

import numpy as np
import pandas as pd

from benchmarks.pandas_features.customers import customer_days, customer_weeks
from benchmarks.pandas_features.families import classes_bought, codes, habits
from benchmarks.pandas_features.known import KEYS, PAIR, Company, Known
from benchmarks.pandas_features.neighbours import nearest, place, taste
from benchmarks.pandas_features.outside import calendar, static
from benchmarks.pandas_features.pairs import decayed_orders, pair_days, pair_weeks, returns
from benchmarks.pandas_features.products import market, product_days, product_types, product_weeks
from sodai.settings import Settings

__all__ = ["Company", "differences", "features_at", "panel"]

# Where a group has no rows these are 0; everything else is undefined there.
ZERO = (
    *("pair_purchases", "quantity_total", "quantity_returns", "customer_orders", "customer_orders_13"),
    *(f"pair_bought_week_{k}" for k in (1, 2, 3, 4)),
    *(f"pair_weeks_bought_{n}" for n in (4, 8, 13, 26, 52)),
    *(f"pair_decayed_weeks_{h}" for h in (2, 4, 8, 16)),
    *(f"quantity_decayed_{h}" for h in (2, 4, 12)),
    *(f"product_buyers_week_{k}" for k in (1, 2, 3)),
    *(f"product{kind}_share_{n}" for kind in ("", "_type") for n in (1, 4, 13)),
    *("product_novices_1", "product_novices_4", "product_weeks_sold_8", "product_share_decayed"),
    *("product_buyers_days_3", "product_momentum", "product_type_novices_4"),
    *("family_weeks_bought_4", "family_weeks_bought_13", "family_decayed_weeks_2", "family_decayed_weeks_8"),
    *("family_code_share_now", "family_group_decayed_weeks", "family_group_products_4"),
    *("family_brand_decayed_weeks", "neighbours_place_novices_4"),
)


def candidates(known: Known) -> pd.DataFrame:
    """Customers with a past purchase times products with one."""
    customers = known.weeks[["customer_id"]].drop_duplicates()
    return customers.merge(known.weeks[["product_id"]].drop_duplicates(), how="cross")


def across(out: pd.DataFrame) -> pd.DataFrame:
    """Features of several families at once."""
    since = out["customer_orders"] - out["last_order"]
    same = (out["pair_recency_days"] == out["family_recency_days"]).astype(float)
    further = {
        "pair_orders_since": since,
        "pair_overdue_orders_ratio": (since + 1) / out["pair_interval_mean_orders"],
        "family_last_is_this": same.where(out["family_recency_days"].notna()),
        "family_sibling_weeks_4": out["family_weeks_bought_4"] - out["pair_weeks_bought_4"],
        "family_expected_weeks": out["family_decayed_weeks_8"] * out["family_code_share_1"].fillna(0),
        "family_expected_now": out["family_decayed_weeks_8"] * out["family_code_share_now"],
    }
    return pd.concat([out, pd.DataFrame(further)], axis=1)


def features_at(
    company: Company,
    origin: date,
    settings: Settings,
    near: pd.DataFrame | None = None,
    pairs: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """The snapshot at an origin, of all candidates or of some: a row a pair, the columns of the catalogue."""
    known = Known(company, origin, settings)
    keys = (candidates(known) if pairs is None else pairs[PAIR]).reset_index(drop=True)
    near = nearest(company, settings) if near is None else near
    out = place(known, keys.merge(known.classes, on="product_id").merge(known.types, on="customer_id"), near)
    for part in (
        pair_days(known),
        pair_weeks(known),
        returns(known),
        decayed_orders(known),
        taste(known, keys),
    ):
        out = out.join(part, on=PAIR)
    for part in (
        customer_days(known),
        customer_weeks(known),
        static(company.customers, "customer", settings),
    ):
        out = out.join(part, on="customer_id")
    for part in (product_weeks(known), product_days(known), codes(known)):
        out = out.join(part, on="product_id")
    out = out.join(static(company.products, "product", settings), on="product_id")
    out = out.join(product_types(known), on=["type", "product_id"]).join(
        habits(known), on=["customer_id", "family"]
    )
    for column in ("group", "brand"):
        out = out.join(classes_bought(known, column), on=["customer_id", column])
    whole = pd.DataFrame([{"origin": origin, **market(known), **calendar(origin, settings)}])
    out = out.merge(whole, how="cross")
    return across(out.fillna(dict.fromkeys((*ZERO, "pair_decayed_orders"), 0)))


def bought_after(company: Company, origin: date, settings: Settings) -> pd.DataFrame:
    """Pairs with a label of 1 and their target_items, from the lines of the target window."""
    lines, start = company.lines, pd.Timestamp(origin)
    day = pd.to_datetime(lines["purchase_date"])
    window = lines[(day >= start) & (day < start + pd.Timedelta(days=settings.horizon_days))]
    target = window.groupby(PAIR)["items"].sum().to_frame("target_items")
    return target[target["target_items"] > 0] if settings.label == "net" else target


def panel(
    company: Company,
    origins: Iterable[date],
    settings: Settings,
    pairs: pd.DataFrame | None = None,
    *,
    rate: float = 1.0,
    drawn_first: bool = True,
) -> pd.DataFrame:
    """Snapshots with their labels, one after the other; ``pairs`` (with origin) limits them to a sample.

    With ``drawn_first`` nothing is computed for pairs outside the sample; without it, which is how one writes
    it first, each snapshot is whole before the sample is taken of it. ``rate`` is the share of the negatives
    in it.
    """
    near = nearest(company, settings)
    parts = []
    for origin in origins:
        asked = None if pairs is None else pairs[pairs["origin"] == origin]
        rows = features_at(company, origin, settings, near, asked if drawn_first else None)
        rows = rows if drawn_first or asked is None else rows.merge(asked[PAIR], on=PAIR)
        parts.append(rows.join(bought_after(company, origin, settings), on=PAIR))
    whole = pd.concat(parts, ignore_index=True)
    items = whole.pop("target_items")
    positive = items.notna()
    labels = {
        "label": positive.astype("int8"),
        "target_items": items.fillna(0.0),
        "weight": np.where(positive, 1.0, 1 / rate),
    }
    return pd.concat([whole, pd.DataFrame(labels)], axis=1)


def differences(ours: pd.DataFrame, theirs: pd.DataFrame, names: Sequence[str]) -> list[str]:
    """Columns that differ by more than rounding, each with its first two different values."""
    if len(ours) != len(theirs):
        return [f"{len(ours)} rows and {len(theirs)}"]
    both = [t.sort_values(KEYS).reset_index(drop=True) for t in (ours, theirs)]
    found = []
    for name in (*KEYS, *names):
        left, right = (t[name] for t in both)
        if pd.api.types.is_numeric_dtype(left) and pd.api.types.is_numeric_dtype(right):
            same = np.isclose(left.astype(float), right.astype(float), rtol=1e-9, atol=1e-9, equal_nan=True)
        else:
            same = ((left.astype(str) == right.astype(str)) | (left.isna() & right.isna())).to_numpy()
        if not same.all():
            found.append(f"{name}: {left[~same].iloc[0]} and {right[~same].iloc[0]} in {(~same).sum()} rows")
    return found

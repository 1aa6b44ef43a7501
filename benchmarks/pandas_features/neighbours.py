"""Family neighbours."""

import numpy as np
import pandas as pd

from benchmarks.pandas_features.known import PAIR, Company, Known
from sodai.settings import Settings


def tiles(count: int, parts: int) -> np.ndarray:
    """The part of each of ``count`` ordered rows, parts of equal size, the larger ones first."""
    return np.repeat(np.arange(parts), [len(p) for p in np.array_split(np.arange(count), parts)])


def nearest(company: Company, settings: Settings) -> pd.DataFrame:
    """customer_id and neighbour_id: the nearest of each, searched in its tile and those around it."""
    customers, place, wanted = company.customers, settings.customers.place, settings.features.neighbours
    if not place or any(c not in customers for c in place):
        return pd.DataFrame({"customer_id": [], "neighbour_id": []})
    placed = pd.DataFrame(
        {"customer_id": customers["customer_id"], "x": customers[place[0]], "y": customers[place[-1]]}
    )
    placed = placed.dropna().astype({"x": float, "y": float}).sort_values(["x", "customer_id"])
    side = max(1, round((len(customers) / (3 * wanted)) ** 0.5))
    placed["column"] = tiles(len(placed), side)
    placed = placed.sort_values(["column", "y", "customer_id"])
    sizes = placed.groupby("column").size()
    placed["row"] = np.concatenate([tiles(n, side) for n in sizes]) if len(placed) else []
    found = []
    for _, tile in placed.groupby(["column", "row"]):
        column, row = tile["column"].iloc[0], tile["row"].iloc[0]
        near = placed[
            placed["column"].between(column - 1, column + 1) & placed["row"].between(row - 1, row + 1)
        ]
        both = tile[["customer_id", "x", "y"]].merge(near, how="cross", suffixes=("", "_2"))
        both = both[both["customer_id"] != both["customer_id_2"]]
        both["distance"] = (both["x"] - both["x_2"]) ** 2 + (both["y"] - both["y_2"]) ** 2
        found.append(both.sort_values(["distance", "customer_id_2"]).groupby("customer_id").head(wanted))
    near = pd.concat(found)[["customer_id", "customer_id_2"]]
    return near.rename(columns={"customer_id_2": "neighbour_id"})


def place(known: Known, keys: pd.DataFrame, near: pd.DataFrame) -> pd.DataFrame:
    """Family neighbours, in place."""
    weeks = known.weeks[known.weeks["week"] <= 4].rename(columns={"customer_id": "neighbour_id"})
    weeks["last"] = weeks["week"] == 1
    active = near.merge(weeks[["neighbour_id", "week", "last"]].drop_duplicates(), on="neighbour_id")
    active = active.groupby("customer_id")["last"].agg(["sum", "size"])
    sold = near.merge(weeks[["neighbour_id", "product_id", "last", "first"]], on="neighbour_id")
    sold = sold.groupby(PAIR).agg(last=("last", "sum"), sold=("last", "size"), first=("first", "sum"))
    out = keys.join(active, on="customer_id").join(sold, on=PAIR)
    last_active, usual = out["sum"].replace(0, np.nan), out["size"].replace(0, np.nan)
    return keys.assign(
        neighbours_place_novices_4=out["first"],
        neighbours_place_week_1=out["last"].fillna(0) / last_active,
        neighbours_place_activity=out["sum"] / (usual / 4),
        neighbours_place_weeks_4=out["sold"].fillna(0) / usual,
    )


def taste(known: Known, keys: pd.DataFrame) -> pd.DataFrame:
    """Family neighbours, in taste."""
    weeks = known.weeks
    held = weeks.loc[weeks["week"] <= 13, PAIR].drop_duplicates().rename(columns={"product_id": "owned"})
    owners = held.groupby("owned").size()
    lately = weeks[weeks["week"] <= 4]
    lately = lately.assign(last=lately["week"] == 1, novice=lately["first"] & (lately["week"] <= 2))
    lately = lately.groupby(PAIR, as_index=False)[["last", "novice"]].max()
    lately = lately.astype({"last": int, "novice": int}).assign(recent=1)
    now = held.rename(columns={"owned": "product_id"}).assign(together=1)
    lately = lately.merge(now, on=PAIR, how="outer").fillna(0)
    both = held.merge(lately, on="customer_id")
    both = both[both["owned"] != both["product_id"]]
    shares = both.groupby(["owned", "product_id"])[["last", "recent", "novice", "together"]].sum()
    counted = owners.reindex(shares.index.get_level_values("owned"))
    shares = shares.div(counted.to_numpy() + 5, axis=0)
    usual = owners.reindex(shares.index.get_level_values("product_id")) / held["customer_id"].nunique()
    shares["together"] /= usual.fillna(0).to_numpy() + 0.005
    asked = keys[PAIR].merge(held, on="customer_id")
    asked = asked[asked["owned"] != asked["product_id"]].join(shares, on=["owned", "product_id"])
    spoken = asked.drop(columns="owned").fillna(dict.fromkeys(shares, 0.0)).groupby(PAIR)
    out = {}
    for column, name in (("last", "week_1"), ("recent", "weeks_4"), ("novice", "novices")):
        out[f"neighbours_taste_{name}"] = spoken[column].mean()
        out[f"neighbours_taste_{name}_max"] = spoken[column].max()
    out["neighbours_taste_together"] = spoken["together"].mean()
    return pd.DataFrame(out)

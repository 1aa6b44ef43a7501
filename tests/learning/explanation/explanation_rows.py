"""Rows to explain: made-up features, one of each kind, some missing; and small algorithms fitted on them."""

from typing import Any

import numpy as np
import pandas as pd

from sodai.learning.algorithm import Algorithm
from sodai.learning.algorithms import build
from sodai.learning.frame import Frame

ROWS = 600
SMALL = {
    "boosting": {"num_rounds": 15, "num_leaves": 15, "min_data_in_leaf": 5},
    "forest": {"num_trees": 12, "num_leaves": 80, "min_data_in_leaf": 2},
    "logistic": {},
    "frequency": {},
}
BLEND = {
    "members": {name: SMALL[name] for name in ("boosting", "forest", "logistic")},
    "weights": {"boosting": 0.6, "forest": 0.3, "logistic": 0.2},
    "bias": -0.1,
}
CONFIGS = {**SMALL, "blend": BLEND}


def frame(rows: int = ROWS, seed: int = 0) -> Frame:
    random = np.random.default_rng(seed)
    features = pd.DataFrame(
        {name: random.exponential(2, rows).astype(np.float32) for name in ("a", "b", "c", "unused")}
        | {
            "pair_decayed_weeks_8": random.exponential(1, rows).astype(np.float32),
            "customer_decayed_exposure_8": random.exponential(4, rows).astype(np.float32),
            "product_type_share_4": random.random(rows).astype(np.float32),
            "zone": pd.Categorical(random.choice(list("nsew"), rows)),
        }
    )
    features.loc[::5, "a"] = np.nan
    features.loc[::7, "b"] = 0.0
    features.loc[::11, "zone"] = None
    score: Any = features["a"].fillna(3) - features["b"] + (features["zone"] == "n") - 1
    label = (random.random(rows) < 1 / (1 + np.exp(-score))).to_numpy(np.int8)
    some = np.arange(rows)
    return Frame(
        features, label, np.ones(rows), np.full(rows, np.datetime64("2024-01-01")), some, some, some * 1.0
    )


def fit(name: str, rows: Frame) -> Algorithm[Any]:
    return build(name, CONFIGS.get(name, {}), seed=0, threads=1).fit(rows)

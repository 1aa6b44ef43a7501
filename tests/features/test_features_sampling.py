"""Labels by a loop over the lines, and the sample of the negatives."""

from collections import defaultdict
from datetime import date, timedelta
from typing import Literal

import numpy as np
import pandas as pd
import pytest
from benchmarks.pandas_features import differences
from features_company import ORIGIN, Company, company
from ibis import BaseBackend

from sodai.features import SomeCustomers, catalogue, panel
from sodai.settings import Settings, UsageError, load_settings
from sodai.settings.columns import KEYS, PAIR
from sodai.settings.columns import ORIGIN as ORIGIN_COLUMN

ORIGINS = tuple(ORIGIN - timedelta(days=7 * k) for k in range(6))


def keyed(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(origin=pd.to_datetime(rows["origin"]).dt.date).set_index(list(KEYS)).sort_index()


def bought(of: Company, origin: date, days: int) -> dict[tuple[object, object], float]:
    total: dict[tuple[object, object], float] = defaultdict(float)
    for customer, product, _, day, items in of.rows():
        if origin <= day < origin + timedelta(days=days):
            total[customer, product] += items
    return total


@pytest.mark.parametrize("label", ["net", "any"])
@pytest.mark.parametrize("horizon", [3, 7, 14])
def test_labels(label: Literal["net", "any"], horizon: int, tiny: Company, backend: BaseBackend) -> None:
    settings = load_settings(label=label, horizon_days=horizon)
    undone = (6, 40, 9001, ORIGIN, 4.0), (6, 40, 9001, ORIGIN + timedelta(days=1), -4.0)
    returned = (5, 30, 9002, ORIGIN + timedelta(days=1), -99.0)
    of = tiny.with_lines([*tiny.rows(), *undone, returned])
    rows = keyed(panel(of.on(backend), ORIGINS[:2], settings, 1.0).to_pandas())
    for origin in ORIGINS[:2]:
        net = bought(of, origin, horizon)
        for (customer, product), row in rows.loc[origin].iterrows():
            items = net.get((customer, product))
            positive = items is not None and (items > 0 or label == "any")
            assert row["label"] == positive
            assert row["target_items"] == pytest.approx(items if positive else 0)
            assert row["weight"] == 1


@pytest.fixture(scope="module")
def larger() -> Company:
    return company(7, customers=60)


@pytest.fixture(scope="module")
def whole(larger: Company, backend: BaseBackend, settings: Settings) -> pd.DataFrame:
    return keyed(panel(larger.on(backend), ORIGINS, settings, 1.0).to_pandas())


@pytest.fixture(scope="module")
def sample(larger: Company, backend: BaseBackend, settings: Settings) -> pd.DataFrame:
    return keyed(panel(larger.on(backend), ORIGINS, settings, 0.3).to_pandas())


def test_all_positives_are_kept_and_negatives_weigh_for_the_rest(
    whole: pd.DataFrame, sample: pd.DataFrame
) -> None:
    assert sample.index.is_unique
    assert set(sample.index) <= set(whole.index)
    assert set(sample.index[sample["label"] == 1]) == set(whole.index[whole["label"] == 1])
    assert (sample["weight"] == np.where(sample["label"] == 1, 1, 1 / 0.3)).all()
    negatives = (whole["label"] == 0).sum()
    drawn = (sample["label"] == 0).sum()
    deviation = (negatives * 0.3 * 0.7) ** 0.5
    assert abs(drawn - 0.3 * negatives) < 4 * deviation


def test_features_of_sampled_rows_are_those_of_all(
    whole: pd.DataFrame, sample: pd.DataFrame, settings: Settings
) -> None:
    names = [*(f.name for f in catalogue(settings)), "label", "target_items"]
    same = whole.loc[sample.index].reset_index()
    assert differences(sample.reset_index(), same, names) == []


def test_some_customers_are_there_whole_and_others_not_at_all(
    whole: pd.DataFrame, larger: Company, backend: BaseBackend, settings: Settings
) -> None:
    names = [*(f.name for f in catalogue(settings)), "label", "target_items", "weight"]
    chosen = []
    for draw in (1, 2):
        rows = keyed(panel(larger.on(backend), ORIGINS, settings, 1.0, SomeCustomers(0.5, draw)).to_pandas())
        customers = rows.index.unique(level="customer_id")
        same = whole[whole.index.isin(customers, level="customer_id")]
        assert differences(rows.reset_index(), same.reset_index(), names) == []
        chosen.append(set(customers))
    everybody = set(whole.index.unique(level="customer_id"))
    assert all(len(everybody) / 4 < len(one) < 3 * len(everybody) / 4 for one in chosen)
    assert chosen[0] != chosen[1]


def test_the_draw_of_a_pair_knows_no_other_origin(
    larger: Company, backend: BaseBackend, settings: Settings, sample: pd.DataFrame
) -> None:
    alone = keyed(panel(larger.on(backend), ORIGINS[2:3], settings, 0.3).to_pandas())
    assert list(alone.index) == list(sample.loc[[ORIGINS[2]]].index)


def test_the_draw_is_even_over_customers_products_and_origins(
    whole: pd.DataFrame, sample: pd.DataFrame
) -> None:
    drawn = pd.Series(whole.index.isin(sample.index), index=whole.index)[whole["label"] == 0]
    for by in KEYS:
        groups = drawn.groupby(level=by).agg(["mean", "size"])
        deviations = (groups["mean"] - 0.3) / (0.3 * 0.7 / groups["size"]) ** 0.5
        assert deviations.abs().max() < 4.5
        assert deviations.std(ddof=0) < 2
    # Of the pairs that are drawn at one origin, not more are drawn at the next.
    wide = (
        drawn.astype(float).reset_index(name="drawn").pivot_table("drawn", list(PAIR), ORIGIN_COLUMN).dropna()
    )
    assert wide.corr().where(~np.eye(wide.shape[1], dtype=bool)).abs().max().max() < 0.3


def test_origins_lie_whole_weeks_apart(tiny: Company, backend: BaseBackend, settings: Settings) -> None:
    with pytest.raises(UsageError, match="whole weeks apart"):
        panel(tiny.on(backend), [ORIGIN, ORIGIN - timedelta(days=8)], settings, 1.0)

"""Probabilities against the truth that only a simulated company can tell, for a week nobody has seen."""

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from sodai.data import clean
from sodai.data.simulator import CompanySpec, simulate
from sodai.features import catalogue, open_tables, panel, snapshot
from sodai.learning import Choice, Frame, train
from sodai.orchestration.windows import warm_origins
from sodai.settings import load_settings

LAST_DAY = date(2024, 8, 25)  # no holiday in the week that follows
BANDS = 20
SETTINGS = load_settings(learning={"threads": 1, "negative_rate": 0.3})
CHOICE = Choice("boosting", {"num_rounds": 120, "learning_rate": 0.06, "num_leaves": 15})


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    """The coming week of a company without surprise weeks: probability (ours) and truth, a row a pair."""
    folder: Path = tmp_path_factory.mktemp("truth")
    company = simulate(
        CompanySpec(customers=200, products=60, weeks=30, seed=11, shocks=0, last_day=LAST_DAY)
    )
    cleaned = clean(company.tables, SETTINGS, today=LAST_DAY)
    cleaned.tables.write(folder)
    origin = cleaned.report.last_day + timedelta(days=1)
    known = company.truth.to_pandas()
    known["origin"] = pd.to_datetime(known["origin"])
    assert pd.Timestamp(origin) == known["origin"].max(), "the truth ends with the week to be predicted"
    past = warm_origins(origin, cleaned.report.first_day, SETTINGS)
    file = folder / "panel.parquet"
    with open_tables(folder, SETTINGS) as tables:
        pq.write_table(panel(tables, past, SETTINGS, SETTINGS.learning.negative_rate).to_pyarrow(), file)
        pairs = snapshot(tables, origin, SETTINGS).to_pandas()
    model = train(Frame.from_parquet(file, catalogue(SETTINGS)), CHOICE, SETTINGS)
    pairs["probability"] = model.predict(pairs[list(model.features)])["probability"].to_numpy()
    truth = known[known["origin"] == pd.Timestamp(origin)].rename(columns={"probability": "truth"})
    joined = pairs.merge(truth[["customer_id", "product_id", "truth"]], how="left")
    return joined.assign(truth=joined["truth"].fillna(0.0))[["probability", "truth"]]


def test_expected_purchases_agree_in_total(week: pd.DataFrame) -> None:
    assert week["probability"].sum() == pytest.approx(week["truth"].sum(), rel=0.15)


def test_probabilities_agree_with_the_truth_band_by_band(week: pd.DataFrame) -> None:
    band = pd.qcut(week["probability"].rank(method="first"), BANDS, labels=False)
    means = week.groupby(band)[["probability", "truth"]].mean()
    gaps = (means["probability"] - means["truth"]).abs()
    assert gaps.mean() < 0.02, "ignoring the sampling weights alone would cost about 0.1"
    assert (gaps / np.sqrt(means["truth"] + 0.01)).max() < 0.3


def test_the_order_is_the_order_of_the_truth(week: pd.DataFrame) -> None:
    assert week["probability"].corr(week["truth"]) > 0.75

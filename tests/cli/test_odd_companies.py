"""Data that are odd but right: the flow takes them, from the first table to the list."""

from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest
from cli_help import Answer, sodai

from sodai.data import read_json
from sodai.data.simulator import CompanySpec, simulate, write_company

pytestmark = pytest.mark.slow
LINES = "transacciones.parquet"


def run(data: Path, home: Path, settings: Path) -> Answer:
    done = sodai("run", "--data", data, "--home", home, "--settings", settings)
    assert done.code == 0, done.err
    (file,) = home.glob("predictions/origin=*/predictions.parquet")
    table = pq.read_table(file)
    assert table.num_rows > 0
    assert table["probability"].null_count == 0
    return done


def test_latin_1_with_semicolons_and_decimal_commas(
    company: Path, settings_file: Path, finished: tuple[Path, Answer], tmp_path: Path
) -> None:
    """The same company, as a Chilean spreadsheet writes it, gives the same list."""
    data = tmp_path / "csv"
    data.mkdir()
    for name in ("clientes", "productos", "transacciones"):
        frame = pd.read_parquet(company / f"{name}.parquet")
        frame.to_csv(data / f"{name}.csv", sep=";", decimal=",", index=False, encoding="latin-1")
    run(data, tmp_path / "home", settings_file)
    lists = [
        next(home.glob("predictions/*/predictions.parquet")) for home in (tmp_path / "home", finished[0])
    ]
    ours, theirs = (pd.read_parquet(file) for file in lists)
    keys = ["customer_id", "product_id"]
    assert ours[keys].equals(theirs[keys])
    assert (ours["probability"] - theirs["probability"]).abs().max() < 0.02


def test_a_silent_week_a_customer_of_returns_and_a_few_broken_numbers(
    own_company: Path, settings_file: Path, tmp_path: Path
) -> None:
    lines = pd.read_parquet(own_company / LINES)
    days = pd.to_datetime(lines["purchase_date"])
    quiet = days.max() - timedelta(days=40)
    lines = lines[(days < quiet) | (days >= quiet + timedelta(days=7))].reset_index(drop=True)
    returner = lines["customer_id"].mode()[0]
    theirs = lines["customer_id"] == returner
    lines.loc[theirs, "items"] = -lines.loc[theirs, "items"].abs() - 1
    lines["items"] = lines["items"].astype(float)
    lines.loc[lines.index[~theirs][:3], "items"] = [float("nan"), float("inf"), 0.0]
    lines.to_parquet(own_company / LINES, index=False)
    run(own_company, tmp_path / "home", settings_file)
    (folder,) = (tmp_path / "home").glob("runs/*")
    report = read_json(folder / "validate_data" / "validation.json")
    assert report["refused"] == 3
    (refused,) = (tmp_path / "home").glob("quarantine/*.parquet")
    assert set(pq.read_table(refused)["reason"].to_pylist()) >= {
        "missing_items",
        "infinite_items",
        "zero_items",
    }


@pytest.mark.parametrize(
    ("customers", "products", "weeks"), [(30, 12, 30), (60, 12, 8)], ids=["30 customers", "8 weeks"]
)
def test_small_companies(
    customers: int, products: int, weeks: int, settings_file: Path, tmp_path: Path
) -> None:
    spec = CompanySpec(
        customers=customers, products=products, weeks=weeks, seed=5, last_day=date(2024, 12, 29)
    )
    write_company(simulate(spec), tmp_path / "data")
    done = run(tmp_path / "data", tmp_path / "home", settings_file)
    assert "Model" in done.out


def test_a_company_with_one_category(own_company: Path, settings_file: Path, tmp_path: Path) -> None:
    products = pd.read_parquet(own_company / "productos.parquet")
    for column in ("category", "sub_category", "segment", "brand"):
        products[column] = "UNICA"
    products.to_parquet(own_company / "productos.parquet", index=False)
    run(own_company, tmp_path / "home", settings_file)

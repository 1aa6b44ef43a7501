from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from simulated import SPEC

from sodai.data import clean, read_json, read_tables
from sodai.data.simulator import Company, CompanySpec, Event, simulate, write_company
from sodai.settings import UsageError, load_settings

SMALL = CompanySpec(customers=25, products=30, weeks=5, seed=1)


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_the_same_spec_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_company(simulate(SMALL), tmp_path / name)
    write_company(simulate(replace(SMALL, seed=2)), tmp_path / "c")
    first, second, other = (content(tmp_path / name) for name in "abc")
    assert first == second
    assert sorted(first) == [
        "clientes.parquet", "codes.parquet", "events.json", "productos.parquet", "transacciones.parquet",
        "truth.parquet",
    ]  # fmt: skip
    assert other["transacciones.parquet"] != first["transacciones.parquet"]


def test_a_written_company_is_read_and_passes_cleaning_whole(tmp_path: Path, company: Company) -> None:
    settings = load_settings()
    write_company(company, tmp_path)
    tables = read_tables(tmp_path, settings)
    assert tables.lines.num_rows == company.tables.lines.num_rows
    cleaned = clean(tables, settings, today=SPEC.last_day)
    reasons = set(cleaned.quarantine["reason"].to_pylist())
    assert reasons <= {"duplicate", "reversed"}


def test_the_columns_are_those_of_the_input_contract(company: Company) -> None:
    tables = company.tables
    assert tables.customers.column_names == [
        "customer_id", "region_id", "zone_id", "customer_type", "Y", "X", "num_deliver_per_week",
        "num_visit_per_week",
    ]  # fmt: skip
    assert tables.products.column_names == [
        "product_id", "brand", "category", "sub_category", "segment", "package", "size",
    ]  # fmt: skip
    assert tables.lines.column_names == ["customer_id", "product_id", "order_id", "purchase_date", "items"]
    assert company.truth.column_names == ["origin", "customer_id", "product_id", "probability"]
    assert company.truth.schema.field("origin").type == pa.date32()
    for table, column in ((tables.customers, "customer_id"), (tables.products, "product_id")):
        assert len(set(table[column].to_pylist())) == table.num_rows


def test_lines_are_consistent(lines: pd.DataFrame) -> None:
    assert lines["purchase_date"].between(pd.Timestamp(SPEC.first_day), pd.Timestamp(SPEC.last_day)).all()
    assert lines["purchase_date"].is_monotonic_increasing
    owners = lines[["order_id", "customer_id", "purchase_date"]].drop_duplicates()
    assert owners["order_id"].is_unique
    thirds = lines["items"] * 3
    np.testing.assert_allclose(thirds, thirds.round(), atol=1e-9)
    assert (thirds.abs() >= 1).all()


def test_a_return_has_its_purchase_in_the_same_order_and_takes_back_a_part(lines: pd.DataFrame) -> None:
    keys = ["customer_id", "product_id", "order_id", "purchase_date"]
    back = lines[lines["items"] < 0].drop_duplicates()
    both = back.merge(lines[lines["items"] > 0].drop_duplicates(), on=keys, suffixes=("", "_bought"))
    assert len(both) == len(back)
    share = -both["items"] / both["items_bought"]
    assert (share <= 1).all()
    assert (share < 1).mean() > 0.95


@pytest.mark.parametrize(
    ("spec", "codes"),
    [
        (CompanySpec(customers=40, products=20, weeks=3), 20),
        (CompanySpec(customers=40, products=300, weeks=3), 40),
        (CompanySpec(customers=40, products=971, weeks=3, last_day=date(2024, 5, 15)), 117),
        (CompanySpec(customers=1, products=1, weeks=1), 1),
    ],
)
def test_size_and_dates_follow_the_spec(spec: CompanySpec, codes: int) -> None:
    company = simulate(spec)
    assert spec.sold_codes == codes
    assert company.tables.customers.num_rows == spec.customers
    assert company.tables.products.num_rows == spec.products
    assert len(company.codes.drop_null()["sold_from"]) <= codes
    assert len(set(company.tables.lines["product_id"].to_pylist())) <= codes
    origins = sorted(set(company.truth["origin"].to_pylist()))
    assert set(origins) <= {spec.first_day + timedelta(days=7 * w) for w in range(spec.weeks + 1)}
    assert origins[-1] == spec.last_day + timedelta(days=1)


def test_lines_grow_with_the_customers_and_the_weeks() -> None:
    count = [
        simulate(CompanySpec(customers=c, products=120, weeks=w, truth=False, shocks=0)).tables.lines.num_rows
        for c, w in ((100, 8), (400, 8), (100, 16))
    ]
    assert 3 < count[1] / count[0] < 5.3
    assert 1.6 < count[2] / count[0] < 2.6


def test_without_truth_the_rest_is_the_same() -> None:
    with_truth, without = simulate(SMALL), simulate(replace(SMALL, truth=False))
    assert with_truth.truth.num_rows > 0 == without.truth.num_rows
    assert with_truth.tables.lines.equals(without.tables.lines)


def test_no_events_are_written_as_an_empty_list(tmp_path: Path) -> None:
    write_company(simulate(SMALL), tmp_path)
    assert read_json(tmp_path / "events.json") == []
    assert pq.read_table(tmp_path / "truth.parquet").num_rows > 0


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"customers": 0}, "customers"),
        ({"products": -1}, "products"),
        ({"weeks": 0}, "weeks"),
        ({"shocks": -0.1}, "shocks"),
        ({"events": (Event("volume", date(2020, 1, 6), 1.3),)}, "outside the history"),
    ],
)
def test_a_spec_that_makes_no_sense_is_refused(change: dict[str, object], word: str) -> None:
    with pytest.raises(UsageError, match=word):
        replace(SMALL, **change)

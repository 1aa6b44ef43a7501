"""Every column against an independent computation in pandas, on companies of every kind."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pandas as pd
import pyarrow as pa
import pytest
from benchmarks import pandas_features
from benchmarks.pandas_features import differences
from features_company import ORIGIN, Company, company, lines_of
from ibis import BaseBackend

from sodai.features import catalogue, panel, snapshot
from sodai.settings import Settings, load_settings


def oracle(of: Company) -> pandas_features.Company:
    return pandas_features.Company(*(t.to_pandas() for t in (of.customers, of.products, of.lines)))


def assert_equal(
    of: Company, backend: BaseBackend, settings: Settings, origin: date = ORIGIN
) -> pd.DataFrame:
    ours = snapshot(of.on(backend), origin, settings).to_pandas()
    theirs = pandas_features.features_at(oracle(of), origin, settings)
    names = [f.name for f in catalogue(settings)]
    assert list(ours.columns) == ["origin", "customer_id", "product_id", *names]
    assert differences(ours, theirs, names) == []
    return ours


@pytest.mark.parametrize(("seed", "days_before"), [(0, 0), (1, 1), (2, 3), (3, 5), (4, 60)])
def test_any_company_on_any_weekday(
    seed: int, days_before: int, backend: BaseBackend, settings: Settings
) -> None:
    assert_equal(company(seed), backend, settings, ORIGIN - timedelta(days=days_before))


def test_panel_at_once_equals_snapshot_by_snapshot(
    tiny: Company, backend: BaseBackend, settings: Settings
) -> None:
    origins = [ORIGIN - timedelta(days=d) for d in (7, 21, 84)]
    online = pd.concat(snapshot(tiny.on(backend), o, settings).to_pandas() for o in origins)
    offline = panel(tiny.on(backend), origins, settings, 1.0).to_pandas()
    by_pandas = pandas_features.panel(oracle(tiny), origins, settings)
    names = [f.name for f in catalogue(settings)]
    assert differences(offline, online, names) == []
    assert differences(offline, by_pandas, [*names, "label", "target_items", "weight"]) == []


def one_type(of: Company) -> Company:
    return replace(of, customers=of.customers.drop_columns(["customer_type", "X", "num_deliver_per_week"]))


def bare_products(of: Company) -> Company:
    return replace(of, products=of.products.select(["product_id"]))


def text_ids(of: Company) -> Company:
    def renamed(table: pa.Table, *columns: str) -> pa.Table:
        for column in columns:
            texts = pa.array([f"{column[0]}-{value}" for value in table[column].to_pylist()])
            table = table.set_column(table.column_names.index(column), column, texts)
        return table

    return Company(
        renamed(of.customers, "customer_id"),
        renamed(of.products, "product_id"),
        renamed(of.lines, "customer_id", "product_id"),
    )


def one_week(of: Company) -> Company:
    return of.with_lines(line for line in of.rows() if line[3] >= ORIGIN - timedelta(days=7))


def one_line(of: Company) -> Company:
    return of.with_lines([(1, 30, 1, ORIGIN - timedelta(days=1), 2.0)])


def only_returns_of_one(of: Company) -> Company:
    returned = ((*line[:4], -abs(line[4])) if line[0] == 2 else line for line in of.rows())
    return of.with_lines(returned)


def same_place(of: Company) -> Company:
    same = pa.array([1.0] * of.customers.num_rows)
    return replace(of, customers=of.customers.set_column(4, "Y", same).set_column(5, "X", same))


@pytest.mark.parametrize(
    "change", [one_type, bare_products, text_ids, one_week, one_line, only_returns_of_one, same_place]
)
def test_odd_companies(
    change: Callable[[Company], Company], tiny: Company, backend: BaseBackend, settings: Settings
) -> None:
    rows = assert_equal(change(tiny), backend, settings)
    assert len(rows) > 0


def test_other_settings(tiny: Company, backend: BaseBackend) -> None:
    settings = load_settings(
        horizon_days=14,
        customers={"categorical": ("zone_id", "no_such"), "numeric": ("other",), "place": (), "type": None},
        products={"family": ("brand",), "group": "package", "brand": None, "numeric": ()},
        features={"country": "US"},
    )
    rows = assert_equal(tiny, backend, settings)
    assert rows["static_customer_no_such"].isna().all()
    assert rows["static_customer_other"].isna().all()
    assert rows["neighbours_place_week_1"].isna().all()


def test_few_neighbours_in_many_tiles(backend: BaseBackend) -> None:
    settings = load_settings(features={"neighbours": 2})
    assert_equal(company(5, customers=40), backend, settings)


def test_nothing_known_yet(tiny: Company, backend: BaseBackend, settings: Settings) -> None:
    later = tiny.with_lines(line for line in tiny.rows() if line[3] >= ORIGIN)
    assert snapshot(later.on(backend), ORIGIN, settings).to_pandas().empty
    none = replace(tiny, lines=lines_of([]))
    assert snapshot(none.on(backend), ORIGIN, settings).to_pandas().empty

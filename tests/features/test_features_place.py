"""The nearest customers against scipy's tree, and what happens without coordinates."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from features_company import Company
from ibis import BaseBackend
from scipy.spatial import cKDTree

from sodai.features.place import nearest_customers
from sodai.settings import load_settings


def placed(company: Company, x: np.ndarray, y: np.ndarray) -> Company:
    ids = pa.array(range(1, len(x) + 1), pa.int64())
    return replace(company, customers=pa.table({"customer_id": ids, "X": pa.array(x), "Y": pa.array(y)}))


def neighbours(company: Company, backend: BaseBackend, wanted: int) -> dict[int, set[int]]:
    settings = load_settings(features={"neighbours": wanted})
    rows = nearest_customers(company.on(backend), settings).to_pandas()
    assert not rows.duplicated().any()
    assert (rows["customer_id"] != rows["neighbour_id"]).all()
    return rows.groupby("customer_id")["neighbour_id"].agg(set).to_dict()


@pytest.mark.parametrize(("count", "wanted"), [(30, 20), (5, 20), (2, 1), (100, 40)])
def test_exact_within_one_tile(count: int, wanted: int, tiny: Company, backend: BaseBackend) -> None:
    points = np.random.default_rng(count).normal(size=(count, 2))
    found = neighbours(placed(tiny, points[:, 0], points[:, 1]), backend, wanted)
    nearest = cKDTree(points).query(points, k=min(wanted + 1, count))[1]
    for customer, row in enumerate(np.asarray(nearest)):
        assert found[customer + 1] == {int(n) + 1 for n in row if n != customer}


def test_nearly_exact_over_many_tiles(tiny: Company, backend: BaseBackend) -> None:
    # Towns of different density, as customers live.
    rng = np.random.default_rng(3)
    points = np.concatenate(
        [rng.normal(centre, spread, (400, 2)) for centre, spread in ((0, 1), (3, 0.2), (9, 4))]
    )
    found = neighbours(placed(tiny, points[:, 0], points[:, 1]), backend, 10)
    nearest = cKDTree(points).query(points, k=11)[1]
    hits = [len(found[c + 1] & {int(n) + 1 for n in row}) for c, row in enumerate(np.asarray(nearest))]
    assert {len(group) for group in found.values()} == {10}
    assert np.mean(hits) / 10 > 0.97


def test_same_place_goes_by_id(tiny: Company, backend: BaseBackend) -> None:
    same = np.ones(6)
    found = neighbours(placed(tiny, same, same), backend, 2)
    assert found[1] == {2, 3}
    assert found[6] == {1, 2}


def test_unknown_coordinates_are_nobody_s_neighbours(tiny: Company, backend: BaseBackend) -> None:
    x = np.array([0.0, 1.0, np.nan, 2.0, np.inf])
    found = neighbours(placed(tiny, x, np.zeros(5)), backend, 4)
    assert found == {1: {2, 4}, 2: {1, 4}, 4: {1, 2}}
    found = neighbours(placed(tiny, np.full(3, None, dtype=object), np.zeros(3)), backend, 4)
    assert found == {}


def test_no_coordinates_no_neighbours(tiny: Company, backend: BaseBackend) -> None:
    for columns in (["customer_id"], ["customer_id", "X"]):
        bare = replace(tiny, customers=tiny.customers.select(columns))
        rows = nearest_customers(bare.on(backend), load_settings()).to_pandas()
        assert rows.empty
        assert list(rows.columns) == ["customer_id", "neighbour_id"]
    unnamed = load_settings(customers={"place": ()})
    assert isinstance(nearest_customers(tiny.on(backend), unnamed).to_pandas(), pd.DataFrame)

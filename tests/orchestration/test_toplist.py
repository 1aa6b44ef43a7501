"""The list for the sales desk."""

import csv
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sodai.orchestration.toplist import write_top_list
from sodai.settings import Settings, load_settings

PREDICTIONS = pa.table(
    {
        "customer_id": [1, 1, 2],
        "product_id": [10, 11, 12],
        "probability": [0.5, 0.25, 0.75],
        "rank": pa.array([1, 2, 1], pa.int32()),
        "expected_items": [1.0, 0.5, 2.0],
        "buy": [True, False, True],
    }
)
PRODUCTS = pa.table(
    {
        "product_id": [10, 11, 12, 13],
        "brand": ["ale", None, None, "rum"],
        "package": ["can", "box", None, None],
        "size": [0.5, None, None, 1.0],
    }
)


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        (load_settings(products={"name": ("brand", "package", "size")}), ["ale can 0.5", "box", "12"]),
        (load_settings(products={"name": ("flavour",)}), ["10", "11", "12"]),
    ],
)
def test_every_product_has_a_name(tmp_path: Path, settings: Settings, expected: list[str]) -> None:
    file = tmp_path / "predictions.parquet"
    pq.write_table(PREDICTIONS, file)
    with write_top_list(file, PRODUCTS, None, settings).open(encoding="utf-8-sig", newline="") as text:
        rows = list(csv.DictReader(text))
    assert [row["product"] for row in rows] == expected
    assert [row["rank"] for row in rows] == ["1", "2", "1"]

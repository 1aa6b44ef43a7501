"""The same expressions on a real local Spark: every column of snapshot and panel, as on DuckDB."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from benchmarks.pandas_features import differences
from features_company import ORIGIN, Company
from ibis import BaseBackend

from sodai.features import TableSet, catalogue, connect, load_tables, panel, snapshot
from sodai.settings import Settings, load_settings

pytestmark = [
    pytest.mark.slow,
    # PySpark 4.0 was made for older pandas and tells so of its own calls.
    pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]
ORIGINS = [ORIGIN - timedelta(days=7), ORIGIN - timedelta(days=14)]


@pytest.fixture(scope="module")
def spark_settings() -> Settings:
    return load_settings(features={"engine": "spark", "memory_limit": "1GB"}, learning={"threads": 2})


@pytest.fixture(scope="module")
def spark(spark_settings: Settings) -> Iterator[BaseBackend]:
    with connect(spark_settings) as backend:
        yield backend


@pytest.fixture(scope="module")
def on_spark(tiny: Company, spark: BaseBackend, tmp_path_factory: pytest.TempPathFactory) -> TableSet:
    folder: Path = tmp_path_factory.mktemp("spark")
    for name in ("customers", "products", "lines"):
        pq.write_table(getattr(tiny, name), folder / f"{name}.parquet")
    return load_tables(spark, folder)


def test_snapshot(tiny: Company, on_spark: TableSet, backend: BaseBackend, spark_settings: Settings) -> None:
    theirs = snapshot(on_spark, ORIGIN, spark_settings).to_pandas()
    ours = snapshot(tiny.on(backend), ORIGIN, spark_settings).to_pandas()
    assert len(ours) > 50
    assert differences(theirs, ours, [f.name for f in catalogue(spark_settings)]) == []


def test_panel(tiny: Company, on_spark: TableSet, backend: BaseBackend, spark_settings: Settings) -> None:
    theirs = panel(on_spark, ORIGINS, spark_settings, 0.5).to_pandas()
    ours = panel(tiny.on(backend), ORIGINS, spark_settings, 0.5).to_pandas()
    assert 0 < ours["label"].mean() < 1
    names = [*(f.name for f in catalogue(spark_settings)), "label", "target_items", "weight"]
    assert differences(theirs, ours, names) == []

"""A company small enough to read, as delivered."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tiny_lines import ANCHORS, Line, table_of

from sodai.data import Tables
from sodai.settings import Settings, load_settings


@pytest.fixture
def settings() -> Settings:
    return load_settings()


@pytest.fixture
def lenient() -> Settings:
    return load_settings(cleaning={"max_refused_share": 1.0})


@pytest.fixture
def customers() -> pa.Table:
    return pa.table(
        {"customer_id": [1, 2, 3], "region_id": [7, 7, 8], "customer_type": ["ALMACÉN", "BAR", "ALMACÉN"]}
    )


@pytest.fixture
def products() -> pa.Table:
    return pa.table({"product_id": [10, 20], "brand": ["Ñandú", "B"], "size": [0.33, 1.5]})


@pytest.fixture
def make(customers: pa.Table, products: pa.Table) -> Callable[..., Tables]:
    """Tables from lines, each a tuple, with the anchors in front unless told otherwise."""

    def build(*lines: Line, anchors: bool = True, **columns: pa.Array) -> Tables:
        rows = [*(ANCHORS if anchors else ()), *lines]
        return Tables(customers, products, _with(table_of(rows), columns))

    return build


def _with(table: pa.Table, columns: dict[str, pa.Array]) -> pa.Table:
    return pa.table({**{name: table[name] for name in table.column_names}, **columns})


@pytest.fixture
def deliver(tmp_path: Path, customers: pa.Table, products: pa.Table) -> Callable[..., Path]:
    """A folder with the three tables; ``deliver(**{"transacciones_2": rows})`` adds files of lines."""

    def write(**files: Sequence[Line]) -> Path:
        folder = tmp_path / "delivery"
        folder.mkdir(exist_ok=True)
        pq.write_table(customers, folder / "clientes.parquet")
        pq.write_table(products, folder / "productos.parquet")
        for stem, rows in {"transacciones": ANCHORS, **files}.items():
            pq.write_table(table_of(rows), folder / f"{stem}.parquet")
        return folder

    return write

import os
import time
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tiny_lines import ANCHORS, table_of

from sodai.data import Tables, fingerprint, read_tables
from sodai.settings import InputError, Settings, UsageError, load_settings

Deliver = Callable[..., Path]


def test_a_folder_of_parquet(deliver: Deliver, settings: Settings) -> None:
    tables = read_tables(deliver(), settings)
    assert tables.customers["region_id"].to_pylist() == [7, 7, 8]
    assert tables.lines.drop_columns(["delivery"]).to_pylist() == table_of(ANCHORS).to_pylist()
    assert tables.lines["delivery"].to_pylist() == ["transacciones.parquet"] * 2
    assert tables.lines.schema.field("purchase_date").type == pa.date32()


def test_files_of_pandas_lose_the_index_and_keep_every_attribute(
    deliver: Deliver, settings: Settings
) -> None:
    folder = deliver()
    frame = pd.DataFrame(
        {"customer_id": [1, 2], "zone": pd.Categorical(["a", "b"]), "since": [datetime(2020, 1, 1)] * 2},  # noqa: DTZ001
        index=[17, 4],
    )
    frame.to_parquet(folder / "clientes.parquet")
    assert "__index_level_0__" in pq.read_schema(folder / "clientes.parquet").names
    customers = read_tables(folder, settings).customers
    assert customers.column_names == ["customer_id", "zone", "since"]
    assert not customers.schema.metadata


def test_several_files_of_lines_are_one_table(deliver: Deliver, settings: Settings) -> None:
    new = [(1, 20, 903, date(2024, 1, 15), 2.0)]
    lines = read_tables(deliver(**{"transacciones_2024-01-15": new}), settings).lines
    assert lines["order_id"].to_pylist() == [901, 902, 903]
    assert lines["delivery"].to_pylist()[-1] == "transacciones_2024-01-15.parquet"


def test_files_of_different_types_are_one_table(deliver: Deliver, settings: Settings) -> None:
    folder = deliver(transacciones_2=[], transacciones_3=[(None, 10, "A7", "16-01-2024", 3)])
    (folder / "transacciones_4.csv").write_text(
        "customer_id;product_id;order_id;purchase_date;items\n2;20;88;17-01-2024;1,5\n2;20;89;ayer;doce\n"
    )
    lines = read_tables(folder, settings).lines
    assert lines["order_id"].to_pylist() == ["901", "902", "A7", "88", "89"]
    assert lines["customer_id"].to_pylist() == [1, 2, None, 2, 2]
    assert lines["purchase_date"].to_pylist()[2:] == ["2024-01-16", "17-01-2024", "ayer"]
    assert lines["items"].to_pylist()[3:] == ["1.5", "doce"]


def test_csv_and_parquet_give_the_same_tables(tmp_path: Path, deliver: Deliver, settings: Settings) -> None:
    expected = read_tables(deliver(), settings)
    folder = tmp_path / "csv"
    folder.mkdir()
    (folder / "clientes.csv").write_bytes(
        "customer_id;region_id;customer_type\n1;7;ALMACÉN\n2;7;BAR\n3;8;ALMACÉN\n".encode("latin-1")
    )
    (folder / "productos.CSV").write_bytes(
        "product_id;brand;size\n10;Ñandú;0,33\n20;B;1,5\n".encode("latin-1")
    )
    (folder / "transacciones.csv").write_text(
        "customer_id;product_id;order_id;purchase_date;items\n1;10;901;01-01-2024;5\n2;20;902;2024-01-09;7,0\n"
    )
    read = read_tables(str(folder), settings)
    assert read.customers == expected.customers
    assert read.products == expected.products
    assert read.lines.drop_columns(["delivery"]) == expected.lines.drop_columns(["delivery"])


def test_other_names_come_from_the_settings(tmp_path: Path) -> None:
    pq.write_table(pa.table({"household": [1, 2], "income": ["a", "b"]}), tmp_path / "demographics.parquet")
    pq.write_table(pa.table({"upc": ["x", "y"], "customer_id": [0, 0]}), tmp_path / "products.parquet")
    sold = {
        "household": [1],
        "upc": ["x"],
        "basket": [5],
        "when": [datetime(2024, 1, 1, 9)],  # noqa: DTZ001
        "quantity": [2],
        "price": [9.9],
    }
    pq.write_table(pa.table(sold), tmp_path / "sales.parquet")
    names = {
        "customer_id": "household",
        "product_id": "upc",
        "order_id": "basket",
        "purchase_date": "when",
        "items": "quantity",
    }
    settings = load_settings(
        source={
            "customers": {
                "name": "demographics",
                "columns": {"customer_id": "household", "customer_type": "income"},
            },
            "products": {"name": "products", "columns": {"product_id": "upc"}},
            "lines": {"name": "sales", "columns": names},
        }
    )
    tables = read_tables(tmp_path, settings)
    assert tables.customers.column_names == ["customer_id", "customer_type"]
    assert tables.products.column_names == ["product_id", "customer_id"]
    assert tables.lines.drop_columns(["delivery"]).to_pylist() == [
        {"customer_id": 1, "product_id": "x", "order_id": 5, "purchase_date": date(2024, 1, 1), "items": 2.0}
    ]


def test_two_columns_mapped_to_one(deliver: Deliver) -> None:
    settings = load_settings(
        source={"lines": {"name": "transacciones", "columns": {"order_id": "customer_id"}}}
    )
    with pytest.raises(UsageError, match="two columns of the table lines are mapped to one"):
        read_tables(deliver(), settings)


def test_no_data_at_all(settings: Settings) -> None:
    with pytest.raises(UsageError, match="no data was named"):
        read_tables(None, settings)


def _rename(old: str, new: str) -> Callable[[Path], object]:
    return lambda folder: (folder / old).rename(folder / new)


def _without(name: str, column: str, other: str) -> Callable[[Path], object]:
    def change(folder: Path) -> None:
        table = pq.read_table(folder / name)
        renamed = [other if existing == column else existing for existing in table.column_names]
        pq.write_table(table.rename_columns(renamed), folder / name)

    return change


def _cut(name: str, keep: int) -> Callable[[Path], object]:
    return lambda folder: (folder / name).write_bytes((folder / name).read_bytes()[:keep])


def _scramble(folder: Path) -> None:
    path = folder / "transacciones.parquet"
    content = bytearray(path.read_bytes())
    content[4:60] = b"\xff" * 56
    path.write_bytes(content)


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (
            _rename("clientes.parquet", "cliente.parquet"),
            r"customers is missing: .* clientes\.parquet or clientes\.csv; got cliente.*'cliente'\?.*\.name",
        ),
        (_rename("transacciones.parquet", "ventas.parquet"), "the table lines is missing"),
        (
            _without("transacciones.parquet", "items", "Item"),
            r"lines \(transacciones\.parquet\) has no column 'items'; got .*'Item'\?.*columns\.items",
        ),
        (
            _without("productos.parquet", "product_id", "sku"),
            "the table products .* has no column 'product_id'",
        ),
        (
            _cut("transacciones.parquet", 400),
            r"cannot read .*transacciones\.parquet as parquet.*deliver it again",
        ),
        (_cut("productos.parquet", 0), r"cannot read .*productos\.parquet as parquet"),
        (_scramble, r"cannot read .*transacciones\.parquet as parquet"),
        (
            lambda folder: (folder / "clientes.csv").write_text("customer_id\n1\n"),
            "customers is there more than once",
        ),
    ],
)
def test_bad_folders(
    spoil: Callable[[Path], object], message: str, deliver: Deliver, settings: Settings
) -> None:
    folder = deliver()
    spoil(folder)
    with pytest.raises(InputError, match=message) as raised:
        read_tables(folder, settings)
    assert raised.value.exit_code == 2


def test_a_folder_that_is_not_there(tmp_path: Path, settings: Settings) -> None:
    for where in (tmp_path / "none", tmp_path):
        with pytest.raises(InputError, match=r"there is no folder|no parquet or csv file at all"):
            read_tables(where, settings)


def test_the_fingerprint_is_of_the_content(deliver: Deliver, settings: Settings) -> None:
    folder = deliver()
    first = fingerprint(folder, settings)
    assert len(first) == 64
    os.utime(folder / "clientes.parquet", (time.time() + 60, time.time() + 60))
    (folder / "notes.txt").write_text("not data")
    assert fingerprint(str(folder), settings) == first
    deliver(**{"transacciones_2024-01-15": [(1, 20, 903, date(2024, 1, 15), 2.0)]})
    second = fingerprint(folder, settings)
    assert second != first
    _rename("transacciones_2024-01-15.parquet", "transacciones_0.parquet")(folder)
    assert fingerprint(folder, settings) != second  # the order of deliveries is content


def test_tables_survive_a_folder(tmp_path: Path, deliver: Deliver, settings: Settings) -> None:
    tables = read_tables(deliver(transacciones_2=ANCHORS), settings)
    tables.write(tmp_path / "run")
    assert Tables.read(tmp_path / "run") == tables
    _cut("lines.parquet", 100)(tmp_path / "run")
    with pytest.raises(InputError, match=r"cannot read .*lines\.parquet"):
        Tables.read(tmp_path / "run")


def test_the_digest_of_tables_ignores_the_order_of_rows(make: Callable[..., Tables]) -> None:
    tables = make((1, 20, 903, date(2024, 1, 15), 2.0))
    shuffled = Tables(tables.customers, tables.products, tables.lines.take([2, 0, 1]))
    assert shuffled.digest() == tables.digest()
    twice = Tables(tables.customers, tables.products, tables.lines.take([2, 0, 1, 1]))
    assert twice.digest() != tables.digest()

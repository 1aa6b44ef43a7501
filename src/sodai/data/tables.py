"""The three tables of a company, in memory and in a folder."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from sodai.data.files import write_parquet
from sodai.settings import InputError

DELIVERY = "delivery"
NAMES = ("customers", "products", "lines")


@dataclass(frozen=True)
class Tables:
    """Customers, products and lines under our column names.

    ``customers`` has customer_id and attributes, ``products`` product_id and attributes, ``lines`` the
    columns customer_id, product_id, order_id, purchase_date and items. Lines as delivered in files have one
    more, ``delivery``: the name of the file, which cleaning needs to tell a correction from what it
    corrects.
    """

    customers: pa.Table
    products: pa.Table
    lines: pa.Table

    def write(self, folder: Path) -> None:
        """Write customers.parquet, products.parquet and lines.parquet, each whole or not at all."""
        for name in NAMES:
            write_parquet(folder / f"{name}.parquet", getattr(self, name))

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read what `write` wrote.

        Raises
        ------
        InputError
            If a file is missing or damaged.
        """
        return cls(*(_read(folder / f"{name}.parquet") for name in NAMES))

    def digest(self) -> str:
        """Sha256 of the content, whatever the order of the rows."""
        total = hashlib.sha256()
        for name in NAMES:
            table: pa.Table = getattr(self, name)
            with duckdb.connect() as connection:
                connection.register("rows_", table)
                rows = connection.execute(
                    "SELECT count(*), sum(md5_number_lower(rows_::VARCHAR)::HUGEINT) FROM rows_"
                ).fetchone()
            columns = [(field.name, str(field.type)) for field in table.schema]
            total.update(repr((name, columns, rows)).encode())
        return total.hexdigest()


def _read(path: Path) -> pa.Table:
    try:
        return pq.read_table(path)
    except (pa.ArrowException, OSError) as error:
        raise InputError(
            f"cannot read {path}: {str(error).splitlines()[0]}",
            hint="Delete the folder of this run and run again.",
        ) from error

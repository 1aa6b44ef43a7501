"""The delivered columns in the types that the rules need; a type that cannot be is one clear error."""

from collections.abc import Callable

import numpy as np
import pyarrow as pa

from sodai.data.cleaning.deliveries import delivery_ranks
from sodai.data.cleaning.requirements import wrong_type
from sodai.data.tables import DELIVERY, Tables
from sodai.data.values import Column, agree, as_days, as_ids, as_quantities, plain
from sodai.settings.columns import CUSTOMER_ID, ITEMS, LINE_COLUMNS, ORDER_ID, PRODUCT_ID, PURCHASE_DATE

ROW = "row"


def with_common_ids(tables: Tables) -> Tables:
    """Bring each id to one type in all tables, and keep of the lines the columns that are ours.

    Raises
    ------
    InputError
        If a column holds no ids.
    """
    customers, customer_lines = agree(
        _ids(tables, "customers", CUSTOMER_ID), _ids(tables, "lines", CUSTOMER_ID)
    )
    products, product_lines = agree(_ids(tables, "products", PRODUCT_ID), _ids(tables, "lines", PRODUCT_ID))
    lines = {name: plain(tables.lines[name]) for name in LINE_COLUMNS}
    lines |= {
        CUSTOMER_ID: customer_lines,
        PRODUCT_ID: product_lines,
        ORDER_ID: _ids(tables, "lines", ORDER_ID),
        DELIVERY: _deliveries(tables.lines),
    }
    return Tables(
        _replaced(tables.customers, CUSTOMER_ID, customers),
        _replaced(tables.products, PRODUCT_ID, products),
        pa.table(lines),
    )


def _ids(tables: Tables, name: str, column: str) -> Column:
    return _read(getattr(tables, name), name, column, as_ids, "whole numbers or text")


def _deliveries(lines: pa.Table) -> Column:
    if DELIVERY not in lines.column_names:
        return pa.chunked_array([pa.nulls(len(lines), pa.string())])
    return lines[DELIVERY]


def _replaced(table: pa.Table, name: str, column: Column) -> pa.Table:
    """Put an id in place; attributes stay as they are but for encodings that not every engine reads."""
    plainer = {other: column if other == name else plain(table[other]) for other in table.column_names}
    return pa.table(plainer)


def read_lines(lines: pa.Table) -> pa.Table:
    """Read days and quantities, null where a value makes no sense.

    Raises
    ------
    InputError
        If not one value of a column does.
    """
    days = _read(
        lines, "lines", PURCHASE_DATE, as_days, "dates, timestamps, or text such as 2024-12-30 or 30-12-2024"
    )
    items = _read(lines, "lines", ITEMS, as_quantities, "numbers")
    return lines.set_column(lines.column_names.index(PURCHASE_DATE), PURCHASE_DATE, days).set_column(
        lines.column_names.index(ITEMS), ITEMS, items
    )


def _read(
    table: pa.Table, name: str, column: str, reader: Callable[[Column], Column | None], wanted: str
) -> Column:
    delivered = table[column]
    read = reader(delivered)
    nothing_left = read is not None and read.null_count == len(read) and delivered.null_count < len(delivered)
    if read is None or (nothing_left and not pa.types.is_floating(delivered.type)):
        raise wrong_type(name, column, delivered, wanted)
    return read


def numbered(lines: pa.Table) -> pa.Table:
    """Add the row number, and in place of the delivery's name its rank, newest highest."""
    encoded = lines[DELIVERY].combine_chunks()
    if not pa.types.is_dictionary(encoded.type):
        encoded = encoded.dictionary_encode()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.unify_dictionaries().combine_chunks()
    ranks = pa.array(delivery_ranks(encoded.dictionary.to_pylist()), pa.int32()).take(encoded.indices)
    return pa.table(
        {
            ROW: pa.array(np.arange(len(lines), dtype=np.int64)),
            **{name: lines[name] for name in LINE_COLUMNS},
            DELIVERY: ranks.fill_null(-1),
        }
    )

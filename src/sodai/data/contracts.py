"""The contracts of the three clean tables, which every other room relies on, as pandera schemas."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pyarrow as pa

from sodai.data.tables import Tables
from sodai.data.values import FIRST_DAY
from sodai.settings import InputError
from sodai.settings.columns import CUSTOMER_ID, ITEMS, ORDER_ID, PRODUCT_ID, PURCHASE_DATE


def contracts(tables: Tables, today: date) -> Mapping[str, Any]:
    """Build the schema of each table.

    Ids are int64 or text as the company delivers them, in all tables alike; this is the only part of a
    contract that depends on ``tables``. Attributes are free.

    Returns
    -------
    Mapping of str to pandera.pyarrow.DataFrameSchema
        For customers, products and lines.
    """
    import pandera.pyarrow as pandera  # noqa: PLC0415 - takes a second to import

    def ids(table: pa.Table, name: str, *, unique: bool = False) -> Any:
        text = name in table.column_names and pa.types.is_string(table.schema.field(name).type)
        return pandera.Column(pa.string() if text else pa.int64(), nullable=False, unique=unique)

    day = pandera.Check.in_range(FIRST_DAY, today)
    finite = pandera.Check.in_range(-1e300, 1e300)
    return {
        "customers": pandera.DataFrameSchema({CUSTOMER_ID: ids(tables.customers, CUSTOMER_ID, unique=True)}),
        "products": pandera.DataFrameSchema({PRODUCT_ID: ids(tables.products, PRODUCT_ID, unique=True)}),
        "lines": pandera.DataFrameSchema(
            {
                CUSTOMER_ID: ids(tables.customers, CUSTOMER_ID),
                PRODUCT_ID: ids(tables.products, PRODUCT_ID),
                ORDER_ID: ids(tables.lines, ORDER_ID),
                PURCHASE_DATE: pandera.Column(pa.date32(), day, nullable=False),
                ITEMS: pandera.Column(pa.float64(), [finite, pandera.Check.ne(0)], nullable=False),
            },
            strict=True,
            ordered=True,
        ),
    }


def check_contract(tables: Tables, *, today: date) -> None:
    """Check that the tables are clean.

    Raises
    ------
    InputError
        If one breaks its contract; names the table, the column and the check.
    """
    from pandera.errors import SchemaErrors  # noqa: PLC0415 - takes a second to import

    for name, schema in contracts(tables, today).items():
        try:
            schema.validate(getattr(tables, name), lazy=True)
        except SchemaErrors as error:
            cases = pa.table(error.failure_cases).select(["column", "check", "failure_case"]).to_pylist()
            first = cases[0]
            raise InputError(
                f"the table {name} breaks its contract at column {first['column'] or first['failure_case']}",
                got=f"{first['failure_case']} where {first['check']} must hold",
                hint="Clean the tables with sodai.data.clean before use.",
            ) from error

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pyarrow as pa
import pytest

from sodai.data import Tables, check_contract
from sodai.settings import InputError

TODAY = date(2024, 12, 31)
Make = Callable[..., Tables]


def test_clean_tables_keep_their_contract(make: Make) -> None:
    check_contract(make(), today=TODAY)


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ((1, 10, 5, date(2024, 1, 1), 0.0), "items"),
        ((1, 10, 5, date(2024, 1, 1), float("nan")), "items"),
        ((1, 10, 5, date(2024, 1, 1), float("inf")), "items"),
        ((1, 10, 5, date(2025, 1, 1), 1.0), "purchase_date"),
        ((1, 10, 5, None, 1.0), "purchase_date"),
        ((None, 10, 5, date(2024, 1, 1), 1.0), "customer_id"),
        ((1, 10, 5, date(2024, 1, 1), "x"), "items"),
        (("1", 10, 5, date(2024, 1, 1), 1.0), "customer_id"),
    ],
)
def test_a_line_that_breaks_it_is_named(line, column: str, make: Make) -> None:
    with pytest.raises(InputError, match=f"the table lines breaks its contract at column {column}"):
        check_contract(make(line), today=TODAY)


def test_ids_are_unique_and_columns_are_there(make: Make) -> None:
    tables = make()
    twice = replace(tables, customers=pa.concat_tables([tables.customers, tables.customers.slice(0, 1)]))
    with pytest.raises(InputError, match="the table customers breaks its contract at column customer_id"):
        check_contract(twice, today=TODAY)
    for name, column in (("products", "product_id"), ("lines", "items")):
        lacking = replace(tables, **{name: getattr(tables, name).drop_columns([column])})
        with pytest.raises(InputError, match=f"the table {name} breaks its contract at column {column}"):
            check_contract(lacking, today=TODAY)

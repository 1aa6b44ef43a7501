"""Streams are cut between customers, whatever the sizes of the batches; the recall counts what was bought."""

from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import given, settings
from hypothesis import strategies as st

from sodai.orchestration.recall import recall_of
from sodai.orchestration.storage import by_customers
from sodai.settings import Settings


@settings(deadline=None)  # a busy machine is no failure
@given(
    sizes=st.lists(st.integers(1, 9), min_size=1, max_size=12),
    batch=st.integers(1, 7),
    rows=st.integers(1, 12),
)
def test_no_customer_is_split_and_no_row_lost(sizes: list[int], batch: int, rows: int) -> None:
    ids = [customer for customer, size in enumerate(sizes) for _ in range(size)]
    table = pa.table({"customer_id": ids, "n": list(range(len(ids)))})
    chunks = list(by_customers(table.to_batches(max_chunksize=batch), rows=rows))
    assert [n for chunk in chunks for n in chunk["n"].to_pylist()] == list(range(len(ids)))
    owners = [set(chunk["customer_id"].to_pylist()) for chunk in chunks]
    assert sum(map(len, owners)) == len(set(ids))
    assert all(chunk.num_rows <= max(rows, *sizes) for chunk in chunks)


def test_recall_counts_what_was_bought(tmp_path: Path) -> None:
    origin = date(2024, 6, 3)

    def line(customer: int, product: int, days: int, items: float) -> dict[str, object]:
        day = origin + timedelta(days=days)
        return {"customer_id": customer, "product_id": product, "purchase_date": day, "items": items}

    lines = [
        line(1, 1, -10, 1.0),
        line(2, 2, -10, 1.0),
        line(3, 3, -10, -1.0),  # a return alone makes nobody known
        line(1, 2, 0, 2.0),  # bought, reachable, found
        line(2, 1, 6, 1.0),  # bought, reachable, not a candidate
        line(1, 3, 1, 1.0),  # bought, product never bought before
        line(4, 1, 1, 1.0),  # bought, customer never seen before
        line(2, 2, 7, 1.0),  # after the window
        line(1, 1, 2, 1.0),
        line(1, 1, 3, -1.0),  # nets to nothing
    ]
    pq.write_table(pa.Table.from_pylist(lines), tmp_path / "lines.parquet")
    rows = [{"origin": origin, "customer_id": 1, "label": label} for label in (1, 0, 0)]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "test.parquet")
    found = recall_of(tmp_path / "lines.parquet", tmp_path / "test.parquet", Settings())
    assert (found.pairs, found.bought, found.reachable, found.found) == (3, 4, 2, 1)
    assert found.reachable_recall == 0.5
    either = recall_of(tmp_path / "lines.parquet", tmp_path / "test.parquet", Settings(label="any"))
    assert (either.bought, either.reachable) == (5, 3)
    some = recall_of(tmp_path / "lines.parquet", tmp_path / "test.parquet", Settings(), share=0.5)
    assert (some.pairs, some.bought, some.reachable, some.found) == (3, 2, 1, 1)  # customer 1 alone

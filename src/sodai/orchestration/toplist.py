"""The list for the sales desk: the best products of each customer, with names and reasons, as a csv file."""

import csv
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from sodai.data import write_atomic
from sodai.settings import Settings
from sodai.settings.columns import BUY, CUSTOMER_ID, EXPECTED_ITEMS, PAIR, PROBABILITY, PRODUCT_ID, RANK

COLUMNS = (CUSTOMER_ID, RANK, PRODUCT_ID, "product", PROBABILITY, EXPECTED_ITEMS, BUY)
REASONS = ("reasons_es", "reasons_en")


def write_top_list(
    predictions: Path, products: pa.Table, reasons: pa.Table | None, settings: Settings
) -> Path:
    """Write ``top.csv`` beside ``predictions.parquet``: the first ``explanation.top_k`` of each customer.

    Parameters
    ----------
    predictions : Path
        The published week.
    products : pa.Table
        Clean products; ``settings.products.name`` says which columns make a name.
    reasons : pa.Table, optional
        One row a reason (customer_id, product_id, position, reason_es, reason_en); without it the list has
        no reasons.
    """
    top = pq.read_table(predictions, filters=pc.field(RANK) <= settings.explanation.top_k)
    top = top.join(named(products, settings), PRODUCT_ID, join_type="left outer")
    columns: tuple[str, ...] = COLUMNS
    if reasons is not None:
        top = top.join(_one_row(reasons), list(PAIR), join_type="left outer")
        columns = (*COLUMNS, *REASONS)
    rows = top.sort_by([(CUSTOMER_ID, "ascending"), (RANK, "ascending")]).select(columns)
    file = predictions.with_name("top.csv")
    write_atomic(file, lambda temporary: _write_csv(temporary, rows))
    return file


def named(products: pa.Table, settings: Settings) -> pa.Table:
    """product_id and name; the id where nothing that makes a name is known."""
    ids = products[PRODUCT_ID].cast(pa.string())
    known = [name for name in settings.products.name if name in products.column_names]
    # The empty first part keeps a product of which nothing is known: Arrow drops the row of nulls alone.
    parts = [pa.scalar(""), *(products[name].cast(pa.string()) for name in known)]
    joined = pc.binary_join_element_wise(*parts, " ", null_handling="skip") if known else ids
    names = pc.if_else(pc.equal(joined, ""), ids, pc.utf8_ltrim_whitespace(joined))
    return pa.table({PRODUCT_ID: products[PRODUCT_ID], "product": names})


def _one_row(reasons: pa.Table) -> pa.Table:
    """Put the reasons of a pair into one cell a language, the strongest first."""
    ordered = reasons.sort_by([*((key, "ascending") for key in PAIR), ("position", "ascending")])
    pairs = ordered.group_by(list(PAIR), use_threads=False)
    lists = pairs.aggregate([("reason_es", "list"), ("reason_en", "list")])
    cells = {f"reasons_{side}": pc.binary_join(lists[f"reason_{side}_list"], "; ") for side in ("es", "en")}
    return pa.table({**{key: lists[key] for key in PAIR}, **cells})


def _write_csv(path: Path, rows: pa.Table) -> None:
    """Write with a byte order mark, without which spreadsheets misread the accents."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(rows.column_names)
        for batch in rows.to_batches(max_chunksize=50_000):
            columns = [
                _shown(name, column) for name, column in zip(rows.column_names, batch.columns, strict=True)
            ]
            writer.writerows(zip(*columns, strict=True))


def _shown(name: str, column: pa.Array) -> list[object]:
    digits = {PROBABILITY: 4, EXPECTED_ITEMS: 2}.get(name)
    shown: list[object] = (pc.round(column, digits) if digits is not None else column).to_pylist()
    return shown

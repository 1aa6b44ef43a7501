"""What cleaning takes out, with its reason and exactly as it was delivered: refused is never lost."""

import json
from collections.abc import Mapping

import pyarrow as pa

from sodai.data.tables import DELIVERY, NAMES
from sodai.settings.columns import CUSTOMER_ID, ITEMS, ORDER_ID, PRODUCT_ID, PURCHASE_DATE, REASON

TABLE = "table"
RECORD = "record"
_LINE_TEXTS = (PURCHASE_DATE, ITEMS, DELIVERY)


def quarantined_lines(delivered: pa.Table, leaving: pa.Table) -> pa.Table:
    """Take the ``leaving`` lines (row, reason): ids as they are, what may make no sense as text."""
    rows = delivered.take(leaving["row"])
    texts = {name: rows[name].cast(pa.string()) for name in _LINE_TEXTS}
    ids = {name: rows[name] for name in (CUSTOMER_ID, PRODUCT_ID, ORDER_ID)}
    size = len(rows)
    return pa.table(
        {
            TABLE: pa.repeat(pa.scalar(NAMES[2]), size),
            REASON: leaving[REASON].cast(pa.string()),
            **ids,
            **texts,
            RECORD: pa.nulls(size, pa.string()),
        }
    )


def quarantined_entities(name: str, key: str, delivered: pa.Table, dropped: Mapping[int, str]) -> pa.Table:
    """Take the ``dropped`` rows of customers or products, whole, as JSON in ``record``."""
    rows = delivered.take(pa.array(list(dropped), pa.int64()))
    records = [json.dumps(record, ensure_ascii=False, default=str) for record in rows.to_pylist()]
    return pa.table(
        {
            TABLE: pa.repeat(pa.scalar(name), len(rows)),
            REASON: pa.array(list(dropped.values()), pa.string()),
            key: rows[key],
            RECORD: pa.array(records, pa.string()),
        }
    )


def joined(lines: pa.Table, *entities: pa.Table) -> pa.Table:
    """Stack the parts of a quarantine; columns that a part lacks are null."""
    parts = [lines, *(part for part in entities if len(part))]
    return pa.concat_tables(parts, promote_options="default").combine_chunks()

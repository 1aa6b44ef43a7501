"""Three tables as delivered in; three tables that keep their contract, a quarantine and a report out."""

from dataclasses import dataclass
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from sodai.data.cleaning.deliveries import Resolved, resolve
from sodai.data.cleaning.entities import distinct, with_unknown
from sodai.data.cleaning.notes import entity_counts, warnings
from sodai.data.cleaning.quarantine import joined, quarantined_entities, quarantined_lines
from sodai.data.cleaning.report import CleaningReport
from sodai.data.cleaning.requirements import (
    require_enough,
    require_few_refused,
    require_matches,
    require_rows,
)
from sodai.data.cleaning.rules import MERGED, MERGED_RULES, NETTED, REFUSED_RULES, REPLACED_RULES, judge
from sodai.data.cleaning.typed import ROW, numbered, read_lines, with_common_ids
from sodai.data.contracts import check_contract
from sodai.data.tables import Tables
from sodai.settings.columns import CUSTOMER_ID, PRODUCT_ID, PURCHASE_DATE, REASON
from sodai.settings.model import Settings


@dataclass(frozen=True)
class Cleaned:
    """Tables that keep the contract, what was taken out of them, and the counts.

    ``quarantine`` has the columns table (lines, customers or products), reason, customer_id, product_id,
    order_id, purchase_date, items and delivery (the last three as text, as delivered) and record (a whole
    row of customers or products as JSON).
    """

    tables: Tables
    quarantine: pa.Table
    report: CleaningReport


def clean(tables: Tables, settings: Settings, *, today: date) -> Cleaned:
    """Apply every rule and check what is left.

    Parameters
    ----------
    tables : Tables
        As `sodai.data.read_tables` gives them.
    settings : Settings
        ``cleaning`` says how much may be refused and what to do with unknown ids.
    today : date
        Lines after this day are in the future.

    Returns
    -------
    Cleaned
        Lines have one row per (customer_id, product_id, order_id, purchase_date), items their net quantity
        (float64, finite, not 0; below 0 for a return without its purchase), sorted by day, customer,
        product and order. Ids are int64 or text, in all tables alike. Attributes are as delivered.

    Raises
    ------
    InputError
        If a table is empty or of a wrong type, ids never match, too large a share is refused, or what is
        left is too little to learn from.
    """
    require_rows(tables)
    tables = with_common_ids(tables)
    lines = read_lines(tables.lines)
    customers, products = distinct(tables.customers, CUSTOMER_ID), distinct(tables.products, PRODUCT_ID)
    known_customers = _known(customers.table, lines, "customers", CUSTOMER_ID, settings)
    known_products = _known(products.table, lines, "products", PRODUCT_ID, settings)

    reasons = judge(lines, tables.lines, known_customers, known_products, today)
    resolved = resolve(numbered(lines).filter(pc.is_null(reasons)), settings.features.memory_limit)
    leaving = _leaving(reasons, resolved)
    rules = _counts(leaving, resolved)
    quarantine = quarantined_lines(tables.lines, leaving)
    require_few_refused(rules, len(lines), quarantine, settings)
    require_enough(resolved.lines)

    cleaned = Tables(known_customers, known_products, resolved.lines)
    check_contract(cleaned, today=today)
    quarantine = joined(
        quarantine,
        quarantined_entities("customers", CUSTOMER_ID, tables.customers, customers.dropped),
        quarantined_entities("products", PRODUCT_ID, tables.products, products.dropped),
    )
    entities = {"customers": customers, "products": products}
    return Cleaned(
        cleaned,
        quarantine,
        CleaningReport(
            lines_in=len(lines),
            lines_out=len(cleaned.lines),
            customers=len(cleaned.customers),
            products=len(cleaned.products),
            first_day=cleaned.lines[PURCHASE_DATE][0].as_py(),
            last_day=cleaned.lines[PURCHASE_DATE][-1].as_py(),
            rules=rules,
            entities=entity_counts(entities),
            warnings=tuple(warnings(cleaned, entities, resolved.remainder, settings)),
        ),
    )


def _known(table: pa.Table, lines: pa.Table, name: str, key: str, settings: Settings) -> pa.Table:
    if settings.cleaning.unknown == "keep":
        return with_unknown(table, key, lines[key])
    require_matches(lines, table, name, key)
    return table


def _leaving(reasons: pa.ChunkedArray, resolved: Resolved) -> pa.Table:
    """All lines that leave, as row and reason, in the order delivered."""
    rows = pc.indices_nonzero(pc.is_valid(reasons)).cast(pa.int64())
    refused = pa.table({ROW: rows, REASON: reasons.take(rows)})
    return pa.concat_tables([refused, resolved.leaving]).sort_by(ROW)


def _counts(leaving: pa.Table, resolved: Resolved) -> dict[str, int]:
    counted = {entry["values"]: entry["counts"] for entry in pc.value_counts(leaving[REASON]).to_pylist()}
    counted |= {NETTED: resolved.netted, MERGED: resolved.merged}
    return {rule: counted.get(rule, 0) for rule in (*REFUSED_RULES, *REPLACED_RULES, *MERGED_RULES)}

"""What a company's tables must have before anything can be learned; each lack is one clear message."""

from collections.abc import Iterable

import pyarrow as pa
import pyarrow.compute as pc

from sodai.data.cleaning.report import refused_lines
from sodai.data.cleaning.rules import REFUSED_RULES, known
from sodai.data.tables import NAMES, Tables
from sodai.settings import InputError
from sodai.settings.columns import CUSTOMER_ID, ITEMS, LINE_COLUMNS, PRODUCT_ID, PURCHASE_DATE, REASON
from sodai.settings.model import Settings

_SHOWN = 3


def require_rows(tables: Tables) -> None:
    """Refuse an empty table, or one without its key columns."""
    needed = {"customers": (CUSTOMER_ID,), "products": (PRODUCT_ID,), "lines": LINE_COLUMNS}
    for name in NAMES:
        table: pa.Table = getattr(tables, name)
        missing = [column for column in needed[name] if column not in table.column_names]
        if missing:
            raise InputError(
                f"the table {name} has no column {missing[0]!r}",
                got="the columns " + ", ".join(table.column_names),
            )
        if not len(table):
            raise InputError(f"the table {name} is empty", hint="Deliver at least one row.")


def wrong_type(table: str, column: str, delivered: pa.ChunkedArray, wanted: str) -> InputError:
    """Describe a column whose type, or every value, cannot be what it should be."""
    example = next((value for value in delivered.slice(0, 1000).to_pylist() if value is not None), None)
    return InputError(
        f"the column {column} of {table} has the wrong type",
        got=f"{delivered.type}, for example {example!r}",
        allowed=wanted,
        hint=f"Deliver another column, or map it in the settings: source.{table}.columns.{column}.",
    )


def require_matches(lines: pa.Table, table: pa.Table, name: str, key: str) -> None:
    """Refuse lines of which not one refers to a row of ``table``."""
    if not pc.any(known(lines[key], table[key])).as_py():
        raise InputError(
            f"no {key} of the lines is in the table {name}",
            got=f"lines with {_examples(lines[key])}, {name} with {_examples(table[key])}",
            hint="Check leading zeros, prefixes and whether both tables come from the same company.",
        )


def _examples(ids: pa.ChunkedArray) -> str:
    return ", ".join(repr(value) for value in pc.unique(ids.slice(0, 1000).drop_null())[:_SHOWN].to_pylist())


def require_few_refused(
    rules: dict[str, int], lines_in: int, quarantine: pa.Table, settings: Settings
) -> None:
    """Refuse a delivery of which too large a share is wrong; names the rules and shows the first lines."""
    refused, allowed = refused_lines(rules), settings.cleaning.max_refused_share
    if refused <= allowed * lines_in:
        return
    worst = sorted((rule for rule in REFUSED_RULES if rules[rule]), key=lambda rule: -rules[rule])
    shown = "\n".join(line for rule in worst for line in _first_lines(quarantine, rule))
    raise InputError(
        f"too many lines were refused: {refused:,} of {lines_in:,} ({refused / lines_in:.1%})",
        got=", ".join(f"{rule} {rules[rule]:,}" for rule in worst),
        allowed=f"{allowed:.1%} (cleaning.max_refused_share)",
        hint=f"Mend the source, or allow more if this is as it should be. The first of them:\n{shown}",
    )


def _first_lines(quarantine: pa.Table, rule: str) -> Iterable[str]:
    mask = pc.and_(pc.equal(quarantine[REASON], rule), pc.equal(quarantine["table"], "lines"))
    for row in quarantine.filter(mask).slice(0, _SHOWN).to_pylist():
        place = f" ({row['delivery']})" if row["delivery"] else ""
        yield f"  {rule}: " + ", ".join(f"{column}={row[column]}" for column in LINE_COLUMNS) + place


def require_enough(lines: pa.Table) -> None:
    """Refuse lines that teach nothing: none, of one day, one customer or one product, or only returns."""
    if not len(lines):
        raise InputError(
            "no line is left after cleaning", hint="Every line was repeated or reversed: check the source."
        )
    if not pc.any(pc.greater(lines[ITEMS], 0)).as_py():
        raise InputError(
            "no line has a positive quantity: there are only returns",
            hint="Check the sign of items, or deliver the purchases too.",
        )
    for key, noun in ((CUSTOMER_ID, "customer"), (PRODUCT_ID, "product")):
        if len(pc.unique(lines[key])) < 2:
            raise InputError(
                f"all lines are of one {noun}", got=f"{key} {lines[key][0].as_py()!r}", allowed="two or more"
            )
    days = pc.min_max(lines[PURCHASE_DATE]).as_py()
    if days["min"] == days["max"]:
        raise InputError(
            "all lines have the same purchase_date",
            got=days["min"],
            hint="Deliver the day of each purchase, not the day of the export.",
        )

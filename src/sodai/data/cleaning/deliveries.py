"""Which of several lines of one product in one order count: repeats, corrections, reversals.

An *order line* is what a customer bought of a product in an order on a day: (customer_id, product_id,
order_id, purchase_date). Its lines may come in several deliveries (files, ordered by name, the numbers in
them as numbers).

1. The newest delivery of an order line wins. The lines of older deliveries leave as ``superseded``, or as
   ``duplicate`` when the winning delivery repeats them.
2. Lines of one delivery never supersede each other: a purchase and its return stand side by side.
3. A later delivery that holds only negative lines of an order line is a return that became known late, not
   a new version of the purchase: it is added to the version it follows.
4. Equal lines of an order line (same quantity) count once; the others leave as ``duplicate``. So a week
   that is delivered twice, or with an overlap, changes nothing.
5. What is left is added up. A sum of zero is a purchase that was reversed: its lines leave as ``reversed``.

Silence is not a correction: an order line that a later delivery does not mention stays. It is cancelled by a
return or by a quantity of zero. A correction is matched by its day, so a line whose *day* was corrected is
a new order line. A copy of an old file under the newest name brings the old state back: the newest name
wins.
"""

import re
import tempfile
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from sodai.data.cleaning.rules import DUPLICATE, REVERSED, SUPERSEDED, ZERO_ITEMS

_KEY = "customer_id, product_id, order_id, purchase_date"
_ZERO = 1e-6  # of the largest line: what float sums of thirds leave of nothing.
_MIN_PAIRS = 30

_STEPS = f"""
CREATE TEMP TABLE together AS
SELECT good.* FROM good SEMI JOIN (SELECT {_KEY} FROM good GROUP BY ALL HAVING count(*) > 1) USING ({_KEY});

CREATE TEMP TABLE judged AS
WITH versions AS (
    SELECT *, delivery >= coalesce(max(delivery) FILTER (items >= 0) OVER order_line,
                                   max(delivery) OVER order_line) AS current
    FROM together WINDOW order_line AS (PARTITION BY {_KEY})
), copies AS (
    SELECT *, row_number() OVER (equal_lines ORDER BY current DESC, delivery, row) AS copy,
           bool_or(current) OVER equal_lines AS repeated
    FROM versions WINDOW equal_lines AS (PARTITION BY {_KEY}, items)
)
SELECT * EXCLUDE (current, copy, repeated),
       CASE WHEN current AND copy = 1 THEN if(items = 0, '{ZERO_ITEMS}', NULL)
            WHEN repeated THEN '{DUPLICATE}' ELSE '{SUPERSEDED}' END AS reason
FROM copies;

CREATE TEMP TABLE sums AS
SELECT {_KEY}, count(*) AS n, count_if(items < 0) AS returns, list_sum(list_sort(list(items))) AS net,
       n > 1 AND abs(net) <= {_ZERO} * max(abs(items)) AS nothing
FROM judged WHERE reason IS NULL GROUP BY {_KEY};
"""  # noqa: S608 - only names of this module
_CLEAN = f"""
SELECT {_KEY}, items FROM good ANTI JOIN together USING (row) WHERE items <> 0
UNION ALL SELECT {_KEY}, net FROM sums WHERE NOT nothing
ORDER BY purchase_date, customer_id, product_id, order_id
"""  # noqa: S608 - only names of this module
_LEAVING = f"""
SELECT row, reason FROM judged WHERE reason IS NOT NULL
UNION ALL SELECT row, '{ZERO_ITEMS}' FROM good ANTI JOIN together USING (row) WHERE items = 0
UNION ALL SELECT row, '{REVERSED}' FROM judged SEMI JOIN (FROM sums WHERE nothing) USING ({_KEY})
          WHERE reason IS NULL
ORDER BY row
"""  # noqa: S608 - only names of this module
_MERGED = """
SELECT coalesce(sum(n - 1) FILTER (returns > 0), 0)::BIGINT, coalesce(sum(n - 1) FILTER (returns = 0),
0)::BIGINT FROM sums WHERE NOT nothing
"""
_REMAINDER = """
SELECT if(nothing, 0, round(net, 4)) AS remainder, count(*) AS pairs, sum(count(*)) OVER () AS all_pairs
FROM sums WHERE n = 2 AND returns = 1 GROUP BY remainder ORDER BY pairs DESC, remainder LIMIT 1
"""


@dataclass(frozen=True)
class Resolved:
    """The lines that count, and what became of the others.

    ``lines`` has one row an order line, ``items`` their sum; ``leaving`` has ``row`` and ``reason``.
    ``netted`` and ``merged`` lines are part of the sums. ``remainder`` is what most purchases with one
    return leave, when that is nearly always the same and not zero: (remainder, purchases that leave it,
    purchases with one return).
    """

    lines: pa.Table
    leaving: pa.Table
    netted: int
    merged: int
    remainder: tuple[float, int, int] | None


def resolve(good: pa.Table, memory_limit: str) -> Resolved:
    """Apply the rules of this module to lines that are good by themselves.

    Parameters
    ----------
    good : pa.Table
        row (int64), the order line's four columns, items (finite) and delivery (int32, newest highest).
    memory_limit : str
        Of DuckDB; what does not fit goes to the system's temporary folder.
    """
    with duckdb.connect(config=_config(memory_limit)) as connection:
        connection.register("good", good)
        connection.execute(_STEPS)
        netted, merged = connection.sql(_MERGED).fetchall()[0]
        return Resolved(
            connection.sql(_CLEAN).to_arrow_table(),
            connection.sql(_LEAVING).to_arrow_table(),
            netted,
            merged,
            _common_remainder(connection.sql(_REMAINDER).fetchall()),
        )


def _config(memory_limit: str) -> dict[str, str | bool | int | float | list[str]]:
    return {"memory_limit": memory_limit, "temp_directory": tempfile.gettempdir()}


def _common_remainder(rows: list[tuple[float, int, int]]) -> tuple[float, int, int] | None:
    if not rows:
        return None
    remainder, pairs, all_pairs = rows[0]
    telling = all_pairs >= _MIN_PAIRS and pairs >= 0.9 * all_pairs and remainder != 0
    return (float(remainder), int(pairs), int(all_pairs)) if telling else None


def delivery_ranks(names: list[str]) -> list[int]:
    """Rank file names from oldest to newest: by stem, numbers in it as numbers, then by suffix.

    >>> delivery_ranks(["lines_10.parquet", "lines_9.parquet", "lines.parquet"])
    [2, 1, 0]
    """
    ordered = sorted(set(names), key=_natural)
    return [ordered.index(name) for name in names]


def _natural(name: str) -> tuple[list[str | int], str]:
    stem, _, suffix = name.rpartition(".")
    parts = re.split(r"(\d+)", (stem or suffix).casefold())
    return [int(part) if k % 2 else part for k, part in enumerate(parts)], name

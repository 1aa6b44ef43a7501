"""How much of what was bought the candidate pairs cover: the ceiling of everything that follows."""

from dataclasses import dataclass
from pathlib import Path

import duckdb

from sodai.settings import Settings


@dataclass(frozen=True)
class CandidateRecall:
    """Counts over the test weeks.

    ``bought`` are the positive pairs; ``reachable`` those whose customer and product had a purchase before
    the origin; ``found`` those among the candidates. A recall is NaN where nothing was bought.
    """

    pairs: int
    bought: int
    reachable: int
    found: int

    @property
    def reachable_recall(self) -> float:
        """Share of the reachable pairs that are candidates: what generating instead of crossing costs."""
        return self.found / self.reachable if self.reachable else float("nan")

    @property
    def recall(self) -> float:
        """Share of all bought pairs that are candidates."""
        return self.found / self.bought if self.bought else float("nan")

    def to_text(self) -> str:
        """Write it for a person.

        >>> CandidateRecall(pairs=100, bought=11, reachable=10, found=9).to_text()
        'candidates hold 90.0% of what known customers bought of known products'
        """
        return f"candidates hold {self.reachable_recall:.1%} of what known customers bought of known products"


_QUERY = """
WITH lines AS (SELECT customer_id, product_id, purchase_date::DATE AS day, items FROM read_parquet($lines)),
rows AS (SELECT origin::DATE AS origin, customer_id, label FROM read_parquet($test)),
origins AS (SELECT DISTINCT origin FROM rows),
bought AS (
    SELECT o.origin, l.customer_id, l.product_id
    FROM origins o JOIN lines l ON l.day >= o.origin AND l.day < o.origin + $horizon
    WHERE $all OR l.customer_id IN (SELECT customer_id FROM rows)
    GROUP BY ALL HAVING $any OR sum(l.items) > 0
),
customers AS (SELECT customer_id, min(day) AS first FROM lines WHERE items > 0 GROUP BY ALL),
products AS (SELECT product_id, min(day) AS first FROM lines WHERE items > 0 GROUP BY ALL)
SELECT
    (SELECT count(*) FROM rows),
    (SELECT count(*) FROM bought),
    (SELECT count(*) FROM bought b JOIN customers c USING (customer_id) JOIN products p USING (product_id)
     WHERE c.first < b.origin AND p.first < b.origin),
    (SELECT count(*) FROM rows WHERE label = 1)
"""


def recall_of(lines: Path, test: Path, settings: Settings, share: float = 1.0) -> CandidateRecall:
    """Hold the candidates of the test weeks against what was bought in them.

    Where they are of a ``share`` of the customers alone, so is what was bought.
    """
    values = {
        "lines": str(lines),
        "test": str(test),
        "horizon": settings.horizon_days,
        "any": settings.label == "any",
        "all": share >= 1,
    }
    with duckdb.connect() as connection:
        (counts,) = connection.execute(_QUERY, values).fetchall()
    return CandidateRecall(*counts)

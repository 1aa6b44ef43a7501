"""What keeps the work on a large catalogue within bounds: only the best of each group, and the best sold."""

from collections.abc import Sequence

import ibis
import ibis.expr.types as ir

from sodai.features.past import Past
from sodai.settings.columns import CUSTOMER_ID, ORIGIN, PRODUCT_ID

CUSTOMER = (ORIGIN, CUSTOMER_ID)


def best(rows: ir.Table, scores: str | Sequence[str], limit: int, by: Sequence[str] = CUSTOMER) -> ir.Table:
    """The ``limit`` rows of each group with the highest scores; of equals, the smaller product_id."""
    names = [scores] if isinstance(scores, str) else list(scores)
    order = ibis.window(group_by=list(by), order_by=[*map(ibis.desc, names), PRODUCT_ID])
    ranked = rows.mutate(position=ibis.row_number().over(order))
    return ranked.filter(ranked.position < limit).drop("position")


def best_sold(past: Past, pairs: ir.Table) -> ir.Table:
    """origin, product_id: the products that most of ``pairs``, which are distinct, name at each origin."""
    limit = past.settings.features.candidates.best_sellers
    sold = pairs.group_by(ORIGIN, PRODUCT_ID).aggregate(buyers=pairs.count())
    return past.tables.keep(best(sold, "buyers", limit, by=(ORIGIN,)))

"""Who is near whom: the nearest customers by the coordinates that settings name.

Customers are sorted into tiles of equal population, so that only a tile and those around it are compared: the
work grows with the number of customers, not with its square. The neighbours are exact but at tile borders.
"""

import ibis
import ibis.expr.types as ir

from sodai.features.engine import TableSet
from sodai.features.joins import meet
from sodai.settings import Settings
from sodai.settings.columns import CUSTOMER_ID

NEIGHBOUR = "neighbour_id"
TILE_POPULATION = 3


def nearest_customers(tables: TableSet, settings: Settings) -> ir.Table:
    """The nearest customers of each customer: customer_id, neighbour_id.

    At most ``settings.features.neighbours`` rows a customer; none for customers without coordinates, and an
    empty table where the customer table has no coordinates at all.
    """
    customers, place = tables.customers, settings.customers.place
    if not place or any(c not in customers.columns for c in place):
        nobody = customers.filter(ibis.literal(False))
        return tables.keep(nobody.select(CUSTOMER_ID, nobody[CUSTOMER_ID].name(NEIGHBOUR)))
    x, y = (customers[c].try_cast("float64") for c in (place[0], place[-1]))
    placed = customers.select(CUSTOMER_ID, x=x, y=y).filter(lambda t: _known(t.x) & _known(t.y))
    wanted = settings.features.neighbours
    side = max(1, round((tables.count(customers) / (TILE_POPULATION * wanted)) ** 0.5))
    return tables.keep(_closest(tables.keep(_tiled(placed, side)), wanted))


def _known(coordinate: ir.FloatingValue) -> ir.BooleanValue:
    return coordinate.notnull() & ~coordinate.isnan() & ~coordinate.isinf()


def _tiled(placed: ir.Table, side: int) -> ir.Table:
    column = ibis.ntile(side).over(ibis.window(order_by=(placed.x, placed[CUSTOMER_ID])))
    placed = placed.mutate(column=column.cast("int64"))
    row = ibis.ntile(side).over(ibis.window(group_by="column", order_by=(placed.y, placed[CUSTOMER_ID])))
    return placed.mutate(row=row.cast("int64"))


def _closest(tiled: ir.Table, wanted: int) -> ir.Table:
    around = [
        tiled.mutate(column=(tiled.column + i).cast("int64"), row=(tiled.row + j).cast("int64"))
        for i in (-1, 0, 1)
        for j in (-1, 0, 1)
    ]
    spread = ibis.union(*around).rename({NEIGHBOUR: CUSTOMER_ID, "x2": "x", "y2": "y"})
    both = meet(tiled, spread, ["column", "row"])
    both = both.filter(both[CUSTOMER_ID] != both[NEIGHBOUR])
    both = both.mutate(distance=(both.x - both.x2) ** 2 + (both.y - both.y2) ** 2)
    order = ibis.window(group_by=CUSTOMER_ID, order_by=(both.distance, both[NEIGHBOUR]))
    ranked = both.mutate(position=ibis.row_number().over(order))
    return ranked.filter(ranked.position < wanted).select(CUSTOMER_ID, NEIGHBOUR)

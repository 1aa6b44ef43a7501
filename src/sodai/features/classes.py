"""The classes of customers and products that settings name, as numbers, which are quick to group and join by.

The numbers mean nothing beyond one table: equal attributes have equal numbers, unknown ones are a class too.
"""

import ibis
import ibis.expr.types as ir

from sodai.settings import Settings
from sodai.settings.columns import CUSTOMER_ID, PRODUCT_ID

FAMILY_ID = "family_id"
GROUP_ID = "group_id"
BRAND_ID = "brand_id"
TYPE_ID = "type_id"


def product_classes(products: ir.Table, settings: Settings) -> ir.Table:
    """product_id, family_id, group_id, brand_id; without family columns a product is its own family."""
    attributes = settings.products
    family = [c for c in attributes.family if c in products.columns]
    return products.select(
        PRODUCT_ID,
        _numbered(products, family or [PRODUCT_ID]).name(FAMILY_ID),
        _class_of(products, attributes.group).name(GROUP_ID),
        _class_of(products, attributes.brand).name(BRAND_ID),
    )


def customer_classes(customers: ir.Table, settings: Settings) -> ir.Table:
    """customer_id, type_id; one type for all where settings name none."""
    return customers.select(CUSTOMER_ID, _class_of(customers, settings.customers.type).name(TYPE_ID))


def _class_of(table: ir.Table, column: str | None) -> ir.IntegerValue:
    if column is None or column not in table.columns:
        return ibis.literal(0, "int64")
    return _numbered(table, [column])


def _numbered(table: ir.Table, columns: list[str]) -> ir.IntegerValue:
    order = ibis.window(order_by=[table[c] for c in columns])
    return ibis.dense_rank().over(order).cast("int64")

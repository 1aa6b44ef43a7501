"""Family ``static``: the attributes of customer and product that settings name, as they are."""

import ibis
import ibis.expr.types as ir

from sodai.features.catalogue import Feature
from sodai.features.past import Past
from sodai.settings import Settings
from sodai.settings.columns import CUSTOMER_ID, PRODUCT_ID

FAMILY = "static"
PREFIX = {"customer": "static_customer_", "product": "static_product_"}


def _declared(settings: Settings, side: str) -> tuple[tuple[str, str], ...]:
    attributes = settings.customers if side == "customer" else settings.products
    place = settings.customers.place if side == "customer" else ()
    numeric = dict.fromkeys((*attributes.numeric, *place), "numeric")
    return (*((c, "categorical") for c in attributes.categorical), *numeric.items())


def static_features(settings: Settings) -> tuple[Feature, ...]:
    """One feature for each attribute column that settings declare."""
    return tuple(
        Feature(f"{PREFIX[side]}{column}", FAMILY, f"The {side}'s {column}.", "as delivered", kind)  # type: ignore[arg-type]
        for side in PREFIX
        for column, kind in _declared(settings, side)
    )


def attributes(past: Past, side: str) -> ir.Table:
    """The id of one side and its declared attributes; a column that the table lacks is null."""
    table = past.tables.customers if side == "customer" else past.tables.products
    key = CUSTOMER_ID if side == "customer" else PRODUCT_ID
    columns = {}
    for column, kind in _declared(past.settings, side):
        wanted = "float64" if kind == "numeric" else "string"
        value = table[column].try_cast(wanted) if column in table.columns else _null(wanted)
        columns[f"{PREFIX[side]}{column}"] = value
    return table.select(key, **columns)


def _null(kind: str) -> ir.Value:
    return ibis.null(kind)

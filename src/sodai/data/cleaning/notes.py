"""What a person should know about a delivery that is good enough to go on with."""

from collections.abc import Iterator, Mapping

from sodai.data.cleaning.entities import Distinct
from sodai.data.cleaning.report import Remark
from sodai.data.cleaning.rules import DUPLICATE, MISSING_ID, SUPERSEDED
from sodai.data.tables import Tables
from sodai.settings.model import Settings
from sodai.settings.numbers import in_spanish


def entity_counts(entities: Mapping[str, Distinct]) -> dict[str, int]:
    """Count the rows that left customers and products, as ``customers.duplicate``."""
    return {
        f"{name}.{reason}": found.count(reason)
        for name, found in entities.items()
        for reason in (DUPLICATE, SUPERSEDED, MISSING_ID)
    }


def warnings(
    tables: Tables,
    entities: Mapping[str, Distinct],
    remainder: tuple[float, int, int] | None,
    settings: Settings,
) -> Iterator[Remark]:
    """Say which attributes are missing, which rows contradict each other, and what looks systematic."""
    yield from _missing_attributes("customers", tables.customers.column_names, customer_columns(settings))
    yield from _missing_attributes("products", tables.products.column_names, product_columns(settings))
    for name, found in entities.items():
        if rows := found.count(SUPERSEDED):
            yield Remark(
                f"{name}: {rows} filas contradicen otra posterior del mismo código; vale la última.",
                f"{name}: {rows} rows contradict a later row of the same id; the last one counts.",
            )
    if remainder:
        left, pairs, all_pairs = remainder
        rest, shift = f"{left:g}", f"{left / 2:.4g}"
        yield Remark(
            f"lines: {in_spanish(f'{pairs:,}')} de {in_spanish(f'{all_pairs:,}')} compras con una"
            f" devolución dejan el mismo resto de {in_spanish(rest)} unidades. Las cantidades"
            f" parecen corridas en {in_spanish(shift)} por línea, de modo que una compra devuelta todavía"
            " cuenta como compra.",
            f"lines: {pairs:,} of {all_pairs:,} purchases with one return leave the same remainder of "
            f"{rest} items. Quantities look shifted by {shift} a line, so that a reversed purchase "
            "still counts as bought.",
        )


def _missing_attributes(table: str, there: list[str], wanted: list[str]) -> Iterator[Remark]:
    missing = [column for column in wanted if column not in there]
    if missing:
        columns = ", ".join(missing)
        yield Remark(
            f"{table}: sin columna {columns}; se omiten las variables que la necesitan.",
            f"{table}: no column {columns}; features that need them are left out.",
        )


def customer_columns(settings: Settings) -> list[str]:
    """List the customer attributes that the settings speak of."""
    said = settings.customers
    return _each(*said.categorical, *said.numeric, *said.place, said.type)


def product_columns(settings: Settings) -> list[str]:
    """List the product attributes that the settings speak of."""
    said = settings.products
    return _each(*said.categorical, *said.numeric, *said.family, said.group, said.brand, *said.name)


def _each(*names: str | None) -> list[str]:
    return list(dict.fromkeys(name for name in names if name))

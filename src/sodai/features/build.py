"""Snapshots and panels: the blocks of all families joined to the pairs asked for."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from types import MappingProxyType

import ibis.expr.types as ir

from sodai.features import calendar, customer, family, neighbours, pair, product, quantity, static
from sodai.features.candidates import candidates
from sodai.features.catalogue import Across, Block, Expression, Feature, build, derived
from sodai.features.engine import TableSet
from sodai.features.joins import attach_all
from sodai.features.past import Past
from sodai.features.sampling import EVERYBODY, SomeCustomers, label_columns, labelled
from sodai.settings import Settings
from sodai.settings.columns import CUSTOMER_ID, KEYS, ORIGIN, PRODUCT_ID

FAMILIES = (pair, quantity, customer, product, family, neighbours)


def catalogue(settings: Settings) -> tuple[Feature, ...]:
    """Every feature of a snapshot in column order, for the attributes that settings declare."""
    computed = tuple(f for module in FAMILIES for block in module.BLOCKS for f in block.features)
    return (*computed, *calendar.FEATURES, *static.static_features(settings))


def snapshot(tables: TableSet, origin: date, settings: Settings) -> ir.Table:
    """Features of every candidate pair as known before ``origin``.

    Returns
    -------
    ibis.Table
        origin, customer_id, product_id and the columns of `catalogue`; numeric features are float64 with null
        where undefined, categorical ones are strings.
    """
    return features_of(Past(tables, (origin,), settings, candidates).prepare())


def panel(
    tables: TableSet,
    origins: Sequence[date],
    settings: Settings,
    negative_rate: float,
    customers: SomeCustomers = EVERYBODY,
) -> ir.Table:
    """Snapshots at past origins with their labels.

    Parameters
    ----------
    origins : sequence of date
        Past origins, whole weeks apart, whose target windows are known.
    negative_rate : float
        Share of the negatives that is kept; kept ones weigh ``1 / negative_rate``. 1 keeps all pairs.
    customers : SomeCustomers
        Whose pairs; features are of all lines whoever is asked for.

    Returns
    -------
    ibis.Table
        The columns of `snapshot` and label (0/1), target_items (net items in the window), weight.
    """
    past = Past(
        tables,
        tuple(origins),
        settings,
        lambda p: labelled(p, negative_rate, customers),
    ).prepare()
    table = _joined(past, {})
    return table.select(*KEYS, *_features(table, settings), **label_columns(table, negative_rate))


def features_of(past: Past, known: Mapping[str, ir.Table] = MappingProxyType({})) -> ir.Table:
    """The features of the pairs that ``past`` asks for.

    Parameters
    ----------
    past : Past
    known : mapping of str to ibis.Table
        Parts, by name, that were computed before; see `market`.
    """
    table = _joined(past, known)
    return table.select(*KEYS, *_features(table, past.settings))


def _joined(past: Past, known: Mapping[str, ir.Table]) -> ir.Table:
    """The pairs asked for with the columns of every part."""
    parts = [
        (known[name] if name in known else past.tables.keep(make(past)), by)
        for name, (make, by, _) in _parts().items()
    ]
    # The widest last: to plan a join takes time for every column that is there already.
    return attach_all(past.keys, sorted(parts, key=lambda part: len(part[0].columns)))


def _features(table: ir.Table, settings: Settings) -> list[ir.Value]:
    """The columns of the catalogue, from those of the parts."""
    fills = {f.name: f.fill for block in _blocks() for f in block.features if f.fill is not None}
    values = {name: table[name].fill_null(fill) for name, fill in fills.items()}
    values |= derived(table, _across(), values)
    return [_typed(values[f.name] if f.name in values else table[f.name], f) for f in catalogue(settings)]


def market(past: Past) -> dict[str, ir.Table]:
    """Every part of the features that one customer's own lines leave as it is, by name."""
    parts = _parts().items()
    return {name: past.tables.keep(make(past)) for name, (make, _, is_market) in parts if is_market}


def _parts() -> dict[str, tuple[Callable[[Past], ir.Table], tuple[str, ...], bool]]:
    """What features are joined from: how it is made, what it is joined by, whether it is of the market."""
    parts: dict[str, tuple[Callable[[Past], ir.Table], tuple[str, ...], bool]] = {
        "calendar": (calendar.calendar_of, (ORIGIN,), True),
        "customer": (lambda past: static.attributes(past, "customer"), (CUSTOMER_ID,), True),
        "product": (lambda past: static.attributes(past, "product"), (PRODUCT_ID,), True),
    }
    for blocks in _passes():
        first = blocks[0]
        parts[first.source.__name__] = (partial(build, blocks), first.by, first.market)
    return parts


def _blocks() -> list[Block]:
    return [b for module in FAMILIES for b in module.BLOCKS if isinstance(b, Block)]


def _passes() -> list[list[Block]]:
    """The blocks, those together that group the same rows in the same way."""
    passes: dict[tuple[object, ...], list[Block]] = {}
    for block in _blocks():
        passes.setdefault((block.source, block.by), []).append(block)
    return list(passes.values())


def _across() -> dict[str, Expression]:
    across = [b for module in FAMILIES for b in module.BLOCKS if isinstance(b, Across)]
    return {name: expression for a in across for name, (_, expression) in a.ratios.items()}


def _typed(value: ir.Value, feature: Feature) -> ir.Value:
    wanted = "float64" if feature.kind == "numeric" else "string"
    return value.cast(wanted).name(feature.name)

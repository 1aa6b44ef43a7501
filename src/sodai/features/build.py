"""Snapshots and panels: the blocks of all families joined to the pairs asked for."""

from collections.abc import Sequence
from datetime import date

import ibis.expr.types as ir

from sodai.features import calendar, customer, family, neighbours, pair, product, quantity, static
from sodai.features.candidates import candidates
from sodai.features.catalogue import Across, Block, Expression, Feature
from sodai.features.engine import TableSet
from sodai.features.joins import attach
from sodai.features.past import Past
from sodai.features.sampling import labelled, sampled
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
    return features_of(Past(tables, (origin,), settings, candidates))


def panel(tables: TableSet, origins: Sequence[date], settings: Settings, negative_rate: float) -> ir.Table:
    """Snapshots at past origins with their labels.

    Parameters
    ----------
    origins : sequence of date
        Past origins, whole weeks apart, whose target windows are known.
    negative_rate : float
        Share of the negatives that is kept; kept ones weigh ``1 / negative_rate``. 1 keeps all pairs.

    Returns
    -------
    ibis.Table
        The columns of `snapshot` and label (0/1), target_items (net items in the window), weight.
    """
    past = Past(tables, tuple(origins), settings, lambda p: sampled(p, candidates(p), negative_rate))
    return labelled(past, features_of(past), negative_rate)


def features_of(past: Past) -> ir.Table:
    """The features of the pairs that ``past`` asks for."""
    table = past.keys
    for block in _blocks():
        table = attach(table, past.tables.keep(block.build(past)), block.by)
    table = attach(table, calendar.calendar_of(past), (ORIGIN,))
    table = attach(table, static.attributes(past, "customer"), (CUSTOMER_ID,))
    table = attach(table, static.attributes(past, "product"), (PRODUCT_ID,))
    table = table.mutate(**{f.name: table[f.name].fill_null(f.fill) for f in _filled()})
    for name, (_, expression) in _across():
        table = table.mutate(**{name: expression(table)})
    return table.select(*KEYS, *(_typed(table, f) for f in catalogue(past.settings)))


def _blocks() -> list[Block]:
    return [b for module in FAMILIES for b in module.BLOCKS if isinstance(b, Block)]


def _across() -> list[tuple[str, tuple[Feature, Expression]]]:
    blocks = [b for module in FAMILIES for b in module.BLOCKS if isinstance(b, Across)]
    return [item for across in blocks for item in across.ratios.items()]


def _filled() -> list[Feature]:
    return [f for block in _blocks() for f in block.features if f.fill is not None]


def _typed(table: ir.Table, feature: Feature) -> ir.Value:
    wanted = "float64" if feature.kind == "numeric" else "string"
    return table[feature.name].cast(wanted).name(feature.name)

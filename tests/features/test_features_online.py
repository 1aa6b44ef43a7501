"""Features of one customer now are those of a snapshot, with and without lines that might come in."""

from datetime import timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from features_company import ORIGIN, Company
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from ibis import BaseBackend

from sodai.features import CustomerLines, Online, catalogue, snapshot
from sodai.features.build import FAMILIES
from sodai.features.catalogue import Block
from sodai.features.neighbours import tasted
from sodai.features.past import day_number
from sodai.settings import Settings

OWN = {
    feature.name
    for module in FAMILIES
    for block in module.BLOCKS
    if isinstance(block, Block) and not block.market and block.source is not tasted
    for feature in block.features
}
LARGE = {"all_pairs_up_to": 2, "best_sellers": 5, "basket_products": 3, "repeat_per_customer": 4}


def lines_of_customer(company: Company, customer: int) -> CustomerLines:
    rows = [row for row in company.rows() if row[0] == customer]
    return CustomerLines(
        np.array([row[1] for row in rows], np.int64),
        np.array([day_number(row[3]) for row in rows], np.int64),
        np.array([row[4] for row in rows], np.float64),
    )


def computed(online: Online, customer: int, lines: CustomerLines, products: list[int]) -> dict[str, Any]:
    found = online.features(customer, lines, np.array(products, np.int64))
    return {name: _texts(online, name, values) for name, values in found.items()}


def _texts(online: Online, name: str, values: np.ndarray[Any, Any]) -> list[Any]:
    if name in online.texts:
        return [online.texts[name][at] if at >= 0 else None for at in values]
    return [None if np.isnan(value) else float(value) for value in values]


def expected(rows: pa.Table, customer: int) -> pa.Table:
    return rows.filter(pa.compute.field("customer_id") == customer).sort_by("product_id")


def different(found: dict[str, Any], rows: pa.Table, names: set[str]) -> list[str]:
    return [name for name in sorted(names) if not _same(found[name], rows[name].to_pylist())]


def _same(found: list[Any], wanted: list[Any]) -> bool:
    plain = [None if isinstance(value, float) and np.isnan(value) else value for value in wanted]
    if any(isinstance(value, str) for value in plain):
        return found == plain
    numbers = ([np.nan if value is None else value for value in side] for side in (found, plain))
    return bool(np.allclose(*numbers, rtol=1e-9, atol=1e-12, equal_nan=True))


def names_of(settings: Settings) -> set[str]:
    return {one.name for one in catalogue(settings)}


def bounded(settings: Settings) -> Settings:
    candidates = settings.features.candidates.model_copy(update=LARGE)
    return settings.model_copy(
        update={"features": settings.features.model_copy(update={"candidates": candidates})}
    )


@pytest.mark.parametrize("large", [False, True], ids=["all pairs", "a large catalogue"])
def test_without_new_lines_every_customer_has_the_features_of_the_week(
    tiny: Company, backend: BaseBackend, settings: Settings, large: bool
) -> None:
    chosen = bounded(settings) if large else settings
    week = snapshot(tiny.on(backend), ORIGIN, chosen).to_pyarrow()
    online = Online(tiny.on(backend), ORIGIN, chosen)
    for customer in sorted(set(week["customer_id"].to_pylist())):
        rows, lines = expected(week, customer), lines_of_customer(tiny, customer)
        wanted = rows["product_id"].to_pylist()
        asked = online.products_of(customer, lines).tolist()
        assert set(wanted) <= set(asked)
        assert large or wanted == asked
        assert different(computed(online, customer, lines, wanted), rows, names_of(chosen)) == []


ids = st.integers(1, 6)
new_lines = st.lists(
    st.tuples(
        ids, st.integers(1, 40), st.floats(-3, 9, allow_nan=False).map(lambda items: round(items, 2) or 1.0)
    ),
    min_size=1,
    max_size=5,
)


@hypothesis_settings(max_examples=3, deadline=None)
@given(customer=st.integers(1, 14), added=new_lines)
def test_with_new_lines_it_is_a_full_recompute(
    tiny: Company,
    backend: BaseBackend,
    settings: Settings,
    customer: int,
    added: list[tuple[int, int, float]],
) -> None:
    known = sorted({row[1] for row in tiny.rows()})
    lines = [
        (customer, known[product % len(known)], 10_000 + at, ORIGIN - timedelta(days=back), items)
        for at, (product, back, items) in enumerate(added)
    ]
    with_them = tiny.with_lines([*tiny.rows(), *lines])
    rows = expected(snapshot(with_them.on(backend), ORIGIN, settings).to_pyarrow(), customer)
    products, now = rows["product_id"].to_pylist(), lines_of_customer(with_them, customer)
    if not products:
        return

    counted_anew = Online(with_them.on(backend), ORIGIN, settings)
    assert different(computed(counted_anew, customer, now, products), rows, names_of(settings)) == []
    as_published = Online(tiny.on(backend), ORIGIN, settings)
    assert different(computed(as_published, customer, now, products), rows, OWN) == []


def test_lines_on_or_after_the_origin_change_nothing(
    tiny: Company, backend: BaseBackend, settings: Settings
) -> None:
    online, lines = Online(tiny.on(backend), ORIGIN, settings), lines_of_customer(tiny, 1)
    later = CustomerLines(
        np.append(lines.product, lines.product[:1]),
        np.append(lines.day, day_number(ORIGIN)),
        np.append(lines.items, 50.0),
    )
    products = online.products_of(1, lines)
    before, after = (online.features(1, one, products) for one in (lines, later))
    assert all(np.array_equal(before[name], after[name], equal_nan=True) for name in before)


def test_a_customer_that_nobody_knows_is_described_by_the_lines_alone(
    tiny: Company, backend: BaseBackend, settings: Settings
) -> None:
    online = Online(tiny.on(backend), ORIGIN, settings)
    product = int(online.products_of(1, lines_of_customer(tiny, 1))[0])
    lines = CustomerLines(np.array([product]), np.array([day_number(ORIGIN) - 3]), np.array([4.0]))
    found = computed(online, -1, lines, [product])
    assert found["pair_recency_days"] == [3.0]
    assert found["customer_orders"] == [1.0]
    assert found["static_customer_customer_type"] == [None]
    assert found["product_buyers_week_1"] != [None]

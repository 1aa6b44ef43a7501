"""Nothing dated on or after an origin moves a feature of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

import hypothesis.strategies as st
import ibis.expr.types as ir
import pandas as pd
import pytest
from benchmarks.pandas_features import differences
from features_company import ORIGIN, Company, Line
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from ibis import BaseBackend

from sodai.features import catalogue, panel, snapshot
from sodai.settings import Settings
from sodai.settings.columns import KEYS

ORIGINS = (ORIGIN, ORIGIN - timedelta(days=7), ORIGIN - timedelta(days=35))


@dataclass(frozen=True)
class Change:
    """What becomes of the lines from ``cut`` on: every ``kept``-th stays (0: none), and others come."""

    cut: date
    kept: int
    added: list[tuple[int, int, int, int, float]]

    def of(self, rows: Iterable[Line]) -> Iterable[Line]:
        for number, (customer, product, order, day, items) in enumerate(rows):
            if day < self.cut:
                yield customer, product, order, day, items
            elif self.kept and number % self.kept == 0:
                yield customer, product, order, day, items * -2
        for customer, product, order, days, items in self.added:
            yield customer, product, order, self.cut + timedelta(days=days), items


# Any customer and product, also those that never appeared before; purchases and returns.
changes = st.builds(
    Change,
    st.sampled_from(ORIGINS),
    st.integers(0, 3),
    st.lists(
        st.tuples(
            st.integers(1, 14),
            st.sampled_from([10, 11, 20, 21, 30, 40, 50]),
            st.integers(1, 2000),
            st.integers(0, 40),
            st.sampled_from([-20.0, -0.5, 0.5, 3.0, 1e6]),
        ),
        max_size=25,
    ),
)


def features(rows: ir.Table, settings: Settings) -> pd.DataFrame:
    return rows.select(*KEYS, *(f.name for f in catalogue(settings))).to_pandas()


@pytest.fixture(scope="module")
def before(tiny: Company, backend: BaseBackend, settings: Settings) -> pd.DataFrame:
    return features(panel(tiny.on(backend), ORIGINS, settings, 1.0), settings)


@given(change=changes)
@examples(
    max_examples=10,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
def test_no_leakage(
    change: Change, tiny: Company, backend: BaseBackend, settings: Settings, before: pd.DataFrame
) -> None:
    moved = tiny.with_lines(change.of(tiny.rows()))
    after = features(panel(moved.on(backend), ORIGINS, settings, 1.0), settings)
    known = [rows[pd.to_datetime(rows["origin"]).dt.date <= change.cut] for rows in (before, after)]
    assert differences(*known, before.columns[3:]) == []


def test_the_last_day_before_the_origin_counts(
    tiny: Company, backend: BaseBackend, settings: Settings
) -> None:
    # The test above would pass if features looked at nothing: here a line a day earlier must move them.
    line = (2, 40, 9999, ORIGIN - timedelta(days=1), 3.0)
    moved = tiny.with_lines([*tiny.rows(), line])
    rows = features(snapshot(moved.on(backend), ORIGIN, settings), settings).set_index(
        ["customer_id", "product_id"]
    )
    assert rows.loc[(2, 40), "pair_recency_days"] == 1
    assert rows.loc[(2, 40), "pair_bought_week_1"] == 1
    assert rows.loc[(2, 40), "quantity_last"] == 3

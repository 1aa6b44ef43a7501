"""What a distributor does with its codes, customers and days."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from simulated import SPEC

from sodai.data.simulator import Company, CompanySpec, simulate
from sodai.data.simulator.catalogue import build_families
from sodai.data.simulator.customers import build_shops
from sodai.data.simulator.demand import build_demand
from sodai.data.simulator.habits import build_habits
from sodai.data.simulator.profile import profile
from sodai.data.simulator.schedule import build_schedule

FAMILY = ["brand", "segment", "package", "size"]


def test_no_code_is_sold_before_its_launch_or_after_its_end(company: Company, lines: pd.DataFrame) -> None:
    sold = lines.merge(company.codes.to_pandas(), on="product_id")
    assert len(sold) == len(lines)
    assert sold["sold_from"].notna().all()
    assert (sold["purchase_date"] >= pd.to_datetime(sold["sold_from"])).all()
    assert (sold["purchase_date"] <= pd.to_datetime(sold["sold_until"])).all()


def test_a_new_code_replaces_one_of_its_family_and_inherits_its_customers(
    company: Company, lines: pd.DataFrame
) -> None:
    products = company.tables.products.to_pandas().set_index("product_id")
    made = company.codes.to_pandas().dropna()
    assert len(made) >= 3
    heirs = []
    for code, old, begin in zip(
        made["product_id"], made["replaces"].astype(int), made["sold_from"], strict=True
    ):
        assert (products.loc[code, FAMILY] == products.loc[old, FAMILY]).all()
        start = pd.Timestamp(begin)
        before = set(lines[(lines["product_id"] == old) & (lines["purchase_date"] < start)]["customer_id"])
        month = lines["purchase_date"].between(start, start + pd.Timedelta(weeks=6))
        now = set(lines[(lines["product_id"] == code) & month]["customer_id"])
        if len(now) >= 20 and len(before) >= 20:
            heirs.append(len(now & before) / len(now))
    assert heirs
    assert min(heirs) > 0.6


def test_schedules_are_whole_for_many_seeds() -> None:
    for seed in range(25):
        spec = CompanySpec(products=300, weeks=60, seed=seed)
        families = build_families(spec)
        schedule = build_schedule(spec, families)
        rows = np.arange(len(schedule.main))[:, None]
        assert (schedule.family[schedule.main] == rows).all()
        rotating = schedule.outgoing >= 0
        assert (schedule.outgoing[rotating] != schedule.main[rotating]).all()
        assert (schedule.step[rotating] < schedule.length[rotating]).all()
        assert len(set(schedule.product_id)) == spec.products
        first, last = schedule.life(families)
        assert ((first <= last) & (first >= -1)).all()
        assert (last >= 0).sum() <= spec.sold_codes
        distinct = (
            pd.DataFrame(families.attributes(np.arange(len(families))))[FAMILY].astype(str).drop_duplicates()
        )
        assert len(distinct) == len(families)


def test_customers_differ_in_rhythm_and_basket_as_their_type_says() -> None:
    shops = build_shops(CompanySpec(customers=4000))
    basket = pd.Series(shops.basket).groupby(shops.type).median()
    assert basket.max() > 2 * basket.min()
    assert np.corrcoef(np.log(shops.basket), shops.activity)[0, 1] > 0.2
    assert 0.05 < (shops.first_week > 0).mean() < 0.25
    assert (shops.last_week == -1).mean() > 0.01
    assert len(set(shops.place)) > 20


def test_habits_add_up_to_the_basket() -> None:
    spec = CompanySpec(customers=300, products=971)
    shops, families = build_shops(spec), build_families(spec)
    habits = build_habits(shops, families, 60, spec.seed)
    on = habits.on
    total = np.bincount(habits.customer[on], weights=-np.expm1(-habits.rate[on]), minlength=len(shops))
    small = shops.basket < 8
    np.testing.assert_allclose(total[small], shops.basket[small], rtol=0.02)
    assert (np.diff(habits.family) >= 0).all()
    assert (habits.family[habits.start[:-1]] == np.arange(60)).all()


@pytest.mark.parametrize(
    ("day", "share"), [(date(2024, 9, 18), 0.05), (date(2024, 12, 25), 0.05), (date(2024, 7, 16), 0.15)]
)
def test_orders_move_away_from_closed_days(day: date, share: float) -> None:
    spec = CompanySpec(weeks=52)
    days = build_demand(spec).days / build_demand(spec).days.sum(axis=1, keepdims=True)
    offset = (day - spec.first_day).days
    assert days[offset // 7, offset % 7] < share


def test_volume_peaks_before_the_national_holidays_and_christmas() -> None:
    spec = CompanySpec(shocks=0)
    volume = build_demand(spec).volume
    peaks = {
        spec.week_of(date(2024, 9, 9)),
        spec.week_of(date(2024, 12, 16)),
        spec.week_of(date(2024, 12, 23)),
    }
    assert peaks <= set(np.flatnonzero(volume > 1.2))
    assert np.median(volume) == 1.0


def test_neighbours_share_tastes() -> None:
    spec = CompanySpec(customers=1500, products=971, weeks=8)
    shops, families = build_shops(spec), build_families(spec)
    habits = build_habits(shops, families, 60, spec.seed)
    grid = np.zeros((len(shops), 60))
    grid[habits.customer, habits.family] = habits.on
    grid -= grid.mean(axis=0)
    alike = grid @ grid.T
    same = (shops.place[:, None] == shops.place) & ~np.eye(len(shops), dtype=bool)
    assert alike[same].mean() > 5 * abs(alike[~same].mean())


def test_it_looks_like_a_distributor() -> None:
    shape = profile(simulate(CompanySpec(customers=300, products=971, weeks=52, truth=False)).tables)
    bounds = {
        "customers active in a week, share": (0.45, 0.75),
        "purchases in an active week, mean": (3.0, 6.0),
        "lines in an order, mean": (2.8, 5.0),
        "pairs bought in one week only, share": (0.2, 0.4),
        "repeats among the purchases of the last 8 weeks, share": (0.85, 0.97),
        "days between purchases, mean": (12, 24),
        "variation of a pair's interval, 50 %": (0.6, 1.0),
        "popularity of codes, Gini": (0.65, 0.88),
        "top 10 codes, share of purchases": (0.45, 0.75),
        "purchases in families with several codes, share": (0.5, 0.98),
        "items in a line, 50 %": (1.5, 3.5),
        "returns, share of lines": (0.025, 0.042),
        "exact duplicates, share of lines": (0.001, 0.006),
        "lines on Sunday, share": (0.01, 0.07),
    }
    off = {name: shape[name] for name, (low, high) in bounds.items() if not low <= shape[name] <= high}
    assert not off


def test_the_first_week_is_not_everybodys_first(lines: pd.DataFrame) -> None:
    first = lines.groupby("customer_id")["origin"].min()
    assert 0.4 < (first == pd.Timestamp(SPEC.first_day)).mean() < 0.8
    assert lines["customer_id"].nunique() < SPEC.customers

"""An event changes what it should from its date on, and nothing before it."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from simulated import EVENT_DAY, SPEC, frame

from sodai.data.simulator import EVENT_KINDS, Company, Event, simulate
from sodai.settings import UsageError

DAY = pd.Timestamp(EVENT_DAY)
ALL = {
    "price_shock": Event("price_shock", EVENT_DAY, 0.4),
    "category_outage": Event("category_outage", EVENT_DAY, 1.0, weeks=3),
    "new_region": Event("new_region", EVENT_DAY, 0.3),
    "unit_change": Event("unit_change", EVENT_DAY, 12.0),
    "rotation": Event("rotation", EVENT_DAY, 0.5),
    "volume": Event("volume", EVENT_DAY, 1.3),
    "more_customers": Event("more_customers", EVENT_DAY, 0.3),
}


@pytest.fixture(scope="module")
def changed() -> dict[str, Company]:
    return {kind: simulate(replace(SPEC, events=(event,))) for kind, event in ALL.items()}


def split(company: Company) -> tuple[pd.DataFrame, pd.DataFrame]:
    lines = frame(company)
    return lines[lines["purchase_date"] < DAY], lines[lines["purchase_date"] >= DAY]


def test_every_kind_is_tested() -> None:
    assert set(ALL) == set(EVENT_KINDS)


@pytest.mark.parametrize("kind", EVENT_KINDS)
def test_nothing_moves_before_the_event_and_something_does_after(
    kind: str, changed: dict[str, Company], company: Company
) -> None:
    (before, after), (usual_before, usual_after) = split(changed[kind]), split(company)
    pd.testing.assert_frame_equal(before.reset_index(drop=True), usual_before.reset_index(drop=True))
    assert not after.reset_index(drop=True).equals(usual_after.reset_index(drop=True))
    truth, usual = (c.truth.to_pandas() for c in (changed[kind], company))
    old, usual_old = (t[pd.to_datetime(t["origin"]) < DAY].reset_index(drop=True) for t in (truth, usual))
    pd.testing.assert_frame_equal(old, usual_old)


def lines_in(company: Company, column: str, value: str) -> pd.Series:
    products = company.tables.products.to_pandas()
    hit = products[products[column] == value]["product_id"]
    _, after = split(company)
    return after[after["product_id"].isin(hit)].groupby("origin").size()


def test_a_price_shock_lowers_the_sales_of_its_segment_alone(
    changed: dict[str, Company], company: Company
) -> None:
    target = changed["price_shock"].events[0]["target"]
    segments = set(company.tables.products["segment"].to_pylist())
    sales = {
        name: [lines_in(c, "segment", name).sum() for c in (changed["price_shock"], company)]
        for name in sorted(segments)
    }
    assert sales[target][0] < 0.8 * sales[target][1]
    assert sales[target][1] == max(usual for _, usual in sales.values())
    others = [shocked / usual for name, (shocked, usual) in sales.items() if name != target and usual > 200]
    assert others
    assert all(0.9 < ratio < 1.1 for ratio in others)


def test_an_outage_stops_its_category_for_its_weeks(changed: dict[str, Company], company: Company) -> None:
    told = changed["category_outage"].events[0]
    weekly = lines_in(changed["category_outage"], "sub_category", told["target"])
    assert weekly.index.min() == DAY + pd.Timedelta(weeks=3)
    assert told["acts_until"] == EVENT_DAY + timedelta(days=20)
    truth = changed["category_outage"].truth.to_pandas()
    products = company.tables.products.to_pandas()
    out = products[products["sub_category"] == told["target"]]["product_id"]
    week = truth[pd.to_datetime(truth["origin"]) == DAY]
    assert not week["product_id"].isin(out).any()


def test_a_new_region_brings_customers_from_elsewhere_with_other_tastes(
    changed: dict[str, Company], company: Company
) -> None:
    customers = changed["new_region"].tables.customers.to_pandas()
    new = customers[~customers["customer_id"].isin(company.tables.customers["customer_id"].to_pylist())]
    assert len(new) == round(0.3 * SPEC.customers)
    assert not set(new["region_id"]) & set(company.tables.customers["region_id"].to_pylist())
    assert tastes_gap(changed["new_region"], new["customer_id"]) > 0.25


def test_more_customers_are_of_the_same_kind(changed: dict[str, Company], company: Company) -> None:
    customers = changed["more_customers"].tables.customers.to_pandas()
    new = customers[~customers["customer_id"].isin(company.tables.customers["customer_id"].to_pylist())]
    assert len(new) == round(0.3 * SPEC.customers)
    assert set(new["region_id"]) <= set(company.tables.customers["region_id"].to_pylist())
    assert tastes_gap(changed["more_customers"], new["customer_id"]) < 0.25


def tastes_gap(company: Company, new: pd.Series) -> float:
    """Total variation between what new and old customers buy."""
    _, after = split(company)
    theirs = after["customer_id"].isin(new)
    one, other = (after[rows]["product_id"].value_counts(normalize=True) for rows in (theirs, ~theirs))
    return float(one.sub(other, fill_value=0).abs().sum() / 2)


def test_new_customers_leave_the_old_ones_alone(changed: dict[str, Company], company: Company) -> None:
    old = company.tables.customers["customer_id"].to_pylist()
    columns = ["customer_id", "product_id", "purchase_date", "items"]
    usual = split(company)[1][columns].reset_index(drop=True)
    for kind in ("new_region", "more_customers"):
        after = split(changed[kind])[1]
        kept = after[after["customer_id"].isin(old)][columns].reset_index(drop=True)
        pd.testing.assert_frame_equal(kept, usual)


def test_a_change_of_unit_multiplies_items_and_moves_nothing_else(
    changed: dict[str, Company], company: Company
) -> None:
    after, usual = (split(c)[1].reset_index(drop=True) for c in (changed["unit_change"], company))
    assert len(after) == len(usual)
    keys = ["customer_id", "product_id", "order_id", "purchase_date"]
    sold, used_to = (
        f[f["items"] > 0].sort_values([*keys, "items"])["items"].to_numpy() for f in (after, usual)
    )
    np.testing.assert_allclose(sold, 12 * used_to)
    assert changed["unit_change"].truth.equals(company.truth)


@pytest.mark.parametrize("size", [0.1, 0.34])
def test_a_smaller_unit_leaves_every_purchase_a_purchase(size: float, company: Company) -> None:
    small = simulate(replace(SPEC, weeks=26, events=(Event("unit_change", EVENT_DAY, size),)))
    pair = ["origin", "customer_id", "product_id"]
    bought, usual = (
        split(c)[1].drop_duplicates().groupby(pair)["items"].sum().gt(0) for c in (small, company)
    )
    pd.testing.assert_series_equal(bought, usual)


def test_a_rotation_replaces_half_of_the_codes_at_once(changed: dict[str, Company], company: Company) -> None:
    codes = changed["rotation"].codes.to_pandas()
    new = codes[~codes["product_id"].isin(company.codes["product_id"].to_pylist())]
    sold = company.codes.to_pandas().dropna(subset="sold_from")
    alive = sold[(pd.to_datetime(sold["sold_from"]) <= DAY) & (pd.to_datetime(sold["sold_until"]) >= DAY)]
    assert abs(len(new) / len(alive) - 0.5) < 0.15
    products = changed["rotation"].tables.products.to_pandas().set_index("product_id")
    family = ["brand", "segment", "package", "size"]
    same = (
        products.loc[new["product_id"], family].to_numpy()
        == products.loc[new["replaces"].astype(int), family].to_numpy()
    )
    assert same.all()
    _, after = split(changed["rotation"])
    assert not after["product_id"].isin(new["replaces"]).any()
    assert 0.2 < after["product_id"].isin(new["product_id"]).mean() < 0.8


@pytest.mark.parametrize(
    ("target", "lines", "items"), [(None, 1.14, 1.3), ("orders", 1.3, 1.3), ("items", 1.0, 1.3)]
)
def test_volume_rises_by_its_size(target: str | None, lines: float, items: float, company: Company) -> None:
    more = simulate(replace(SPEC, events=(Event("volume", EVENT_DAY, 1.3, target=target),)))
    after, usual = split(more)[1], split(company)[1]
    assert abs(len(after) / len(usual) - lines) < 0.06
    assert abs(after["items"].sum() / usual["items"].sum() - items) < 0.1


def test_an_event_in_mid_week_acts_from_the_next_week() -> None:
    event = Event("unit_change", EVENT_DAY + timedelta(days=2), 6.0, target=None)
    told = simulate(replace(SPEC, customers=10, truth=False, events=(event,))).events[0]
    assert told["start"] == event.start
    assert told["acts_from"] == EVENT_DAY + timedelta(days=7)


def test_events_add_up() -> None:
    twice = (Event("unit_change", EVENT_DAY, 2.0), Event("unit_change", EVENT_DAY, 3.0))
    spec = replace(SPEC, customers=30, truth=False)
    once = simulate(replace(spec, events=(Event("unit_change", EVENT_DAY, 6.0),)))
    assert simulate(replace(spec, events=twice)).tables.lines.equals(once.tables.lines)


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("earthquake", EVENT_DAY, 1.0), "kind"),
        (("volume", EVENT_DAY, 0.0), "size"),
        (("rotation", EVENT_DAY, 1.5), "size"),
        (("category_outage", EVENT_DAY, float("nan")), "size"),
        (("price_shock", EVENT_DAY, 0.5, 0), "duration"),
        (("new_region", EVENT_DAY, 0.5, 4), "duration"),
        (("volume", EVENT_DAY, 1.3, None, "cases"), "target"),
        (("rotation", EVENT_DAY, 0.5, None, "COLAS"), "target"),
    ],
)
def test_an_event_that_makes_no_sense_is_refused(arguments: tuple[object, ...], word: str) -> None:
    with pytest.raises(UsageError, match=word):
        Event(*arguments)


def test_a_target_that_nobody_sells_is_refused_with_what_there_is() -> None:
    event = Event("price_shock", date(2024, 11, 4), 0.5, target="TORNILLOS")
    with pytest.raises(UsageError, match=r"TORNILLOS.*allowed: .*Marca"):
        simulate(replace(SPEC, events=(event,)))

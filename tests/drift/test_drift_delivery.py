"""A broken delivery is told from a healthy one, and from what shops do of themselves."""

from dataclasses import replace
from datetime import date

import numpy as np
import pyarrow as pa
import pytest

from sodai.drift import Deliveries
from sodai.drift.delivery import faults
from sodai.drift.unseen import unseen
from sodai.settings.model import DriftSettings

SETTINGS = DriftSettings()


def kinds(deliveries) -> list[str]:
    return [fault.kind for fault in faults(deliveries, SETTINGS)]


def keep(deliveries, rows) -> Deliveries:
    arrays = {n: getattr(deliveries, n)[rows] for n in ("week", "customer", "product", "items")}
    return replace(deliveries, **arrays, attributes={n: v[rows] for n, v in deliveries.attributes.items()})


@pytest.mark.parametrize("seed", range(10))
def test_healthy_weeks_pass(company_deliveries, seed):
    assert kinds(company_deliveries(seed=seed)) == []


@pytest.mark.parametrize(("share", "expected"), [(0.05, ["too_few_lines"]), (0.5, [])])
def test_lines_that_did_not_arrive(company_deliveries, share, expected):
    whole = company_deliveries()
    arrived = (whole.week > 1) | (np.random.default_rng(0).random(len(whole)) < share)
    assert kinds(keep(whole, arrived)) == expected


def test_a_company_that_was_once_as_small_is_not_blocked(company_deliveries):
    whole = company_deliveries()
    drawn = np.random.default_rng(0).random(len(whole))
    arrived = ((whole.week != 1) | (drawn < 0.1)) & ((whole.week != 9) | (drawn < 0.05))
    assert kinds(keep(whole, arrived)) == []


def test_a_part_that_is_gone_is_named(company_deliveries):
    whole = company_deliveries()
    gone = (whole.week == 1) & (whole.attributes["segment"] == "high")
    (fault,) = faults(keep(whole, ~gone), SETTINGS)
    assert (fault.kind, fault.attribute, fault.value, fault.found) == ("part_missing", "segment", "high", 0.0)


@pytest.mark.parametrize(
    ("factor", "expected"), [(6.0, ["another_unit"]), (1 / 6, ["another_unit"]), (1.3, [])]
)
def test_another_unit_is_told_from_a_good_week(company_deliveries, factor, expected):
    whole = company_deliveries()
    scaled = replace(whole, items=np.where(whole.week == 1, whole.items * factor, whole.items))
    assert kinds(scaled) == expected


def test_another_unit_of_one_segment_is_named(company_deliveries):
    whole = company_deliveries()
    part = (whole.week == 1) & (whole.attributes["segment"] == "middle")
    (fault,) = faults(replace(whole, items=np.where(part, whole.items * 12, whole.items)), SETTINGS)
    assert (fault.attribute, fault.value) == ("segment", "middle")
    assert fault.found == pytest.approx(12, rel=0.5)


@pytest.mark.parametrize("weeks", [0, 1, 4])
def test_a_short_history_says_nothing(company_deliveries, weeks):
    assert kinds(keep(company_deliveries(), company_deliveries().week <= weeks)) == []


def test_new_codes_are_unseen_and_a_usual_turnover_is_not(company_deliveries):
    whole = company_deliveries(weeks=20)
    names = np.where((whole.week <= 2) & (whole.product < 10), whole.product + 100, whole.product).astype(str)
    rotated = replace(whole, attributes={**whole.attributes, "product_id": names})
    found = {u.attribute: u for u in unseen(rotated, lag_weeks=4)}
    assert found["product_id"].share == pytest.approx(0.5, abs=0.1)
    assert found["product_id"].p_value < 0.01
    assert found["segment"].share == 0

    # every week a twentieth of the codes is new: at a lag of 4 weeks a fifth is usual
    turning = (whole.product + 20 * ((whole.week + whole.product) // 20)).astype(str)
    usual = {u.attribute: u for u in unseen(replace(whole, attributes={"product_id": turning}), lag_weeks=4)}
    assert usual["product_id"].usual > 0.1
    assert usual["product_id"].p_value > 0.05


def test_a_champion_of_today_has_seen_everything(company_deliveries):
    assert unseen(company_deliveries(), lag_weeks=0) == ()


def test_tables_are_read_as_purchases_before_the_origin():
    days = [date(2024, 3, 1), date(2024, 3, 3), date(2024, 2, 20), date(2024, 3, 4), date(2024, 3, 2)]
    lines = pa.table(
        {
            "customer_id": [1, 2, 1, 1, 2],
            "product_id": [7, 8, 7, 8, 8],
            "purchase_date": pa.array(days, pa.date32()),
            "items": [2.0, 1.0, 3.0, 5.0, -1.0],
        }
    )
    customers = pa.table({"customer_id": [1, 2], "zone": ["n", None]})
    products = pa.table({"product_id": [7, 8], "brand": ["x", "y"]})
    found = Deliveries.of(
        lines, customers, products, date(2024, 3, 4), {"customers": ["zone"], "products": ["brand"]}
    )
    assert found.week.tolist() == [1, 1, 2]
    assert found.items.tolist() == [2.0, 1.0, 3.0]
    assert found.attributes["zone"].tolist() == ["n", "", "n"]
    assert found.attributes["brand"].tolist() == ["x", "y", "x"]

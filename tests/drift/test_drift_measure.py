"""The record as a whole: what is compared, what counts as too little, and what survives JSON."""

import json
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from sodai.drift import DriftRecord, measure, reference_and_recent
from sodai.features import Feature
from sodai.settings import InputError, load_settings

SETTINGS = load_settings()
FEATURES = (
    Feature("days", "pair", "Days since something.", "days"),
    Feature("zone", "static", "Zone of the customer.", "name", kind="categorical"),
)


def rows(
    customers: int = 60, per_customer: int = 10, *, seed: int = 0, shift: float = 0.0, **more
) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    n = customers * per_customer
    return pd.DataFrame(
        {
            "origin": pd.Timestamp(2024, 3, 4),
            "customer_id": np.repeat(np.arange(customers), per_customer),
            "days": (random.exponential(20, n) + shift).astype(np.float32),
            "zone": random.choice(["north", "south"], n),
            "label": (random.random(n) < 0.2).astype(np.int8),
            "weight": 1.0,
        }
        | more
    )


def test_every_part_is_measured_and_survives_json():
    reference = rows(probability=np.linspace(0, 1, 600))
    recent = rows(seed=1, shift=15, probability=np.linspace(0.2, 1, 600))
    found = measure(reference, recent, FEATURES, SETTINGS)
    assert found.status == "measured"
    assert [f.name for f in found.features] == ["days", "zone"]
    assert found.label.mean_reference == pytest.approx(reference.label.mean())
    assert found.prediction.value("ks") == pytest.approx(0.2, abs=0.01)
    assert found.moved(1)[0].name == "days"
    assert found.features[0].effect.q_value < 0.01 < found.features[1].effect.q_value
    assert found.reference.customers == 60
    assert found.reference.first_origin == "2024-03-04"
    assert DriftRecord.from_dict(json.loads(json.dumps(found.to_dict(), allow_nan=False))) == found


def test_a_record_of_another_version_is_refused():
    plain = measure(rows(), rows(), FEATURES, SETTINGS).to_dict() | {"schema_version": 99}
    with pytest.raises(InputError, match="schema version; got 99"):
        DriftRecord.from_dict(plain)


def test_arrow_and_pandas_give_the_same_record():
    old, new = rows(), rows(seed=1)
    arrow = measure(pa.Table.from_pandas(old), pa.Table.from_pandas(new), FEATURES, SETTINGS)
    new["zone"] = new["zone"].astype("category")
    assert measure(old, new, FEATURES, SETTINGS) == arrow


def test_integer_codes_with_a_gap_stay_the_same_categories():
    old, new = rows(zone=np.tile([1, 2], 300)), rows(zone=np.tile([1.0, 2.0, np.nan, 1.0], 150))
    zone = measure(old, new, FEATURES, SETTINGS).features[1]
    assert zone.missing_recent == pytest.approx(0.25)
    assert zone.value("unseen") == pytest.approx(0.25), "missing was unknown before"
    assert zone.moved_most in {"2", "(missing)"}


@pytest.mark.parametrize(
    ("reference", "recent", "note"),
    [
        (rows(customers=10), rows(), "10 customers on a side, 20 needed"),
        (rows(), rows(customers=19), "19 customers on a side, 20 needed"),
        (rows(), rows(customers=25, per_customer=1), "25 effective rows on a side, 50 needed"),
        (rows(), rows(days=np.nan), "a side has no value at all"),
    ],
)
def test_too_little_data_says_so(reference, recent, note):
    days = measure(reference, recent, FEATURES, SETTINGS).features[0]
    assert (days.status, days.note) == ("insufficient", note)
    assert days.statistics == ()
    assert days.effect is None


def test_no_rows_at_all_is_insufficient():
    found = measure(rows().iloc[:0], rows(), FEATURES, SETTINGS)
    assert (found.status, found.note) == ("insufficient", "there are no reference rows")
    assert DriftRecord.from_dict(found.to_dict()) == found
    assert measure(rows(), pd.DataFrame(), FEATURES, SETTINGS).note == "there are no recent rows"


def test_a_column_that_one_side_lacks_is_absent():
    found = measure(rows(), rows().drop(columns="zone"), FEATURES, SETTINGS)
    assert (found.features[1].status, found.features[1].note) == (
        "absent",
        "the column is missing in the recent rows",
    )
    assert found.status == "measured"
    assert measure(rows(), rows().drop(columns="label"), FEATURES, SETTINGS).label is None


def test_a_constant_does_not_drift_and_a_changed_constant_does():
    still = measure(rows(days=3.0), rows(days=3.0), FEATURES, SETTINGS).features[0]
    assert (still.value("ks"), still.value("wasserstein"), still.p_value("ks")) == (0.0, 0.0, 1.0)
    moved = measure(rows(days=3.0), rows(days=4.0), FEATURES, SETTINGS).features[0]
    assert [moved.value(name) for name in ("ks", "wasserstein", "js")] == pytest.approx([1.0, 2.0, 1.0])


def test_a_figure_of_the_week_is_no_evidence_about_pairs():
    """Day of the month, holidays, market trend: as many values as weeks, whatever the number of rows."""
    weeks = np.repeat(pd.to_datetime(["2024-03-04", "2024-03-11", "2024-03-18"]), 200)
    days = measure(
        rows(origin=weeks, days=weeks.day.astype(float)), rows(origin=weeks, days=20.0), FEATURES, SETTINGS
    ).features[0]
    assert (days.status, days.note) == ("insufficient", "one value for all pairs of a week")
    changed = measure(
        rows(origin=weeks, days=3.0), rows(origin=weeks, days=4.0), FEATURES, SETTINGS
    ).features[0]
    assert changed.value("ks") == 1.0, "a constant that changes is another matter"


def test_more_missing_values_are_drift_of_the_column():
    values = np.random.default_rng(0).normal(size=600)
    gaps = np.where(np.arange(600) % 3 == 0, np.inf, values)
    days = measure(rows(days=values), rows(days=gaps), FEATURES, SETTINGS).features[0]
    assert days.missing_recent == pytest.approx(1 / 3)
    assert days.value("js") > 0.3


def panel(weeks: int = 10) -> pa.Table:
    origins = [date(2024, 1, 1) + timedelta(days=7 * w) for w in range(weeks)]
    return pa.table({"origin": origins, "customer_id": list(range(weeks))})


def origins(table: pa.Table) -> list[date]:
    return table.column("origin").to_pylist()


def test_without_a_champion_the_older_weeks_are_the_reference():
    reference, recent = reference_and_recent(panel(), SETTINGS)
    assert origins(recent) == [date(2024, 2, 26), date(2024, 3, 4)]
    assert max(origins(reference)) == date(2024, 2, 19)
    assert reference.num_rows == 8


def test_the_reference_ends_where_the_champion_stopped_learning():
    reference, _ = reference_and_recent(panel(), SETTINGS, trained_at=date(2024, 1, 29))
    assert max(origins(reference)) == date(2024, 1, 22), "its window ended on the day of training"
    fresh, recent = reference_and_recent(panel(), SETTINGS, trained_at=date(2024, 3, 11))
    assert not set(origins(fresh)) & set(origins(recent))


def test_of_a_large_panel_whole_customers_are_measured_the_same_on_both_sides():
    settings = load_settings(drift={"max_rows": 1000})
    weeks = [date(2024, 1, 1) + timedelta(days=7 * w) for w in range(10)]
    large = pa.table(
        {"origin": [w for w in weeks for _ in range(500)], "customer_id": list(range(250)) * 2 * len(weeks)}
    )
    reference, recent = reference_and_recent(large, settings)
    kept = [set(side.column("customer_id").to_pylist()) for side in (reference, recent)]
    assert kept[0] == kept[1]
    assert reference.num_rows + recent.num_rows <= 1000
    assert reference.num_rows == len(kept[0]) * 2 * 8, "a customer is kept with all its rows"


def test_a_short_panel_leaves_no_reference():
    reference, recent = reference_and_recent(panel(2), SETTINGS)
    assert (reference.num_rows, recent.num_rows) == (0, 2)
    assert (
        reference_and_recent(
            panel(0).cast(pa.schema([("origin", pa.date32()), ("customer_id", pa.int64())])), SETTINGS
        )[1].num_rows
        == 0
    )


def weekly(weeks: int, *, seed: int = 0, shift=lambda _week: 0.0) -> pd.DataFrame:
    """Rows of the same 80 customers in every week."""
    parts = [
        rows(80, seed=seed + week, shift=shift(week)).assign(
            origin=pd.Timestamp(2024, 1, 1) + pd.Timedelta(days=7 * week)
        )
        for week in range(weeks)
    ]
    return pd.concat(parts, ignore_index=True)


def effect_of(panel: pd.DataFrame, recent: int = 2):
    cut = np.sort(panel.origin.unique())[-recent]
    return (
        measure(panel[panel.origin < cut], panel[panel.origin >= cut], FEATURES, SETTINGS).features[0].effect
    )


def test_weeks_like_all_others_have_not_moved():
    effect = effect_of(weekly(16))
    assert effect.q_value > 0.5
    assert effect.since is None


def test_a_jump_beyond_what_healthy_weeks_show_has_moved_and_is_dated():
    effect = effect_of(weekly(16, shift=lambda week: 40.0 if week == 15 else 0.0))
    assert effect.q_value < 0.01
    assert effect.low > effect.margin
    assert effect.since == "2024-04-15"


def test_a_trend_that_has_always_been_there_is_usual():
    trending = effect_of(weekly(16, shift=lambda week: 6.0 * week))
    assert trending.usual > 0.4
    assert trending.q_value > 0.05


def test_too_few_weeks_for_the_usual_leave_the_smallest_effect_as_the_margin():
    effect = effect_of(weekly(5))
    assert effect.usual is None
    assert effect.margin == 2 * SETTINGS.drift.smallest_effect


def test_random_halves_of_the_customers_have_not_moved():
    panel, called = weekly(2), 0
    rng = np.random.default_rng(0)
    for _ in range(30):
        half = panel.customer_id.isin(rng.permutation(80)[:40])
        found = measure(panel[half], panel[~half], FEATURES, SETTINGS)
        called += any(f.drifted(0.05) for f in found.features)
    assert called <= 1


def test_the_classifier_tells_what_the_columns_tell():
    apart = measure(weekly(8), weekly(2, seed=50, shift=lambda _week: 30.0), FEATURES, SETTINGS).domain
    assert apart.auc > 0.8
    assert apart.p_value < 0.05
    alike = measure(weekly(8), weekly(2, seed=50), FEATURES, SETTINGS).domain
    assert alike.auc == pytest.approx(0.5, abs=0.08)
    assert alike.p_value > 0.05


def test_a_column_that_no_longer_varies_is_called_constant():
    found = measure(weekly(6), weekly(2).assign(days=np.float32(3.0)), FEATURES, SETTINGS)
    assert found.features[0].constant
    assert not found.features[1].constant

"""Reasons: the right words for the values at hand, only what pushes up, and never a missing value."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sodai.features import Feature, catalogue
from sodai.learning.explanation import Contributions, Reasoner, group_of, reasons_table
from sodai.settings import load_settings

SETTINGS = load_settings()
FEATURES = catalogue(SETTINGS)
REASONER = Reasoner(FEATURES, SETTINGS)


def say(values: dict, pushes: dict, reasoner: Reasoner = REASONER):
    """Reasons of one pair with these values, and these pushes of features (0 for the others)."""
    names = tuple(dict.fromkeys((*values, *pushes)))
    row = pd.DataFrame([{name: values.get(name, np.nan) for name in names}])
    shap = np.array([[pushes.get(name, 0.0) for name in names]])
    return reasoner.reasons(Contributions(shap, np.zeros(1), names), row)[0]


RHYTHM = {"pair_interval_mean_days": 9.2, "pair_recency_days": 12.0, "pair_overdue_ratio": 1.3}


@pytest.mark.parametrize(
    ("values", "pushes", "es", "en"),
    [
        (
            RHYTHM,
            {"pair_overdue_ratio": 1.0},
            "lo compra cada 9 días, la última vez hace 12 días",
            "buys it every 9 days, last 12 days ago",
        ),
        (
            {"pair_interval_mean_days": 1.0, "pair_recency_days": 1.0},
            {"pair_interval_mean_days": 1.0},
            "lo compra todos los días, la última vez hace 1 día",
            "buys it every day, last 1 day ago",
        ),
        (
            RHYTHM | {"pair_interval_variation": 0.1, "pair_purchases": 8.0},
            {"pair_overdue_ratio": 1.0},
            "lo compra con regularidad, cada 9 días, y la última vez fue hace 12 días",
            "buys it like clockwork, every 9 days, last 12 days ago",
        ),
        (
            RHYTHM | {"pair_interval_recent_days": 20.0},
            {"pair_overdue_ratio": 1.0},
            "últimamente lo compra cada 20 días, la última vez hace 12 días",
            "lately buys it every 20 days, last 12 days ago",
        ),
        (
            {"pair_recency_days": 5.0, "pair_purchases": 1.0},
            {"pair_recency_days": 0.7},
            "lo compró por primera vez hace 5 días",
            "bought it for the first time 5 days ago",
        ),
        (
            {"pair_weeks_bought_4": 3.0, "pair_weeks_bought_13": 7.0},
            {"pair_weeks_bought_4": 0.7, "pair_weeks_bought_13": 0.2},
            "lo compró en 3 de las últimas 4 semanas",
            "bought it in 3 of the last 4 weeks",
        ),
        (
            {"pair_weeks_bought_4": 3.0, "pair_weeks_bought_13": 7.0},
            {"pair_weeks_bought_4": 0.2, "pair_weeks_bought_13": 0.7},
            "lo compró en 7 de las últimas 13 semanas",
            "bought it in 7 of the last 13 weeks",
        ),
        (
            {
                "quantity_last": 2.5,
                "quantity_cover_days": 10.0,
                "quantity_cover_days_left": -2.0,
                "pair_recency_days": 12.0,
            },
            {"quantity_cover_days_left": 0.5},
            "su última compra (2,5 unidades) alcanza para 10 días y ya pasaron 12 días",
            "the last purchase (2.5 units) lasts 10 days and 12 days have passed",
        ),
        (
            {"neighbours_place_novices_4": 1.0},
            {"neighbours_place_novices_4": 0.5},
            "1 cliente cercano lo probó por primera vez en las últimas 4 semanas",
            "1 nearby customer tried it for the first time in the last 4 weeks",
        ),
        (
            {"neighbours_place_week_1": 0.25, "neighbours_place_novices_4": 2.0},
            {"neighbours_place_week_1": 0.5, "neighbours_place_novices_4": 0.2},
            "la última semana lo llevó el 25 % de los clientes cercanos activos",
            "25% of the nearby customers who ordered last week bought it",
        ),
        (
            {"product_trend": 1.31},
            {"product_trend": 0.5},
            "sus ventas crecen: un 31 % más de clientes que en una semana media del último mes",
            "it is growing: 31% more customers than in an average week of the last month",
        ),
        (
            {"static_customer_customer_type": "SUPERMERCADO"},
            {"static_customer_customer_type": 0.5},
            "juega a favor: tipo de cliente SUPERMERCADO",
            "in its favour: customer type SUPERMERCADO",
        ),
        (
            {"static_customer_X": -70.6},
            {"static_customer_X": 0.5},
            "juega a favor: su ubicación",
            "in its favour: the location",
        ),
        (
            {"static_product_size": 0.33},
            {"static_product_size": 0.5},
            "juega a favor: tamaño 0,3",
            "in its favour: size 0.3",
        ),
        (
            {"family_interval_mean_days": 7.0, "family_recency_days": 6.0},
            {"family_recency_days": 0.5},
            "compra productos equivalentes cada 7 días, la última vez hace 6 días",
            "buys equivalent products every 7 days, last 6 days ago",
        ),
    ],
)
def test_words_for_values(values, pushes, es, en):
    reason = say(values, pushes)[0]
    assert (reason.es, reason.en) == (es, en)


def test_a_lapsed_rhythm_is_not_given_as_a_reason():
    assert "cada 9 días" not in str(say(RHYTHM | {"pair_recency_days": 300.0}, {"pair_overdue_ratio": 1.0}))


def test_the_strongest_groups_come_first_and_each_once():
    values = RHYTHM | {"pair_interval_sd_days": 2.0, "neighbours_place_week_1": 0.2, "product_trend": 1.5}
    pushes = {
        "pair_overdue_ratio": 0.5,
        "pair_interval_sd_days": 0.4,
        "neighbours_place_week_1": 0.7,
        "product_trend": 0.2,
    }
    assert [r.group for r in say(values, pushes)] == ["rhythm", "place", "product"]
    assert [round(r.contribution, 2) for r in say(values, pushes)] == [0.9, 0.7, 0.2]
    one = Reasoner(FEATURES, load_settings(explanation={"reasons": 1}))
    assert len(say(values, pushes, one)) == 1


def test_a_group_that_pulls_down_is_no_reason():
    values = RHYTHM | {"pair_interval_sd_days": 2.0}
    assert say(values, {"pair_overdue_ratio": 0.5, "pair_interval_sd_days": -0.6}) == ()
    assert say(values, {}) == ()


def test_a_second_reason_that_hardly_pushes_is_left_out():
    values = RHYTHM | {"neighbours_place_week_1": 0.2}
    assert len(say(values, {"pair_overdue_ratio": 1.0, "neighbours_place_week_1": 0.05})) == 1


def test_a_family_of_one_product_is_told_with_the_product():
    values = RHYTHM | {
        "pair_weeks_bought_13": 5.0,
        "family_recency_days": 12.0,
        "family_weeks_bought_13": 5.0,
        "family_interval_mean_days": 9.2,
    }
    reasons = say(values, {"pair_overdue_ratio": -0.1, "family_recency_days": 1.0})
    assert [(r.group, round(r.contribution, 2)) for r in reasons] == [("rhythm", 0.9)]
    assert reasons[0].en == "buys it every 9 days, last 12 days ago"


def test_a_feature_outside_the_phrasebook_is_explained_by_its_meaning():
    own = [*FEATURES, Feature("weather_heat", "weather", "Degrees above normal.", "degrees")]
    reason = say({"weather_heat": 4.5}, {"weather_heat": 0.5}, Reasoner(own, SETTINGS))[0]
    assert (reason.group, reason.en, reason.es) == ("other", "degrees above normal: 4.5", "weather heat: 4,5")


def test_where_no_sentence_fits_the_meaning_is_the_last_resort():
    reason = say({"product_idle_weeks": 3.0}, {"product_idle_weeks": 0.5})[0]
    assert reason.es == "semanas desde la última venta del producto: 3"


numbers = st.floats(-1000, 1000) | st.just(float("nan")) | st.just(float("inf"))


@given(st.data())
def test_nothing_is_said_of_missing_values(data):
    numeric = [f.name for f in FEATURES if f.kind == "numeric"]
    names = data.draw(st.lists(st.sampled_from(numeric), unique=True, min_size=1, max_size=25))
    values = {name: data.draw(numbers) for name in names}
    pushes = {name: data.draw(st.floats(-1, 1)) for name in names}
    reasons = say(values, pushes)
    groups = {group_of(name) for name in names}
    assert len(reasons) <= SETTINGS.explanation.reasons
    assert len({r.group for r in reasons}) == len(reasons)
    for reason in reasons:
        assert reason.contribution > 0
        assert reason.group in groups or reason.group in {"rhythm", "recency"}
        for text in (reason.es, reason.en):
            assert not {"nan", "inf"} & set(text.lower().replace(",", " ").split())
            assert "{" not in text


def test_the_table_has_one_row_a_reason():
    names = (*RHYTHM, "neighbours_place_week_1")
    rows = pd.DataFrame([RHYTHM | {"neighbours_place_week_1": 0.2}] * 2)
    shap = np.array([[0.0, 0.0, 1.0, 0.5], [0.0, 0.0, -1.0, -1.0]])
    found = REASONER.reasons(Contributions(shap, np.zeros(2), names), rows)
    keys = {
        "origin": np.array(["2024-06-03"] * 2, "datetime64[D]"),
        "customer_id": np.array([7, 8]),
        "product_id": np.array(["a", "b"]),
    }
    table = reasons_table(keys, found).to_pylist()
    assert [(r["customer_id"], r["product_id"], r["position"], r["reason_group"]) for r in table] == [
        (7, "a", 1, "rhythm"),
        (7, "a", 2, "place"),
    ]
    assert table[0]["reason_es"] == "lo compra cada 9 días, la última vez hace 12 días"

"""Every rule of the branch, one case each."""

from datetime import date

import pytest

from sodai.drift import ChampionInfo, ColumnDrift, DriftRecord, Side, choose_path
from sodai.settings import load_settings

ORIGIN = date(2024, 6, 3)
SETTINGS = load_settings()
SIDE = Side(100, 100.0, 50, None, None)
DRIFT = DriftRecord(
    "measured",
    "",
    SIDE,
    SIDE,
    features=(
        ColumnDrift("a", "pair", "numeric", "measured"),
        ColumnDrift("b", "pair", "numeric", "insufficient"),
        ColumnDrift("gone", "pair", "numeric", "absent"),
    ),
)


def champion(trained_at=date(2024, 5, 27), features=("a", "b"), horizon_days=7, label="net") -> ChampionInfo:
    return ChampionInfo("3", trained_at, features, horizon_days, label)


@pytest.mark.parametrize(
    ("held", "retrain", "rule", "en", "es"),
    [
        (None, False, "no_champion", "There is no champion yet.", "Todavía no hay un modelo campeón."),
        (champion(), True, "told_to", "A retraining was asked for.", "Se pidió reentrenar."),
        (champion(horizon_days=14), False, "other_task", "predicts 14 days (net)", "predice 14 días (net)"),
        (champion(label="any"), False, "other_task", "asks for 7 days (net)", "pide 7 días (net)"),
        (champion(features=("a", "z")), False, "other_features", "1 features that this run lacks (z)", "(z)"),
        (champion(features=("a", "gone")), False, "other_features", "(gone)", "(gone)"),
        (
            champion(date(2024, 6, 10)),
            False,
            "from_the_future",
            "after this origin",
            "después de este origen",
        ),
        (
            champion(date(2024, 5, 5)),
            False,
            "too_old",
            "29 days old, more than the 28",
            "29 días, más de los 28",
        ),
    ],
)
def test_rules_that_retrain(held, retrain, rule, en, es):
    found = choose_path(held, ORIGIN, SETTINGS, DRIFT, retrain=retrain)
    assert (found.path, found.rule) == ("retrain_model", rule)
    assert en in found.why_en
    assert es in found.why_es


@pytest.mark.parametrize(
    ("trained_at", "en", "es"),
    [
        (date(2024, 5, 6), "Champion 3 is 28 days old, 28 allowed", "El campeón 3 tiene 28 días de 28"),
        (date(2024, 6, 2), "is 1 day old", "tiene 1 día de 28"),
        (date(2024, 6, 3), "is 0 days old", "tiene 0 días"),
    ],
)
def test_a_fresh_champion_is_kept(trained_at, en, es):
    found = choose_path(champion(trained_at), ORIGIN, SETTINGS, DRIFT)
    assert (found.path, found.rule) == ("load_champion", "fresh_enough")
    assert en in found.why_en
    assert es in found.why_es


def test_without_measured_features_the_champion_is_not_accused():
    nothing = DriftRecord("insufficient", "there are no reference rows", SIDE, SIDE)
    assert choose_path(champion(), ORIGIN, SETTINGS, nothing).path == "load_champion"

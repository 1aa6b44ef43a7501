"""Every rule of the branch, one case each; and the decision as a whole: memory, cool-down, replay."""

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest

from sodai.drift import (
    ChampionInfo,
    ColumnDrift,
    DriftRecord,
    Earlier,
    Effect,
    Fault,
    Side,
    Situation,
    Statistic,
    StoredDecision,
    choose_path,
    read_decision,
    write_decision,
)
from sodai.drift.harm import Harm
from sodai.drift.misfit import Misfit
from sodai.drift.realised import Fall, WeekQuality
from sodai.drift.unseen import Unseen
from sodai.settings import InputError, load_settings

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
QUALITY = WeekQuality("2024-04-01", 100, 0.5, 0.01, 0.2, 0.01, 0.6, 0.5, 900.0, 900.0, 2e3, 2e3)
HARM = Harm((QUALITY,) * 4, (QUALITY,), None, (), None, 1.0)


def champion(
    trained_at=date(2024, 4, 29), features=("a", "b"), horizon_days=7, label="net", weeks=0
) -> ChampionInfo:
    return ChampionInfo("3", trained_at, features, horizon_days, label, weeks)


def misfit(excess: float, q: float = 0.001) -> Misfit:
    return Misfit("segment", 0.001 + excess, 0.001, q, q, "HIGH", 0.5)


def with_harm(*misfits: Misfit, fall=None, volume=1.0, unseen=()) -> DriftRecord:
    return replace(DRIFT, harm=replace(HARM, misfits=misfits, fall=fall, volume=volume), unseen=unseen)


def decide(record=DRIFT, held=None, *, retrain=False, weeks=0, earlier=(), settings=SETTINGS):
    return choose_path(Situation(ORIGIN, held, record, weeks, earlier, retrain), settings)


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
            champion(date(2024, 3, 3)),
            False,
            "too_old",
            "92 days old, more than the 91",
            "92 días, más de los 91",
        ),
        (champion(weeks=10), False, "more_history", "learned from 10 weeks, and 15", "10 semanas"),
    ],
)
def test_rules_that_retrain_without_weighing(held, retrain, rule, en, es):
    found = decide(held=held, retrain=retrain, weeks=15)
    assert (found.path, found.verdict, found.rule) == ("retrain_model", "retrain", rule)
    assert en in found.why_en
    assert es in found.why_es


def test_a_champion_that_nothing_speaks_against_is_kept():
    found = decide(held=champion())
    assert (found.path, found.verdict, found.rule) == ("load_champion", "hold", "nothing_moved")
    assert "35 days" in found.why_en
    assert "35 días" in found.why_es


BROKEN = [
    (Fault("too_few_lines", "", "", 40, 2000), "40 purchases where 2,000", "40 compras y lo usual son 2.000"),
    (Fault("part_missing", "brand", "X", 0, 300), "Brand X has 0", "Brand X trae 0"),
    (Fault("another_unit", "", "", 12, 1), "12 times", "12 veces"),
    (Fault("another_unit", "brand", "X", 0.5, 1), "of brand X are 0.5 times", "de brand X son 0,5 veces"),
]


@pytest.mark.parametrize(("fault", "en", "es"), BROKEN)
def test_a_broken_delivery_blocks_and_says_why(fault, en, es):
    found = decide(replace(DRIFT, faults=(fault,)), champion())
    assert (found.path, found.verdict, found.rule) == ("block", "block", "broken_delivery")
    assert en in found.why_en
    assert es in found.why_es
    assert decide(replace(DRIFT, faults=(fault,)), champion(), retrain=True).path == "retrain_model"


@pytest.mark.parametrize(
    "column",
    [
        ColumnDrift("a", "pair", "numeric", "insufficient", constant=True, use=0.1),
        ColumnDrift(
            "a", "static", "categorical", "measured", statistics=(Statistic("unseen", 1.0),), use=0.1
        ),
    ],
)
def test_features_that_say_nothing_block_if_the_champion_uses_them(column):
    features = (column, *DRIFT.features[1:])
    assert decide(replace(DRIFT, features=features), champion()).path == "block"
    idle = (replace(column, use=0.001), *DRIFT.features[1:])
    assert decide(replace(DRIFT, features=idle), champion()).path == "load_champion"


@pytest.mark.parametrize(
    ("record", "verdict", "rule"),
    [
        (with_harm(misfit(0.02)), "retrain", "costly"),
        (with_harm(misfit(0.02, q=0.2)), "hold", "nothing_moved"),
        (with_harm(misfit(0.001)), "watch", "watch"),
        (with_harm(fall=Fall(4, 8, 0.05, 0.01)), "retrain", "costly"),
        (with_harm(fall=Fall(4, 8, 0.05, -0.01)), "hold", "nothing_moved"),
        (with_harm(unseen=(Unseen("region", 0.3, 0.02, 0.0, 1e-6, "S"),)), "retrain", "costly"),
        (with_harm(unseen=(Unseen("region", 0.3, 0.2, 0.25, 0.4, "S"),)), "hold", "nothing_moved"),
        (with_harm(unseen=(Unseen("product_id", 0.3, 0.02, 0.0, 1e-6, "7"),)), "hold", "nothing_moved"),
        (with_harm(volume=1.3), "watch", "watch"),
        (with_harm(volume=0.9), "hold", "nothing_moved"),
    ],
)
def test_what_is_sure_is_weighed_against_the_cost(record, verdict, rule):
    found = decide(record, champion())
    assert (found.verdict, found.rule) == (verdict, rule)


def test_the_largest_loss_counts_not_the_sum():
    found = decide(with_harm(misfit(0.02), fall=Fall(4, 8, 0.05, 0.01)), champion())
    assert found.expected_loss == pytest.approx(0.05 * SETTINGS.drift.horizon_weeks)
    assert [loss.kind for loss in found.losses] == ["fall", "misfit:segment"]


def test_criticality_makes_an_attribute_count():
    critical = SETTINGS.model_copy(
        update={"drift": SETTINGS.drift.model_copy(update={"criticality": {"segment": 10.0}})}
    )
    assert decide(with_harm(misfit(0.001)), champion()).verdict == "watch"
    assert decide(with_harm(misfit(0.001)), champion(), settings=critical).verdict == "retrain"


def test_features_that_moved_are_watched_by_how_much_the_champion_uses_them():
    effect = Effect(0.4, 0.35, 0.45, 0.1, 0.15, 0.0, 0.0, "2024-05-20")
    moved = [ColumnDrift("a", "pair", "numeric", "measured", effect=effect, use=use) for use in (0.2, 0.001)]
    watched, ignored = (decide(replace(DRIFT, features=(m, *DRIFT.features[1:])), champion()) for m in moved)
    assert (watched.verdict, ignored.verdict) == ("watch", "hold")
    assert "(a)" in watched.why_en
    small = replace(moved[0], stake=0.005)
    assert decide(replace(DRIFT, features=(small, *DRIFT.features[1:])), champion()).verdict == "hold"


def test_during_the_cool_down_only_severe_harm_retrains():
    young = champion(ORIGIN - timedelta(days=7))
    assert decide(with_harm(misfit(0.006)), champion()).verdict == "retrain"
    assert decide(with_harm(misfit(0.006)), young).verdict == "watch"
    assert decide(with_harm(misfit(0.05)), young).verdict == "retrain"


def test_a_challenger_that_the_gate_refused_counts_for_the_cool_down():
    tried = (Earlier(ORIGIN - timedelta(days=7), "retrain_model", 0.1),)
    old = champion(date(2024, 1, 1))
    assert decide(held=old).rule == "too_old"
    assert decide(held=old, earlier=tried).verdict == "hold"


def test_the_second_costly_week_in_a_row_needs_less():
    half = with_harm(misfit(0.003))
    before = ORIGIN - timedelta(days=7)
    assert decide(half, champion()).verdict == "watch"
    found = decide(half, champion(), earlier=(Earlier(before, "load_champion", 0.015),))
    assert (found.verdict, found.rule) == ("retrain", "costly_again")
    assert decide(half, champion(), earlier=(Earlier(before, "load_champion", 0.001),)).verdict == "watch"


def test_a_stored_decision_is_decided_again_from_the_file_alone(tmp_path):
    situation = Situation(ORIGIN, champion(), with_harm(misfit(0.02)), 20, (Earlier(ORIGIN, "block", 0.0),))
    strict = SETTINGS.model_copy(update={"drift": SETTINGS.drift.model_copy(update={"change_cost": 0.5})})
    for settings, verdict in ((SETTINGS, "retrain"), (strict, "watch")):
        decision = choose_path(situation, settings)
        assert decision.verdict == verdict
        file = tmp_path / f"{verdict}.json"
        write_decision(file, StoredDecision.of(situation, decision, settings))
        stored = read_decision(file)
        assert stored.situation == situation
        assert stored.again(SETTINGS) == stored.decision == decision


@pytest.mark.parametrize(
    ("text", "says"),
    [("{}", "not a decision"), ("[1]", "not a decision"), ('{"schema_version": 1}', "damaged at situation")],
)
def test_a_file_that_is_no_record_is_refused(tmp_path, text, says):
    file = tmp_path / "record.json"
    file.write_text(text)
    with pytest.raises(InputError, match=says):
        read_decision(file)


def test_a_decision_on_evidence_of_another_version_is_refused(tmp_path):
    situation = Situation(ORIGIN, champion(), DRIFT)
    file = tmp_path / "record.json"
    write_decision(file, StoredDecision.of(situation, choose_path(situation, SETTINGS), SETTINGS))
    told = json.loads(file.read_text())
    told["situation"]["record"]["schema_version"] += 1
    file.write_text(json.dumps(told))
    with pytest.raises(InputError, match=r"damaged at situation\.record\.schema_version"):
        read_decision(file)


def test_the_record_is_plain_json(tmp_path):
    record = with_harm(misfit(0.02), unseen=(Unseen("region", 0.3, 0.02, 0.0, 1e-6, "S"),))
    assert DriftRecord.from_dict(json.loads(json.dumps(record.to_dict(), allow_nan=False))) == record

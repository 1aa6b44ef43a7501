"""The gate, case by case."""

import json
import math
from dataclasses import replace

import numpy as np
import pytest
from evaluation_oracles import Shape, random_rows

from sodai.evaluation import GateDecision, Report, evaluate, gate
from sodai.evaluation.report import Difference, Measurement
from sodai.settings import Settings, UsageError
from sodai.settings.model import GateSettings

CHALLENGER, CHAMPION, BASELINE = "challenger", "champion", "baseline"
GOOD = {"ece": 0.01, "ndcg@5": 0.8, "ndcg@10": 0.84, "sales_coverage@5": 0.5}


def report(
    gains: dict[tuple[str, str], tuple[float, float, float]],
    values: dict[str, dict[str, float]] | None = None,
    metric: str = "pr_auc",
    customers: int = 500,
    identical: tuple[tuple[str, str], ...] = (),
) -> Report:
    """A report with these paired differences of the gate's metric, and these values of the guarded ones."""
    scores = tuple(dict.fromkeys(name for pair in gains for name in pair))
    figures = {score: {metric: 0.6} | GOOD | (values or {}).get(score, {}) for score in scores}
    plain = [
        Difference(name, a, b, figures[a][name] - figures[b][name], -1.0, 1.0)
        for a, b in gains
        for name in GOOD
    ]
    return Report(
        scores=scores,
        confidence=0.95,
        replicates=200,
        customers_with_positives=customers,
        weeks=(),
        measurements=tuple(
            Measurement(name, score, value, value, value, 4)
            for score in scores
            for name, value in figures[score].items()
        ),
        differences=(*(Difference(metric, a, b, *found) for (a, b), found in gains.items()), *plain),
        by_week=(),
        slices=(),
        cuts=(),
        identical=identical,
    )


BETTER, UNSURE, WORSE = (0.05, 0.04, 0.06), (0.01, -0.005, 0.02), (-0.05, -0.06, -0.04)


def three(to_champion, to_baseline, champion_to_baseline=BETTER, **options) -> Report:
    pairs = {
        (CHALLENGER, CHAMPION): to_champion,
        (CHALLENGER, BASELINE): to_baseline,
        (CHAMPION, BASELINE): champion_to_baseline,
    }
    return report(pairs, **options)


def two(to_baseline, **options) -> Report:
    return report({(CHALLENGER, BASELINE): to_baseline}, **options)


@pytest.mark.parametrize(
    ("found", "winner", "code"),
    [
        (three(BETTER, BETTER), CHALLENGER, "passed"),
        (three(UNSURE, BETTER), CHAMPION, "not_better"),
        (three(WORSE, BETTER), CHAMPION, "not_better"),
        (three(BETTER, UNSURE), CHAMPION, "not_better"),
        (three((0.0, 0.0, 0.0), BETTER), CHAMPION, "not_better"),
        (three(BETTER, BETTER, values={CHALLENGER: {"ece": 0.03}}), CHAMPION, "guardrail"),
        (three(BETTER, BETTER, values={CHALLENGER: {"ndcg@10": 0.83}}), CHAMPION, "guardrail"),
        (three(BETTER, BETTER, values={CHALLENGER: {"ndcg@10": 0.838}}), CHALLENGER, "passed"),
        (three(BETTER, BETTER, values={CHALLENGER: {"sales_coverage@5": 0.3}}), CHAMPION, "guardrail"),
        (three(BETTER, BETTER, values={BASELINE: {"sales_coverage@5": 0.9}}), CHALLENGER, "passed"),
        (three(BETTER, BETTER, customers=1), CHAMPION, "insufficient_evidence"),
        (three(BETTER, BETTER, identical=((CHALLENGER, CHAMPION),)), CHAMPION, "same_model"),
        (three(BETTER, (0.0, 0.0, 0.0), identical=((CHALLENGER, BASELINE),)), CHALLENGER, "passed"),
        (two(BETTER), CHALLENGER, "passed"),
        (two(UNSURE), BASELINE, "not_better"),
        (two((0.0, 0.0, 0.0), identical=((CHALLENGER, BASELINE),)), BASELINE, "not_better"),
        (two(BETTER, values={CHALLENGER: {"ece": 0.03}}), BASELINE, "guardrail"),
        (two(BETTER, values={BASELINE: {"sales_coverage@5": 0.9}}), BASELINE, "guardrail"),
        (two(BETTER, values={CHALLENGER: {"ece": 0.03}, BASELINE: {"ece": 0.05}}), CHALLENGER, "passed"),
        (two(BETTER, values={CHALLENGER: {"ece": 0.05}, BASELINE: {"ece": 0.03}}), BASELINE, "guardrail"),
        (two(BETTER, customers=1), BASELINE, "insufficient_evidence"),
        (two((math.nan,) * 3), BASELINE, "insufficient_evidence"),
    ],
)
def test_who_is_champion_afterwards(found: Report, winner: str, code: str):
    champion = CHAMPION if CHAMPION in found.scores else None
    decision = gate(found, GateSettings(), champion=champion)
    assert (decision.winner, decision.code) == (winner, code)
    assert decision.promote == (winner == CHALLENGER)
    assert len(decision.reasons_en) == len(decision.reasons_es) >= 1
    json.dumps(decision.to_dict(), allow_nan=False)


@pytest.mark.parametrize(
    ("rules", "promoted"),
    [
        ({"margin_champion": 0.039}, True),
        ({"margin_champion": 0.04}, False),
        ({"margin_baseline": 0.05}, False),
        ({"min_customers": 501}, False),
    ],
)
def test_the_settings_move_the_bar(rules, promoted):
    assert gate(three(BETTER, BETTER), GateSettings(**rules), champion=CHAMPION).promote is promoted


def test_the_ceiling_of_the_calibration_error_is_a_setting():
    found = three(BETTER, BETTER, values={CHALLENGER: {"ece": 0.012}})
    assert gate(found, GateSettings(max_ece=0.012), champion=CHAMPION).promote
    assert not gate(found, GateSettings(max_ece=0.005), champion=CHAMPION).promote


def test_a_negative_margin_lets_in_what_is_not_much_worse():
    assert gate(three(UNSURE, BETTER), GateSettings(margin_champion=-0.01), champion=CHAMPION).promote


def test_lower_is_better_for_a_loss():
    rules = GateSettings(metric="log_loss")
    assert gate(two(WORSE, metric="log_loss"), rules).promote
    assert not gate(two(BETTER, metric="log_loss"), rules).promote


def test_the_challenger_may_be_named_as_the_champion():
    decision = gate(three(BETTER, BETTER), GateSettings(), challenger=CHAMPION, champion=CHAMPION)
    assert (decision.code, decision.winner) == ("same_model", CHAMPION)


def test_the_caller_may_know_that_the_model_is_the_same():
    decision = gate(three(BETTER, BETTER), GateSettings(), champion=CHAMPION, same_model=True)
    assert (decision.code, decision.winner) == ("same_model", CHAMPION)


def test_a_champion_that_lost_to_the_baseline_is_reported():
    decision = gate(three(UNSURE, WORSE, champion_to_baseline=WORSE), GateSettings(), champion=CHAMPION)
    assert "worse than the baseline" in decision.reasons_en[-1]
    assert "peor que el modelo base" in decision.reasons_es[-1]


def test_reasons_read_as_sentences_in_both_languages():
    decision = gate(two(UNSURE), GateSettings())
    assert decision.reasons_en[0].startswith("The challenger is not promoted")
    assert decision.reasons_en[0].endswith("There is no champion yet: the baseline takes the place.")
    assert decision.reasons_en[1] == (
        "PR-AUC 0.6000 against the baseline's 0.6000: difference +0.0100 [-0.0050, +0.0200], "
        "which does not clear the margin 0.0000."
    )
    assert decision.reasons_es[1] == (
        "PR-AUC 0,6000 frente a 0,6000 del modelo base: diferencia +0,0100 [-0,0050; +0,0200], "
        "que no supera el margen 0,0000."
    )


def test_the_differences_come_along():
    decision = gate(three(BETTER, BETTER), GateSettings(), champion=CHAMPION)
    assert [(d.score, d.reference) for d in decision.differences] == [
        (CHALLENGER, BASELINE),
        (CHALLENGER, CHAMPION),
        (CHAMPION, BASELINE),
    ]
    assert [rail.name for rail in decision.guardrails] == ["ece", "ndcg_loss", "coverage_loss"]
    assert {rail.reference for rail in decision.guardrails} == {None, CHAMPION}


@pytest.mark.parametrize("metric", ["accuracy", "sum_ratio", "recall@7"])
def test_a_metric_that_cannot_judge_is_refused(metric):
    with pytest.raises(UsageError, match="metric"):
        gate(two(BETTER), GateSettings(metric=metric))


def test_a_missing_score_is_refused():
    with pytest.raises(UsageError, match="no such score"):
        gate(two(BETTER), GateSettings(), champion=CHAMPION)


def judged(noise: float) -> GateDecision:
    rng = np.random.default_rng(1)
    rows = random_rows(Shape(2, weeks=3, customers=150, products=20))
    truth = rng.beta(0.5, 2, len(rows))
    rows = replace(rows, label=(rng.random(len(rows)) < truth).astype(np.int8))
    scores = {CHALLENGER: truth, BASELINE: np.clip(truth + rng.normal(0, noise, len(rows)), 0, 1)}
    found = evaluate(rows.with_scores(scores), Settings(evaluation={"bootstrap": 100}))
    return gate(found, GateSettings(max_ece=0.1, max_coverage_loss=1))


def test_a_truly_better_model_passes_on_real_figures_and_an_equal_one_does_not():
    assert judged(noise=0.3).winner == CHALLENGER
    assert judged(noise=0.0).code == "not_better"

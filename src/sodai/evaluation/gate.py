"""The gate: whether a challenger becomes champion, who is champion afterwards, and why."""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

import numpy as np

from sodai.evaluation import gate_words as words
from sodai.evaluation.catalogue import Metric, catalogue
from sodai.evaluation.report import Difference, Report, jsonable
from sodai.settings import UsageError
from sodai.settings.model import GateSettings

Winner = Literal["challenger", "champion", "baseline"]
_Rival = tuple[str, words.Rival, float]


@dataclass(frozen=True)
class Guardrail:
    """A figure of the challenger that may not fall past its limit.

    ``value`` is the ECE itself, or what is lost in NDCG or coverage against ``reference``, the holder of the
    place.
    """

    name: Literal["ece", "ndcg_loss", "coverage_loss"]
    metric: str
    reference: str | None
    value: float
    limit: float
    passed: bool


@dataclass(frozen=True)
class GateDecision:
    """What the gate said.

    Attributes
    ----------
    promote : bool
        The challenger becomes champion. The same as ``winner == "challenger"``.
    winner : {"challenger", "champion", "baseline"}
        Who is champion afterwards. ``baseline`` when there was no champion and the challenger did not pass.
    code : str
        For programs: ``passed``, ``insufficient_evidence``, ``same_model``, ``not_better``, ``guardrail``.
    reasons_en, reasons_es : tuple of str
        Why, in sentences, the most important first.
    differences : tuple of Difference
        Of the gate's metric: challenger to baseline; if there is a champion, challenger to champion, and
        champion to baseline.
    guardrails : tuple of Guardrail
    """

    promote: bool
    winner: Winner
    code: Literal["passed", "insufficient_evidence", "same_model", "not_better", "guardrail"]
    reasons_en: tuple[str, ...]
    reasons_es: tuple[str, ...]
    differences: tuple[Difference, ...]
    guardrails: tuple[Guardrail, ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON; what is not defined is null."""
        plain: dict[str, Any] = jsonable(asdict(self))
        return plain


@dataclass(frozen=True)
class _Case:
    """A report, the rules, and which of its scores play which part."""

    report: Report
    rules: GateSettings
    metric: Metric
    challenger: str
    champion: str | None
    baseline: str

    @property
    def holder(self) -> str:
        """Who keeps the place if the challenger fails."""
        return self.champion or self.baseline

    def margins(self) -> list[_Rival]:
        """Whom the challenger has to beat, in which part, and by how much."""
        to_baseline: _Rival = (self.baseline, "baseline", self.rules.margin_baseline)
        if self.champion is None:
            return [to_baseline]
        to_champion: _Rival = (self.champion, "champion", self.rules.margin_champion)
        is_baseline = self.report.agree(self.challenger, self.baseline)
        return [to_champion] if is_baseline else [to_champion, to_baseline]

    def worst_gain(self, score: str, rival: str) -> float:
        """Lower bound of the improvement of ``score`` over ``rival``, whichever way the metric is better."""
        found = self.report.difference(self.metric.name, score, rival)
        return found.low if self.metric.better == "high" else -found.high


def gate(
    report: Report,
    rules: GateSettings,
    *,
    challenger: str = "challenger",
    champion: str | None = None,
    baseline: str = "baseline",
    same_model: bool = False,
) -> GateDecision:
    """Decide whether the challenger becomes champion.

    It does when the lower bound of its paired gain clears ``margin_baseline`` over the baseline and, if there
    is a champion, ``margin_champion`` over it, and every guardrail holds: its ECE is at most ``max_ece`` or
    that of whoever holds the place, and against the holder it loses no more than ``max_ndcg_loss`` in NDCG at
    the largest K and ``max_coverage_loss`` in coverage of sales at the smallest K. "Clears" means is greater
    than: a tie promotes nobody. A challenger that is the baseline itself, score by score, has only the
    champion to beat.

    Parameters
    ----------
    report : Report
    rules : GateSettings
        ``settings.evaluation.gate``.
    challenger, champion, baseline : str
        Names of scores in the report; no champion where there is none yet.
    same_model : bool
        The challenger is the champion. Also found when their scores agree in every row.

    Raises
    ------
    UsageError
        If a score or the gate's metric is not in the report, or the metric is one that does not judge.
    """
    case = _Case(report, rules, _judging_metric(report, rules), challenger, champion, baseline)
    guardrails = _guardrails(case)
    differences = tuple(
        report.difference(case.metric.name, a, b)
        for a, b in ((challenger, baseline), (challenger, champion), (champion, baseline))
        if a is not None and b is not None
    )
    code, sentences = _verdict(case, guardrails, same_model=same_model)
    winner: Winner = "challenger" if code == "passed" else "champion" if champion else "baseline"
    sentences = [words.outcome(code, winner), *sentences]
    if winner == "champion" and case.worst_gain(baseline, case.holder) > 0:
        sentences.append(
            words.champion_below_baseline(report.difference(case.metric.name, case.holder, baseline))
        )
    return GateDecision(
        promote=code == "passed",
        winner=winner,
        code=code,
        reasons_en=tuple(sentence.en for sentence in sentences),
        reasons_es=tuple(sentence.es for sentence in sentences),
        differences=differences,
        guardrails=guardrails,
    )


def _verdict(
    case: _Case, guardrails: Sequence[Guardrail], *, same_model: bool
) -> tuple[words.Code, list[words.Sentence]]:
    report, rules = case.report, case.rules
    if case.champion is not None and (same_model or report.agree(case.challenger, case.champion)):
        return "same_model", []
    if report.customers_with_positives < rules.min_customers or math.isnan(
        case.worst_gain(case.challenger, case.baseline)
    ):
        return "insufficient_evidence", [words.too_few(report.customers_with_positives, rules.min_customers)]
    cleared, sentences = [], []
    for rival, part, margin in case.margins():
        cleared.append(case.worst_gain(case.challenger, rival) > margin)
        found = report.difference(case.metric.name, case.challenger, rival)
        values = [report.measured(case.metric.name, score).value for score in (case.challenger, rival)]
        sentences.append(words.against(part, found, values, margin, cleared=cleared[-1]))
    fallen = [
        words.guardrail_fell(rail.name, rail.value, rail.limit) for rail in guardrails if not rail.passed
    ]
    if not all(cleared):
        return "not_better", sentences + fallen
    return ("guardrail", fallen + sentences) if fallen else ("passed", [*sentences, words.guardrails_hold()])


def _judging_metric(report: Report, rules: GateSettings) -> Metric:
    known = {metric.name: metric for metric in catalogue(_cutoffs(report)) if metric.better != "none"}
    if rules.metric not in known or rules.metric not in report.metrics:
        raise UsageError("the gate's metric does not exist", got=rules.metric, allowed=", ".join(known))
    return known[rules.metric]


def _cutoffs(report: Report) -> list[int]:
    return sorted(int(name.removeprefix("ndcg@")) for name in report.metrics if name.startswith("ndcg@"))


def _guardrails(case: _Case) -> tuple[Guardrail, ...]:
    ks = _cutoffs(case.report)
    ece = Guardrail(
        name="ece",
        metric="ece",
        reference=None,
        value=case.report.measured("ece", case.challenger).value,
        limit=float(np.fmax(case.rules.max_ece, case.report.measured("ece", case.holder).value)),
        passed=False,
    )
    losses = [
        Guardrail(
            name=name,
            metric=metric,
            reference=case.holder,
            value=0 - case.report.difference(metric, case.challenger, case.holder).value,
            limit=limit,
            passed=False,
        )
        for name, metric, limit in _loss_rules(case.rules, ks)
    ]
    return tuple(replace(rail, passed=rail.value <= rail.limit) for rail in (ece, *losses))


def _loss_rules(
    rules: GateSettings, ks: Sequence[int]
) -> tuple[tuple[Literal["ndcg_loss", "coverage_loss"], str, float], ...]:
    return (
        ("ndcg_loss", f"ndcg@{ks[-1]}", rules.max_ndcg_loss),
        ("coverage_loss", f"sales_coverage@{ks[0]}", rules.max_coverage_loss),
    )

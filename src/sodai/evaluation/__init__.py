"""Metrics with intervals, baselines on the same rows, and the gate."""

from sodai.evaluation.backtest import evaluate, paired_difference
from sodai.evaluation.baselines import simple_scores
from sodai.evaluation.catalogue import Metric, catalogue
from sodai.evaluation.gate import GateDecision, Guardrail, gate
from sodai.evaluation.report import Difference, Measurement, Report, SliceMeasurement
from sodai.evaluation.resampling import Interval
from sodai.evaluation.rows import ScoredRows

__all__ = [
    "Difference",
    "GateDecision",
    "Guardrail",
    "Interval",
    "Measurement",
    "Metric",
    "Report",
    "ScoredRows",
    "SliceMeasurement",
    "catalogue",
    "evaluate",
    "gate",
    "paired_difference",
    "simple_scores",
]

"""Runs, models and aliases: MLflow behind a small face of our own, and the promotion ledger it lacks."""

from sodai.tracking.ledger import Promotion
from sodai.tracking.packaging import Sample
from sodai.tracking.registry import Registry
from sodai.tracking.runs import WeeklyRun
from sodai.tracking.tracker import Tracker
from sodai.tracking.trials import TrialRecord
from sodai.tracking.version import ALIASES, BASELINE, CHALLENGER, CHAMPION, PREVIOUS, ModelVersion

__all__ = [
    "ALIASES",
    "BASELINE",
    "CHALLENGER",
    "CHAMPION",
    "PREVIOUS",
    "ModelVersion",
    "Promotion",
    "Registry",
    "Sample",
    "Tracker",
    "TrialRecord",
    "WeeklyRun",
]

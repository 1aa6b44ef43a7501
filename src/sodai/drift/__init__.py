"""Tests, effect sizes, the decision to retrain."""

from sodai.drift.measure import measure, reference_and_recent
from sodai.drift.path import ChampionInfo, PathDecision, choose_path
from sodai.drift.record import SCHEMA_VERSION, ColumnDrift, DriftRecord, Side, Statistic

__all__ = [
    "SCHEMA_VERSION",
    "ChampionInfo",
    "ColumnDrift",
    "DriftRecord",
    "PathDecision",
    "Side",
    "Statistic",
    "choose_path",
    "measure",
    "reference_and_recent",
]

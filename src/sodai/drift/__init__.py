"""Tests, effect sizes, the harm that is done, the decision to retrain."""

from sodai.drift.assess import Evidence, assess
from sodai.drift.decision import ChampionInfo, Earlier, PathDecision, Situation, choose_path
from sodai.drift.deliveries import Deliveries
from sodai.drift.delivery import Fault
from sodai.drift.judged import Judged
from sodai.drift.measure import measure, reference_and_recent
from sodai.drift.record import SCHEMA_VERSION, ColumnDrift, DriftRecord, Effect, Statistic
from sodai.drift.samples import Side
from sodai.drift.stored import StoredDecision, read_decision, write_decision

__all__ = [
    "SCHEMA_VERSION",
    "ChampionInfo",
    "ColumnDrift",
    "Deliveries",
    "DriftRecord",
    "Earlier",
    "Effect",
    "Evidence",
    "Fault",
    "Judged",
    "PathDecision",
    "Side",
    "Situation",
    "Statistic",
    "StoredDecision",
    "assess",
    "choose_path",
    "measure",
    "read_decision",
    "reference_and_recent",
    "write_decision",
]

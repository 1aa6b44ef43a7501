"""Experiments that show whether the decision to retrain decides well: placebo, power, replay."""

from sodai.orchestration.proofs.company import Company, replace_section
from sodai.orchestration.proofs.placebo import Split, placebo
from sodai.orchestration.proofs.power import POWER_EVENTS, PowerRun, PowerSize, power
from sodai.orchestration.proofs.replay import ReplayResult, ReplayWeek, replay

__all__ = [
    "POWER_EVENTS",
    "Company",
    "PowerRun",
    "PowerSize",
    "ReplayResult",
    "ReplayWeek",
    "Split",
    "placebo",
    "power",
    "replace_section",
    "replay",
]

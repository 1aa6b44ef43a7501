"""SHAP for the chosen model: what matters as a whole, and why single pairs are recommended, in words."""

from sodai.learning.explanation.contributions import Contributions, contributions, contributions_of
from sodai.learning.explanation.groups import GROUPS, group_of
from sodai.learning.explanation.importance import (
    Explanation,
    FamilyImportance,
    FeatureImportance,
    Importance,
    explain,
)
from sodai.learning.explanation.meanings import Meanings
from sodai.learning.explanation.reasons import Reason, Reasoner, reasons_table
from sodai.learning.explanation.sampling import Stratum, stratified

__all__ = [
    "GROUPS",
    "Contributions",
    "Explanation",
    "FamilyImportance",
    "FeatureImportance",
    "Importance",
    "Meanings",
    "Reason",
    "Reasoner",
    "Stratum",
    "contributions",
    "contributions_of",
    "explain",
    "group_of",
    "reasons_table",
    "stratified",
]

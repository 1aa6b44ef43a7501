"""Cleaning: named, counted rules; what they take out is kept aside with its reason."""

from sodai.data.cleaning.clean import Cleaned, clean
from sodai.data.cleaning.report import CleaningReport
from sodai.data.cleaning.requirements import require_rows
from sodai.data.cleaning.rules import MERGED_RULES, REFUSED_RULES, REPLACED_RULES

__all__ = [
    "MERGED_RULES",
    "REFUSED_RULES",
    "REPLACED_RULES",
    "Cleaned",
    "CleaningReport",
    "clean",
    "require_rows",
]

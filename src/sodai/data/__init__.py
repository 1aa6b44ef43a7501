"""Contracts, readers, cleaning and quarantine: three tables in, three tables that can be trusted out."""

from sodai.data.cleaning import (
    MERGED_RULES,
    REFUSED_RULES,
    REPLACED_RULES,
    Cleaned,
    CleaningReport,
    clean,
    require_rows,
)
from sodai.data.contracts import check_contract
from sodai.data.files import read_json, write_atomic, write_json, write_parquet
from sodai.data.reading import fingerprint, read_tables
from sodai.data.tables import Tables

__all__ = [
    "MERGED_RULES",
    "REFUSED_RULES",
    "REPLACED_RULES",
    "Cleaned",
    "CleaningReport",
    "Tables",
    "check_contract",
    "clean",
    "fingerprint",
    "read_json",
    "read_tables",
    "require_rows",
    "write_atomic",
    "write_json",
    "write_parquet",
]

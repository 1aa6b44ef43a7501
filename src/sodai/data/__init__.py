"""Contracts, readers, cleaning and quarantine: three tables in, three tables that can be trusted out.

What reads and cleans is imported when it is first used: files can be read and written without it, and sooner.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from sodai.data.files import read_json, write_atomic, write_json, write_parquet
from sodai.data.tables import Tables

if TYPE_CHECKING:
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
    from sodai.data.reading import fingerprint, read_tables

_WHERE = {
    "MERGED_RULES": "cleaning",
    "REFUSED_RULES": "cleaning",
    "REPLACED_RULES": "cleaning",
    "Cleaned": "cleaning",
    "CleaningReport": "cleaning",
    "check_contract": "contracts",
    "clean": "cleaning",
    "fingerprint": "reading",
    "read_tables": "reading",
    "require_rows": "cleaning",
}

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


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_WHERE[name]}"), name)

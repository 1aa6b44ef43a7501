"""Tasks 2 and 3: the three tables as known before the origin, then cleaned; what is refused is kept apart."""

from dataclasses import asdict
from datetime import date
from typing import Any

import pyarrow.compute as pc

from sodai.data import clean, fingerprint, read_tables, write_json, write_parquet
from sodai.data.tables import Tables
from sodai.data.values import as_days
from sodai.orchestration.context import RunContext
from sodai.settings import InputError
from sodai.settings.columns import PURCHASE_DATE


def extract_data(run: RunContext) -> dict[str, Any]:
    """Read the source and leave out what was not known before the origin.

    Raises
    ------
    InputError
        If the source no longer holds what the run was started from.
    """
    source = run.source or None
    if fingerprint(source, run.settings) != run.info.fingerprint:
        raise InputError(
            f"the data in {run.info.data} changed since run {run.info.run_id} was started",
            hint="Start a new run: sodai run --data ...",
        )
    delivered = read_tables(source, run.settings)
    known = known_before(delivered, run.info.origin, run.info.today)
    known.write(run.path("extract_data"))
    sizes = {name: getattr(known, name).num_rows for name in ("customers", "products", "lines")}
    return {**sizes, "later_lines": delivered.lines.num_rows - known.lines.num_rows, "note": _counted(sizes)}


def known_before(tables: Tables, origin: date, today: date) -> Tables:
    """Drop the lines dated on or after the origin.

    A line dated after today stays, as does one without a readable day: neither can be true, and cleaning
    says so.
    """
    days = as_days(tables.lines[PURCHASE_DATE])
    if days is None:
        return tables
    later = pc.and_(pc.greater_equal(days, origin), pc.less_equal(days, today))
    return Tables(
        tables.customers, tables.products, tables.lines.filter(pc.invert(pc.fill_null(later, False)))
    )


def validate_data(run: RunContext) -> dict[str, Any]:
    """Clean the tables, put refused rows in quarantine, and stop where there are too many.

    Raises
    ------
    InputError
        If a table breaks its contract or too much is refused.
    """
    cleaned = clean(Tables.read(run.path("extract_data")), run.settings, today=run.info.today)
    quarantine = run.home.quarantine / f"{run.info.run_id}.parquet"
    write_parquet(quarantine, cleaned.quarantine)
    cleaned.tables.write(run.path("validate_data"))
    report = cleaned.report
    write_json(run.path("validate_data", "validation.json"), report.as_dict())
    return {
        "first_day": report.first_day.isoformat(),
        "last_day": report.last_day.isoformat(),
        "refused": report.refused,
        "warnings": [asdict(warning) for warning in report.warnings],
        "quarantine": str(quarantine.relative_to(run.home.root)),
        "lines": report.lines_out,
        "note": f"{report.lines_out:,} clean lines, {report.refused:,} of {report.lines_in:,} refused",
    }


def _counted(sizes: dict[str, int]) -> str:
    return ", ".join(f"{count:,} {name}" for name, count in sizes.items())

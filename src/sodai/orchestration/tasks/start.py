"""Task 1: the run exists; see that what it needs answers before any time is spent."""

from typing import Any

from sodai.orchestration.context import RunContext
from sodai.tracking import Registry


def start_pipeline(run: RunContext) -> dict[str, Any]:
    """Check home and registry, and say what the run is.

    Raises
    ------
    HomeError
        If the home cannot be written.
    ServiceError
        If the registry does not answer.
    """
    run.home.ensure()
    Registry(run.home.root, run.settings).check()
    info = run.info
    return {
        "run_id": info.run_id,
        "origin": info.origin.isoformat(),
        "last_day": info.last_day.isoformat(),
        "note": f"run {info.run_id}, origin {info.origin}",
    }

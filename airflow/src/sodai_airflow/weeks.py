"""Which week a run is for, when runs start, and that weeks of one company go one after another.

The origin of a run (the first day that is not known yet) is

- the parameter ``origin``, where a person gave one;
- else, for a run by the calendar (schedule, catch-up, backfill), the day of its logical date in the company's
  time zone: the run of Monday 06:00 predicts Monday to Sunday from what was known until Sunday night;
- else (by hand, or by the arrival of data) the day after the last day of the data.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from airflow.sdk import Asset, AssetWatcher, Context, CronTriggerTimetable, Param
from airflow.sdk.exceptions import AirflowRescheduleException

from sodai_airflow.arrival import NewFiles
from sodai_airflow.settings import BY_HAND, ON_DATA, Company

BY_CALENDAR = ("scheduled", "backfill")
LOOK_AGAIN = timedelta(seconds=20)


@dataclass(frozen=True)
class Week:
    """What a run was asked for; what is None is SodAI's own choice."""

    origin: date | None
    retrain: bool
    trials: int | None


def params() -> dict[str, Param]:
    """Describe the form that Airflow's page shows when a run is started by hand."""
    return {
        "origin": Param(
            None,
            type=["null", "string"],
            format="date",
            title="Origin / origen",
            description="First day to predict. Empty: the run's own week, or the day after the data end.",
        ),
        "retrain": Param(
            False,
            type="boolean",
            title="Retrain / reentrenar",
            description="Train a challenger whatever the champion's age.",
        ),
        "trials": Param(
            None,
            type=["null", "integer"],
            minimum=1,
            title="Trials / pruebas",
            description="Trials of the tuning. Empty: as the company's settings say.",
        ),
    }


def week_of(context: Context, company: Company) -> Week:
    """Find out which week a run is for, and what a person asked of it."""
    asked: Mapping[str, Any] = context["params"]
    return Week(_origin(context, asked.get("origin"), company), bool(asked["retrain"]), asked["trials"])


def _origin(context: Context, asked: str | None, company: Company) -> date | None:
    if asked:
        return date.fromisoformat(asked)
    run = context["dag_run"]
    if run.run_type in BY_CALENDAR and run.logical_date is not None:
        return run.logical_date.astimezone(ZoneInfo(company.timezone)).date()
    return None


def schedule_of(company: Company) -> CronTriggerTimetable | list[Asset] | None:
    """Return what starts the runs of a company."""
    if company.schedule == BY_HAND:
        return None
    if company.schedule == ON_DATA:
        return [arrivals(company)]
    return CronTriggerTimetable(company.schedule, timezone=company.timezone)


def arrivals(company: Company) -> Asset:
    """Return the asset that stands for the company's data; a watcher looks for what arrives."""
    trigger = NewFiles(folder=company.data, poll_seconds=company.poll_seconds)
    watcher = AssetWatcher(name=f"{company.dag_id}_new_files", trigger=trigger)
    return Asset(name=f"{company.dag_id}_data", watchers=[watcher])


def start_of(company: Company) -> datetime:
    """Return the first moment that the calendar knows."""
    return datetime.combine(company.start, time.min, ZoneInfo(company.timezone))


def wait_for_earlier_week(context: Context) -> None:
    """Come back later while the run of an earlier week is at work.

    ``max_active_runs`` of a DAG does not bound a backfill, which has a limit of its own (10 unless it is
    told otherwise); without this, its weeks would meet in one home out of order.

    Raises
    ------
    AirflowRescheduleException
        If an earlier week is still running.
    """
    before = context["ti"].get_previous_dagrun()
    if before is not None and before.state == "running":
        raise AirflowRescheduleException(datetime.now(UTC) + LOOK_AGAIN)

"""The DAG of a company, made from the list of tasks: one operator a task, one edge an upstream."""

from collections.abc import Mapping
from datetime import timedelta
from importlib import import_module
from types import MappingProxyType
from typing import Any

from airflow.sdk import DAG, Asset, AssetAlias, BaseOperator, TriggerRule

from sodai_airflow.alerts import Alert
from sodai_airflow.pages import dag_page, task_page
from sodai_airflow.settings import AirflowSettings, Company, Limits
from sodai_airflow.tasks import CHOOSE, LAST, Task, all_tasks
from sodai_airflow.weeks import params, schedule_of, start_of

# What each kind of start needs: its module, its task and its choice. Only the one in use is imported.
KINDS: Mapping[str, tuple[str, str, str]] = MappingProxyType(
    {
        "process": ("sodai_airflow.operators", "ProcessTask", "ProcessChoice"),
        "docker": ("sodai_airflow.docker", "ContainerTask", "ContainerChoice"),
        "kubernetes": ("sodai_airflow.kubernetes", "PodTask", "PodChoice"),
    }
)
# What a task leaves that others may wait for; what is not here concerns the run alone.
PUBLISHES: Mapping[str, str] = MappingProxyType(
    {
        "validate_data": "clean_tables",
        "create_features": "features",
        "detect_drift": "drift",
        "retrain_model": "challenger",
        "evaluate_model": "metrics",
        "explain_model": "reasons",
        "promote_model": "gate",
        "generate_predictions": "predictions",
        LAST: "live_week",
    }
)
LONGEST_WAIT = timedelta(hours=1)


def weekly_dag(company: Company, settings: AirflowSettings) -> DAG:
    """Make the DAG of a company."""
    with DAG(
        company.dag_id,
        description="Who will buy what next week: the weekly flow of SodAI.",
        doc_md=dag_page(company),
        schedule=schedule_of(company),
        start_date=start_of(company),
        catchup=company.catchup,
        max_active_runs=1,
        params=params(),
        tags=["sodai"],
    ) as dag:
        operators = {spec.name: _operator(spec, company, settings) for spec in all_tasks().values()}
    for spec in all_tasks().values():
        operators[spec.name].set_upstream([operators[name] for name in spec.upstream])
    return dag


def _operator(spec: Task, company: Company, settings: AirflowSettings) -> BaseOperator:
    module, task, choice = KINDS[settings.launch.kind]
    kind: type[BaseOperator] = getattr(import_module(module), choice if spec.name == CHOOSE else task)
    limits = settings.limits_of(spec.name)
    joins = TriggerRule.NONE_FAILED_MIN_ONE_SUCCESS
    return kind(
        task_id=spec.name,
        spec=spec,
        company=company,
        settings=settings,
        doc_md=task_page(spec),
        trigger_rule=joins if spec.any_upstream else TriggerRule.ALL_SUCCESS,
        outlets=_outlets(spec, company),
        executor=company.executor,
        on_failure_callback=Alert(company, settings.alerts),
        **_bounds(limits),
        **_start_options(limits, company, settings),
    )


def _bounds(limits: Limits) -> dict[str, Any]:
    """Say the limits in Airflow's words."""
    return {
        "execution_timeout": timedelta(minutes=limits.minutes or 0),
        "retries": limits.retries,
        "retry_delay": timedelta(seconds=limits.retry_seconds or 0),
        "retry_exponential_backoff": 2.0,
        "max_retry_delay": LONGEST_WAIT,
        "pool": limits.pool,
        "pool_slots": limits.slots,
        **({"queue": limits.queue} if limits.queue else {}),
    }


def _start_options(limits: Limits, company: Company, settings: AirflowSettings) -> dict[str, Any]:
    if settings.launch.kind == "process":
        return {}
    module = import_module(KINDS[settings.launch.kind][0])
    options: dict[str, Any] = module.options(settings.launch, limits, dict(company.environment))
    return options


def _outlets(spec: Task, company: Company) -> list[Asset | AssetAlias]:
    """Name what a task publishes; the live week only by an alias, since a blocked week is not published."""
    if spec.name not in PUBLISHES:
        return []
    name = f"{company.dag_id}_{PUBLISHES[spec.name]}"
    return [AssetAlias(name) if spec.name == LAST else Asset(name)]

"""The list of tasks that the DAG is made from: what ``sodai task --list --json`` says, kept beside this file.

SodAI and Airflow live in environments of their own, often on machines of their own, so the list cannot be
imported from SodAI where the DAG is parsed; and to ask the command at each parse would start a process every
30 seconds. ``make docs`` writes the file anew and a test holds it equal to the product's list.
"""

import json
from dataclasses import dataclass, fields
from functools import cache
from importlib import resources
from typing import Any

FIRST, CHOOSE, RETRAIN, LAST = "start_pipeline", "choose_path", "retrain_model", "publish_results"


@dataclass(frozen=True)
class Task:
    """One task of the weekly flow, as SodAI describes it.

    Parameters
    ----------
    name : str
        Of the task, and of ``sodai task NAME``.
    upstream, paths : tuple of str
        What it waits for, and the choices of ``choose_path`` that take it.
    any_upstream : bool
        Paths join here: some of ``upstream`` may have been skipped.
    en, es : str
        What it does.
    """

    name: str
    upstream: tuple[str, ...]
    paths: tuple[str, ...]
    any_upstream: bool
    en: str
    es: str


@cache
def all_tasks() -> dict[str, Task]:
    """Read the list, by name and in order."""
    text = (resources.files(__package__) / "tasks.json").read_text(encoding="utf-8")
    return {record["name"]: _task(record) for record in json.loads(text)}


def _task(record: dict[str, Any]) -> Task:
    known = {field.name: record[field.name] for field in fields(Task)}
    return Task(**{**known, "upstream": tuple(record["upstream"]), "paths": tuple(record["paths"])})

"""SodAI's own command for a task: its arguments, its answer, and what its exit code means for a retry."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from airflow.sdk.exceptions import AirflowException, AirflowFailException

from sodai_airflow.settings import Company
from sodai_airflow.tasks import FIRST
from sodai_airflow.weeks import Week

# Bad usage or input, and a gate that said no: the same again would say the same.
FINAL = {2: "bad usage, input or home", 3: "a gate said no"}


@dataclass(frozen=True)
class Answer:
    """What a task said: the reference of its run, and its summary."""

    run: str
    summary: dict[str, Any]


def first_arguments(company: Company, week: Week) -> list[str]:
    """Write the arguments that make a run and do its first task."""
    arguments = ["task", FIRST, "--json", "--data", company.data, "--home", company.home]
    if company.settings:
        arguments += ["--settings", company.settings]
    if week.origin:
        arguments += ["--origin", week.origin.isoformat()]
    if week.trials:
        arguments += ["--trials", str(week.trials)]
    return [*arguments, "--retrain"] if week.retrain else arguments


def next_arguments(name: str, run: str) -> list[str]:
    """Write the arguments of every other task: its name and the reference of the run, nothing else.

    >>> next_arguments("extract_data", "/home/runs/2024-12-30-ab12")
    ['task', 'extract_data', '--json', '--run', '/home/runs/2024-12-30-ab12']
    """
    return ["task", name, "--json", "--run", run]


def read_answer(lines: Iterable[str]) -> Answer:
    """Find the answer among the lines that a command wrote: the last one that is one.

    Raises
    ------
    AirflowException
        If there is none.
    """
    for line in reversed(list(lines)):
        try:
            said = json.loads(line)
        except ValueError:
            continue
        if isinstance(said, dict) and {"run", "summary"} <= said.keys():
            return Answer(said["run"], said["summary"])
    raise AirflowException("the command ended without an answer")


def failure(code: int | None, said: str = "") -> AirflowException:
    """Return what to raise for an exit code; a negative one is the signal that killed the command.

    >>> type(failure(2)).__name__, type(failure(1)).__name__
    ('AirflowFailException', 'AirflowException')
    """
    if code in FINAL:
        return AirflowFailException(f"exit code {code} ({FINAL[code]}), not tried again. {said}".strip())
    how = f"killed by signal {-code}" if code is not None and code < 0 else f"exit code {code}"
    return AirflowException(f"{how}. {said}".strip())

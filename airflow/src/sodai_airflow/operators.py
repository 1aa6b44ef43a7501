"""What every task does, however it is started: call SodAI, hand on the reference of the run, nothing else."""

from collections.abc import Mapping, Sequence
from typing import Any

import structlog
from airflow.sdk import Asset, AssetAlias, BaseOperator, BranchMixIn, Context
from airflow.sdk.exceptions import AirflowFailException
from pydantic import JsonValue

from sodai_airflow.alerts import Alert
from sodai_airflow.command import Answer, failure, first_arguments, next_arguments, read_answer
from sodai_airflow.process import Command
from sodai_airflow.settings import AirflowSettings, Company
from sodai_airflow.tasks import FIRST, Task, all_tasks
from sodai_airflow.weeks import wait_for_earlier_week, week_of

log = structlog.get_logger("sodai")


class SodaiTask(BaseOperator):
    """A task of the flow; a subclass says in `start` how a command is started.

    Parameters
    ----------
    spec : Task
    company : Company
    settings : AirflowSettings
    **kwargs
        Of the operator.
    """

    def __init__(self, *, spec: Task, company: Company, settings: AirflowSettings, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.spec, self.company, self.settings = spec, company, settings

    def start(self, arguments: Sequence[str], context: Context) -> list[str]:
        """Run SodAI with these arguments and return the lines of its standard output.

        Raises
        ------
        AirflowFailException
            If the command ended in a way that the same again would repeat.
        AirflowException
            If it failed in any other way.
        """
        raise NotImplementedError

    def execute(self, context: Context) -> str:
        """Do the task; what is handed on is the reference of the run."""
        structlog.contextvars.bind_contextvars(dag_run=context["run_id"])
        answer = read_answer(self.start(self._arguments(context), context))
        self._mark(answer, context)
        if answer.summary.get("blocked"):
            Alert(self.company, self.settings.alerts).blocked(context, answer)
        if isinstance(self, BranchMixIn):  # the last step: it leaves by an exception that Airflow knows
            self.do_branch(context, taken(self.spec.name, str(answer.summary["path"])))
        return answer.run

    def _arguments(self, context: Context) -> list[str]:
        if self.spec.name == FIRST:
            wait_for_earlier_week(context)
            return first_arguments(self.company, week_of(context, self.company))
        run = context["ti"].xcom_pull(task_ids=FIRST)
        if not run:
            raise AirflowFailException(f"{FIRST} handed on no run; clear it, and what follows it runs again")
        structlog.contextvars.bind_contextvars(run_id=str(run).rpartition("/")[2])
        return next_arguments(self.spec.name, str(run))

    def _mark(self, answer: Answer, context: Context) -> None:
        """Say which run an asset comes from; a week that was blocked marks nothing."""
        note: dict[str, JsonValue] = {"run": answer.run}
        for outlet in self.outlets:
            if isinstance(outlet, Asset):
                context["outlet_events"][outlet].extra = note
            elif isinstance(outlet, AssetAlias) and not answer.summary.get("blocked"):
                context["outlet_events"][outlet].add(Asset(outlet.name), extra=note)


def taken(choice: str, path: str) -> list[str]:
    """Return the tasks right after the choice that a path takes.

    >>> taken("choose_path", "block"), taken("choose_path", "load_champion")
    (['publish_results'], ['load_champion', 'publish_results'])
    """
    return [task.name for task in all_tasks().values() if choice in task.upstream and path in task.paths]


class ProcessTask(SodaiTask):
    """Starts SodAI as a process of this machine, in SodAI's own environment."""

    ui_color, ui_fgcolor = "#e8f1ee", "#15302a"
    _command: Command | None = None

    def start(self, arguments: Sequence[str], context: Context) -> list[str]:  # noqa: ARG002
        """Run the command; its log becomes the log of the task, field by field."""
        line = [*self.settings.launch.command, *arguments]
        log.info("command", arguments=line)
        self._command = Command(line, self.company.environment, _tell)
        code, lines = self._command.run()
        if code:
            raise failure(code, self._command.last_words)
        return lines

    def on_kill(self) -> None:
        """End the command when the task is cleared, marked or times out."""
        if self._command is not None:
            self._command.stop()


class ProcessChoice(ProcessTask, BranchMixIn):
    """The branch, as a process."""

    inherits_from_skipmixin = True


def _tell(level: str, event: str, fields: Mapping[str, Any]) -> None:
    getattr(log, level, log.info)(event, **fields)

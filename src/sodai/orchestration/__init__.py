"""The weekly flow: its 13 tasks, the embedded runner, and the commands' work that is not a single task.

The list of tasks costs no library to import; the other names are imported when they are first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from sodai.orchestration.specs import TASKS, TaskSpec, task_named

if TYPE_CHECKING:
    from sodai.orchestration.backtest import BacktestRequest, run_backtest
    from sodai.orchestration.context import RunContext, RunInfo
    from sodai.orchestration.home import Home
    from sodai.orchestration.prediction import predict_week
    from sodai.orchestration.runner import execute, run_tasks
    from sodai.orchestration.start import RunRequest, open_run
    from sodai.orchestration.summary import summarise

_WHERE = {
    "BacktestRequest": "backtest",
    "Home": "home",
    "RunContext": "context",
    "RunInfo": "context",
    "RunRequest": "start",
    "execute": "runner",
    "open_run": "start",
    "predict_week": "prediction",
    "run_backtest": "backtest",
    "run_tasks": "runner",
    "summarise": "summary",
}

__all__ = [
    "TASKS",
    "BacktestRequest",
    "Home",
    "RunContext",
    "RunInfo",
    "RunRequest",
    "TaskSpec",
    "execute",
    "open_run",
    "predict_week",
    "run_backtest",
    "run_tasks",
    "summarise",
    "task_named",
]


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_WHERE[name]}"), name)

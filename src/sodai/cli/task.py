"""``sodai task``: one task of a run, which is what an orchestrator calls."""

from pathlib import Path
from typing import Annotated, Any

import typer

from sodai.cli import common


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("task")(task)


def task(
    name: Annotated[str, typer.Argument(help="Name of the task; --list shows all.", show_default=False)] = "",
    run: Annotated[
        str, typer.Option("--run", metavar="RUN", help="Id or folder of the run, or 'latest'.")
    ] = "",
    data: Annotated[str, typer.Option("--data", metavar="FOLDER", help="For start_pipeline: the data.")] = "",
    home: common.HomeFolder = Path("sodai-home"),
    origin: common.OriginDay = "",
    horizon_days: common.Horizon = None,
    trials: Annotated[
        int | None, typer.Option("--trials", help="For start_pipeline: trials of the tuning.")
    ] = None,
    retrain: Annotated[
        bool, typer.Option("--retrain", help="For start_pipeline: train whatever comes.")
    ] = False,
    seed: Annotated[
        int | None, typer.Option("--seed", help="For start_pipeline: source of all randomness.")
    ] = None,
    settings: common.SettingsFile = None,
    engine: common.Engine = None,
    again: Annotated[bool, typer.Option("--again", help="Do it even if it is done.")] = False,
    list_tasks: Annotated[bool, typer.Option("--list", help="List the 13 tasks and their order.")] = False,
    as_json: common.AsJson = False,
) -> None:
    """Do one task of a run and hand on the reference of the run.

    start_pipeline makes the run from --data (and the other options of sodai run) and prints its reference;
    every other task takes that reference with --run. A task that is done already is left as it is.
    """
    if list_tasks:
        _list(as_json)
        return
    from sodai.orchestration import Home, RunContext, RunRequest, open_run, task_named
    from sodai.settings import UsageError

    common.configure("info")
    spec = task_named(name)
    place = Home.at(home)
    if run:
        folder = place.find_run(run)
        context = RunContext.load(folder)
    elif spec.upstream:
        raise UsageError(f"task {name} needs --run RUN", hint="start_pipeline --data FOLDER makes a run.")
    elif not data:
        raise UsageError("start_pipeline needs --data FOLDER to make a run, or --run RUN")
    else:
        chosen = common.settings_from(
            settings, horizon_days=horizon_days, trials=trials, seed=seed, engine=engine
        )
        first_day = common.day(origin, "--origin")
        with common.locked(place, f"sodai task {name}", chosen):
            context = open_run(
                RunRequest(data, place, chosen, origin=first_day, today=common.today(), retrain=retrain),
                warn=common.say,
            )
    _do(context, name, again=again, as_json=as_json)


def _do(context: Any, name: str, *, again: bool, as_json: bool) -> None:
    from sodai.orchestration import execute, task_named

    spec = task_named(name)
    with common.locked(context.home, f"sodai task {name}", context.settings):
        done = context.done(name)
        if again or done is None or not context.takes(spec) or not context.is_current(spec):
            done = execute(spec, context)
    if as_json:
        common.answer(
            {"run": str(context.folder), "task": name, "status": done.status, "summary": done.summary},
            one_line=True,
        )
    else:
        typer.echo(str(context.folder))


def _list(as_json: bool) -> None:
    from dataclasses import asdict

    from sodai.orchestration import TASKS

    if as_json:
        common.answer([asdict(spec) for spec in TASKS])
        return
    for at, spec in enumerate(TASKS, start=1):
        typer.echo(f"{at:>2}  {spec.name:<21} {spec.en}")

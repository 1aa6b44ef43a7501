"""``sodai run``: the 13 tasks of one week."""

from pathlib import Path
from typing import Annotated

import typer

from sodai.cli import common

GATE_SAID_NO = 3


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("run")(run)


def run(
    data: common.Data = "",
    home: common.HomeFolder = Path("sodai-home"),
    origin: common.OriginDay = "",
    horizon_days: common.Horizon = None,
    trials: Annotated[
        int | None, typer.Option("--trials", help="Trials of the tuning.  [default: 50]")
    ] = None,
    retrain: Annotated[
        bool, typer.Option("--retrain", help="Train a challenger whatever the champion's age.")
    ] = False,
    seed: Annotated[
        int | None, typer.Option("--seed", help="Source of all randomness.  [default: 0]")
    ] = None,
    settings: common.SettingsFile = None,
    engine: common.Engine = None,
    language: Annotated[str, typer.Option("--language", help="Of the closing summary: en or es.")] = "en",
    as_json: common.AsJson = False,
) -> None:
    """Run the whole weekly flow: data in, next week's list, evidence and model out.

    A run that was stopped goes on where it stopped; a run that was finished changes nothing. A week that is
    blocked (a broken delivery) is not published, and the exit code is 3: the week before it stays live.
    """
    from sodai.cli.display import Display
    from sodai.orchestration import TASKS, Home, RunRequest, open_run, run_tasks, summarise
    from sodai.settings import UsageError

    common.configure()
    if language not in ("en", "es"):
        raise UsageError("the language does not exist", got=language, allowed="en, es")
    chosen = common.settings_from(
        settings, horizon_days=horizon_days, trials=trials, seed=seed, engine=engine
    )
    place = Home.at(home)
    request = RunRequest(
        data, place, chosen, origin=common.day(origin, "--origin"), today=common.today(), retrain=retrain
    )
    display = Display()
    with common.locked(place, "sodai run", chosen):
        try:
            display.started(TASKS[0])
            context = open_run(request, warn=common.say)
            run_tasks(context, display)
        finally:
            display.close()
    summary = summarise(context)
    if as_json:
        common.answer(summary.to_dict())
    else:
        typer.echo(summary.to_text(language))
    if summary.blocked:
        raise typer.Exit(GATE_SAID_NO)

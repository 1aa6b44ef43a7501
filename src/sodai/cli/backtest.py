"""``sodai backtest``: what the model would have said in past weeks."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from sodai.cli import common


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("backtest")(backtest)


def backtest(
    data: common.Data,
    origins: Annotated[str, typer.Option("--origins", metavar="FIRST:LAST", help="Origins, a week apart.")],
    out: Annotated[
        Path, typer.Option("--out", metavar="FILE", help="Where the predictions of all origins go.")
    ],
    horizon_days: common.Horizon = None,
    trials: Annotated[
        int | None, typer.Option("--trials", help="Trials of the tuning.  [default: 50]")
    ] = None,
    seed: Annotated[
        int | None, typer.Option("--seed", help="Source of all randomness.  [default: 0]")
    ] = None,
    settings: common.SettingsFile = None,
    engine: common.Engine = None,
    as_json: common.AsJson = False,
) -> None:
    """Predict past weeks as if they had not been seen, and measure.

    Hyperparameters and calibration are chosen on the weeks before FIRST; the model is fitted anew at every
    origin on what was known then.
    """
    from sodai.cli.display import Display
    from sodai.orchestration import BacktestRequest, run_backtest

    common.configure()
    chosen = common.settings_from(
        settings, horizon_days=horizon_days, trials=trials, seed=seed, engine=engine
    )
    display = Display()
    try:
        found = run_backtest(
            BacktestRequest(data, _range(origins), out, chosen, today=common.today()), display.progress
        )
    finally:
        display.close()
    if as_json:
        common.answer(found.to_dict())
    else:
        typer.echo(found.to_text())


def _range(text: str) -> list[date]:
    from sodai.settings import UsageError
    from sodai.settings.weeks import origin_range

    first, _, last = text.partition(":")
    start, end = common.day(first, "FIRST of --origins"), common.day(last or first, "LAST of --origins")
    if start is None or end is None:
        raise UsageError("--origins is empty", allowed="FIRST:LAST, such as 2024-11-04:2024-12-23")
    return origin_range(start, end)

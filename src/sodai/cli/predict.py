"""``sodai predict``: next week's list with the model in use."""

from pathlib import Path

import typer

from sodai.cli import common


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("predict")(predict)


def predict(
    data: common.Data = "",
    home: common.HomeFolder = Path("sodai-home"),
    origin: common.OriginDay = "",
    horizon_days: common.Horizon = None,
    settings: common.SettingsFile = None,
    engine: common.Engine = None,
    as_json: common.AsJson = False,
) -> None:
    """Score every candidate pair with the champion, without training, and publish the week."""
    from sodai.cli.display import Display
    from sodai.orchestration import Home, RunRequest, predict_week

    common.configure()
    chosen = common.settings_from(settings, horizon_days=horizon_days, engine=engine)
    place = Home.at(home)
    request = RunRequest(data, place, chosen, origin=common.day(origin, "--origin"), today=common.today())
    display = Display()
    with common.locked(place, "sodai predict", chosen):
        try:
            done = predict_week(request, warn=common.say, progress=display.progress)
        finally:
            display.close()
    if as_json:
        common.answer(done)
        return
    typer.echo(
        f"{done['pairs']:,} pairs of {done['customers']:,} customers and {done['products']:,} products,"
        f" {done['origin']} and the {done['horizon_days'] - 1} days after, with champion {done['champion']}"
        f" ({done['algorithm']}).\nThe list is in {done['predictions']}"
    )

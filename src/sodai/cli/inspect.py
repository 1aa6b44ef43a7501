"""``sodai features``, ``sodai drift`` and ``sodai version``: commands that only look."""

from pathlib import Path
from typing import Annotated

import typer

from sodai.cli import common

drift_app = typer.Typer(
    help="What moved between what the champion learned from and the newest weeks.", no_args_is_help=True
)


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("features")(features)
    app.add_typer(drift_app, name="drift")
    app.command("version")(version)


def features(
    settings: common.SettingsFile = None,
    markdown: Annotated[bool, typer.Option("--markdown", help="As the page docs/features.md.")] = False,
    as_json: common.AsJson = False,
) -> None:
    """List what the model looks at: name, family, meaning and unit of every feature."""
    from dataclasses import asdict

    from sodai.features import catalogue
    from sodai.orchestration.pages import features_page

    listed = catalogue(common.settings_from(settings))
    if as_json:
        common.answer([asdict(feature) for feature in listed])
    elif markdown:
        typer.echo(features_page(listed), nl=False)
    else:
        width = max(len(feature.name) for feature in listed)
        for feature in listed:
            typer.echo(f"{feature.name:<{width}}  {feature.family:<10}  {feature.meaning} [{feature.unit}]")
        typer.echo(f"{len(listed)} features")


@drift_app.command("show")
def show_drift(
    run: Annotated[str, typer.Argument(help="Id or folder of the run, or 'latest'.")] = "latest",
    home: common.HomeFolder = Path("sodai-home"),
    top: Annotated[int, typer.Option("--top", help="How many features.")] = 10,
    as_json: common.AsJson = False,
) -> None:
    """Show what a run measured: the features that moved most, the label, and the path it took."""
    from sodai.data.files import read_json
    from sodai.drift import DriftRecord
    from sodai.orchestration import Home, RunContext

    context = RunContext.load(Home.at(home).find_run(run))
    context.summary("detect_drift")
    record = DriftRecord.from_dict(read_json(context.path("detect_drift", "drift.json")))
    if as_json:
        common.answer(record.to_dict())
        return
    typer.echo(f"run {context.info.run_id}: {record.status}{f' ({record.note})' if record.note else ''}")
    for name, side in (("reference", record.reference), ("recent", record.recent)):
        typer.echo(f"  {name:<9} {side.first_origin} to {side.last_origin}, {side.customers:,} customers")
    for column in record.moved(top):
        q = "" if column.q_value is None else f"  q {column.q_value:.3f}"
        typer.echo(f"  {column.name:<34} {column.family:<10} js {column.value('js') or 0:.3f}{q}")
    if context.branch is not None:
        typer.echo(f"path: {context.branch}. {context.summary('choose_path')['why_en']}")


def version(as_json: common.AsJson = False) -> None:
    """Print the version of SodAI."""
    from sodai import __version__

    if as_json:
        common.answer({"version": __version__})
    else:
        typer.echo(f"sodai {__version__}")

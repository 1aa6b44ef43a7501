"""``sodai features`` and ``sodai version``: commands that only look."""

from typing import Annotated

import typer

from sodai.cli import common


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("features")(features)
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


def version(as_json: common.AsJson = False) -> None:
    """Print the version of SodAI."""
    from sodai import __version__

    if as_json:
        common.answer({"version": __version__})
    else:
        typer.echo(f"sodai {__version__}")

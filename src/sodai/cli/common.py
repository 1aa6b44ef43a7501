"""What the commands share: options, settings, the lock of the home, answers, and how errors are told."""

import json
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from sodai.orchestration import Home
    from sodai.settings import Settings

_state = {"debug": False, "log_level": ""}

Data = Annotated[
    str,
    typer.Option(
        "--data",
        metavar="FOLDER",
        help="Folder of parquet or csv tables, or URL of a database; by default source.url of the settings.",
    ),
]
HomeFolder = Annotated[
    Path, typer.Option("--home", metavar="FOLDER", help="Where everything is written.", show_default=True)
]
SettingsFile = Annotated[
    Path | None, typer.Option("--settings", metavar="FILE", help="A sodai.toml that describes the company.")
]
OriginDay = Annotated[
    str,
    typer.Option(
        "--origin",
        metavar="DATE",
        help="First day to predict; by default the day after the last day of the data.",
    ),
]
Horizon = Annotated[
    int | None, typer.Option("--horizon-days", metavar="DAYS", help="Days to predict.  [default: 7]")
]
Engine = Annotated[
    str | None, typer.Option("--engine", metavar="ENGINE", help="duckdb or spark.  [default: duckdb]")
]
AsJson = Annotated[bool, typer.Option("--json", help="Answer as JSON on standard output.")]


def set_up(*, debug: bool, log_level: str) -> None:
    """Remember the options that hold for every command."""
    _state.update(debug=debug, log_level=log_level)


def configure(default_level: str = "critical") -> None:
    """Start the structured log; a person's command is silent by default, for its errors are told in words."""
    from sodai.settings import UsageError
    from sodai.settings.logging import configure_logging

    level = str(_state["log_level"] or default_level).upper()
    allowed = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
    if level not in allowed:
        raise UsageError(
            "the log level does not exist", got=level.lower(), allowed=", ".join(allowed).lower()
        )
    configure_logging(level)


def settings_from(file: Path | None, **flags: object) -> "Settings":
    """Read the settings, with the flags of the command line on top.

    A flag that was not given (None) changes nothing. ``trials`` and ``engine`` belong to sections; the rest
    are top-level.

    Raises
    ------
    UsageError
        If a file or value is not allowed.
    """
    from sodai.settings import UsageError, load_settings

    given = {name: value for name, value in flags.items() if value is not None}
    nested: dict[str, dict[str, object]] = {}
    for flag, (section, field) in {
        "trials": ("learning", "trials"),
        "engine": ("features", "engine"),
    }.items():
        if flag in given:
            nested[section] = {field: given.pop(flag)}
    try:
        return load_settings(file, **given, **nested)
    except UsageError as error:
        raise UsageError(_shorter(str(error))) from error


def _shorter(text: str) -> str:
    """Drop the lines about pydantic's own documentation."""
    return " ".join(line.strip() for line in text.splitlines() if "errors.pydantic.dev" not in line).rstrip(
        "."
    )


def day(text: str, flag: str) -> date | None:
    """Read an ISO day; an empty text is None.

    Raises
    ------
    UsageError
        If it is no day.
    """
    from sodai.settings import UsageError

    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise UsageError(
            f"{flag} is not a day", got=repr(text), allowed="YYYY-MM-DD, such as 2024-12-30"
        ) from error


def today() -> date:
    """Return the day it is here."""
    return datetime.now().astimezone().date()


@contextmanager
def locked(home: "Home", what: str, settings: "Settings") -> Iterator[None]:
    """Hold the home for the length of a ``with`` block; say so when that means waiting."""

    def tell(who: str) -> None:
        say(f"The home is held by {who}; waiting up to {settings.orchestration.lock_wait_seconds:g} s.")

    with home.lock(what, settings.orchestration.lock_wait_seconds, tell):
        yield


def say(text: str) -> None:
    """Tell a person something that is not the answer."""
    sys.stderr.write(text + "\n")


def answer(obj: Any, *, one_line: bool = False) -> None:
    """Write the answer for a program; in one line where it may have to be found among the lines of a log."""
    indent = None if one_line else 2
    sys.stdout.write(json.dumps(obj, ensure_ascii=False, indent=indent, default=str) + "\n")


def report(error: Exception) -> int:
    """Tell a person what went wrong, in one message, and return the exit code."""
    from sodai.settings import SodaiError

    if _state["debug"]:
        traceback.print_exception(error)
    if isinstance(error, SodaiError):
        say(f"sodai: {error}")
        return error.exit_code
    if type(error).__name__ == "OutOfMemoryException":  # DuckDB's, which is not imported for this
        say(
            "sodai: the engine needs more memory than features.memory_limit lets it use. Raise it"
            " (SODAI_FEATURES__MEMORY_LIMIT=8GB) and run again: what was done is kept."
        )
        return 1
    first = str(error).strip().split("\n")[0][:300]
    say(f"sodai: failed unexpectedly, {type(error).__name__}: {first}. Run sodai --debug ... to see where.")
    return 1

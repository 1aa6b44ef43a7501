"""The ``sodai`` command: gathers its subcommands, and turns every error into one message and an exit code."""

import sys

import typer

from sodai.cli import backtest, drift, inspect, predict, registry, run, serve, simulate, task, ui

app = typer.Typer(
    name="sodai",
    help="Who will buy what next week: calibrated purchase probabilities for distributors and retailers.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 done, 1 failed, 2 bad usage or input, 3 a gate said no.",
)
for module in (run, predict, backtest, task, simulate, registry, drift, inspect, serve, ui):
    module.add_to(app)


@app.callback()
def _options(
    debug: bool = typer.Option(False, "--debug", help="Show the full traceback when something fails."),
    log_level: str = typer.Option(
        "",
        "--log-level",
        metavar="LEVEL",
        help="Structured log on standard error: debug, info, warning, error.",
    ),
) -> None:
    """Set up what holds for every command."""
    from sodai.cli.common import set_up

    set_up(debug=debug, log_level=log_level)


def main() -> None:
    """Run the command line, and leave with 0, 1 (failed), 2 (bad usage or input) or 3 (a gate said no)."""
    try:
        app(prog_name="sodai")
    except KeyboardInterrupt:
        sys.stderr.write("\nsodai: interrupted; run the same command again to go on.\n")
        sys.exit(130)
    except BrokenPipeError:
        sys.exit(1)
    except Exception as error:  # noqa: BLE001 - the last place that can turn an error into a message
        from sodai.cli.common import report

        sys.exit(report(error))

"""The page docs/commands.md, made from the commands themselves."""

import inspect
from typing import Any

import typer.main

from sodai.orchestration.pages import MADE


def commands_page() -> str:
    """Write every command with its options, as ``--help`` has them."""
    from sodai.cli.main import app

    lines = ["# Commands", "", MADE, ""]
    lines += ["Exit codes: 0 done, 1 failed, 2 bad usage or input, 3 a gate said no.", ""]
    lines += _group(typer.main.get_command(app), "sodai")
    return "\n".join(lines)


def _group(command: Any, name: str) -> list[str]:
    if hasattr(command, "commands"):
        return [
            line for child, inner in command.commands.items() for line in _group(inner, f"{name} {child}")
        ]
    lines = [f"## {name}", "", inspect.cleandoc(command.help or ""), "", "| option | meaning |", "|---|---|"]
    lines += [f"| `{_flags(parameter)}` | {_meaning(parameter)} |" for parameter in command.params]
    return [*lines, ""]


def _flags(parameter: Any) -> str:
    flags = ", ".join([*parameter.opts, *parameter.secondary_opts])
    return flags if parameter.param_type_name == "option" else parameter.name.upper()


def _meaning(parameter: Any) -> str:
    text = " ".join((getattr(parameter, "help", "") or "").split())
    default = parameter.default
    plain = default not in (None, "", False) and not callable(default) and "[default" not in text
    return f"{text} [default: {default}]" if plain else text

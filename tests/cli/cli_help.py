"""The command line in this process: what every test of it needs."""

import contextlib
import io
import sys
from dataclasses import dataclass
from pathlib import Path

import structlog

from sodai.cli import main


@dataclass(frozen=True)
class Answer:
    """What a command left: exit code, standard output and standard error."""

    code: int
    out: str
    err: str


def sodai(*arguments: str | Path) -> Answer:
    """Run a command in this process, as ``sodai ARGUMENTS`` would."""
    out, err, code = io.StringIO(), io.StringIO(), 0
    before, sys.argv = sys.argv, ["sodai", *map(str, arguments)]
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            main()
    except SystemExit as left:
        code = int(left.code or 0)
    finally:
        sys.argv = before
        structlog.reset_defaults()
    return Answer(code, out.getvalue(), err.getvalue())

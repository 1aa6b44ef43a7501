"""A tiny published home, made by the real flow: once for all tests, whoever of the workers asks first."""

import subprocess
import sys
from pathlib import Path

import pytest
from filelock import FileLock

QUICK = """
[learning]
trials = 1
threads = 1
algorithms = ["boosting"]
[evaluation]
bootstrap = 20
test_weeks = 2
[evaluation.gate]
margin_baseline = -1.0
[explanation]
sample_rows = 100
top_k = 5
[features]
memory_limit = "1GB"
"""


def sodai(*arguments: object) -> None:
    """Run a command to its end."""
    subprocess.run(
        [sys.executable, "-c", "from sodai.cli import main; main()", *map(str, arguments)],
        check=True,
        capture_output=True,
        text=True,
    )


def published(factory: pytest.TempPathFactory, worker: str) -> Path:
    """Return a folder with ``home``, ``data`` and ``sodai.toml``: one run of a company of 40 customers.

    It is shared by all workers: not to be written to.
    """
    base = factory.getbasetemp()
    root = (base if worker == "master" else base.parent) / "published"
    with FileLock(root.with_suffix(".lock")):
        if not (root / "done").exists():
            root.mkdir(exist_ok=True)
            (root / "sodai.toml").write_text(QUICK)
            shape = ("--customers", 40, "--products", 15, "--weeks", 20, "--seed", 3)
            sodai("simulate", "--out", root / "data", *shape)
            settings = ("--settings", root / "sodai.toml")
            sodai("run", "--data", root / "data", "--home", root / "home", *settings)
            (root / "done").touch()
    return root

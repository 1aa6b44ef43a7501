"""One tiny published home, made by the real flow, and servers on it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from serving_help import Served, prepared, serving, sodai

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


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with one run of a company of 40 customers; not to be written to."""
    root = tmp_path_factory.mktemp("served")
    file = root / "sodai.toml"
    file.write_text(QUICK)
    shape = ("--customers", 40, "--products", 15, "--weeks", 20, "--seed", 3)
    sodai("simulate", "--out", root / "data", *shape)
    sodai("run", "--data", root / "data", "--home", root / "home", "--settings", file)
    return root / "home"


@pytest.fixture(scope="session")
def shared(finished: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server that tests only ask; its champion is ready."""
    home = shutil.copytree(finished, tmp_path_factory.mktemp("shared") / "home")
    with serving(home) as served:
        prepared(served)
        yield served


@pytest.fixture
def home(finished: Path, tmp_path: Path) -> Path:
    """A copy of the home that a test may change."""
    return Path(shutil.copytree(finished, tmp_path / "home"))


@pytest.fixture(scope="session")
def data(finished: Path) -> Path:
    """The data that the home was made from."""
    return finished.parent / "data"

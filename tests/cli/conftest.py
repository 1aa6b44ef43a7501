"""A tiny simulated company, and one finished run of it."""

import shutil
from pathlib import Path

import pytest
from cli_help import Answer, sodai

QUICK = """
[learning]
trials = 3
threads = 1
algorithms = ["frequency", "logistic", "boosting"]
[evaluation]
bootstrap = 30
test_weeks = 2
[explanation]
sample_rows = 200
[features]
memory_limit = "1GB"
"""


@pytest.fixture(scope="session")
def settings_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("settings") / "sodai.toml"
    file.write_text(QUICK)
    return file


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A company of 40 customers over 20 weeks; not to be written to."""
    folder = tmp_path_factory.mktemp("company") / "data"
    done = sodai(
        "simulate", "--out", folder, "--customers", "40", "--products", "15", "--weeks", "20", "--seed", "3"
    )
    assert done.code == 0, done.err
    return folder


@pytest.fixture
def own_company(company: Path, tmp_path: Path) -> Path:
    """A copy of the company that a test may change."""
    return Path(shutil.copytree(company, tmp_path / "data"))


@pytest.fixture(scope="session")
def finished(
    company: Path, settings_file: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Answer]:
    """A home with one finished run, and what the run said; not to be written to."""
    home = tmp_path_factory.mktemp("finished") / "home"
    done = sodai("run", "--data", company, "--home", home, "--settings", settings_file)
    assert done.code == 0, done.err
    return home, done


@pytest.fixture
def own_home(finished: tuple[Path, Answer], tmp_path: Path) -> Path:
    """A copy of the finished home that a test may change."""
    return Path(shutil.copytree(finished[0], tmp_path / "home"))

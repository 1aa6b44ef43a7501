"""One tiny published home, made by the real flow, and servers on it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from serving_help import Served, prepared, serving
from tests.published import published


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A home with one run of a company of 40 customers; not to be written to."""
    return published(tmp_path_factory, worker_id) / "home"


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

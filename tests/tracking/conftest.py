"""A home whose MLflow tables are made once a session (migrations take seconds) and copied for each test."""

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tracking_help import ORIGIN

from sodai.settings import load_settings
from sodai.tracking import Registry, Sample, Tracker, WeeklyRun
from sodai.tracking.store import Store


@pytest.fixture(scope="session")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file as MLflow makes it, without any content."""
    store = Store.of(tmp_path_factory.mktemp("made-once"), load_settings())
    assert store.client is not None
    return store.file


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """MLflow's own functions leave an mlflow.db in the working folder: not in the repository."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def home(tmp_path: Path, tables: Path) -> Path:
    folder = tmp_path / "home"
    (folder / "mlflow").mkdir(parents=True)
    shutil.copyfile(tables, folder / "mlflow" / "mlflow.db")
    return folder


@pytest.fixture
def registry(home: Path) -> Registry:
    return Registry(home, load_settings())


@pytest.fixture
def run(home: Path) -> WeeklyRun:
    return Tracker(home, load_settings()).weekly_run("2024-12-09-aaaaaaaaaaaa", ORIGIN)


@pytest.fixture
def model_folder(tmp_path: Path) -> Callable[[str], Path]:
    """Make a folder that stands for a saved model; other content, other model."""

    def make(content: str) -> Path:
        folder = tmp_path / "models" / content / "model"
        (folder / "parts").mkdir(parents=True, exist_ok=True)
        (folder / "model.json").write_text(content)
        (folder / "parts" / "trees.bin").write_bytes(content.encode() * 100)
        return folder

    return make


@pytest.fixture
def sample() -> Sample:
    features = pd.DataFrame(
        {
            "pair_recency_days": np.array([3, np.nan, 9, 1, 2, 4], dtype="float32"),
            "pair_purchases": np.array([1, 2, 3, 4, 5, 6], dtype="float32"),
            "brand": pd.Categorical(["cola", None, "agua", "agua", "cola", "cola"]),
            "region_id": pd.Categorical([1, 2, 1, 2, 1, 1]),
        }
    )
    output = pd.DataFrame({"probability": np.linspace(0, 1, 6), "expected_items": np.arange(6.0)})
    return Sample(features, output)

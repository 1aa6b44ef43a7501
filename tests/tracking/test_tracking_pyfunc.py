"""A real model of `sodai.learning`, registered and loaded by MLflow alone, answers as it did before."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import mlflow
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from sodai.learning import Choice, Frame, Model, train
from sodai.settings import load_settings
from sodai.tracking import CHALLENGER, Registry, Sample, WeeklyRun
from sodai.tracking.packaging import plain_columns


@dataclass(frozen=True)
class Feature:
    name: str
    kind: str


FEATURES = (Feature("pair_recency_days", "numeric"), Feature("brand", "categorical"))


@pytest.fixture
def panel() -> Frame:
    rows, rng = 400, np.random.default_rng(0)
    recency = rng.uniform(0, 60, rows)
    table = pa.table(
        {
            "origin": pa.array([date(2024, 11, 4 + 7 * (i % 4)) for i in range(rows)]),
            "customer_id": np.arange(rows) % 40,
            "product_id": np.arange(rows) // 40,
            "label": (rng.uniform(size=rows) < np.exp(-recency / 20)).astype("int8"),
            "target_items": np.ones(rows),
            "pair_recency_days": pa.array(recency, mask=np.arange(rows) % 10 == 0),
            "brand": rng.choice(["cola", "agua"], rows),
        }
    )
    return Frame.from_arrow(table, FEATURES)


@pytest.mark.slow
def test_mlflow_loads_and_asks_a_real_model(
    registry: Registry, run: WeeklyRun, panel: Frame, tmp_path: Path
) -> None:
    model = train(panel, Choice("logistic", {}), load_settings())
    model.save(tmp_path / "model")
    expected = model.predict(panel.features)
    made = registry.register(tmp_path / "model", Sample(panel.features, expected), run=run, alias=CHALLENGER)

    folder = registry.download(made)
    loaded = mlflow.pyfunc.load_model(str(folder.parent.parent))

    raw = plain_columns(panel.features)
    pd.testing.assert_frame_equal(loaded.predict(raw), expected)
    pd.testing.assert_frame_equal(Model.load(folder).predict(raw), expected)

import json
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from learning_panel import Panel, settings_for

from sodai.learning import Choice, Model, train
from sodai.settings import InputError

CHOICES = [
    Choice("frequency", {}),
    Choice("logistic", {}),
    Choice("forest", {"num_trees": 10}),
    Choice("boosting", {"num_rounds": 10}),
    Choice(
        "blend",
        {
            "members": {"frequency": {}, "boosting": {"num_rounds": 5}},
            "weights": {"frequency": 0.5, "boosting": 0.5},
            "bias": 0.0,
        },
    ),
]


@pytest.fixture(scope="module")
def boosted(panel: Panel) -> Model:
    return train(panel.frame, CHOICES[3], settings_for())


@pytest.mark.parametrize("choice", CHOICES, ids=lambda choice: choice.family)
def test_a_model_comes_back_from_its_folder(panel: Panel, choice, tmp_path):
    features = panel.frame.features
    model = train(panel.frame, choice, settings_for())
    model.save(tmp_path / "model")
    again = Model.load(tmp_path / "model", threads=1)
    pd.testing.assert_frame_equal(again.predict(features), model.predict(features))
    np.testing.assert_array_equal(again.raw(features), model.raw(features))
    assert (again.name, again.params, again.meta) == (choice.family, model.params, model.meta)
    assert (again.calibrator, again.features) == (model.calibrator, model.features)
    assert {file.suffix for file in (tmp_path / "model").rglob("*") if file.is_file()} <= {".json", ".txt"}


def test_the_index_is_kept_and_the_order_of_rows_does_not_matter(boosted, panel: Panel):
    features = panel.frame.features.head(50).set_index(np.arange(100, 150))
    predicted = boosted.predict(features)
    assert predicted.index.tolist() == list(range(100, 150))
    pd.testing.assert_frame_equal(boosted.predict(features[::-1])[::-1], predicted)
    pd.testing.assert_frame_equal(boosted.predict(features.head(1)), predicted.head(1))
    assert len(boosted.predict(features.head(0))) == 0


def test_a_long_list_is_scored_in_pieces(boosted, panel: Panel, monkeypatch):
    features = panel.frame.features.head(1000)
    whole = boosted.predict(features)
    monkeypatch.setattr("sodai.learning.model.CHUNK_ROWS", 333)
    pd.testing.assert_frame_equal(boosted.predict(features), whole)


def test_calibration_keeps_the_order_of_raw_scores(boosted, panel: Panel):
    features = panel.frame.features
    order = np.argsort(boosted.raw(features), kind="stable")
    assert (np.diff(boosted.predict(features)["probability"].to_numpy()[order]) >= 0).all()


def test_a_missing_feature_is_named(boosted, panel: Panel):
    with pytest.raises(InputError, match="the features lack drive, push"):
        boosted.predict(panel.frame.features.drop(columns=["drive", "push"]))


@pytest.mark.parametrize(
    ("content", "message"), [(None, "model.json"), ("{", "model.json"), ('{"format": 99}', "unknown format")]
)
def test_what_is_not_a_model_is_refused(tmp_path, content, message):
    if content is not None:
        (tmp_path / "model.json").write_text(content)
    with pytest.raises(InputError, match=message):
        Model.load(tmp_path)


def test_the_description_can_be_read_without_the_program(boosted, tmp_path):
    boosted.save(tmp_path)
    described = json.loads((tmp_path / "model.json").read_text())
    assert described["family"] == "boosting"
    assert described["meta"]["trained_at_origin"] == "2024-02-26"
    assert described["schema"]["categories"]["zone"] == ["east", "north", "south"]


def test_a_model_without_trees_is_read_without_their_library(panel: Panel, tmp_path):
    model = train(panel.frame, CHOICES[0], settings_for())
    if model.quantity.kind == "trees":
        pytest.skip("the panel has enough purchases for trees")
    model.save(tmp_path)
    program = (
        "import sys; from pathlib import Path; from sodai.learning import Model;"
        f"Model.load(Path({str(tmp_path)!r}));"
        "assert not {'lightgbm', 'sklearn'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True)

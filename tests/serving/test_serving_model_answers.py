"""What is said of a run's model: whether it is the one that serves."""

import shutil
from pathlib import Path

import pytest

from sodai.data import read_json, write_json
from sodai.serving.answers.models import metrics


@pytest.mark.parametrize("serves", [True, False])
def test_figures_of_a_model_that_does_not_serve_say_so(home: Path, tmp_path: Path, serves: bool) -> None:
    (folder,) = (home / "runs").iterdir()
    run = Path(shutil.copytree(folder, tmp_path / folder.name))
    file = run / "promote_model" / "decision.json"
    decision = read_json(file)
    other = decision["version"] if serves else decision["version"] + 1
    write_json(file, {**decision, "serving_version": other})
    told = metrics(run)["refused"]
    assert (told is None) == serves
    assert serves or told["es"] == decision["reasons_es"][0]

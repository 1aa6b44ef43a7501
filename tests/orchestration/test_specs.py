"""The list of tasks is the design's, in order, and costs no import."""

import subprocess
import sys

import pytest

from sodai.orchestration.specs import TASKS, task_named
from sodai.settings import UsageError

DESIGN = [
    "start_pipeline",
    "extract_data",
    "validate_data",
    "create_features",
    "detect_drift",
    "choose_path",
    "retrain_model",
    "load_champion",
    "evaluate_model",
    "explain_model",
    "promote_model",
    "generate_predictions",
    "publish_results",
]


def test_the_thirteen_tasks_of_the_design() -> None:
    assert [spec.name for spec in TASKS] == DESIGN


def test_every_task_comes_after_its_upstream() -> None:
    for at, spec in enumerate(TASKS):
        assert set(spec.upstream) <= {earlier.name for earlier in TASKS[:at]}


def test_the_branch_opens_and_joins() -> None:
    assert {spec.name for spec in TASKS if spec.branch} == {"retrain_model", "load_champion"}
    assert [spec.name for spec in TASKS if spec.any_upstream] == ["evaluate_model"]


@pytest.mark.parametrize("spec", TASKS, ids=lambda spec: spec.name)
def test_every_task_has_a_function_and_says_what_it_does(spec) -> None:
    assert spec.load().__name__ == spec.name
    assert spec.en.endswith(".")
    assert spec.es.endswith(".")
    assert spec.en != spec.es


def test_an_unknown_task_names_the_known_ones() -> None:
    with pytest.raises(UsageError, match="there is no task 'retrain'; allowed: start_pipeline"):
        task_named("retrain")


def test_the_list_imports_no_library() -> None:
    heavy = ("pandas", "ibis", "pydantic", "mlflow")
    code = f"import sys, sodai.orchestration; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

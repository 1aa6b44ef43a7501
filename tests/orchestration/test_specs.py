"""The list of tasks is the design's, in order, and costs no import."""

import subprocess
import sys

import pytest

from sodai.orchestration.specs import BLOCK, KEEP, PATHS, RETRAIN, TASKS, task_named
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


@pytest.mark.parametrize(
    ("path", "left_out"),
    [(RETRAIN, {KEEP}), (KEEP, {RETRAIN}), (BLOCK, set(DESIGN[6:12]))],
)
def test_every_path_leaves_out_what_the_design_says(path: str, left_out: set[str]) -> None:
    assert {spec.name for spec in TASKS if path not in spec.paths} == left_out


def test_paths_join_where_an_upstream_task_can_be_left_out() -> None:
    for spec in TASKS:
        upstream = [task_named(name) for name in spec.upstream]
        assert spec.any_upstream == any(set(spec.paths) - set(before.paths) for before in upstream)


@pytest.mark.parametrize("path", PATHS)
def test_on_every_path_a_task_waits_for_something_that_is_on_it(path: str) -> None:
    taken = {spec.name for spec in TASKS if path in spec.paths}
    waiting = [spec for spec in TASKS if spec.name in taken and spec.upstream]
    assert all(taken & set(spec.upstream) for spec in waiting)


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

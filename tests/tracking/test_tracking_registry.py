"""Registering, aliases, promotion and rollback on a real SQLite store."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import mlflow
import pandas as pd
import pytest
from filelock import FileLock
from mlflow import MlflowClient
from tracking_help import ORIGIN, settings_with

import sodai.learning
from sodai.settings import HomeError, ServiceError, UsageError, load_settings
from sodai.tracking import BASELINE, CHALLENGER, CHAMPION, PREVIOUS, Registry, Sample, Tracker, WeeklyRun
from sodai.tracking import champion as champion_module
from sodai.tracking.packaging import folder_digest
from sodai.tracking.store import Store

MakeModel = Callable[[str], Path]


@pytest.fixture
def three(registry: Registry, run: WeeklyRun, model_folder: MakeModel, sample: Sample) -> Registry:
    """Versions 1 (baseline), 2 and 3 (challengers), none of them champion."""
    registry.register(model_folder("baseline"), sample, run=run, alias=BASELINE)
    for content in ("first", "second"):
        registry.register(model_folder(content), sample, run=run, alias=CHALLENGER)
    return registry


def test_an_empty_home_has_no_models_and_asking_writes_nothing(tmp_path: Path) -> None:
    registry = Registry(tmp_path / "nowhere", load_settings())
    registry.check()
    assert registry.version_of(CHAMPION) is None
    assert (registry.aliases(), registry.versions(), registry.history()) == ({}, [], [])
    assert not (tmp_path / "nowhere").exists()


def test_a_registered_model_is_found_by_its_alias_with_all_that_was_said(
    registry: Registry, run: WeeklyRun, model_folder: MakeModel, sample: Sample
) -> None:
    folder = model_folder("first")

    made = registry.register(folder, sample, run=run, alias=CHALLENGER, tags={"family": "boosting"})

    assert registry.version_of(CHALLENGER) == made
    assert registry.version_of(CHAMPION) is None
    assert (made.version, made.uri, made.run_id, made.origin) == (1, "models:/sodai/1", run.run_id, ORIGIN)
    assert (made.mlflow_run_id, made.tags["family"]) == (run.mlflow_run_id, "boosting")
    assert made.digest == folder_digest(folder)
    assert abs((datetime.now(UTC) - made.created).total_seconds()) < 120
    assert folder_digest(registry.download(made)) == made.digest
    assert registry.download(1) == registry.download(made)


def test_mlflow_itself_sees_model_signature_example_and_run(
    three: Registry, home: Path, run: WeeklyRun, sample: Sample
) -> None:
    uri = f"sqlite:///{home}/mlflow/mlflow.db"
    client = MlflowClient(uri, uri)

    found = client.get_model_version_by_alias("sodai", "baseline")

    assert (found.version, found.run_id) == (1, run.mlflow_run_id)
    logged = client.get_logged_model(found.tags["sodai.model_id"])
    assert logged.status == "READY"
    assert len(client.get_run(run.mlflow_run_id).outputs.model_outputs) == 3
    folder = home / "mlflow" / "artifacts" / "models" / logged.model_id / "artifacts"
    assert logged.artifact_location == folder.as_uri()
    info = mlflow.models.Model.load(folder)
    assert [column.name for column in info.signature.inputs] == list(sample.features.columns)
    assert [str(kind) for kind in info.signature.inputs.input_types()] == [
        "DataType.float",
        "DataType.float",
        "DataType.string",
        "DataType.long",
    ]
    assert [column.name for column in info.signature.outputs] == ["probability", "expected_items"]
    example = info.load_input_example(str(folder))
    assert example["pair_purchases"].tolist() == [1, 2, 3, 4, 5]


def test_the_registered_model_loads_and_predicts_as_pyfunc(
    registry: Registry,
    run: WeeklyRun,
    model_folder: MakeModel,
    sample: Sample,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class StandIn:
        def __init__(self, folder: Path) -> None:
            self.content = (folder / "model.json").read_text()

        @classmethod
        def load(cls, folder: Path) -> "StandIn":
            return cls(folder)

        def predict(self, features: pd.DataFrame) -> pd.DataFrame:
            known = features["pair_recency_days"].notna()
            return pd.DataFrame({"probability": known * 0.5, "expected_items": float(len(self.content))})

    monkeypatch.setattr(sodai.learning, "Model", StandIn, raising=False)
    monkeypatch.delitem(sys.modules, "sodai.tracking.served", raising=False)
    made = registry.register(model_folder("first"), sample, run=run, alias=CHALLENGER)

    loaded = mlflow.pyfunc.load_model(str(registry.download(made).parent.parent))
    answer = loaded.predict(sample.features.astype({"brand": object, "region_id": "int64"}))

    assert answer["probability"].tolist() == [0.5, 0, 0.5, 0.5, 0.5, 0.5]
    assert answer["expected_items"].tolist() == [5.0] * 6
    monkeypatch.delitem(sys.modules, "sodai.tracking.served", raising=False)


def test_registering_the_same_model_again_is_the_same_version(
    registry: Registry, run: WeeklyRun, model_folder: MakeModel, sample: Sample
) -> None:
    first = registry.register(model_folder("first"), sample, run=run, alias=CHALLENGER)
    again = registry.register(model_folder("first"), sample, run=run, alias=CHALLENGER)
    other = registry.register(model_folder("second"), sample, run=run, alias=CHALLENGER)

    assert again == first
    assert (other.version, registry.aliases()) == (2, {CHALLENGER: 2})


def test_promotion_moves_champion_previous_and_challenger_and_is_remembered(three: Registry) -> None:
    three.promote(2, why="first model", run_id="run-1")
    assert three.aliases() == {BASELINE: 1, CHALLENGER: 3, CHAMPION: 2}

    done = three.promote(
        3, why="better by 0.02", run_id="run-2", evidence={"pr_auc": 0.66, "bound": float("nan")}
    )

    assert three.aliases() == {BASELINE: 1, CHAMPION: 3, PREVIOUS: 2}
    assert [(e.number, e.version, e.previous, e.why) for e in three.history()] == [
        (1, 2, None, "first model"),
        (2, 3, 2, "better by 0.02"),
    ]
    assert done.evidence == {"pr_auc": 0.66, "bound": None}
    assert three.history()[-1] == done


def test_promoting_again_for_the_same_run_changes_nothing_even_after_a_rollback(three: Registry) -> None:
    three.promote(2, why="first", run_id="run-1")
    done = three.promote(3, why="second", run_id="run-2")
    three.rollback("bad week")
    before = (three.aliases(), three.history())

    assert three.promote(3, why="second", run_id="run-2") == done
    assert (three.aliases(), three.history()) == before


def test_rollback_changes_places_and_a_second_one_undoes_it(three: Registry) -> None:
    three.promote(2, why="first", run_id="run-1")
    three.promote(3, why="second", run_id="run-2")

    entry = three.rollback("complaints from the sales desk")

    assert (entry.action, entry.version, entry.previous) == ("rollback", 2, 3)
    assert (three.aliases()[CHAMPION], three.aliases()[PREVIOUS]) == (2, 3)
    three.rollback("it was not the model")
    assert (three.aliases()[CHAMPION], three.aliases()[PREVIOUS]) == (3, 2)
    assert [e.action for e in three.history()] == ["promote", "promote", "rollback", "rollback"]


def test_what_cannot_be_promoted_or_rolled_back_is_told(three: Registry) -> None:
    with pytest.raises(UsageError, match="no previous champion"):
        three.rollback("why not")
    with pytest.raises(UsageError, match=r"no version 9 of sodai; allowed: 3, 2, 1"):
        three.promote(9, why="typo")
    three.promote(2, why="by hand")
    with pytest.raises(UsageError, match="no previous champion"):
        three.rollback("why not")
    with pytest.raises(UsageError, match="champion already"):
        three.promote(2, why="again, by hand")
    assert len(three.history()) == 1


def test_a_promotion_by_a_run_of_a_version_made_champion_elsewhere_is_recorded(
    three: Registry, home: Path
) -> None:
    Store.of(home, load_settings()).point(CHAMPION, 2)
    entry = three.promote(2, why="gate", run_id="run-1")
    assert (entry.version, entry.previous, three.aliases()[CHAMPION]) == (2, None, 2)


@pytest.mark.parametrize("steps_before_the_kill", range(5))
def test_a_move_that_was_killed_is_finished_by_the_next(
    three: Registry, monkeypatch: pytest.MonkeyPatch, steps_before_the_kill: int
) -> None:
    three.promote(2, why="first", run_id="run-1")
    left = steps_before_the_kill

    def dying(real: Callable[..., object]) -> Callable[..., object]:
        def step(*args: object, **kwargs: object) -> object:
            nonlocal left
            if left == 0:
                raise KeyboardInterrupt
            left -= 1
            return real(*args, **kwargs)

        return step

    with monkeypatch.context() as patch:
        patch.setattr(Store, "point", dying(Store.point))
        patch.setattr(Store, "ask", dying(Store.ask))
        patch.setattr(champion_module.Ledger, "append", dying(champion_module.Ledger.append))
        with pytest.raises(KeyboardInterrupt):
            three.promote(3, why="second", run_id="run-2")

    assert three.version_of(CHAMPION).version in (2, 3)
    three.rollback("the operator is quicker than the resumed run")

    assert [(e.action, e.version, e.previous) for e in three.history()] == [
        ("promote", 2, None),
        ("promote", 3, 2),
        ("rollback", 2, 3),
    ]
    assert three.aliases() == {BASELINE: 1, CHAMPION: 2, PREVIOUS: 3}


def test_a_model_whose_files_are_gone_is_told(three: Registry, home: Path) -> None:
    shutil.rmtree(home / "mlflow" / "artifacts")
    with pytest.raises(HomeError, match="files of a registered model are gone"):
        three.download(2)


def test_a_version_that_somebody_else_registered_is_told(three: Registry, home: Path) -> None:
    store = Store.of(home, load_settings())
    store.client.create_model_version("sodai", "file:///tmp/other", tags={"who": "me"})
    store.point(CHAMPION, 4)
    with pytest.raises(ServiceError, match="not registered by SodAI"):
        three.download(three.version_of(CHAMPION))


def test_a_deleted_version_is_not_found(three: Registry, home: Path) -> None:
    Store.of(home, load_settings()).client.delete_model_version("sodai", "2")
    assert [v.version for v in three.versions()] == [3, 1]
    with pytest.raises(UsageError):
        three.version(2)


def test_a_home_that_was_moved_keeps_its_models_and_runs(
    three: Registry, run: WeeklyRun, home: Path, tmp_path: Path, sample: Sample, model_folder: MakeModel
) -> None:
    moved = tmp_path / "otro lugar ñ#1"
    home.rename(moved)
    settings = load_settings()

    registry = Registry(moved, settings)
    assert registry.download(2).is_relative_to(moved)
    again = Tracker(moved, settings).weekly_run(run.run_id, ORIGIN)
    assert again.mlflow_run_id == run.mlflow_run_id
    again.log_text("note.txt", "hello")
    registry.register(model_folder("third"), sample, run=again, alias=CHALLENGER)

    client = Store.of(moved, settings).client
    folder = moved / "mlflow" / "artifacts" / run.mlflow_run_id / "artifacts"
    assert client.get_run(run.mlflow_run_id).info.artifact_uri == folder.as_uri()
    assert (folder / "note.txt").read_text() == "hello"
    assert (registry.download(4) / "model.json").read_text() == "third"
    assert client.get_model_version("sodai", "2").source.startswith(moved.as_uri())
    assert not home.exists()


def test_a_home_given_relative_works_from_any_folder(
    home: Path, monkeypatch: pytest.MonkeyPatch, sample: Sample, model_folder: MakeModel, tmp_path: Path
) -> None:
    folder = model_folder("first")
    monkeypatch.chdir(home.parent)
    registry, tracker = (kind(Path("home"), load_settings()) for kind in (Registry, Tracker))
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)

    registry.register(folder, sample, run=tracker.weekly_run("run", ORIGIN), alias=CHALLENGER)

    assert registry.download(1).is_relative_to(home)
    assert list(elsewhere.iterdir()) == []


def test_finding_and_loading_the_champion_is_quick_and_does_not_import_mlflow(
    three: Registry, home: Path
) -> None:
    three.promote(2, why="first", run_id="run-1")
    script = (
        "import sys, time; from pathlib import Path\n"
        "from sodai.settings import load_settings; from sodai.tracking import CHAMPION, Registry\n"
        "registry = Registry(Path(sys.argv[1]), load_settings())\n"
        "folder = registry.download(registry.version_of(CHAMPION))\n"
        "assert 'mlflow' not in sys.modules, 'imported'\n"
        "print((folder / 'model.json').read_text())"
    )
    answer = subprocess.run(
        [sys.executable, "-c", script, str(home)],
        capture_output=True,
        text=True,
        check=True,
        env=dict(os.environ),
    )
    assert answer.stdout.strip() == "first"
    started = time.perf_counter()
    three.version_of(CHAMPION)
    assert time.perf_counter() - started < 0.5


def test_two_processes_do_not_move_the_champion_at_once(three: Registry, home: Path) -> None:
    hasty = Registry(home, settings_with(timeout_seconds=0.1))
    (home / "registry").mkdir(exist_ok=True)
    with FileLock(home / "registry" / ".lock"), pytest.raises(HomeError, match="another process is moving"):
        hasty.promote(2, why="now")

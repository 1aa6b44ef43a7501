"""Tasks 7 and 8, the two branches: a challenger is made, or the champion is taken."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from sodai import tracking
from sodai.data import read_json, write_json, write_parquet
from sodai.drift import Judged
from sodai.learning import Model, StudyResult, tune
from sodai.orchestration.champion import ALGORITHM_TAG, HORIZON_TAG, LABEL_TAG, load_version
from sodai.orchestration.context import RunContext
from sodai.orchestration.learners import (
    Learner,
    TestWeeks,
    baseline_choice,
    days,
    judge_only,
    learn,
    read_panel,
)
from sodai.orchestration.scoring import feature_frame, scores_table
from sodai.orchestration.specs import KEEP, RETRAIN
from sodai.orchestration.watching import REFERENCE_FILE
from sodai.tracking import BASELINE, CHALLENGER, Registry, Sample, Tracker, WeeklyRun

STUDY_FILE = "study.json"
SAMPLE_ROWS = 500


def retrain_model(run: RunContext) -> dict[str, Any]:
    """Tune, select, calibrate and fit a challenger and the baseline; register both.

    Writes the models, beside each ``study.json``, for the next run to start from, and
    ``reference.parquet``, for later weeks to be held against, and ``test_scores.parquet``: what challenger
    and baseline, fitted on what was known before, say of the test weeks.
    """
    folder, settings = run.path(RETRAIN), run.settings
    tests = _tests(run)
    panel = read_panel(run.path("create_features", "panel.parquet"), settings)
    tuned = tune(
        panel,
        settings,
        day=tests.origins[0],
        storage=_storage(folder),
        warm_start=_last_configs(run),
        progress=lambda done, total, said: run.progress(f"trial ({said})", done, total),
    )
    study = tuned.result
    write_json(folder / STUDY_FILE, study.to_json())
    run.progress("fits", 0, 2)
    challenger = learn(panel, tests, study.choice, settings, tuned.evidence)
    run.progress("fits", 1, 2)
    baseline = learn(panel, tests, baseline_choice(study.configs), settings)
    write_parquet(
        folder / "test_scores.parquet",
        scores_table({"challenger": challenger.scores, "baseline": baseline.scores}),
    )
    _keep_reference(run, challenger, baseline)
    numbers = _register(run, study, {CHALLENGER: challenger, BASELINE: baseline})
    model = challenger.model
    training = {
        "algorithm": model.name,
        "calibration": model.calibrator,
        "params": model.params,
        "meta": model.meta,
        "values": study.values,
        "why_en": study.reason_en,
        "why_es": study.reason_es,
    }
    write_json(folder / "training.json", training)
    return {
        "version": numbers[CHALLENGER],
        "baseline_version": numbers[BASELINE],
        "algorithm": model.name,
        "calibration": model.calibrator,
        "why_en": study.reason_en,
        "why_es": study.reason_es,
        "note": f"{model.name}, version {numbers[CHALLENGER]}: {study.reason_en}",
    }


def load_champion(run: RunContext) -> dict[str, Any]:
    """Take the champion of the moment of the decision, and let the baseline speak of the test weeks."""
    registry = Registry(run.home.root, run.settings)
    version = registry.version(run.summary("choose_path")["champion"])
    model = load_version(run.home.root, run.settings, version)
    panel = read_panel(run.path("create_features", "panel.parquet"), run.settings)
    known = registry.version_of(BASELINE)
    configs = {} if known is None else {"frequency": load_version(run.home.root, run.settings, known).params}
    scores = judge_only(panel, _tests(run), baseline_choice(configs), run.settings)
    write_parquet(run.path(KEEP, "test_scores.parquet"), scores_table({"baseline": scores}))
    return {
        "version": version.version,
        "algorithm": model.name,
        "trained_at_origin": model.trained_at_origin.isoformat(),
        "note": f"{model.name}, version {version.version}, trained at {model.trained_at_origin}",
    }


def model_of(run: RunContext) -> Model:
    """Load the model of a run: the challenger that it made, or the champion that it took."""
    version = Registry(run.home.root, run.settings).version(run.summary(run.model_task)["version"])
    return load_version(run.home.root, run.settings, version)


def _tests(run: RunContext) -> TestWeeks:
    origins = days(run.summary("create_features")["test_origins"])
    return TestWeeks(run.path("create_features", "test.parquet"), origins, run.settings)


def _storage(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder / "study.db"


def _last_configs(run: RunContext) -> Mapping[str, Mapping[str, Any]]:
    """Best hyperparameters of the study behind the champion, to start from."""
    number = run.summary("choose_path")["champion"]
    if number is None:
        return {}
    registry = Registry(run.home.root, run.settings)
    file = registry.download(registry.version(number)) / STUDY_FILE
    return StudyResult.from_json(read_json(file)).configs if file.is_file() else {}


def _register(run: RunContext, study: StudyResult, learners: Mapping[str, Learner]) -> dict[str, int]:
    """Log the study to the weekly run and register each model; the same again changes nothing."""
    weekly = Tracker(run.home.root, run.settings).weekly_run(run.info.run_id, run.info.origin)
    weekly.log_params(
        {
            "trials": run.info.trials,
            "seed": run.info.seed,
            "horizon_days": run.info.horizon_days,
            "algorithm": study.family,
            "hyperparameters": study.choice.config,
        }
    )
    weekly.log_dataset(
        "source", run.info.fingerprint, context="training", profile=run.summary("extract_data")
    )
    weekly.log_trials(_trials(study))
    return {alias: _registered(run, weekly, study, alias, learner) for alias, learner in learners.items()}


def _keep_reference(run: RunContext, challenger: Learner, baseline: Learner) -> None:
    """Leave with each model what its twin said of the test weeks: later weeks are held against it."""
    test = pq.read_table(run.path("create_features", "test.parquet"))
    for folder, learner in (("model", challenger), (BASELINE, baseline)):
        rows = Judged.of(test, learner.scores, baseline.scores, learner.expected_items)
        drawn = rows.sampled(run.settings.learning.negative_rate, run.settings.seed)
        write_parquet(run.path(RETRAIN, folder) / REFERENCE_FILE, drawn.table())


def _registered(run: RunContext, weekly: WeeklyRun, study: StudyResult, alias: str, learner: Learner) -> int:
    model = learner.model
    folder = run.path(RETRAIN, "model" if alias == CHALLENGER else alias)
    model.save(folder)
    write_json(folder / STUDY_FILE, study.to_json())
    rows = pq.ParquetFile(run.path("create_features", "test.parquet")).iter_batches(SAMPLE_ROWS)
    features = feature_frame(next(rows), model.features)
    tags = {
        HORIZON_TAG: str(run.info.horizon_days),
        LABEL_TAG: run.settings.label,
        ALGORITHM_TAG: model.name,
    }
    registry = Registry(run.home.root, run.settings)
    sample = Sample(features, model.predict(features))
    return registry.register(folder, sample, run=weekly, alias=alias, tags=tags).version


def _trials(study: StudyResult) -> list[tracking.TrialRecord]:
    return [
        tracking.TrialRecord(
            number=trial.number,
            params=trial.params,
            value=trial.value if trial.value is not None else (trial.rungs[-1] if trial.rungs else None),
            state=trial.state.upper(),
            family=trial.family,
            seconds=0.0,
        )
        for trial in study.trials
    ]

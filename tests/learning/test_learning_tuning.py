import json
from datetime import date

import numpy as np
import optuna
import pytest
from learning_panel import FIRST, Panel, settings_for, simulate
from optuna.distributions import CategoricalDistribution
from optuna.trial import TrialState, create_trial

from sodai.learning import Frame, StudyResult, tune
from sodai.learning.tuning import FamilyPruner
from sodai.settings import UsageError


def relabelled(frame: Frame, rows: np.ndarray) -> Frame:
    """The frame with other labels and other features in some rows."""
    changed = frame.where(np.arange(len(frame)))
    random = np.random.default_rng(9)
    label = np.where(rows, random.integers(0, 2, len(frame)), frame.label).astype(np.int8)
    object.__setattr__(changed, "label", label)
    changed.features.loc[rows, "drive"] = random.normal(size=rows.sum()).astype(np.float32)
    return changed


def test_a_study_finds_the_signal_and_tells_why(tuned):
    result = tuned.result
    assert set(result.configs) >= {"frequency", "logistic", "forest", "boosting"}
    assert result.family == max(result.values, key=lambda family: result.values[family])
    assert result.values["logistic"] > 0.35
    assert len(result.trials) == 6
    assert [trial.family for trial in result.trials[:4]] == ["boosting", "forest", "logistic", "frequency"]
    assert result.validation_origins == ("2024-02-12", "2024-02-19") == result.validation_origins[-2:]
    assert "was chosen" in result.reason_en
    assert result.reason_es.startswith("Se eligió")
    assert tuned.evidence.scored is not None
    assert sorted(np.unique(tuned.evidence.scored.origin).astype(str)) == list(result.validation_origins)
    assert [str(week.origin) for week in tuned.evidence.totals] == list(result.validation_origins)
    assert tuned.evidence.quantity_scale == pytest.approx(1, abs=0.1)


def test_a_result_survives_json(tuned):
    again = StudyResult.from_json(json.loads(json.dumps(tuned.result.to_json())))
    assert again == tuned.result
    assert again.choice == tuned.result.choice
    with pytest.raises(UsageError, match="holds no oracle"):
        again.choice_of("oracle")


def test_two_studies_with_one_seed_are_equal(panel: Panel, settings, tuned):
    again = tune(panel.frame, settings)
    assert again.result == tuned.result
    np.testing.assert_array_equal(again.evidence.scored.score, tuned.evidence.scored.score)


def test_a_killed_study_ends_like_an_undisturbed_one(panel: Panel, settings, tuned, tmp_path):
    class Killed(BaseException):
        pass

    def kill_at_third(done, total, said):
        if done == 3:
            raise Killed

    with pytest.raises(Killed):
        tune(panel.frame, settings, storage=tmp_path / "study.db", progress=kill_at_third)
    done = []
    resumed = tune(
        panel.frame, settings, storage=tmp_path / "study.db", progress=lambda place, *_: done.append(place)
    )
    assert done == [4, 5, 6]
    assert resumed.result == tuned.result


def test_weeks_that_are_not_over_change_nothing(panel: Panel):
    settings = settings_for(trials=3, algorithms=("boosting", "frequency"))
    day = date(2024, 2, 12)
    frame = panel.frame
    later = frame.origin.astype("datetime64[D]") >= np.datetime64("2024-02-12")
    honest = tune(frame, settings, day=day)
    assert tune(relabelled(frame, later), settings, day=day).result == honest.result
    early = frame.where(~later)
    assert tune(early, settings).result == honest.result


def test_other_data_in_the_same_storage_are_another_study(panel: Panel, tmp_path):
    settings = settings_for(trials=2, algorithms=("logistic",))
    frame = panel.frame
    first = tune(frame, settings, storage=tmp_path / "study.db").result
    other = relabelled(frame, np.arange(len(frame)) % 3 == 0)
    second = tune(other, settings, storage=tmp_path / "study.db").result
    assert second == tune(other, settings).result
    assert second != first


def test_the_last_best_is_tried_first(panel: Panel):
    settings = settings_for(trials=2, algorithms=("frequency", "logistic"))
    warm = {"frequency": {"half_life": 2, "prior_strength": 0.7}, "gone": {"x": 1}}
    first = tune(panel.frame, settings, warm_start=warm).result.trials[0]
    assert first.params == {"frequency_half_life": 2, "frequency_prior_strength": 0.7}


def test_rungs_prune_within_a_family():
    frame = simulate(weeks=8, rows=2500).frame
    settings = settings_for(trials=12, tuning_rows=12_000, algorithms=("frequency", "logistic"))
    trials = tune(frame, settings).result.trials
    pruned = [trial for trial in trials if trial.state == "pruned"]
    assert pruned
    assert all(trial.value is None and len(trial.rungs) == 1 for trial in pruned)
    assert all(len(trial.rungs) == 2 for trial in trials if trial.state == "complete")


def test_the_pruner_lets_the_best_third_of_a_family_go_on():
    study = optuna.create_study(direction="maximize")
    families = CategoricalDistribution(["a", "b"])

    def first_rung(family, value, state=TrialState.PRUNED):
        return create_trial(
            state=state,
            value=value if state == TrialState.COMPLETE else None,
            params={"family": family},
            distributions={"family": families},
            intermediate_values={0: value},
        )

    pruner = FamilyPruner()
    assert not pruner.prune(study, first_rung("a", 0.1))
    for family, value in (("a", 0.5), ("a", 0.4), ("b", 0.9), ("a", 0.3), ("a", 0.2), ("a", 0.1)):
        study.add_trial(first_rung(family, value))
    assert pruner.prune(study, first_rung("a", 0.35))
    assert not pruner.prune(study, first_rung("a", 0.45))
    assert pruner.prune(study, first_rung("b", 0.8))


def test_one_family_alone(panel: Panel):
    result = tune(panel.frame, settings_for(trials=2, algorithms=("frequency",))).result
    assert result.family == "frequency"
    assert "follows" not in result.reason_en


def test_a_history_too_short_for_a_study_gives_the_frequency():
    tuned = tune(simulate(weeks=1).frame, settings_for())
    assert tuned.result.family == "frequency"
    assert tuned.result.trials == ()
    assert "too short" in tuned.result.reason_en
    assert tuned.evidence.scored is None


@pytest.mark.parametrize("weeks", [2, 3])
def test_a_short_history_is_enough_to_run(weeks):
    result = tune(simulate(weeks=weeks, rows=120).frame, settings_for(trials=4)).result
    assert len(result.validation_origins) == 1
    assert "blend" not in result.values


def test_validation_weeks_without_a_purchase_decide_nothing():
    frame = simulate(weeks=6, rows=200).frame
    late = frame.origin >= np.datetime64(FIRST) + 21
    quiet = frame.where(~late | (frame.label == 0))
    result = tune(quiet, settings_for(trials=4)).result
    assert set(result.values.values()) == {0.0}
    assert result.family in result.configs


def test_no_purchase_at_all():
    frame = simulate(weeks=4, rows=100).frame
    result = tune(frame.where(frame.label == 0), settings_for(trials=4)).result
    assert result.family in result.configs

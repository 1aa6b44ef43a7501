from dataclasses import replace

import pytest

from sodai.learning.search import SearchPlan, search


class Killed(BaseException):
    """Not an Exception, like the end of a process."""


def objective(trial):
    family = trial.suggest_categorical("family", ["hill", "slope"])
    if family == "hill":
        return 1 - (trial.suggest_float("hill_x", -1, 1) - 0.3) ** 2
    steps = trial.suggest_int("slope_steps", 1, 9)
    kind = trial.suggest_categorical("slope_kind", ["a", "b"])
    return steps / 20 + (kind == "b") * 0.1


STARTS = (
    {"family": "slope", "slope_steps": 4, "slope_kind": "b"},
    {"family": "hill", "hill_x": 7.0},
    {"family": "slope", "slope_steps": "many", "slope_kind": "c"},
)


def told(trials):
    return [(trial.params, trial.value, trial.state) for trial in trials]


def test_starts_come_first_and_what_is_not_allowed_is_drawn():
    trials = search(SearchPlan("starts", trials=3, seed=0, starts=STARTS), objective)
    assert trials[0].params == STARTS[0]
    assert trials[1].params["family"] == "hill"
    assert -1 <= trials[1].params["hill_x"] <= 1
    assert trials[2].params["slope_kind"] in {"a", "b"}


def test_the_search_finds_the_hill():
    best = max(trial.value for trial in search(SearchPlan("hill", trials=40, seed=1), objective))
    assert best > 0.995


def test_one_seed_one_search():
    plan = SearchPlan("seeded", trials=15, seed=3, starts=STARTS)
    assert told(search(plan, objective)) == told(search(plan, objective))
    assert told(search(plan, objective)) != told(search(replace(plan, seed=4), objective))


@pytest.mark.parametrize("killed_at", [1, 7])
def test_a_killed_search_goes_on_as_if_nothing_had_happened(tmp_path, killed_at):
    plan = SearchPlan("killed", trials=16, seed=5, starts=STARTS)
    undisturbed = told(search(plan, objective))
    stored = replace(plan, storage=f"sqlite:///{tmp_path / 'study.db'}")
    calls = 0

    def dying(trial):
        nonlocal calls
        calls += 1
        value = objective(trial)
        if calls == killed_at:
            raise Killed
        return value

    for _ in range(2):
        with pytest.raises(Killed):
            search(stored, dying)
        calls = 0
    assert told(search(stored, objective)) == undisturbed
    assert told(search(stored, dying)) == undisturbed
    assert calls == 0


def test_progress_is_told_after_each_trial():
    said = []
    search(
        SearchPlan("progress", 3, 0, STARTS),
        objective,
        lambda done, total, words: said.append((done, total, words)),
    )
    assert [(done, total) for done, total, _ in said] == [(1, 3), (2, 3), (3, 3)]
    assert said[0][2] == "slope: 0.3000"

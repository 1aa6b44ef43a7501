"""A search that a kill cannot change: Optuna, one trial after the other, each seeded by its place in the row.

What is proposed in place k depends on the seed, on k and on the k - 1 finished trials, which are all in the
storage. A trial that a dead process left running is marked as failed and its place is filled again.
"""

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import optuna
from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
)
from optuna.exceptions import ExperimentalWarning
from optuna.pruners import BasePruner
from optuna.samplers import BaseSampler, TPESampler
from optuna.study import Study
from optuna.trial import FrozenTrial, Trial, TrialState

FINISHED: Final = (TrialState.COMPLETE, TrialState.PRUNED)
Objective = Callable[[Trial], float]
Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class SearchPlan:
    """What to search.

    Attributes
    ----------
    name : str
        Name of the study; two searches of one name in one storage are one search.
    trials : int
        Trials to finish.
    seed : int
    starts : tuple of mappings
        Parameters of the first trials. A value that is no longer allowed is drawn instead.
    storage : str, optional
        URL of a database; in memory without it.
    """

    name: str
    trials: int
    seed: int
    starts: tuple[Mapping[str, Any], ...] = ()
    storage: str | None = None
    pruner: BasePruner = field(default_factory=optuna.pruners.NopPruner)


class StartSampler(BaseSampler):
    """Gives the values it was made with, where they are allowed, and lets another sampler draw the rest."""

    def __init__(self, values: Mapping[str, Any], rest: BaseSampler) -> None:
        self._values = values
        self._rest = rest

    def infer_relative_search_space(self, study: Study, trial: FrozenTrial) -> dict[str, BaseDistribution]:
        """Nothing is drawn jointly."""
        del study, trial
        return {}

    def sample_relative(
        self, study: Study, trial: FrozenTrial, search_space: dict[str, BaseDistribution]
    ) -> dict[str, Any]:
        """Nothing is drawn jointly."""
        del study, trial, search_space
        return {}

    def sample_independent(
        self, study: Study, trial: FrozenTrial, param_name: str, param_distribution: BaseDistribution
    ) -> Any:
        """Value of one parameter."""
        if param_name in self._values and _allows(param_distribution, self._values[param_name]):
            return self._values[param_name]
        return self._rest.sample_independent(study, trial, param_name, param_distribution)


def search(plan: SearchPlan, objective: Objective, progress: Progress | None = None) -> list[FrozenTrial]:
    """Run the trials that are still missing, and return all of them in the order in which they finished."""
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = optuna.create_study(
        storage=plan.storage,
        study_name=plan.name,
        direction="maximize",
        pruner=plan.pruner,
        load_if_exists=True,
    )
    for left in study.get_trials(deepcopy=False, states=(TrialState.RUNNING, TrialState.WAITING)):
        study.tell(left.number, state=TrialState.FAIL)
    for place in range(len(_finished(study)), plan.trials):
        study.sampler = _sampler(plan, place)
        said = _run(study, study.ask(), objective)
        if progress is not None:
            progress(place + 1, plan.trials, said)
    return _finished(study)[: plan.trials]


def _run(study: Study, trial: Trial, objective: Objective) -> str:
    try:
        value = objective(trial)
    except optuna.TrialPruned:
        study.tell(trial, state=TrialState.PRUNED)
        return f"{trial.params['family']}: pruned"
    study.tell(trial, value)
    return f"{trial.params['family']}: {value:.4f}"


def _finished(study: Study) -> list[FrozenTrial]:
    return study.get_trials(deepcopy=False, states=FINISHED)


def _sampler(plan: SearchPlan, place: int) -> BaseSampler:
    seed = int(np.random.SeedSequence([plan.seed, place]).generate_state(1)[0])
    with warnings.catch_warnings():
        # ``group`` lets a conditional space be drawn jointly; called experimental since Optuna 2.8.
        warnings.simplefilter("ignore", ExperimentalWarning)
        sampler = TPESampler(seed=seed, multivariate=True, group=True, constant_liar=False)
    return StartSampler(plan.starts[place], sampler) if place < len(plan.starts) else sampler


def _allows(distribution: BaseDistribution, value: Any) -> bool:
    if isinstance(distribution, CategoricalDistribution):
        return value in distribution.choices
    if isinstance(distribution, FloatDistribution | IntDistribution):
        return isinstance(value, int | float) and distribution.low <= value <= distribution.high
    return False

"""The study: one search over all families, judged on weeks after those it fits on, climbing rungs of data."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import numpy as np
import optuna
from numpy.typing import NDArray
from optuna.pruners import BasePruner
from optuna.study import Study
from optuna.trial import FixedTrial, FrozenTrial, Trial, TrialState

from sodai.learning.algorithms import algorithm
from sodai.learning.calibration import Scored
from sodai.learning.choice import TOO_SHORT_EN, TOO_SHORT_ES, StudyResult, TrialRecord, explain
from sodai.learning.design import Design
from sodai.learning.frame import Frame
from sodai.learning.measures import average_precision
from sodai.learning.order import Split, among, check_time_order, hold_out, known_before, sample_rows
from sodai.learning.quantity import Quantity
from sodai.learning.search import FINISHED, Progress, SearchPlan, search
from sodai.learning.selection import Finalists, judge
from sodai.learning.training import OutOfTime, WeekTotal, week_totals
from sodai.settings import Settings

FIRST_RUNG: Final = 0.25
KEPT: Final = 1 / 3
ROWS_FOR_RUNGS: Final = 8_000
SEEDED_BY_ROWS: Final = 1


@dataclass(frozen=True, eq=False)
class Tuned:
    """Result of a study, and what the chosen config said of the validation weeks."""

    result: StudyResult
    evidence: OutOfTime


class FamilyPruner(BasePruner):
    """Successive halving within a family: after the first rung, only the best third of the family goes on.

    Families are not held against each other there: which is best on little data says little about which is
    best on all of it.
    """

    def prune(self, study: Study, trial: FrozenTrial) -> bool:
        """Whether the trial stops here."""
        family, step = trial.params["family"], trial.last_step
        if step is None:
            return False
        rivals = [
            other.intermediate_values[step]
            for other in study.get_trials(deepcopy=False, states=FINISHED)
            if other.params["family"] == family and step in other.intermediate_values
        ]
        better = sum(value >= trial.intermediate_values[step] for value in rivals)
        return better >= max(1, int(KEPT * (len(rivals) + 1)))


@dataclass(frozen=True, eq=False)
class _Material:
    """A panel split in time: positions to fit on, rows to judge on."""

    panel: Frame
    train: NDArray[np.intp]
    held: Frame
    split: Split
    settings: Settings

    def sample(self, most: int) -> NDArray[np.intp]:
        """Positions of at most ``most`` rows to fit on."""
        return self.train[sample_rows(len(self.train), most, self.settings.seed)]


def tune(
    panel: Frame,
    settings: Settings,
    *,
    day: date = date.max,
    storage: str | Path | None = None,
    warm_start: Mapping[str, Mapping[str, Any]] | None = None,
    progress: Progress | None = None,
) -> Tuned:
    """Choose family and hyperparameters.

    Parameters
    ----------
    panel : Frame
        Rows of past origins.
    settings : Settings
        ``learning`` (trials, algorithms, validation weeks, rows), ``horizon_days`` and ``seed``.
    day : date
        First day that is not known: weeks that were not over on it are not read.
    storage : str or Path, optional
        URL of a database, or a file for SQLite, from which a killed study goes on; in memory without it.
    warm_start : mapping, optional
        By family, a config to try first, such as ``StudyResult.configs`` of the last run.
    progress : callable, optional
        Called after each trial with trials done, trials in all, and a few words.

    Returns
    -------
    Tuned
        With a history too short to hold weeks out: frequency with its defaults, and no scores.
    """
    known = known_before(panel.origins(), day, settings.horizon_days)
    split = hold_out(known, settings.learning.validation_weeks, settings.horizon_days)
    if split is None:
        return Tuned(
            StudyResult("frequency", {"frequency": {}}, {}, (), TOO_SHORT_EN, TOO_SHORT_ES), OutOfTime()
        )
    train = np.flatnonzero(among(panel.origin, split.train))
    check_time_order(panel.origin[train], split.held[0], settings.horizon_days)
    held = panel.where(among(panel.origin, split.held))
    material = _Material(panel, train, held, split, settings)
    return _conclude(material, _search(material, _url(storage), warm_start or {}, progress))


def _search(
    material: _Material,
    storage: str | None,
    warm_start: Mapping[str, Mapping[str, Any]],
    progress: Progress | None,
) -> list[FrozenTrial]:
    settings, learning = material.settings, material.settings.learning
    rows = material.sample(learning.tuning_rows)
    starts = _starts(learning.algorithms, warm_start)
    rungs = _rungs(Design.of(material.panel, at=rows), settings.seed)
    held = Design.of(material.held, rungs[-1].schema)
    plan = SearchPlan(
        name=f"sodai-{_identity(rungs[-1], held, settings, starts)}",
        trials=learning.trials,
        seed=settings.seed,
        starts=starts,
        storage=storage,
        pruner=FamilyPruner(),
    )
    return search(
        plan, _Objective(learning.algorithms, rungs, held, settings.seed, learning.threads), progress
    )


@dataclass(frozen=True, eq=False)
class _Objective:
    """PR-AUC on the validation weeks, rung by rung."""

    families: tuple[str, ...]
    rungs: tuple[Design, ...]
    held: Design
    seed: int
    threads: int

    def __call__(self, trial: Trial) -> float:
        kind = algorithm(str(trial.suggest_categorical("family", self.families)))
        config = kind.suggest(trial)
        value = 0.0
        for step, rung in enumerate(self.rungs):
            fitted = kind(config, seed=self.seed, threads=self.threads).fit(rung, self.held)
            scores = fitted.predict_matrix(self.held.matrix)
            value = average_precision(self.held.label, scores, self.held.weight)
            trial.report(value, step)
            if step < len(self.rungs) - 1 and trial.should_prune():
                raise optuna.TrialPruned
        return value


def _conclude(material: _Material, trials: Sequence[FrozenTrial]) -> Tuned:
    """Fit the best of each family on all rows before the validation weeks; choose among them and a blend."""
    settings, held = material.settings, material.held
    rows = material.sample(settings.learning.max_training_rows)
    design = Design.of(material.panel, at=rows)
    finalists = Finalists.fit(_best_configs(trials), design, held, settings)
    verdict, configs, scores = judge(finalists, held)
    weeks = tuple(str(day) for day in material.split.held)
    english, spanish = explain(verdict, weeks)
    result = StudyResult(
        family=verdict.family,
        configs=configs,
        values=dict(verdict.values),
        trials=tuple(_record(trial) for trial in trials),
        reason_en=english,
        reason_es=spanish,
        train_origins=(str(material.split.train[0]), str(material.split.train[-1])),
        validation_origins=weeks,
        tuning_rows=min(len(material.train), settings.learning.tuning_rows),
        training_rows=len(rows),
        seed=settings.seed,
    )
    scored = Scored(scores, held.label, held.weight, held.origin)
    return Tuned(result, OutOfTime(scored, _totals(material, design, rows)))


def _totals(material: _Material, design: Design, rows: NDArray[np.intp]) -> tuple[WeekTotal, ...]:
    settings, held = material.settings, material.held
    items = material.panel.target_items[rows]
    quantity = Quantity.fit(design, items, seed=settings.seed, threads=settings.learning.threads)
    return week_totals(held, quantity.predict_matrix(design.schema.encode(held.features)))


def _best_configs(trials: Sequence[FrozenTrial]) -> dict[str, dict[str, Any]]:
    """By family, the config of the complete trial with the highest value, the earlier of two equals."""
    best: dict[str, FrozenTrial] = {}
    for trial in trials:
        family = trial.params["family"]
        value = trial.value if trial.state == TrialState.COMPLETE else None
        if value is not None and (family not in best or value > (best[family].value or 0.0)):
            best[family] = trial
    return {family: _config(family, trial) for family, trial in best.items()}


def _config(family: str, trial: FrozenTrial) -> dict[str, Any]:
    kind = algorithm(family)
    config: dict[str, Any] = kind.final(kind.suggest(FixedTrial(trial.params))).model_dump()
    return config


def _record(trial: FrozenTrial) -> TrialRecord:
    complete = trial.state == TrialState.COMPLETE
    return TrialRecord(
        number=trial.number,
        family=trial.params["family"],
        state=trial.state.name.lower(),
        value=trial.value if complete else None,
        rungs=tuple(value for _, value in sorted(trial.intermediate_values.items())),
        params={name: value for name, value in trial.params.items() if name != "family"},
    )


def _rungs(design: Design, seed: int) -> tuple[Design, ...]:
    """Take a quarter of the rows, then all; of small data only all, for a quarter would say nothing."""
    if len(design) < ROWS_FOR_RUNGS:
        return (design,)
    few = sample_rows(len(design), int(FIRST_RUNG * len(design)), seed + SEEDED_BY_ROWS)
    return design.take(few), design


def _starts(
    families: Sequence[str], warm_start: Mapping[str, Mapping[str, Any]]
) -> tuple[dict[str, Any], ...]:
    """Parameters of the first trials: last time's best, then every family's defaults, the strongest first."""
    known = [(family, warm_start[family]) for family in reversed(families) if family in warm_start]
    defaults = [(family, algorithm(family).config_type().model_dump()) for family in reversed(families)]
    return tuple(
        {"family": family} | {f"{family}_{name}": value for name, value in config.items()}
        for family, config in [*known, *defaults]
    )


def _identity(design: Design, held: Design, settings: Settings, starts: Sequence[Mapping[str, Any]]) -> str:
    """Digest of all that a trial's value depends on: a storage gives back this study and no other."""
    said = (settings.learning.algorithms, settings.seed, starts, design.schema)
    digest = hashlib.blake2b(repr(said).encode(), digest_size=8)
    for rows in (design, held):
        for column in (rows.matrix.T, rows.label, rows.weight):
            digest.update(np.ascontiguousarray(column).data)
    return digest.hexdigest()


def _url(storage: str | Path | None) -> str | None:
    return f"sqlite:///{storage}" if isinstance(storage, Path) else storage

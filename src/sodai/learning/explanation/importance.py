"""What matters to a model as a whole: by feature and by family, on a stratified sample."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol

import numpy as np
import pandas as pd
from scipy import stats

from sodai.learning.algorithm import Algorithm
from sodai.learning.explanation.contributions import Contributions, contributions
from sodai.learning.explanation.groups import OTHER, summed
from sodai.learning.explanation.meanings import Meanings
from sodai.learning.explanation.sampling import Stratum, stratified
from sodai.learning.measures import Floats
from sodai.settings import Settings


class Described(Protocol):
    """What an importance needs of a feature of the catalogue."""

    @property
    def name(self) -> str:
        """Column name."""

    @property
    def family(self) -> str:
        """Family of features."""

    @property
    def meaning(self) -> str:
        """One English sentence."""


@dataclass(frozen=True)
class FeatureImportance:
    """One feature: mean |SHAP| in log-odds, its share of the sum over features, and its direction.

    ``direction`` is the rank correlation of value and contribution: near 1, more of it means more likely;
    None where the feature is not a number or never varies.
    """

    name: str
    family: str
    mean_abs: float
    share: float
    direction: float | None
    meaning_es: str
    meaning_en: str


@dataclass(frozen=True)
class FamilyImportance:
    """One family: mean |sum of its features' SHAP| in log-odds, and its share of the sum over families."""

    name: str
    features: int
    mean_abs: float
    share: float


@dataclass(frozen=True)
class Importance:
    """Global importance, strongest first, and the sample that it was measured on."""

    algorithm: str
    rows: int
    features: tuple[FeatureImportance, ...]
    families: tuple[FamilyImportance, ...]
    strata: tuple[Stratum, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "Importance":
        """Read back what :meth:`to_dict` gave."""
        return cls(
            algorithm=values["algorithm"],
            rows=values["rows"],
            features=tuple(FeatureImportance(**f) for f in values["features"]),
            families=tuple(FamilyImportance(**f) for f in values["families"]),
            strata=tuple(Stratum(**s) for s in values["strata"]),
        )


@dataclass(frozen=True, eq=False)
class Explanation:
    """Global importance with the sample behind it: positions of its rows, and their contributions."""

    importance: Importance
    positions: "np.ndarray[Any, np.dtype[np.intp]]"
    contributions: Contributions


def explain(
    algorithm: Algorithm[Any],
    features: pd.DataFrame,
    probability: Floats,
    seen: "np.ndarray[Any, np.dtype[np.bool_]]",
    catalogue: Sequence[Described],
    settings: Settings,
) -> Explanation:
    """Explain a model as a whole on pairs that it scored.

    Parameters
    ----------
    algorithm : Algorithm
        A fitted one.
    features : DataFrame
        Candidate pairs.
    probability, seen : ndarray of shape (n,)
        The model's probability of each pair, and whether the pair was bought before. They make the strata.
    catalogue : sequence of Feature
        Families and meanings.
    settings : Settings
        ``explanation.sample_rows`` and ``seed``.
    """
    positions, strata = stratified(probability, seen, settings.explanation.sample_rows, settings.seed)
    sample = features.iloc[positions]
    found = contributions(algorithm, sample)
    importance = Importance(
        algorithm=algorithm.name,
        rows=len(positions),
        features=_of_features(found, sample, catalogue, Meanings(catalogue, settings.explanation.labels)),
        families=_of_families(found, catalogue),
        strata=strata,
    )
    return Explanation(importance, positions, found)


def _of_features(
    found: Contributions, sample: pd.DataFrame, catalogue: Sequence[Described], meanings: Meanings
) -> tuple[FeatureImportance, ...]:
    families = {f.name: f.family for f in catalogue}
    strength = np.abs(found.shap).mean(axis=0) if len(found) else np.zeros(len(found.features))
    total = float(strength.sum()) or 1.0
    rows = [
        FeatureImportance(
            name=name,
            family=families.get(name, OTHER),
            mean_abs=float(strength[at]),
            share=float(strength[at]) / total,
            direction=_direction(sample[name], found.shap[:, at]),
            meaning_es=meanings.of(name, "es"),
            meaning_en=meanings.of(name, "en"),
        )
        for at, name in enumerate(found.features)
    ]
    return tuple(sorted(rows, key=lambda f: (-f.mean_abs, f.name)))


def _of_families(found: Contributions, catalogue: Sequence[Described]) -> tuple[FamilyImportance, ...]:
    families = dict.fromkeys(found.features, OTHER) | {f.name: f.family for f in catalogue}
    sums, names = summed(found.shap, found.features, families)
    strength = np.abs(sums).mean(axis=0) if len(found) else np.zeros(len(names))
    total = float(strength.sum()) or 1.0
    sizes = {name: sum(families[f] == name for f in found.features) for name in names}
    rows = [
        FamilyImportance(name, sizes[name], float(strength[at]), float(strength[at]) / total)
        for at, name in enumerate(names)
    ]
    return tuple(sorted(rows, key=lambda f: (-f.mean_abs, f.name)))


def _direction(values: pd.Series, pushes: Floats) -> float | None:
    if not pd.api.types.is_numeric_dtype(values.dtype):
        return None
    numbers = values.to_numpy(np.float64, na_value=np.nan)
    known = np.isfinite(numbers)
    if known.sum() < 3 or np.ptp(numbers[known]) == 0 or np.ptp(pushes[known]) == 0:
        return None
    return float(stats.spearmanr(numbers[known], pushes[known]).statistic)

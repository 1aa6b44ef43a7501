"""What a study found: the best of each family, which family was chosen, and why, in words."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final, Self

from sodai.settings import UsageError
from sodai.settings.numbers import in_spanish

NAMES_EN: Final = {
    "frequency": "recency-weighted personal frequency",
    "logistic": "logistic regression",
    "forest": "random forest",
    "boosting": "gradient boosting",
    "blend": "a blend",
}
NAMES_ES: Final = {
    "frequency": "frecuencia personal reciente",
    "logistic": "regresión logística",
    "forest": "bosque aleatorio",
    "boosting": "boosting de gradiente",
    "blend": "una mezcla",
}


@dataclass(frozen=True)
class Choice:
    """An algorithm and its hyperparameters, ready to be fitted."""

    family: str
    config: dict[str, Any]


@dataclass(frozen=True)
class TrialRecord:
    """One trial. ``rungs`` are its PR-AUC by rung of data; a pruned trial has no ``value``."""

    number: int
    family: str
    state: str
    value: float | None
    rungs: tuple[float, ...]
    params: dict[str, Any]


@dataclass(frozen=True)
class StudyResult:
    """What a study found; frozen, and plain enough for JSON.

    Attributes
    ----------
    family : str
        The family chosen.
    configs : dict
        By family, the best hyperparameters, settled on all rows before the validation weeks; ``blend`` among
        them only when it was chosen.
    values : dict
        By family, PR-AUC on the validation weeks of that config, weighted by the inverse sampling rate; of
        the blend too, if it was chosen.
    trials : tuple of TrialRecord
    reason_en, reason_es : str
        Why the family was chosen, in a sentence.
    train_origins, validation_origins : tuple of str
        First and last origin fitted on; origins judged on.
    tuning_rows, training_rows, seed : int
    """

    family: str
    configs: dict[str, dict[str, Any]]
    values: dict[str, float]
    trials: tuple[TrialRecord, ...]
    reason_en: str
    reason_es: str
    train_origins: tuple[str, ...] = ()
    validation_origins: tuple[str, ...] = ()
    tuning_rows: int = 0
    training_rows: int = 0
    seed: int = 0
    objective: str = field(default="pr_auc")

    @property
    def choice(self) -> Choice:
        """The family chosen, with its hyperparameters."""
        return self.choice_of(self.family)

    def choice_of(self, family: str) -> Choice:
        """Best hyperparameters of ``family``.

        Raises
        ------
        UsageError
            If the study did not try it.
        """
        if family not in self.configs:
            raise UsageError(f"the study holds no {family}", allowed=", ".join(self.configs))
        return Choice(family, self.configs[family])

    def to_json(self) -> dict[str, Any]:
        """Return a description that JSON can hold; ``from_json`` reads it back."""
        return asdict(self)

    @classmethod
    def from_json(cls, description: Mapping[str, Any]) -> Self:
        """Read what ``to_json`` wrote."""
        trials = tuple(
            TrialRecord(**(trial | {"rungs": tuple(trial["rungs"])})) for trial in description["trials"]
        )
        tuples = {name: tuple(description[name]) for name in ("train_origins", "validation_origins")}
        return cls(**(dict(description) | {"trials": trials} | tuples))


@dataclass(frozen=True)
class Verdict:
    """Which family won, by which values, and the gain a blend would have needed."""

    family: str
    values: Mapping[str, float]
    members: tuple[str, ...]
    blend_gain: float | None
    needed_gain: float

    @property
    def best_single(self) -> str:
        """Best family that is not the blend."""
        return max((name for name in self.values if name != "blend"), key=lambda name: self.values[name])


def explain(verdict: Verdict, weeks: tuple[str, ...]) -> tuple[str, str]:
    """Say in English and Spanish why the family was chosen."""
    return _english(verdict, weeks), _spanish(verdict, weeks)


def _english(verdict: Verdict, weeks: tuple[str, ...]) -> str:
    best, value = verdict.best_single, verdict.values[verdict.best_single]
    span = f"on the {len(weeks)} validation weeks {weeks[0]} to {weeks[-1]}"
    if verdict.family == "blend":
        members = " + ".join(NAMES_EN[name] for name in verdict.members)
        return (
            f"A blend of {members} was chosen: {span} its PR-AUC is {verdict.blend_gain:.4f} above the best"
            f" single model, {NAMES_EN[best]} ({value:.4f}); its weights came from the weeks before each."
        )
    said = f"{NAMES_EN[best].capitalize()} was chosen: PR-AUC {value:.4f} {span}"
    second = _second(verdict)
    said += f"; {NAMES_EN[second]} follows with {verdict.values[second]:.4f}" if second else ""
    if verdict.blend_gain is not None:
        said += (
            f". A blend would change it by {verdict.blend_gain:+.4f}; several models must bring at least"
            f" {verdict.needed_gain:.4f}"
        )
    return f"{said}."


def _spanish(verdict: Verdict, weeks: tuple[str, ...]) -> str:
    best, value = verdict.best_single, verdict.values[verdict.best_single]
    span = f"en las {len(weeks)} semanas de validación del {weeks[0]} al {weeks[-1]}"
    if verdict.family == "blend":
        members = " + ".join(NAMES_ES[name] for name in verdict.members)
        return (
            f"Se eligió una mezcla de {members}: {span} su PR-AUC supera en"
            f" {in_spanish(f'{verdict.blend_gain:.4f}')}"
            f" al mejor modelo solo, {NAMES_ES[best]} ({in_spanish(f'{value:.4f}')});"
            " sus pesos salen de las semanas previas."
        )
    said = f"Se eligió {NAMES_ES[best]}: PR-AUC {in_spanish(f'{value:.4f}')} {span}"
    second = _second(verdict)
    said += (
        f"; le sigue {NAMES_ES[second]} con {in_spanish(f'{verdict.values[second]:.4f}')}" if second else ""
    )
    if verdict.blend_gain is not None:
        said += (
            f". Una mezcla lo cambiaría en {in_spanish(f'{verdict.blend_gain:+.4f}')};"
            f" varios modelos deben aportar al menos {in_spanish(f'{verdict.needed_gain:.4f}')}"
        )
    return f"{said}."


def _second(verdict: Verdict) -> str | None:
    others = [name for name in verdict.values if name not in {"blend", verdict.best_single}]
    return max(others, key=lambda name: verdict.values[name]) if others else None


TOO_SHORT_EN: Final = (
    "Recency-weighted personal frequency was chosen without a study: the history is too short to fit on some"
    " weeks and judge on later ones."
)
TOO_SHORT_ES: Final = (
    "Se eligió la frecuencia personal reciente sin estudio: la historia es demasiado corta para ajustar con"
    " unas semanas y juzgar con las siguientes."
)

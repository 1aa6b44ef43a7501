"""The branch in the middle of the weekly flow: learn again, or keep the champion."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Literal

from sodai.drift.record import DriftRecord
from sodai.settings import Settings

Path = Literal["retrain_model", "load_champion"]


@dataclass(frozen=True)
class ChampionInfo:
    """What the decision needs to know of the champion.

    ``features`` are the columns that it reads; ``horizon_days`` and ``label`` say what it predicts.
    """

    version: str
    trained_at: date
    features: tuple[str, ...]
    horizon_days: int
    label: str


@dataclass(frozen=True)
class PathDecision:
    """Where the flow goes, the rule that said so, and one sentence why in each language."""

    path: Path
    rule: str
    why_en: str
    why_es: str

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON."""
        return asdict(self)


def choose_path(
    champion: ChampionInfo | None,
    origin: date,
    settings: Settings,
    drift: DriftRecord,
    *,
    retrain: bool = False,
) -> PathDecision:
    """Decide whether this run retrains.

    The first rule that holds decides: ``told_to``, ``no_champion``, ``other_task`` (the champion predicts
    another horizon or label), ``other_features`` (it reads a column that this run lacks),
    ``from_the_future`` (it has seen data after this origin), ``too_old`` (older than
    ``learning.max_age_days``); else ``fresh_enough``.

    Parameters
    ----------
    champion : ChampionInfo or None
    origin : date
        Origin of this run.
    settings : Settings
    drift : DriftRecord
        Says which features this run has. Its statistics do not decide yet.
    retrain : bool
        Whether a person asked for it.
    """
    if retrain:
        return _retrain("told_to", "a retraining was asked for", "se pidió reentrenar")
    if champion is None:
        return _retrain("no_champion", "there is no champion yet", "todavía no hay un modelo campeón")
    return _barrier(champion, origin, settings, drift) or _by_age(
        champion, origin, settings.learning.max_age_days
    )


def _barrier(
    champion: ChampionInfo, origin: date, settings: Settings, drift: DriftRecord
) -> PathDecision | None:
    """Reasons why the champion cannot serve at all."""
    if (champion.horizon_days, champion.label) != (settings.horizon_days, settings.label):
        return _retrain(
            "other_task",
            f"champion {champion.version} predicts {champion.horizon_days} days ({champion.label}),"
            f" this run asks for {settings.horizon_days} days ({settings.label})",
            f"el campeón {champion.version} predice {champion.horizon_days} días ({champion.label})"
            f" y esta corrida pide {settings.horizon_days} días ({settings.label})",
        )
    lacking = sorted(set(champion.features) - {f.name for f in drift.features if f.status != "absent"})
    if drift.features and lacking:
        first = ", ".join(lacking[:3])
        return _retrain(
            "other_features",
            f"champion {champion.version} reads {len(lacking)} features that this run lacks ({first})",
            f"el campeón {champion.version} lee {len(lacking)} variables que no están ({first})",
        )
    if champion.trained_at > origin:
        return _retrain(
            "from_the_future",
            f"champion {champion.version} was trained at {champion.trained_at}, after this origin",
            f"el campeón {champion.version} se entrenó el {champion.trained_at}, después de este origen",
        )
    return None


def _by_age(champion: ChampionInfo, origin: date, limit: int) -> PathDecision:
    age = (origin - champion.trained_at).days
    en = f"champion {champion.version} is {age} {'day' if age == 1 else 'days'} old"
    es = f"el campeón {champion.version} tiene {age} {'día' if age == 1 else 'días'}"
    if age > limit:
        return _retrain(
            "too_old", f"{en}, more than the {limit} allowed", f"{es}, más de los {limit} permitidos"
        )
    return PathDecision(
        "load_champion",
        "fresh_enough",
        _sentence(f"{en}, {limit} allowed, and nothing else asks for a retraining"),
        _sentence(f"{es} de {limit} permitidos, y nada más pide reentrenar"),
    )


def _retrain(rule: str, en: str, es: str) -> PathDecision:
    return PathDecision("retrain_model", rule, _sentence(en), _sentence(es))


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."

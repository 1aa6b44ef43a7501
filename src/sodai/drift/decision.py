"""The branch in the middle of the weekly flow: learn again, keep the champion, or block the week.

The first rule that holds decides; a decision is a function of the record alone, so it can be replayed.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Literal

from sodai.drift.faults import moves, reasons_to_block
from sodai.drift.losses import Loss, criticality, losses
from sodai.drift.record import DriftRecord
from sodai.settings import Settings
from sodai.settings.model import DriftSettings
from sodai.settings.numbers import in_spanish

Path = Literal["retrain_model", "load_champion", "block"]
Verdict = Literal["hold", "watch", "retrain", "block"]


@dataclass(frozen=True)
class ChampionInfo:
    """What the decision needs to know of the champion.

    ``features`` are the columns that it reads; ``horizon_days`` and ``label`` say what it predicts;
    ``weeks`` is the number of origins that it learned from, 0 where that is not known.
    """

    version: str
    trained_at: date
    features: tuple[str, ...]
    horizon_days: int
    label: str
    weeks: int = 0


@dataclass(frozen=True)
class Earlier:
    """A decision of an earlier week: its origin, where it went, and the loss that it expected."""

    origin: date
    path: Path
    expected_loss: float


@dataclass(frozen=True)
class PathDecision:
    """Where the flow goes, the rule that said so, and one sentence why in each language.

    ``expected_loss`` of keeping the champion and ``cost`` of changing it are shares of a week's log-loss.
    """

    path: Path
    verdict: Verdict
    rule: str
    why_en: str
    why_es: str
    expected_loss: float = 0.0
    cost: float = 0.0
    losses: tuple[Loss, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON."""
        return asdict(self)


@dataclass(frozen=True)
class Situation:
    """Everything that a decision is made from.

    Parameters
    ----------
    origin : date
        Origin of this run.
    champion : ChampionInfo or None
    record : DriftRecord
    weeks : int
        Past origins that a new model could learn from.
    earlier : tuple of Earlier
        Decisions of earlier weeks, in any order.
    retrain : bool
        Whether a person asked for it.
    """

    origin: date
    champion: ChampionInfo | None
    record: DriftRecord
    weeks: int = 0
    earlier: tuple[Earlier, ...] = ()
    retrain: bool = False

    def days_since_retraining(self) -> int | None:
        """Days since a model was last trained, whether or not it became champion."""
        days = [e.origin for e in self.earlier if e.path == "retrain_model" and e.origin < self.origin]
        if self.champion is not None:
            days.append(self.champion.trained_at)
        return (self.origin - max(days)).days if days else None


def choose_path(situation: Situation, settings: Settings) -> PathDecision:
    """Decide whether this run retrains, keeps the champion, or blocks the week.

    The first rule that holds decides. Without weighing: ``told_to``, ``no_champion``, ``broken_delivery``,
    ``other_task`` (the champion predicts another horizon or label), ``other_features`` (it reads a column
    that this run lacks), ``from_the_future`` (it has seen data after this origin). Outside the cool-down:
    ``too_old``, ``more_history``. By expected loss: ``costly``, ``costly_again``. Else ``watch`` or
    ``nothing_moved``.
    """
    champion = situation.champion
    if situation.retrain:
        return _retrain("told_to", "a retraining was asked for", "se pidió reentrenar")
    if champion is None:
        return _retrain("no_champion", "there is no champion yet", "todavía no hay un modelo campeón")
    return (
        _blocked(situation.record, settings.drift)
        or _barrier(champion, situation, settings)
        or _by_age(champion, situation, settings.drift)
        or _by_loss(champion, situation, settings.drift)
    )


def _blocked(record: DriftRecord, settings: DriftSettings) -> PathDecision | None:
    reasons = reasons_to_block(record, settings)
    if not reasons:
        return None
    more_en = f" (and {len(reasons) - 1} more)" if len(reasons) > 1 else ""
    more_es = f" (y {len(reasons) - 1} más)" if len(reasons) > 1 else ""
    en, es = reasons[0]
    return PathDecision(
        "block",
        "block",
        "broken_delivery",
        _sentence(f"{en}{more_en} (if the delivery is right, run with --retrain)"),
        _sentence(f"{es}{more_es} (si la entrega es correcta, corra con --retrain)"),
    )


def _barrier(champion: ChampionInfo, situation: Situation, settings: Settings) -> PathDecision | None:
    """Reasons why the champion cannot serve at all."""
    if (champion.horizon_days, champion.label) != (settings.horizon_days, settings.label):
        return _retrain(
            "other_task",
            f"champion {champion.version} predicts {champion.horizon_days} days ({champion.label}),"
            f" this run asks for {settings.horizon_days} days ({settings.label})",
            f"el campeón {champion.version} predice {champion.horizon_days} días ({champion.label})"
            f" y esta corrida pide {settings.horizon_days} días ({settings.label})",
        )
    features = situation.record.features
    lacking = sorted(set(champion.features) - {f.name for f in features if f.status != "absent"})
    if features and lacking:
        first = ", ".join(lacking[:3])
        return _retrain(
            "other_features",
            f"champion {champion.version} reads {len(lacking)} features that this run lacks ({first})",
            f"el campeón {champion.version} lee {len(lacking)} variables que no están ({first})",
        )
    if champion.trained_at > situation.origin:
        return _retrain(
            "from_the_future",
            f"champion {champion.version} was trained at {champion.trained_at}, after this origin",
            f"el campeón {champion.version} se entrenó el {champion.trained_at}, después de este origen",
        )
    return None


def _by_age(champion: ChampionInfo, situation: Situation, settings: DriftSettings) -> PathDecision | None:
    age = (situation.origin - champion.trained_at).days
    if _cooling(situation, settings):
        return None
    if age > settings.max_age_days:
        return _retrain(
            "too_old",
            f"champion {champion.version} is {age} days old, more than the {settings.max_age_days} allowed",
            f"el campeón {champion.version} tiene {age} días, más de los {settings.max_age_days} permitidos",
        )
    if champion.weeks and situation.weeks >= champion.weeks * (1 + settings.max_growth):
        return _retrain(
            "more_history",
            f"champion {champion.version} learned from {champion.weeks} weeks, and"
            f" {situation.weeks} are known now",
            f"el campeón {champion.version} aprendió de {champion.weeks} semanas y ahora se conocen"
            f" {situation.weeks}",
        )
    return None


def _by_loss(champion: ChampionInfo, situation: Situation, settings: DriftSettings) -> PathDecision:
    found = losses(situation.record, settings)
    share = found[0].share if found else 0.0
    expected, cost = share * settings.horizon_weeks, settings.change_cost
    told: dict[str, Any] = {"expected_loss": expected, "cost": cost, "losses": found}
    if _cooling(situation, settings):
        cost *= settings.severe
    again = _was_costly(situation, settings)
    if expected > cost or (again and expected > settings.hysteresis * cost):
        en = (
            f"keeping the champion is expected to cost {_share(expected)} of a week, changing it"
            f" {_share(cost)}: {found[0].en}"
        )
        es = (
            f"conservar al campeón costaría {_share_es(expected)} de una semana y cambiarlo"
            f" {_share_es(cost)}: {found[0].es}"
        )
        rule = "costly" if expected > cost else "costly_again"
        return PathDecision("retrain_model", "retrain", rule, _sentence(en), _sentence(es), **told)
    return _kept(champion, situation, settings, told)


def _kept(
    champion: ChampionInfo, situation: Situation, settings: DriftSettings, told: dict[str, Any]
) -> PathDecision:
    seen = _to_watch(situation.record, settings, told["losses"])
    age = (situation.origin - champion.trained_at).days
    if seen is None:
        days_en, days_es = ("day", "día") if age == 1 else ("days", "días")
        en = f"champion {champion.version} is {age} {days_en} old and nothing asks for a new one"
        es = f"el campeón {champion.version} tiene {age} {days_es} y nada pide uno nuevo"
        return PathDecision("load_champion", "hold", "nothing_moved", _sentence(en), _sentence(es), **told)
    return PathDecision(
        "load_champion",
        "watch",
        "watch",
        _sentence(f"the champion is kept and watched: {seen[0]}"),
        _sentence(f"se conserva al campeón y se lo observa: {seen[1]}"),
        **told,
    )


def _to_watch(record: DriftRecord, settings: DriftSettings, found: Sequence[Loss]) -> tuple[str, str] | None:
    """Name what is worth a look though it does not pay to act."""
    if found:
        return found[0].en, found[0].es
    moved = moves(record, settings.false_discoveries)
    weight = sum(criticality(c.name, c.family, settings.criticality) * c.consequence for c in moved)
    if weight > settings.watch_movement:
        first = ", ".join(c.name for c in moved[:3])
        return (
            f"{len(moved)} features moved further than in healthy weeks ({first})",
            f"{len(moved)} variables se movieron más que en semanas sanas ({first})",
        )
    volume = record.harm.volume if record.harm is not None else None
    if volume is not None and not 1 / settings.watch_volume <= volume <= settings.watch_volume:
        return (
            f"purchases are {volume:.2f} times what was expected",
            f"las compras son {in_spanish(f'{volume:.2f}')} veces lo esperado",
        )
    return None


def _cooling(situation: Situation, settings: DriftSettings) -> bool:
    days = situation.days_since_retraining()
    return days is not None and days < settings.cool_down_days


def _was_costly(situation: Situation, settings: DriftSettings) -> bool:
    """Whether the week before had found that keeping the champion is nearly too dear."""
    before = [e for e in situation.earlier if e.origin < situation.origin]
    if not before:
        return False
    last = max(before, key=lambda e: e.origin)
    return last.path != "retrain_model" and last.expected_loss > settings.hysteresis * settings.change_cost


def _retrain(rule: str, en: str, es: str) -> PathDecision:
    return PathDecision("retrain_model", "retrain", rule, _sentence(en), _sentence(es))


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."


def _share(value: float) -> str:
    return f"{100 * value:.1f} %"


def _share_es(value: float) -> str:
    return in_spanish(f"{100 * value:.1f}") + " %"

"""What the gate says to a person, in English and Spanish."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sodai.evaluation.report import Difference
from sodai.settings.numbers import in_spanish

Code = Literal["passed", "insufficient_evidence", "same_model", "not_better", "guardrail"]
Rival = Literal["champion", "baseline"]


@dataclass(frozen=True)
class Sentence:
    """One sentence in both languages."""

    en: str
    es: str


_OUTCOME = {
    "passed": Sentence("The challenger becomes champion.", "El modelo retador pasa a ser el campeón."),
    "insufficient_evidence": Sentence(
        "The evidence is not sufficient to promote the challenger.",
        "La evidencia no alcanza para promover al modelo retador.",
    ),
    "same_model": Sentence(
        "The challenger is the champion itself, or predicts exactly the same.",
        "El modelo retador es el mismo campeón, o predice exactamente lo mismo.",
    ),
    "not_better": Sentence(
        "The challenger is not promoted: it is not better beyond doubt.",
        "El modelo retador no se promueve: no es mejor más allá de la duda.",
    ),
    "guardrail": Sentence(
        "The challenger is not promoted: it is better, but a guardrail fell.",
        "El modelo retador no se promueve: es mejor, pero no respeta un límite.",
    ),
}
_STAYS = {
    "challenger": Sentence("", ""),
    "champion": Sentence(" The champion stays.", " El campeón se mantiene."),
    "baseline": Sentence(
        " There is no champion yet: the baseline takes the place.",
        " Aún no hay campeón: el modelo base ocupa su lugar.",
    ),
}
_RIVAL = {
    "champion": Sentence("the champion's", "del campeón"),
    "baseline": Sentence("the baseline's", "del modelo base"),
}
_RAIL = {
    "ece": Sentence("The calibration error (ECE)", "El error de calibración (ECE)"),
    "ndcg_loss": Sentence("The loss in NDCG", "La pérdida de NDCG"),
    "coverage_loss": Sentence("The loss in coverage of sales", "La pérdida de cobertura de las ventas"),
}


def outcome(code: Code, winner: str) -> Sentence:
    """Say what happens."""
    first, then = _OUTCOME[code], _STAYS[winner]
    return Sentence(first.en + then.en, first.es + then.es)


def too_few(found: int, needed: int) -> Sentence:
    """Say how little there was to judge by."""
    return Sentence(
        f"{found} customers bought something in the test weeks; at least {needed} are needed, "
        "and the gate's metric must be defined.",
        f"{found} clientes compraron algo en las semanas de prueba; se necesitan al menos {needed}, "
        "y la métrica que decide debe estar definida.",
    )


def against(
    part: Rival, found: Difference, values: Sequence[float], margin: float, *, cleared: bool
) -> Sentence:
    """Hold the challenger against a rival: both values, the paired difference, interval and margin."""
    mine, other = values
    rival = _RIVAL[part]
    verb_en, verb_es = ("clears", "supera") if cleared else ("does not clear", "no supera")
    found_en = f"{_signed(found.value)} [{_signed(found.low)}, {_signed(found.high)}]"
    found_es = in_spanish(f"{_signed(found.value)} [{_signed(found.low)}; {_signed(found.high)}]")
    return Sentence(
        f"{_named(found.metric)} {_plain(mine)} against {rival.en} {_plain(other)}: "
        f"difference {found_en}, which {verb_en} the margin {_plain(margin)}.",
        f"{_named(found.metric)} {in_spanish(_plain(mine))} frente a {in_spanish(_plain(other))} {rival.es}: "
        f"diferencia {found_es}, que {verb_es} el margen {in_spanish(_plain(margin))}.",
    )


def guardrail_fell(name: str, value: float, limit: float) -> Sentence:
    """Say which limit was passed."""
    rail, values = _RAIL[name], (_plain(value), _plain(limit))
    return Sentence(
        f"{rail.en} is {values[0]}; at most {values[1]} is allowed.",
        f"{rail.es} es {in_spanish(values[0])}; se permite a lo más {in_spanish(values[1])}.",
    )


def guardrails_hold() -> Sentence:
    """Say that all limits are respected."""
    return Sentence("All guardrails hold.", "Se respetan todos los límites.")


def champion_below_baseline(found: Difference) -> Sentence:
    """Warn that the model in use is worse than the simple one."""
    value = _signed(found.value)
    return Sentence(
        f"Warning: the champion is worse than the baseline in {_named(found.metric)} ({value}). "
        "Consider promoting the baseline.",
        f"Atención: el campeón es peor que el modelo base en {_named(found.metric)} ({in_spanish(value)}). "
        "Considere promover el modelo base.",
    )


def _named(metric: str) -> str:
    return {"pr_auc": "PR-AUC", "roc_auc": "ROC-AUC"}.get(metric, metric)


def _plain(value: float) -> str:
    return f"{value:.4f}"


def _signed(value: float) -> str:
    return f"{value:+.4f}"

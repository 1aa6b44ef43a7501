"""What it costs a week to keep the champion, from each kind of evidence that is sure.

All losses are shares of the champion's own log-loss, so that they can be compared; they overlap (a code that
is new is also one that is misjudged), so a decision takes the largest, never the sum.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from scipy import stats

from sodai.drift.harm import Harm
from sodai.drift.record import DriftRecord
from sodai.drift.unseen import Unseen
from sodai.settings.columns import PRODUCT_ID
from sodai.settings.model import DriftSettings
from sodai.settings.numbers import in_spanish


@dataclass(frozen=True)
class Loss:
    """One kind of loss: its share a week, and the clause that says it."""

    kind: str
    share: float
    en: str
    es: str


def losses(record: DriftRecord, settings: DriftSettings) -> tuple[Loss, ...]:
    """Find the losses that are sure, the largest first."""
    if record.harm is None:
        return ()
    found = [*_misfits(record.harm, settings), *_fall(record.harm), *_unseen(record, settings)]
    return tuple(sorted(found, key=lambda loss: -loss.share))


def criticality(name: str, family: str, weights: Mapping[str, float]) -> float:
    """Weight of a feature or attribute for the business: its own, else its family's, else 1."""
    return weights.get(name, weights.get(family, 1.0))


def _misfits(harm: Harm, settings: DriftSettings) -> list[Loss]:
    return [
        Loss(
            f"misfit:{m.attribute}",
            m.excess * criticality(m.attribute, "", settings.criticality),
            f"by {m.attribute} the model errs more than usual: {m.value} sells {m.ratio:.2f} times"
            " what it expected",
            f"por {m.attribute} el modelo se equivoca más que de costumbre: {m.value} vende"
            f" {_es(m.ratio)} veces lo esperado",
        )
        for m in harm.misfits
        if m.q_value <= settings.false_discoveries and m.excess > 0
    ]


def _fall(harm: Harm) -> list[Loss]:
    found = harm.fall
    if found is None or found.low <= 0:
        return []
    return [
        Loss(
            "fall",
            found.share,
            f"in {found.weeks} weeks it explains {found.share:.1%} less than in validation, and beyond the"
            " baseline too",
            f"en {found.weeks} semanas explica {_pct(found.share)} menos que en la validación, también frente"
            " a la línea base",
        )
    ]


def _unseen(record: DriftRecord, settings: DriftSettings) -> list[Loss]:
    if not record.unseen or record.harm is None:
        return []
    # Of what the champion never saw, it knows what the baseline knows: its gain over it is what is lost.
    gain = max(record.harm.usual_gain, 0.0)
    worth = gain / max(1 - gain, 0.01)
    # A new code is known by its family, and catalogues change codes all the time: whether the champion copes
    # is for the misfits to say. A value of an attribute that is new it can only guess at.
    values = [u for u in record.unseen if u.attribute != PRODUCT_ID]
    if not values:
        return []
    adjusted = stats.false_discovery_control([u.p_value for u in values])
    return [
        _of_unseen(u, u.excess * worth * criticality(u.attribute, "", settings.criticality))
        for u, q in zip(values, adjusted, strict=True)
        if q <= settings.false_discoveries and u.excess > 0
    ]


def _of_unseen(found: Unseen, share: float) -> Loss:
    return Loss(
        f"unseen:{found.attribute}",
        share,
        f"{found.share:.0%} of the newest week's purchases are of a {found.attribute} that the model"
        f" never saw, where {found.usual:.0%} are usual",
        f"el {_pct(found.share, 0)} de las compras de la última semana es de {found.attribute} que el"
        f" modelo nunca vio; lo usual es {_pct(found.usual, 0)}",
    )


def _es(number: float) -> str:
    return in_spanish(f"{number:.2f}")


def _pct(share: float, places: int = 1) -> str:
    return in_spanish(f"{100 * share:.{places}f}") + " %"

"""A customer's products in order, and where the order comes from: week, champion, or a baseline."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sodai.serving.answers import baselines
from sodai.serving.schemas.common import Source
from sodai.serving.state.state import State

Floats = NDArray[np.float64]

NOTES = {
    "unknown": {
        "es": "Cliente desconocido: se muestran los productos más comprados por los clientes de tipo {type}.",
        "en": "Unknown customer: these are the products that customers of type {type} buy most.",
    },
    "no_purchases": {
        "es": "El cliente aún no tiene compras: estos son los productos más comprados por su tipo ({type}).",
        "en": "The customer has no purchases yet: these are the products that its type ({type}) buys most.",
    },
    "recency": {
        "es": "No hay predicción para este cliente: se muestran los productos que compró últimamente.",
        "en": "There is no prediction for this customer: these are the products that it bought lately.",
    },
    "champion": {
        "es": "El cliente no está en la semana publicada: se calculó ahora con el modelo campeón.",
        "en": "The customer is not in the published week: this was computed now with the champion.",
    },
}
ALL_TYPES = {"es": "todos", "en": "all"}

Note = dict[str, str]


@dataclass(frozen=True, eq=False)
class Ranking:
    """Products of one customer, best first.

    Attributes
    ----------
    source : Source
    product : ndarray
        Positions.
    score : ndarray of float64
        What they are ranked by: the probability, if there is one.
    probability, expected_items : ndarray of float64, optional
        None where the source is a baseline.
    buy : ndarray of bool, optional
        None where no cut is known.
    note : dict, optional
        Why the published week did not answer, in both languages.
    """

    source: Source
    product: NDArray[np.intp]
    score: Floats
    probability: Floats | None = None
    expected_items: Floats | None = None
    buy: NDArray[np.bool_] | None = None
    note: Note | None = None


def from_week(state: State, customer: int) -> Ranking | None:
    """List of the published week; None for a customer that is not in it."""
    if state.lists is None:
        return None
    rows = state.lists.rows_of(customer)
    if rows.start == rows.stop:
        return None
    probability = state.lists.probability[rows]
    return Ranking(
        Source.WEEK,
        state.lists.product[rows].astype(np.intp),
        probability,
        probability,
        state.lists.expected_items[rows],
        state.lists.buy[rows],
    )


def from_recency(state: State, customer: int) -> Ranking | None:
    """List by what was bought lately; None for a customer without purchases."""
    found = baselines.recency(state, customer)
    if not len(found.product):
        return None
    return Ranking(Source.RECENCY, found.product, found.score, note=NOTES["recency"])


def from_popularity(state: State, customer: int | None, wanted_type: str | None) -> Ranking:
    """List of what the customer's type buys; for an unknown customer, the closest type."""
    code = int(state.company.type_of[customer]) if customer is not None else -1
    if customer is None or code < 0:
        code = baselines.closest_type(state, wanted_type)
    found = baselines.popularity(state, code)
    words = NOTES["unknown" if customer is None else "no_purchases"]
    name = state.company.types[code] if code >= 0 else None
    note = {side: text.format(type=name or ALL_TYPES[side]) for side, text in words.items()}
    return Ranking(Source.POPULARITY, found.product, found.score, note=note)

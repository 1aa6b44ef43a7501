"""Who ranks a customer's products: the first of week, champion, recency and popularity that can."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from sodai.serving.answers.ranking import NOTES, Ranking, from_popularity, from_recency, from_week
from sodai.serving.problems import ApiError
from sodai.serving.schemas.common import Source
from sodai.serving.scoring import NewLines, NotPreparedError, Scores
from sodai.serving.services import Services
from sodai.serving.state import State

if TYPE_CHECKING:
    from sodai.serving.scoring.engine import Engine

Told = dict[int, list[dict[str, Any]]]

# Reasons that nobody wrote down are found on demand for so many products of a list.
MOST_REASONS = 20


async def ranked(
    services: Services, state: State, customer: int | None, wanted_type: str | None, *, of_week: bool = True
) -> Ranking:
    """Rank the products of a customer.

    Parameters
    ----------
    services : Services
    state : State
    customer : int, optional
        None is one that nobody knows.
    wanted_type : str, optional
        Type of an unknown customer.
    of_week : bool
        Whether the published week may answer; not if it was asked and does not know the pair.
    """
    if customer is None:
        return from_popularity(state, None, wanted_type)
    return (
        (from_week(state, customer) if of_week else None)
        or await _from_champion(services, state, customer)
        or from_recency(state, customer)
        or from_popularity(state, customer, wanted_type)
    )


async def _from_champion(services: Services, state: State, customer: int) -> Ranking | None:
    """Score now; None where that would mean waiting, or nothing is known of the customer."""
    if not services.scoring.is_ready(state):
        return None
    try:
        scores = await services.scoring.run(state, lambda engine: engine.score(customer, NewLines.none()))
    except (NotPreparedError, ApiError):
        return None
    if scores is None:
        return None
    order = ordered(scores)
    probability = scores.probability[order]
    return Ranking(
        Source.CHAMPION,
        scores.product[order].astype(np.intp),
        probability,
        probability,
        scores.expected_items[order],
        note=NOTES["champion"],
    )


def ordered(scores: Scores) -> "np.ndarray[Any, np.dtype[np.intp]]":
    """Order products by probability; of equals the smaller id first, as in the published week."""
    return np.argsort(-scores.probability, kind="stable")


async def reasons_for(services: Services, state: State, customer: int, products: Sequence[int]) -> Told:
    """Reasons of products of a customer: those of the run, else found now with the model that made the week.

    Found are those of at most 20 products, and none where that would mean waiting.
    """
    told = {product: state.reasons.of_pair(customer, product) for product in products}
    missing = [product for product, reasons in told.items() if not reasons][:MOST_REASONS]
    if missing and made_by_champion(state) and services.scoring.is_ready(state):
        try:
            told |= await services.scoring.run(state, lambda engine: _found(engine, customer, missing))
        except (NotPreparedError, ApiError):
            return told
    return told


def made_by_champion(state: State) -> bool:
    """Whether the champion made the published week, so that its reasons are those of the figures."""
    version = state.champion.version.version if state.champion else None
    return state.week is None or state.week.model_version == version


def _found(engine: "Engine", customer: int, products: Sequence[int]) -> Told:
    scores = engine.score(customer, NewLines.none())
    if scores is None:
        return {}
    rows = np.flatnonzero(np.isin(scores.product, products))
    if not len(rows):
        return {}
    _, reasons = engine.explain(scores, rows)
    return {
        int(scores.product[row]): [reason_of(one) for one in found]
        for row, found in zip(rows.tolist(), reasons, strict=True)
    }


def reason_of(reason: Any) -> dict[str, Any]:
    """Lay out a reason."""
    return {
        "group": reason.group,
        "push": reason.contribution,
        "text": {"es": reason.es, "en": reason.en},
    }

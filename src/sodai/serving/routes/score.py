"""Scoring on demand: what changes if these lines come in, and what drives a pair."""

from datetime import timedelta

import numpy as np
from fastapi import APIRouter, Depends, Request, Response

from sodai.serving.access import Scope
from sodai.serving.answers.common import sourced
from sodai.serving.answers.scored import explanation, scored_products
from sodai.serving.dependencies import ServicesDep, StateDep, needs
from sodai.serving.problems import INVALID, NOT_FOUND, TOO_LARGE, UNKNOWN_CUSTOMER, UNKNOWN_PRODUCT, ApiError
from sodai.serving.routes.common import (
    CustomerId,
    ProductId,
    customer_at,
    parsed,
    problems,
    product_at,
    sent,
    told,
)
from sodai.serving.schemas.common import Source
from sodai.serving.schemas.predictions import ExplanationAnswer, NewLine, ScoreAnswer, ScoreRequest
from sodai.serving.scoring import NewLines, NotPreparedError
from sodai.serving.scoring.pool import not_prepared
from sodai.serving.services import Services
from sodai.serving.state import State
from sodai.serving.state.history import EPOCH

router = APIRouter(prefix="/v1", tags=["scoring"], dependencies=[Depends(needs(Scope.SCORE))])


@router.post(
    "/score", response_model=ScoreAnswer, responses=problems(UNKNOWN_PRODUCT, UNKNOWN_CUSTOMER, TOO_LARGE)
)
async def score(asked: ScoreRequest, request: Request, services: ServicesDep, state: StateDep) -> Response:
    """All products of a customer, ranked as if the lines had come in.

    The features are computed now, by the expressions of the weekly flow. What tells of other customers stays
    as it was when the week was made. A customer that nobody knows is scored by the lines alone.
    """
    new = _new_lines(asked.lines, services, state)
    identity = parsed(state.customers, asked.customer_id)
    customer = state.customers.position.get(identity)
    try:
        products = await services.scoring.run(
            state,
            lambda engine: scored_products(engine, state, customer, new, k=asked.k, reasons=asked.reasons),
        )
    except NotPreparedError as error:
        raise not_prepared(error) from error
    if products is None:
        raise ApiError(
            UNKNOWN_CUSTOMER if customer is None else INVALID,
            "nothing is known of this customer's purchases",
            hint="Give lines with it, or ask for its recommendations.",
        )
    told(request, services, Source.CHAMPION)
    return sent(
        {
            **sourced(state, Source.CHAMPION, None, services.today()),
            "customer_id": identity,
            "model_version": state.champion.version.version if state.champion else None,
            "lines": len(asked.lines),
            "products": products,
        }
    )


def _new_lines(lines: list[NewLine], services: Services, state: State) -> NewLines:
    most = services.settings.serving.limits.score_lines
    if len(lines) > most:
        raise ApiError(TOO_LARGE, "there are too many lines", got=len(lines), allowed=f"at most {most}")
    days = [line.purchase_date or state.origin - timedelta(days=1) for line in lines]
    late = next((day for day in days if day >= state.origin), None)
    if late is not None:
        raise ApiError(
            INVALID,
            "lines are dated before the origin of the week",
            got=late,
            allowed=f"before {state.origin}",
        )
    return NewLines(
        np.array([product_at(state, line.product_id) for line in lines], np.int64),
        np.array([(day - EPOCH).days for day in days], np.int64),
        np.array([line.items for line in lines], np.float64),
    )


@router.get(
    "/customers/{customer_id}/products/{product_id}/explanation",
    response_model=ExplanationAnswer,
    responses=problems(UNKNOWN_CUSTOMER, UNKNOWN_PRODUCT, NOT_FOUND),
)
async def explain(
    customer_id: CustomerId, product_id: ProductId, request: Request, services: ServicesDep, state: StateDep
) -> Response:
    """What drives the probability of a pair: SHAP contributions in log-odds, with the values behind them.

    It is computed now with the champion; where another model made the published week, its figures may differ.
    """
    customer, product = customer_at(state, customer_id), product_at(state, product_id)
    try:
        found = await services.scoring.run(state, lambda engine: explanation(engine, customer, product))
    except NotPreparedError as error:
        raise not_prepared(error) from error
    if found is None:
        raise ApiError(NOT_FOUND, "this pair is not scored: the customer or product has no purchases")
    told(request, services, Source.CHAMPION)
    return sent(
        {
            **sourced(state, Source.CHAMPION, None, services.today()),
            "customer_id": state.customers.values[customer],
            "product_id": state.products.values[product],
            "product": state.company.names[product],
            "model_version": state.champion.version.version if state.champion else None,
            **found,
        }
    )

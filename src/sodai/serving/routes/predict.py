"""Probabilities of pairs."""

from collections import Counter

from fastapi import APIRouter, Depends, Request, Response

from sodai.serving.access import Scope
from sodai.serving.answers.common import sourced, week_ref
from sodai.serving.answers.pairs import predictions
from sodai.serving.dependencies import ServicesDep, StateDep, needs
from sodai.serving.problems import TOO_LARGE, UNKNOWN_PRODUCT, ApiError
from sodai.serving.routes.common import parsed, problems, product_at, sent, told
from sodai.serving.schemas.predictions import BatchAnswer, BatchRequest, PredictAnswer, PredictRequest
from sodai.serving.state.ids import Id

router = APIRouter(prefix="/v1", tags=["predictions"], dependencies=[Depends(needs(Scope.SCORE))])


@router.post("/predict", response_model=PredictAnswer, responses=problems(UNKNOWN_PRODUCT))
async def predict(
    asked: PredictRequest, request: Request, services: ServicesDep, state: StateDep
) -> Response:
    """Probability that a customer buys a product in the target window."""
    product = product_at(state, asked.product_id)
    customer = parsed(state.customers, asked.customer_id)
    found, notes = await predictions(services, state, [(customer, product)], reasons=asked.reasons)
    told(request, services, found[0]["source"])
    note = notes.get(found[0]["source"])
    return sent({**sourced(state, found[0]["source"], note, services.today()), "prediction": found[0]})


@router.post("/predict/batch", response_model=BatchAnswer, responses=problems(TOO_LARGE))
async def predict_batch(
    asked: BatchRequest, request: Request, services: ServicesDep, state: StateDep
) -> Response:
    """Probabilities of many pairs. Pairs of unknown products are left out and named."""
    most = services.settings.serving.limits.batch_pairs
    if len(asked.pairs) > most:
        raise ApiError(TOO_LARGE, "there are too many pairs", got=len(asked.pairs), allowed=f"at most {most}")
    known: list[tuple[Id, int]] = []
    unknown: dict[Id, None] = {}
    for pair in asked.pairs:
        at = state.products.position.get(parsed(state.products, pair.product_id))
        if at is None:
            unknown[pair.product_id] = None
        else:
            known.append((parsed(state.customers, pair.customer_id), at))
    found, _ = await predictions(services, state, known, reasons=asked.reasons)
    counts = Counter(one["source"] for one in found)
    for source in counts:
        told(request, services, source)
    return sent(
        {
            "week": week_ref(state, services.today()),
            "sources": dict(counts),
            "predictions": found,
            "unknown_products": list(unknown),
        }
    )

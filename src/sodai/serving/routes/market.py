"""Segments, campaigns, demand, and what goes with what."""

from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from sodai.insights.demand import CONFIDENCE
from sodai.serving.access import Scope
from sodai.serving.answers import entities, market
from sodai.serving.answers.common import week_ref
from sodai.serving.dependencies import ServicesDep, StateDep, needs
from sodai.serving.problems import UNKNOWN_PRODUCT
from sodai.serving.routes.common import Limit, Offset, problems, product_at, sent
from sodai.serving.routes.filters import Filters, split
from sodai.serving.schemas.market import CampaignAnswer, CrossSellAnswer, DemandAnswer, SegmentsAnswer

router = APIRouter(prefix="/v1", tags=["market"], dependencies=[Depends(needs(Scope.READ))])


class BandName(StrEnum):
    """Bands of purchase probability."""

    VERY_HIGH = "very_high"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    VERY_LOW = "very_low"


class DemandOrder(StrEnum):
    """What products are ordered by: most demand, least penetration, falling or rising trend first."""

    EXPECTED_ITEMS = "expected_items"
    PENETRATION = "penetration"
    TREND = "trend"
    TREND_DOWN = "trend_down"


@router.get("/segments", response_model=SegmentsAnswer, responses=problems())
def segments(state: StateDep, services: ServicesDep) -> Response:
    """Customers by purchase probability and type, with sizes and expected items."""
    return sent(market.segments(state, services.today()))


@router.get("/segments/customers", response_model=CampaignAnswer, responses=problems())
def campaign(
    state: StateDep,
    services: ServicesDep,
    band: Annotated[tuple[BandName, ...], Query(description="Bands; all when left out.")] = (),
    customer_type: Annotated[
        tuple[str, ...], Query(max_length=100, description="Types; all when left out.")
    ] = (),
    where: Filters = (),
    limit: Annotated[int, Query(ge=1, le=10_000)] = 100,
    offset: Offset = 0,
) -> Response:
    """The customers of segments, the most likely first: a campaign list."""
    chosen = market.members(state, {str(one) for one in band}, set(customer_type))
    if where:
        kept = set(entities.found(state.company.customers, "", split(where)))
        chosen = [at for at in chosen if at in kept]
    return sent(market.campaign(state, chosen, (offset, limit), services.today()))


@router.get("/demand", response_model=DemandAnswer, responses=problems())
def demand(
    state: StateDep,
    services: ServicesDep,
    order: DemandOrder = DemandOrder.EXPECTED_ITEMS,
    limit: Limit = 50,
    offset: Offset = 0,
) -> Response:
    """Expected demand of products next week, with penetration and trend."""
    ranked = market.ordered_products(state, order)
    return sent(
        {
            "total": len(ranked),
            "offset": offset,
            "limit": limit,
            "week": week_ref(state, services.today()),
            "confidence": CONFIDENCE,
            "products": [market.demand_row(state, at) for at in ranked[offset : offset + limit]],
        }
    )


@router.get("/cross-sell", response_model=CrossSellAnswer, responses=problems(UNKNOWN_PRODUCT))
def cross_sell(
    state: StateDep,
    services: ServicesDep,
    product_id: Annotated[str | None, Query(min_length=1, max_length=200)] = None,
    min_baskets: Annotated[int, Query(ge=market.LEAST_BASKETS, le=1_000_000)] = 20,
    limit: Limit = 50,
) -> Response:
    """What goes with what, or with one product: support, confidence and lift."""
    at = product_at(state, product_id) if product_id is not None else None
    return sent(market.cross_selling(state, at, min_baskets, limit, services.today()))

"""Customers: search, attributes and history, recommendations."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from sodai.serving.access import Scope
from sodai.serving.answers import entities
from sodai.serving.answers.common import Plain, customer_summary
from sodai.serving.answers.recommending import Listed, recommendations
from sodai.serving.dependencies import ServicesDep, StateDep, needs
from sodai.serving.fallback import Told, ranked, reasons_for
from sodai.serving.problems import UNKNOWN_CUSTOMER
from sodai.serving.routes.common import (
    CustomerId,
    K,
    Limit,
    Offset,
    cached,
    customer_at,
    parsed,
    problems,
    sent,
)
from sodai.serving.routes.filters import Filters, split
from sodai.serving.schemas.common import Source
from sodai.serving.schemas.entities import (
    CustomerAnswer,
    CustomersAnswer,
    FieldsAnswer,
    HistoryAnswer,
    MapAnswer,
)
from sodai.serving.schemas.recommendations import Policy, Recommendations

router = APIRouter(prefix="/v1", tags=["customers"], dependencies=[Depends(needs(Scope.READ))])


@router.get("/customers", response_model=CustomersAnswer, responses=problems())
def search_customers(
    state: StateDep,
    query: Annotated[str, Query(max_length=200, description="Words to be found in id and attributes.")] = "",
    where: Filters = (),
    limit: Limit = 20,
    offset: Offset = 0,
) -> Response:
    """Search for customers by id, words and attributes."""
    found = entities.found(state.company.customers, query, split(where))
    customers = [customer_summary(state, at) for at in found[offset : offset + limit]]
    return sent({"total": len(found), "offset": offset, "limit": limit, "customers": customers})


@router.get("/fields", response_model=FieldsAnswer, responses=problems())
def fields(state: StateDep) -> Response:
    """Which attributes customers and products can be filtered by, and their values."""
    labels, settings = state.settings.explanation.labels, state.settings
    return sent(
        {
            "customers": entities.fields(state.company.customers, settings.customers.categorical, labels),
            "products": entities.fields(state.company.products, settings.products.categorical, labels),
        }
    )


@router.get("/map", response_model=MapAnswer, responses=problems())
def customer_map(state: StateDep, services: ServicesDep) -> Response:
    """Where the customers are, and how likely each is to buy."""
    return sent(entities.map_points(state, services.today()))


@router.get("/customers/{customer_id}", response_model=CustomerAnswer, responses=problems(UNKNOWN_CUSTOMER))
async def customer(customer_id: CustomerId, state: StateDep, services: ServicesDep) -> Response:
    """A customer: attributes, history in short, and what is expected of it."""
    return sent(entities.customer(state, customer_at(state, customer_id), services.today()))


@router.get(
    "/customers/{customer_id}/history", response_model=HistoryAnswer, responses=problems(UNKNOWN_CUSTOMER)
)
async def history(
    customer_id: CustomerId,
    state: StateDep,
    services: ServicesDep,
    weeks: Annotated[int, Query(ge=1, le=520)] = 26,
) -> Response:
    """What a customer bought, week by week."""
    return sent(entities.history(state, customer_at(state, customer_id), weeks, services.today()))


@router.get("/customers/{customer_id}/recommendations", response_model=Recommendations, responses=problems())
async def recommend(
    customer_id: CustomerId,
    request: Request,
    services: ServicesDep,
    state: StateDep,
    k: K = 10,
    policy: Policy = Policy.ALL,
    customer_type: Annotated[
        str | None, Query(max_length=100, description="Type of a customer that nobody knows yet.")
    ] = None,
) -> Response:
    """Products to offer, the most likely first.

    An unknown customer gets the products that customers of the closest type buy most, with a note.
    """
    identity = parsed(state.customers, customer_id)

    async def make() -> Plain:
        at = state.customers.position.get(identity)
        ranking = await ranked(services, state, at, customer_type)
        listed = Listed.of(state, ranking, (identity, policy, k))
        told: Told = {}
        if at is not None and ranking.source in (Source.WEEK, Source.CHAMPION):
            told = await reasons_for(services, state, at, ranking.product[listed.places].tolist())
        return recommendations(state, ranking, listed, told, services.today())

    return await cached(request, services, state, f"rec/{k}/{policy}/{customer_type}/{identity}", make)

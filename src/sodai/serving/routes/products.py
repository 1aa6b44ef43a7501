"""Products: search, attributes and history, who is likely to buy, expected demand."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from sodai.serving.access import Scope
from sodai.serving.answers import entities, market
from sodai.serving.answers.common import Plain
from sodai.serving.answers.recommending import product_customers
from sodai.serving.dependencies import ServicesDep, StateDep, needs
from sodai.serving.problems import UNKNOWN_PRODUCT
from sodai.serving.routes.common import K, Limit, Offset, ProductId, cached, problems, product_at, sent
from sodai.serving.routes.filters import Filters, split
from sodai.serving.schemas.entities import ProductAnswer, ProductsAnswer
from sodai.serving.schemas.market import ProductDemandAnswer
from sodai.serving.schemas.recommendations import ProductCustomers

router = APIRouter(prefix="/v1/products", tags=["products"], dependencies=[Depends(needs(Scope.READ))])


@router.get("", response_model=ProductsAnswer, responses=problems())
def search_products(
    state: StateDep,
    query: Annotated[
        str, Query(max_length=200, description="Words to be found in id, name, attributes.")
    ] = "",
    where: Filters = (),
    limit: Limit = 20,
    offset: Offset = 0,
) -> Response:
    """Search for products by id, words and attributes."""
    found = entities.found(state.company.products, query, split(where))
    products = [entities.product_summary(state, at) for at in found[offset : offset + limit]]
    return sent({"total": len(found), "offset": offset, "limit": limit, "products": products})


@router.get("/{product_id}", response_model=ProductAnswer, responses=problems(UNKNOWN_PRODUCT))
async def product(product_id: ProductId, state: StateDep, services: ServicesDep) -> Response:
    """A product: attributes and history in short."""
    return sent(entities.product(state, product_at(state, product_id), services.today()))


@router.get("/{product_id}/customers", response_model=ProductCustomers, responses=problems(UNKNOWN_PRODUCT))
async def customers(
    product_id: ProductId, request: Request, services: ServicesDep, state: StateDep, k: K = 10
) -> Response:
    """Who is most likely to buy a product."""
    at = product_at(state, product_id)

    async def make() -> Plain:
        return product_customers(state, at, k, services.today())

    return await cached(request, services, state, f"customers/{k}/{product_id}", make)


@router.get("/{product_id}/demand", response_model=ProductDemandAnswer, responses=problems(UNKNOWN_PRODUCT))
def demand(product_id: ProductId, state: StateDep, services: ServicesDep) -> Response:
    """Expected demand of a product next week with an interval, and its penetration by week."""
    return sent(market.product_demand(state, product_at(state, product_id), services.today()))

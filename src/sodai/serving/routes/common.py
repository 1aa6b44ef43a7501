"""What handlers share: finding entities, answering in bytes, keeping answers in the cache."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from fastapi import Path, Query, Request, Response

from sodai.serving.answers.common import Plain, encoded
from sodai.serving.problems import (
    INVALID,
    NO_KEY,
    NO_SCOPE,
    NOT_READY,
    TOO_MANY,
    UNKNOWN_CUSTOMER,
    UNKNOWN_PRODUCT,
    WRONG_ID,
    ApiError,
    Kind,
    responses,
)
from sodai.serving.schemas.common import Source
from sodai.serving.services import Services
from sodai.serving.state import Ids, State
from sodai.serving.state.ids import Id

JSON = "application/json"
CustomerId = Annotated[str, Path(min_length=1, max_length=200, description="Id of a customer.")]
ProductId = Annotated[str, Path(min_length=1, max_length=200, description="Id of a product.")]
K = Annotated[int, Query(ge=1, le=1000, description="How many at most.")]
Limit = Annotated[int, Query(ge=1, le=1000)]
Offset = Annotated[int, Query(ge=0, le=10_000_000)]


def problems(*kinds: Kind) -> dict[int | str, dict[str, Any]]:
    """Describe the problems that a route may answer with, beside those that all may."""
    return responses(*kinds, INVALID, NO_KEY, NO_SCOPE, TOO_MANY, NOT_READY)


def parsed(ids: Ids, given: Id) -> Id:
    """Return an id in the form that the company has.

    Raises
    ------
    ApiError
        If it cannot be one.
    """
    found = ids.parse(given)
    if found is None:
        raise ApiError(WRONG_ID, "ids are numbers here", got=repr(given)[:60], allowed="digits")
    return found


def customer_at(state: State, given: Id) -> int:
    """Return the position of a customer.

    Raises
    ------
    ApiError
        If nobody is called that.
    """
    found = state.customers.position.get(parsed(state.customers, given))
    if found is None:
        raise ApiError(UNKNOWN_CUSTOMER, "there is no customer of that id", hint="Search in /v1/customers.")
    return found


def product_at(state: State, given: Id) -> int:
    """Return the position of a product.

    Raises
    ------
    ApiError
        If nothing is called that.
    """
    found = state.products.position.get(parsed(state.products, given))
    if found is None:
        raise ApiError(UNKNOWN_PRODUCT, "there is no product of that id", hint="Search in /v1/products.")
    return found


def sent(content: object) -> Response:
    """Answer with plain values as they are: they were typed where they were made."""
    return Response(encoded(content), media_type=JSON)


def told(request: Request, services: Services, source: Source) -> None:
    """Say in log and metrics where an answer came from."""
    request.scope["sodai.source"] = source
    services.metrics.answers.labels(request.scope["route"].path, source).inc()


async def cached(
    request: Request, services: Services, state: State, key: str, make: Callable[[], Awaitable[Plain]]
) -> Response:
    """Answer from the cache, or make the answer and keep it.

    The answer that ``make`` returns has a ``source``; what is kept says ``cache`` there, and its ``basis``
    says what it was made from.
    """
    name = f"{key}/{services.today()}"
    found = services.cache.peek(state.key, name)
    if found is None and services.cache.shared is not None:
        found = await services.cache.get(state.key, name)
    if found is not None:
        told(request, services, Source.CACHE)
        return Response(found, media_type=JSON)
    content = await make()
    told(request, services, content["source"])
    body = encoded(content)
    services.cache.put(state.key, name, encoded({**content, "source": Source.CACHE}))
    return Response(body, media_type=JSON)

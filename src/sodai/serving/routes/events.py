"""Purchases and feedback on recommendations."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from sodai.serving.access import Scope
from sodai.serving.dependencies import ServicesDep, StateDep, needs
from sodai.serving.events import KeyReusedError
from sodai.serving.problems import CONFLICT, UNKNOWN_PRODUCT, ApiError
from sodai.serving.routes.common import Limit, Offset, parsed, problems, product_at, sent
from sodai.serving.schemas.events import EventAnswer, EventRequest, EventsAnswer

router = APIRouter(prefix="/v1/events", tags=["events"])


@router.post(
    "",
    response_model=EventAnswer,
    responses=problems(UNKNOWN_PRODUCT, CONFLICT),
    dependencies=[Depends(needs(Scope.WRITE))],
)
async def keep(event: EventRequest, request: Request, services: ServicesDep, state: StateDep) -> Response:
    """Keep an event. Answered once it is on the disk; the same key again is the same event."""
    product = state.products.values[product_at(state, event.product_id)]
    asked = event.model_dump(mode="json")
    asked |= {"customer_id": parsed(state.customers, event.customer_id), "product_id": product}
    added = {
        "received_at": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "correlation_id": request.scope["sodai.correlation_id"],
        "origin": state.week.origin.isoformat() if state.week else None,
    }
    try:
        kept = await services.events.keep(asked, added)
    except KeyReusedError as error:
        services.metrics.events.labels(event.kind, "refused").inc()
        raise ApiError(CONFLICT, error.what, hint="Give each event a key of its own.") from error
    services.metrics.events.labels(event.kind, "repeated" if kept.repeated else "kept").inc()
    return sent({"repeated": kept.repeated, "event": {**kept.body, "sequence": kept.sequence}})


@router.get("", response_model=EventsAnswer, responses=problems(), dependencies=[Depends(needs(Scope.READ))])
def events(
    services: ServicesDep,
    customer_id: Annotated[str | None, Query(min_length=1, max_length=200)] = None,
    key: Annotated[str | None, Query(min_length=1, max_length=128)] = None,
    limit: Limit = 50,
    offset: Offset = 0,
) -> Response:
    """Events that were kept, newest first."""
    total, rows = services.events.latest(customer_id, key, (offset, limit))
    return sent({"total": total, "offset": offset, "limit": limit, "events": rows})

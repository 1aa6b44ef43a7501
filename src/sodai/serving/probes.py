"""Probes and figures: is the process alive, did it start, can it answer."""

from fastapi import APIRouter, Response

from sodai.serving.answers.common import Plain, encoded
from sodai.serving.dependencies import ServicesDep
from sodai.serving.metrics import CONTENT_TYPE
from sodai.serving.services import Services

router = APIRouter(tags=["probes"], include_in_schema=True)


def _probe(content: Plain, *, good: bool) -> Response:
    return Response(encoded(content), 200 if good else 503, media_type="application/json")


@router.get("/livez", response_model=dict[str, str])
async def livez() -> Response:
    """Whether the process runs: restart it if not."""
    return _probe({"status": "ok"}, good=True)


@router.get("/startupz", response_model=dict[str, str], responses={503: {"model": dict[str, str]}})
async def startupz(services: ServicesDep) -> Response:
    """Whether the first state has been loaded."""
    loaded = services.holder.current is not None
    return _probe({"status": "ok" if loaded else "starting"}, good=loaded)


@router.get("/readyz", response_model=dict[str, str], responses={503: {"model": dict[str, str]}})
async def readyz(services: ServicesDep) -> Response:
    """Whether requests can be answered. A week that cannot be read is told, and is no reason to stop."""
    state = services.holder.current
    if state is None:
        return _probe({"status": "no week and no run to serve"}, good=False)
    told = "ok" if services.holder.trouble is None else "the live week cannot be read, an older one is served"
    return _probe({"status": told, "week": str(state.origin)}, good=True)


@router.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
async def metrics(services: ServicesDep) -> Response:
    """Figures for Prometheus."""
    _refreshed(services)
    return Response(services.metrics.exposition(), media_type=CONTENT_TYPE)


def _refreshed(services: Services) -> None:
    state, metrics = services.holder.current, services.metrics
    if state is not None and state.week is not None:
        metrics.week_age.set((services.today() - state.origin).days)
    metrics.week_trouble.set(services.holder.trouble is not None)
    metrics.registry_away.set(services.holder.registry_trouble is not None)
    metrics.cache_bytes.set(services.cache.local.bytes)
    metrics.circuit.labels("cache").set(services.cache.circuit.is_open)

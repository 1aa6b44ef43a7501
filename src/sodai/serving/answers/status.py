"""Freshness and health, for people and for probes."""

from importlib.metadata import version

from sodai.serving.answers.common import Plain, week_ref
from sodai.serving.services import Services
from sodai.serving.state import State

Told = tuple[str, str, str]


def status(services: Services, state: State) -> Plain:
    """Describe what is served and what it depends on."""
    today = services.today()
    told = [_week(services, state), _registry(services), _cache(services)]
    return {
        "status": "degraded" if any(one[1] in {"degraded", "away"} for one in told) else "ok",
        "version": version("sodai"),
        "company": state.settings.company,
        "week": week_ref(state, today),
        "published_at": state.week.published_at if state.week else None,
        "age_days": (today - state.origin).days if state.week else None,
        "last_line": state.history.last_day,
        "customers": len(state.customers),
        "products": len(state.products),
        "pairs": len(state.lists) if state.lists else 0,
        "model_version": state.champion.version.version if state.champion else None,
        "services": [{"name": name, "state": how, "detail": detail} for name, how, detail in told],
    }


def _week(services: Services, state: State) -> Told:
    if services.holder.trouble is not None:
        return "week", "degraded", "The live week cannot be read; the one before goes on."
    if state.week is None:
        return "week", "degraded", "No week is published."
    if services.today() > state.until:
        return "week", "degraded", "The window of the live week is over: publish a new one."
    return "week", "ok", "The live week is current."


def _registry(services: Services) -> Told:
    if services.holder.registry_trouble is not None:
        return "registry", "away", "It does not answer; the champion that was loaded goes on."
    return "registry", "ok", "It answers."


def _cache(services: Services) -> Told:
    if services.cache.shared is None:
        return "shared cache", "off", "Answers are kept in the process."
    if services.cache.circuit.is_open:
        return "shared cache", "away", "It does not answer; answers are kept in the process."
    return "shared cache", "ok", "It answers."

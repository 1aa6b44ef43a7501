"""The champion: its card, its figures, what it looks at, and how it came to be."""

from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from sodai.serving.access import Scope
from sodai.serving.answers import models
from sodai.serving.dependencies import ServicesDep, StateDep, needs
from sodai.serving.problems import NOT_FOUND, ApiError
from sodai.serving.routes.common import problems, sent
from sodai.serving.routes.runs import chosen_run
from sodai.serving.schemas.model import ImportanceAnswer, MetricsAnswer, ModelAnswer, PromotionsAnswer
from sodai.serving.services import Services
from sodai.serving.state import State
from sodai.tracking import Registry

router = APIRouter(prefix="/v1/model", tags=["model"], dependencies=[Depends(needs(Scope.READ))])
RunId = Annotated[
    str | None, Query(min_length=1, max_length=100, description="A run; that of the week without it.")
]


@router.get("", response_model=ModelAnswer, responses=problems(NOT_FOUND))
def model(state: StateDep, services: ServicesDep) -> Response:
    """The champion of the registry and its card."""
    if state.champion is None:
        raise ApiError(NOT_FOUND, "there is no champion", hint="Train one: sodai run.")
    return sent(models.model(state.champion, services.home, loaded=state.champion.folder is not None))


@router.get("/metrics", response_model=MetricsAnswer, responses=problems(NOT_FOUND))
def metrics(state: StateDep, services: ServicesDep, run_id: RunId = None) -> Response:
    """Quality over past weeks that the model had not seen, beside the baseline."""
    folder = chosen_run(services, run_id, _own_run(state, services))
    key = f"metrics-{folder.name}"
    if key not in services.kept:
        services.kept[key] = models.metrics(folder)
    return sent(services.kept[key])


@router.get("/importance", response_model=ImportanceAnswer, responses=problems(NOT_FOUND))
def importance(state: StateDep, services: ServicesDep, run_id: RunId = None) -> Response:
    """What the model looks at, by feature and by family."""
    return sent(models.importance(chosen_run(services, run_id, _own_run(state, services))))


@router.get("/promotions", response_model=PromotionsAnswer, responses=problems())
def promotions(services: ServicesDep) -> Response:
    """Who was champion when, and why."""
    return sent(models.promotions(Registry(services.home, services.settings).history()))


def _own_run(state: State, services: Services) -> Path:
    """Run of the week that is served, where it judged a model; else that of the champion."""
    if (state.run / "evaluate_model" / "metrics.json").is_file() or state.champion is None:
        return state.run
    return services.home / "runs" / state.champion.version.run_id

"""Published weeks, runs and their decisions, drift, and the state of the service."""

from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from fastapi import Path as InPath

from sodai.serving.access import Scope
from sodai.serving.answers import models
from sodai.serving.answers.status import status
from sodai.serving.dependencies import ServicesDep, StateDep, needs
from sodai.serving.problems import NOT_FOUND, ApiError
from sodai.serving.routes.common import problems, sent
from sodai.serving.schemas.model import DriftAnswer, RunAnswer, RunsAnswer, StatusAnswer, WeeksAnswer
from sodai.serving.services import Services
from sodai.settings import UsageError

router = APIRouter(prefix="/v1", tags=["runs"], dependencies=[Depends(needs(Scope.READ))])
RunInPath = Annotated[str, InPath(min_length=1, max_length=100, description="Id of a run.")]


def chosen_run(services: Services, run_id: str | None, default: Path) -> Path:
    """Return the folder of a run.

    Raises
    ------
    ApiError
        If there is none of that id.
    """
    try:
        return models.folder_of(services.home, run_id, default)
    except UsageError as error:
        raise ApiError(NOT_FOUND, error.what, hint="See /v1/runs.") from error


@router.get("/weeks", response_model=WeeksAnswer, responses=problems())
def weeks(services: ServicesDep) -> Response:
    """Published weeks, and which one is live."""
    return sent(models.weeks(services.home, services.holder.current, services.today()))


@router.get("/runs", response_model=RunsAnswer, responses=problems())
def runs(services: ServicesDep, state: StateDep) -> Response:
    """Runs with their two decisions in words: retrain or keep, promote or not."""
    return sent(models.runs(services.home, state.week))


@router.get("/runs/{run_id}", response_model=RunAnswer, responses=problems(NOT_FOUND))
def run(run_id: RunInPath, services: ServicesDep, state: StateDep) -> Response:
    """A run with its tasks."""
    return sent(models.run(chosen_run(services, run_id, state.run), state.week))


@router.get("/runs/{run_id}/drift", response_model=DriftAnswer, responses=problems(NOT_FOUND))
def drift(run_id: RunInPath, services: ServicesDep, state: StateDep) -> Response:
    """How far the newest weeks lay from what the champion had learned from, and what was decided."""
    folder = chosen_run(services, run_id, state.run)
    try:
        return sent(models.drift(folder))
    except UsageError as error:
        raise ApiError(NOT_FOUND, error.what) from error


@router.get("/status", response_model=StatusAnswer, responses=problems())
def service_status(services: ServicesDep, state: StateDep) -> Response:
    """Freshness of the week and health of what the API depends on."""
    return sent(status(services, state))

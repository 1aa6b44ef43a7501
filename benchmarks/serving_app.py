"""``sodai serve`` with one route more, which answers a constant behind the same layers and checks."""

import sys
from pathlib import Path

import structlog
import uvicorn
from fastapi import Depends, FastAPI, Response

from sodai.serving.access import Scope
from sodai.serving.app import create_app
from sodai.serving.dependencies import ServicesDep, StateDep, needs
from sodai.serving.server import configured
from sodai.settings import Settings, load_settings
from sodai.settings.logging import configure_logging


def with_constant(app: FastAPI, body: bytes) -> FastAPI:
    async def constant(services: ServicesDep, state: StateDep) -> Response:
        del services, state
        return Response(body, media_type="application/json")

    app.add_api_route("/constant", constant, dependencies=[Depends(needs(Scope.READ))])
    return app


def main() -> None:
    """Serve a home on a port, with a constant of so many bytes."""
    home, port, size = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    configure_logging("WARNING")
    structlog.get_logger()
    settings: Settings = load_settings()
    limits = settings.serving.limits.model_copy(update={"per_second": 1e9, "burst": 10**9})
    serving = settings.serving.model_copy(update={"port": port, "limits": limits})
    chosen = settings.model_copy(update={"serving": serving})
    app = with_constant(create_app(home, chosen), b'"' + b"x" * (size - 2) + b'"')
    uvicorn.Server(configured(app, chosen)).run()


if __name__ == "__main__":
    main()

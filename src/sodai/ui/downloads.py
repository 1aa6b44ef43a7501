"""The addresses of the files: ``/export/customer.csv?id=...`` and the like."""

from urllib.parse import parse_qs, quote

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from sodai.ui import words
from sodai.ui.client import ApiTroubleError
from sodai.ui.correlation import correlation_of
from sodai.ui.desk import Desk
from sodai.ui.exports import CSV, XLSX, as_csv, as_xlsx
from sodai.ui.sheets import SHEETS


def router_for(desk: Desk) -> APIRouter:
    """Make the routes of one language."""
    router = APIRouter(prefix=f"{desk.root}/export")

    @router.get("/{name}.{kind}")
    def download(name: str, kind: str, request: Request) -> Response:
        """Hand a list out as a file."""
        if name not in SHEETS or kind not in {"csv", "xlsx"}:
            return _told(
                desk, ApiTroubleError("not-found", "no such file", correlation_of(request.headers)), 404
            )
        asked = desk.api.asking(correlation_of(request.headers))
        try:
            sheet = SHEETS[name](desk, asked, parse_qs(request.url.query))
        except ApiTroubleError as error:
            return _told(desk, error, error.status or 503)
        except ValueError:
            return _told(desk, ApiTroubleError("invalid-request", "not a number", asked.correlation_id), 422)
        body, media = (as_csv(sheet, desk.writer.language), CSV) if kind == "csv" else (as_xlsx(sheet), XLSX)
        file = quote(f"{sheet.name}.{kind}")
        return Response(body, 200, {"Content-Disposition": f"attachment; filename*=UTF-8''{file}"}, media)

    return router


def _told(desk: Desk, error: ApiTroubleError, status: int) -> Response:
    what, hint = words.trouble.WHAT.get(error.kind, words.trouble.OTHER)
    return HTMLResponse(desk.html("file-trouble", what=what, hint=hint, code=error.correlation_id), status)

"""Freshness, and whether all that the page needs answers."""

from sodai.serving.schemas.model import ServiceState
from sodai.ui import words
from sodai.ui.client import Asking
from sodai.ui.desk import Desk


def show(desk: Desk, asked: Asking) -> str:
    """Show it."""
    status = asked.status()
    return desk.html(
        "analytics/health",
        status=status,
        window=desk.writer.window(status.week.origin, status.week.until) if status.week else "–",
        services=[_service(desk, one) for one in status.services],
        weeks=asked.weeks().weeks,
    )


def _service(desk: Desk, one: ServiceState) -> dict[str, str]:
    w, write = words.analytics, desk.writer
    detail = w.DETAILS.get((one.name, one.state))
    return {
        "name": write(w.SERVICES[one.name]) if one.name in w.SERVICES else one.name,
        "state": write(w.STATES[one.state]) if one.state in w.STATES else one.state,
        "tone": one.state,
        "detail": write(detail) if detail else one.detail,
    }

"""What every request to an MLflow server says of who asks: a correlation id, or the run's id."""

import structlog

REQUEST_ID = "X-Request-ID"


def request_headers() -> dict[str, str]:
    """Return the header for what is being done here; empty where that has no id."""
    bound = structlog.contextvars.get_contextvars()
    identity = bound.get("correlation_id") or bound.get("run_id")
    return {REQUEST_ID: str(identity)} if identity else {}


class RequestHeaders:
    """MLflow's ``RequestHeaderProvider``, which its client finds by our entry point.

    It is none by inheritance: MLflow takes seconds to import, and this is imported without it as well.
    """

    def in_context(self) -> bool:
        """Whether there is anything to say."""
        return bool(request_headers())

    def request_headers(self) -> dict[str, str]:
        """Return the headers to add."""
        return request_headers()

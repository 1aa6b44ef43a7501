"""OpenTelemetry traces, where the settings name a place for them.

FastAPI makes the spans; here they are given a way out, and paths and queries, in which ids of customers
stand, are taken off them: the route's template says enough.
"""

from typing import TYPE_CHECKING, Any

from sodai.settings import UsageError

if TYPE_CHECKING:
    from fastapi.telemetry import TelemetryConfig

SEND_SECONDS = 5.0
OFF: "TelemetryConfig" = {"tracing": False, "metrics": False, "logs": False}


class Tracing:
    """Where spans go; close it to send what waits."""

    def __init__(self, endpoint: str | None) -> None:
        self._provider = None if endpoint is None else _provider(endpoint)

    @property
    def telemetry(self) -> "TelemetryConfig":
        """What FastAPI is told."""
        if self._provider is None:
            return OFF
        return {**OFF, "tracing": True, "operation_spans": False, "tracer_provider": self._provider}

    def close(self) -> None:
        """Send what waits; takes seconds at most where nobody answers."""
        if self._provider is not None:
            self._provider.shutdown()


def _provider(endpoint: str) -> Any:
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import (  # noqa: PLC0415 - an extra
            OTLPSpanExporter,
        )
        from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
        from opentelemetry.sdk.trace import SpanProcessor, TracerProvider  # noqa: PLC0415
        from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415
    except ImportError as error:
        raise UsageError(
            "traces are asked for, but OpenTelemetry is not installed", hint="Install sodai[otel]."
        ) from error

    class WithoutIds(SpanProcessor):
        """Takes paths and queries off spans that begin."""

        def on_start(self, span: Any, parent_context: Any = None) -> None:
            del parent_context
            for name in ("url.path", "url.query"):
                if name in (span.attributes or {}):
                    span.set_attribute(name, "")

    provider = TracerProvider(resource=Resource.create({"service.name": "sodai"}))
    exporter = OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces", timeout=SEND_SECONDS)
    provider.add_span_processor(WithoutIds())
    provider.add_span_processor(BatchSpanProcessor(exporter))
    return provider

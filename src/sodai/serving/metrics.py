"""What Prometheus reads: requests, answers by source, and the state of what is served."""

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)

LATENCY_BUCKETS = (0.001, 0.002, 0.005, 0.01, 0.015, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0)
CONTENT_TYPE = CONTENT_TYPE_LATEST


class Metrics:
    """The metrics of one app, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = of = CollectorRegistry()
        self.requests = Counter("sodai_requests", "Requests.", ("method", "route", "status"), registry=of)
        self.seconds = Histogram(
            "sodai_request_seconds", "Time to answer.", ("route",), buckets=LATENCY_BUCKETS, registry=of
        )
        self.in_flight = Gauge("sodai_requests_in_flight", "Requests being answered.", registry=of)
        self.answers = Counter(
            "sodai_answers", "Answers by where they came from.", ("route", "source"), registry=of
        )
        self.cache = Counter(
            "sodai_cache", "Lookups: local, shared, miss, corrupt, error.", ("result",), registry=of
        )
        self.cache_bytes = Gauge("sodai_cache_bytes", "Bytes of answers kept in the process.", registry=of)
        self.events = Counter(
            "sodai_events", "Events kept, repeated and refused.", ("kind", "result"), registry=of
        )
        self.switches = Counter(
            "sodai_switches", "Times that another week or champion went live.", registry=of
        )
        self.week_age = Gauge(
            "sodai_week_age_days", "Days from the origin of the week to today.", registry=of
        )
        self.week_trouble = Gauge(
            "sodai_week_trouble",
            "1 while the live week of the home cannot be read and another is served.",
            registry=of,
        )
        self.registry_away = Gauge(
            "sodai_registry_away", "1 while the registry does not answer.", registry=of
        )
        self.circuit = Gauge("sodai_circuit_open", "1 while a circuit is open.", ("service",), registry=of)
        self.champion = Gauge(
            "sodai_champion_version", "Version of the champion that is loaded.", registry=of
        )

    def exposition(self) -> bytes:
        """Return everything in the text format."""
        written: bytes = generate_latest(self.registry)
        return written

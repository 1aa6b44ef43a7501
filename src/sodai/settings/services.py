"""Settings of what runs all day: the HTTP API and the web page."""

from pydantic import Field, SecretStr

from sodai.settings.section import Section


class CacheSettings(Section):
    """Answers that were given before. In the process, and in ``url`` (``redis://...``) if one is named.

    ``max_entries`` and ``max_bytes`` bound the part in the process, ``shared_max_bytes`` what one published
    week may take on the server, which has ``timeout_seconds`` to answer. An answer is kept ``ttl_seconds``.
    """

    url: SecretStr | None = None
    ttl_seconds: float = Field(3600.0, gt=0)
    max_entries: int = Field(20_000, ge=0)
    max_bytes: int = Field(64 * 1024**2, ge=0)
    shared_max_bytes: int = Field(256 * 1024**2, ge=0)
    timeout_seconds: float = Field(0.1, gt=0)


class LimitSettings(Section):
    """What one request may take, and how long it may last.

    ``header_seconds`` and ``body_seconds`` are what a client has to send its request, ``request_seconds``
    what an answer may take, ``keep_alive_seconds`` how long an idle connection is kept, ``drain_seconds`` how
    long requests in flight have after the signal to stop. At most ``scoring`` on-demand scorings wait or run
    at once; the next is told to come back. ``per_second`` and ``burst`` are the requests of one key.
    """

    body_bytes: int = Field(1024**2, ge=1024)
    batch_pairs: int = Field(10_000, ge=1)
    score_lines: int = Field(200, ge=1)
    header_seconds: float = Field(10.0, gt=0)
    body_seconds: float = Field(10.0, gt=0)
    request_seconds: float = Field(15.0, gt=0)
    keep_alive_seconds: int = Field(30, ge=1)
    drain_seconds: int = Field(10, ge=1)
    scoring: int = Field(32, ge=1)
    per_second: float = Field(500.0, gt=0)
    burst: int = Field(1000, ge=1)


class CircuitSettings(Section):
    """After ``failures`` failures in a row a service is left alone for ``rest_seconds``."""

    failures: int = Field(5, ge=1)
    rest_seconds: float = Field(10.0, gt=0)


class ServingSettings(Section):
    """The HTTP API.

    The home is looked at every ``poll_seconds`` for another live week or champion, a registry that is a
    server every ``registry_seconds``. ``cors_origins`` may call from a browser; none by default.
    ``otlp_endpoint`` (``http://...``) is where traces go.
    """

    host: str = "127.0.0.1"
    port: int = Field(8000, ge=0, le=65535)
    poll_seconds: float = Field(0.5, gt=0)
    registry_seconds: float = Field(10.0, gt=0)
    registry_timeout_seconds: float = Field(3.0, gt=0)
    cors_origins: tuple[str, ...] = ()
    otlp_endpoint: str | None = None
    cache: CacheSettings = CacheSettings()
    limits: LimitSettings = LimitSettings()
    circuit: CircuitSettings = CircuitSettings()


class UiSettings(Section):
    """The web page, which asks the API at ``api_url`` (with ``api_key`` if it has keys) and nothing else.

    Each question may take ``timeout_seconds``; freshness and health are asked for every ``refresh_seconds``.
    ``user`` and ``password`` are asked of every visitor; on loopback alone the page may do without.
    """

    host: str = "127.0.0.1"
    port: int = Field(7860, ge=0, le=65535)
    api_url: str = "http://127.0.0.1:8000"
    api_key: SecretStr | None = None
    timeout_seconds: float = Field(20.0, gt=0)
    refresh_seconds: float = Field(15.0, gt=0)
    user: str = "sodai"
    password: SecretStr | None = None

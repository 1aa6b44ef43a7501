"""The HTTP API (FastAPI): answers from the published week, the registry and the caches."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sodai.serving.app import create_app

__all__ = ["create_app"]


def __getattr__(name: str) -> Any:
    if name == "create_app":
        from sodai.serving.app import create_app  # noqa: PLC0415 - `sodai keys` needs no FastAPI

        return create_app
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

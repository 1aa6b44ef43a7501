"""One typed object from sodai.toml and SODAI_* variables; vocabulary, calendar, errors and logging."""

from sodai.settings.errors import (
    GateRefusedError,
    HomeError,
    InputError,
    ServiceError,
    SodaiError,
    UsageError,
)
from sodai.settings.model import Settings, load_settings

__all__ = [
    "GateRefusedError",
    "HomeError",
    "InputError",
    "ServiceError",
    "Settings",
    "SodaiError",
    "UsageError",
    "load_settings",
]

"""Who may ask: API keys with scopes, and how often."""

from sodai.serving.access.keys import KeyBook, KeyRecord, Scope
from sodai.serving.access.rate import RateLimit

__all__ = ["KeyBook", "KeyRecord", "RateLimit", "Scope"]

"""Purchases and feedback: kept so that none is lost once it was answered, and none twice."""

from sodai.serving.events.store import EventStore, Kept, KeyReusedError

__all__ = ["EventStore", "Kept", "KeyReusedError"]

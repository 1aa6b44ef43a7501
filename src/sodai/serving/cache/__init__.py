"""Answers that were given before, in the process and, by setting, on a Redis or Valkey server."""

from sodai.serving.cache.answers import AnswerCache
from sodai.serving.cache.local import LocalCache

__all__ = ["AnswerCache", "LocalCache"]

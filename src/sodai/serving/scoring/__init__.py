"""Scoring on demand: one customer's features now, and the champion on them."""

from sodai.serving.scoring.engine import Engine, NewLines, Scores
from sodai.serving.scoring.pool import NotPreparedError, ScoringPool

__all__ = ["Engine", "NewLines", "NotPreparedError", "Scores", "ScoringPool"]

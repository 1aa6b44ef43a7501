"""Scoring on demand: one customer's features now, and the champion on them.

The engine itself is imported when the first one is made: it takes seconds that a start need not wait for.
"""

from sodai.serving.scoring.lines import NewLines, Scores
from sodai.serving.scoring.pool import NotPreparedError, ScoringPool

__all__ = ["NewLines", "NotPreparedError", "Scores", "ScoringPool"]

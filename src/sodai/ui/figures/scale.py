"""Log-odds, in which a model adds, and probabilities, in which people read."""

import math


def log_odds(probability: float) -> float:
    """Return the log-odds of a probability.

    >>> log_odds(0.5)
    0.0
    """
    return math.log(probability / (1 - probability))


def chance_at(value: float) -> float:
    """Return the probability at some log-odds.

    >>> chance_at(0.0)
    0.5
    """
    return 1 / (1 + math.exp(-value)) if value >= 0 else math.exp(value) / (1 + math.exp(value))

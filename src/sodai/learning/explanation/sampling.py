"""The rows that a global explanation looks at: sure buyers and long shots, known pairs and novel."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

BANDS: Final = (0.0, 0.01, 0.05, 0.2, 0.5, 1.0)


@dataclass(frozen=True)
class Stratum:
    """Pairs with a probability in [low, high), bought before or not: how many there are and were drawn."""

    low: float
    high: float
    seen: bool
    pairs: int
    drawn: int


def stratified(
    probability: NDArray[np.float64], seen: NDArray[np.bool_], size: int, seed: int
) -> tuple[NDArray[np.intp], tuple[Stratum, ...]]:
    """Draw rows evenly from the strata of probability band and seen or novel.

    A stratum that is too small gives all it has, and the others share the rest.

    Parameters
    ----------
    probability : ndarray of shape (n,)
    seen : ndarray of bool of shape (n,)
    size : int
        Rows to draw; all where there are fewer.
    seed : int

    Returns
    -------
    positions : ndarray of int
        Ascending.
    strata : tuple of Stratum
        Those that occur.
    """
    band = np.clip(np.searchsorted(BANDS, probability, side="right") - 1, 0, len(BANDS) - 2)
    members = {
        (at, known): np.flatnonzero((band == at) & (seen == known))
        for at in range(len(BANDS) - 1)
        for known in (True, False)
    }
    members = {key: rows for key, rows in members.items() if len(rows)}
    shares = _even_shares([len(rows) for rows in members.values()], size)
    random = np.random.default_rng(seed)
    drawn, strata = [], []
    for ((at, known), rows), share in zip(members.items(), shares, strict=True):
        drawn.append(random.permutation(rows)[:share])
        strata.append(Stratum(BANDS[at], BANDS[at + 1], known, len(rows), share))
    positions = np.sort(np.concatenate(drawn)) if drawn else np.empty(0, dtype=np.intp)
    return positions, tuple(strata)


def _even_shares(sizes: list[int], total: int) -> list[int]:
    """Split ``total`` evenly, no share above its size.

    >>> _even_shares([2, 10, 10], 12)
    [2, 5, 5]
    """
    shares: dict[int, int] = {}
    left = min(total, sum(sizes))
    smallest_first: list[Any] = sorted(range(len(sizes)), key=lambda at: sizes[at])
    for done, at in enumerate(smallest_first):
        shares[at] = min(sizes[at], left // (len(sizes) - done))
        left -= shares[at]
    return [shares[at] for at in range(len(sizes))]

"""Rows of both samples in the order of one column's values: what statistics of numbers are computed from."""

import threading
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from sodai.drift.samples import FloatArray, IntArray


class _Scratch(threading.local):
    """Memory that a thread uses again for column after column: asking for it anew costs more than sums."""

    def __init__(self) -> None:
        self._held: dict[str, npt.NDArray[np.float64]] = {}

    def array(self, name: str, length: int) -> npt.NDArray[np.float64]:
        if len(self._held.get(name, ())) < length:
            self._held[name] = np.empty(length)
        return self._held[name][:length]


_SCRATCH = _Scratch()


@dataclass(frozen=True, eq=False)
class Ordered:
    """Rows with a value, the smallest first; each side's masses sum to 1.

    It is good until its thread makes the next one, which uses the same memory.

    Attributes
    ----------
    order : ndarray of int
        Which row each is: those of the reference come first, then the recent ones.
    values : ndarray of float64
        Ascending.
    mixture : ndarray
        Mass of each row in the equal mixture of both sides.
    gaps : ndarray
        Reference less recent distribution function after each row.
    lasts : ndarray of bool
        Whether a row is the last of its value.
    ranks : ndarray
        Mid-rank of each row in the equal mixture, 0 to 1.
    means : tuple of float
        Of the reference and of the recent rows.
    """

    order: IntArray
    values: FloatArray
    mixture: FloatArray
    gaps: FloatArray
    lasts: npt.NDArray[np.bool_]
    ranks: FloatArray
    means: tuple[float, float]

    @classmethod
    def of(cls, values: FloatArray, signed: FloatArray) -> Self:
        """Order rows.

        Parameters
        ----------
        values : ndarray of shape (n,)
            None is missing.
        signed : ndarray of shape (n,)
            Masses of the rows: of the reference they sum to 1, of the recent ones to -1.
        """
        rows = len(values)
        order = _order(values)
        ordered = values[order]
        lasts = np.ones(rows, np.bool_)
        np.not_equal(ordered[1:], ordered[:-1], out=lasts[:-1])
        held = _SCRATCH.array("values", rows)
        held[:] = ordered
        gaps = np.take(signed, order, out=_SCRATCH.array("gaps", rows), mode="clip")
        mixture = np.abs(gaps, out=_SCRATCH.array("mixture", rows))
        total, difference = float(np.einsum("i,i", mixture, held)), float(np.einsum("i,i", gaps, held))
        mixture *= 0.5
        np.cumsum(gaps, out=gaps)
        means = (total + difference) / 2, (total - difference) / 2
        return cls(order, held, mixture, gaps, lasts, _ranks(mixture, lasts), means)

    @property
    def distinct(self) -> int:
        """Number of distinct values."""
        return int(np.count_nonzero(self.lasts))

    def largest_gap(self) -> float:
        """Largest distance between the two distribution functions."""
        # Within a value the functions have not met yet: those rows count as no distance.
        gaps = np.multiply(self.gaps, self.lasts, out=_SCRATCH.array("until", len(self.gaps)))
        return float(max(gaps.max(), -gaps.min()))

    def given_ranks(self) -> FloatArray:
        """Mid-rank of every row, in the order that the rows came in."""
        ranks = _SCRATCH.array("given", len(self.order))
        ranks[self.order] = self.ranks
        return ranks

    def given_bins(self, count: int) -> npt.NDArray[np.int16]:
        """Bin of every row by quantiles of the mixture, in the order that the rows came in."""
        # The order of sums must not decide: hence a billionth of a bin less.
        edges = np.searchsorted(self.ranks, (np.arange(1, count) - 5e-10) / count)
        sizes = np.diff(edges, prepend=0, append=len(self.order))
        bins = np.empty(len(self.order), np.int16)
        bins[self.order] = np.repeat(np.arange(count, dtype=np.int16), sizes)
        return bins


def _order(values: FloatArray) -> IntArray:
    """Return the rows in ascending order of their values, none of which is NaN."""
    if values.dtype != np.float32:
        return np.argsort(values)
    # Value and row as one whole number: sorting those takes a third of the time. The bits of a positive
    # number are in its order once the sign is flipped, those of a negative one once all are.
    bits: npt.NDArray[np.uint32] = values.view(np.uint32)
    bits = np.bitwise_xor(bits, (bits >> np.uint32(31)) * np.uint32(0x7FFFFFFF) | np.uint32(0x80000000))
    keys = _SCRATCH.array("order", len(values)).view(np.uint64)
    np.left_shift(bits, np.uint64(32), out=keys)
    keys |= np.arange(len(values), dtype=np.uint32)
    keys.sort()
    keys &= np.uint64(0xFFFFFFFF)
    return keys.view(np.int64)


def _ranks(mixture: FloatArray, lasts: npt.NDArray[np.bool_]) -> FloatArray:
    """Half way between what lies below a value and what lies up to it, for every row of it."""
    rows = len(mixture)
    until = np.cumsum(mixture, out=_SCRATCH.array("until", rows))
    value = np.cumsum(lasts, out=_SCRATCH.array("value", rows).view(np.int64))
    distinct = int(value[-1])
    value -= lasts
    ends = np.compress(lasts, until, out=_SCRATCH.array("ends", distinct))
    middles = _SCRATCH.array("middles", distinct)
    middles[0] = ends[0]
    np.add(ends[1:], ends[:-1], out=middles[1:])
    middles *= 0.5
    return np.take(middles, value, out=_SCRATCH.array("ranks", rows), mode="clip")

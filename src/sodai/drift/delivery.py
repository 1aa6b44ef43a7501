"""A broken delivery is not drift: lines that did not arrive, a part that is missing, another unit.

Each check compares the newest week with the weeks before it, and knows how small healthy weeks can be.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sodai.drift.deliveries import Deliveries
from sodai.drift.samples import IntArray
from sodai.learning.measures import Floats
from sodai.settings.columns import PRODUCT_ID
from sodai.settings.model import DriftSettings

PAST_WEEKS: Final = 8
FEWEST_WEEKS: Final = 4
FEWEST_LINES: Final = 30
FEWEST_PAIRS: Final = 30
MEMORY_WEEKS: Final = 26
RECENT_USUAL: Final = 3


@dataclass(frozen=True)
class Fault:
    """What is wrong with the newest week.

    Parameters
    ----------
    kind : str
        ``too_few_lines``, ``part_missing`` or ``another_unit``.
    attribute, value : str
        The part of the delivery that is concerned; empty for all of it.
    found, usual : float
        Lines, or items of a pair's purchase, now and usually.
    """

    kind: str
    attribute: str
    value: str
    found: float
    usual: float


def faults(deliveries: Deliveries, settings: DriftSettings) -> tuple[Fault, ...]:
    """Check the newest week; an empty answer means that nothing is wrong, or that little is known."""
    weeks = int(deliveries.week.max()) if len(deliveries) else 0
    if weeks <= FEWEST_WEEKS:
        return ()
    counts = np.bincount(deliveries.week, minlength=weeks + 1)[1 : weeks + 1]
    usual = float(np.median(counts[1 : 1 + PAST_WEEKS]))
    if usual < FEWEST_LINES:
        return ()
    smallest = float(counts[1:].min()) / usual
    if counts[0] < min(settings.fewest_lines, smallest) * usual:
        return (Fault("too_few_lines", "", "", float(counts[0]), usual),)
    return (*_other_units(deliveries, settings), *_missing(deliveries, counts, settings))


def _missing(deliveries: Deliveries, counts: NDArray[np.int64], settings: DriftSettings) -> Iterator[Fault]:
    """Values of an attribute that sold every week and are gone all at once."""
    weeks = len(counts)
    for name, values in deliveries.attributes.items():
        if name == PRODUCT_ID:
            continue
        known, codes = np.unique(values, return_inverse=True)
        table = np.bincount(codes * weeks + deliveries.week - 1, minlength=len(known) * weeks)
        shares = table.reshape(len(known), weeks) / np.maximum(counts, 1)
        usual = np.median(shares[:, 1 : 1 + PAST_WEEKS], axis=1)
        lowest = shares[:, 1:].min(axis=1)
        expected = usual * counts[0]
        gone = (expected >= FEWEST_LINES) & (usual >= settings.missing_share)
        gone &= shares[:, 0] < np.minimum(settings.missing_left * usual, lowest)
        for at in np.flatnonzero(gone):
            found = float(shares[at, 0] * counts[0])
            yield Fault("part_missing", name, str(known[at]), found, float(expected[at]))


def _other_units(deliveries: Deliveries, settings: DriftSettings) -> Iterator[Fault]:
    """Items of a purchase against what the same pair usually takes: of all products, and of each value."""
    ratio, of = _against_own_habit(deliveries)
    limit = np.log(settings.unit_factor)
    if len(ratio) >= FEWEST_PAIRS and abs(float(np.median(ratio))) > limit:
        yield _unit("", "", ratio)
        return
    for name, values in deliveries.attributes.items():
        for value in np.unique(values[of]) if name != PRODUCT_ID else ():
            part = ratio[values[of] == value]
            if len(part) >= FEWEST_PAIRS and abs(float(np.median(part))) > limit:
                yield _unit(name, str(value), part)


def _unit(name: str, value: str, ratio: Floats) -> Fault:
    return Fault("another_unit", name, value, round(float(np.exp(np.median(ratio))), 3), 1.0)


def _against_own_habit(deliveries: Deliveries) -> tuple[Floats, IntArray]:
    """Log-ratio of the newest purchase of each pair to the median of its purchases before, and its row."""
    pair = deliveries.customer * (int(deliveries.product.max()) + 1) + deliveries.product
    now = np.flatnonzero(deliveries.week == 1)
    past = np.flatnonzero((deliveries.week > 1) & (deliveries.week <= MEMORY_WEEKS))
    newest, first = np.unique(pair[now], return_index=True)
    past = past[np.isin(pair[past], newest)]
    order = np.lexsort((deliveries.items[past], pair[past]))
    pairs, starts, counts = np.unique(pair[past][order], return_index=True, return_counts=True)
    middle = deliveries.items[past][order][starts + counts // 2]
    at = now[first[np.searchsorted(newest, pairs)]]
    enough = counts >= RECENT_USUAL
    return np.log(deliveries.items[at] / middle)[enough], at[enough]

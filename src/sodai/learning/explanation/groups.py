"""Reason groups: features that tell one story together, so that the reasons of a recommendation differ."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

OTHER: Final = "other"

# The first pattern that matches a feature's name decides.
_PATTERNS: Final = (
    ("rhythm", r"pair_(hazard|overdue|interval|days_until)"),
    ("recency", r"pair_(recency|bought_week|orders_since)"),
    ("frequency", r"pair_"),
    ("quantity", r"quantity_"),
    ("activity", r"customer_"),
    ("market", r"product_market_"),
    ("product", r"product_"),
    ("affinity", r"family_(group|brand)_"),
    ("rotation", r"family_(code_|active_codes|last_is_this|sibling)"),
    ("family", r"family_"),
    ("place", r"neighbours_place_"),
    ("taste", r"neighbours_taste_"),
    ("calendar", r"calendar_"),
    ("customer_attributes", r"static_customer_"),
    ("product_attributes", r"static_product_"),
)
GROUPS: Final = (*(name for name, _ in _PATTERNS), OTHER)
_COMPILED: Final = tuple((name, re.compile(pattern)) for name, pattern in _PATTERNS)


def group_of(feature: str) -> str:
    """Return the reason group of a feature, by its name.

    >>> group_of("pair_overdue_ratio"), group_of("family_code_share_4"), group_of("weather")
    ('rhythm', 'rotation', 'other')
    """
    return next((name for name, pattern in _COMPILED if pattern.match(feature)), OTHER)


def summed(
    values: NDArray[np.float64], features: Sequence[str], classes: Mapping[str, str]
) -> tuple[NDArray[np.float64], tuple[str, ...]]:
    """Add up the columns of contributions that belong to one class.

    Parameters
    ----------
    values : ndarray of shape (n, f)
    features : sequence of str
        Names of the columns.
    classes : mapping of str to str
        Feature to its group or family.

    Returns
    -------
    sums : ndarray of shape (n, c)
    names : tuple of str
        The classes, in the order of their first feature.
    """
    names = tuple(dict.fromkeys(classes[f] for f in features))
    member = np.zeros((len(features), len(names)))
    for at, feature in enumerate(features):
        member[at, names.index(classes[feature])] = 1.0
    return values @ member, names

"""The product table: families of interchangeable codes, the codes that are sold, and the many dead rows.

A family is a brand, segment, package and size. People want the family; which of its codes they get is
decided by the schedule (`schedule.py`).
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from scipy.special import ndtri

from sodai.data.simulator.chance import Floats, Ints, generator
from sodai.data.simulator.spec import CompanySpec

_GROUPS = {
    "CON GAS": {"COLAS": 0.42, "SABORES": 0.26, "ENERGETICAS": 0.08},
    "SIN GAS": {"AGUAS": 0.12, "JUGOS": 0.12},
}
SUB_CATEGORIES = tuple(name for group in _GROUPS.values() for name in group)
_CATEGORY = {name: category for category, group in _GROUPS.items() for name in group}
_SUB_SHARE = np.array([share for group in _GROUPS.values() for share in group.values()])
SEGMENTS = ("ECONOMICO", "MEDIO", "ALTO", "PREMIUM")
_SEGMENT_SHARE = np.array([0.2, 0.3, 0.25, 0.25])
PACKAGES = ("BOTELLA", "LATA", "CAJA", "BARRIL")
_PACKAGE_SHARE = np.array([0.54, 0.36, 0.06, 0.04])
_SIZES = (
    np.array([0.25, 0.35, 0.6, 1.0, 1.5, 2.0, 3.0]),
    np.array([0.22, 0.25, 0.35, 0.47]),
    np.array([0.2, 1.0]),
    np.array([20.0, 30.0]),
)
# Log-popularity of families: a heavy tail, so that ten codes carry more than half of the lines.
_POPULARITY_SD = 2.7
# With more families than this, customers are spread over more of them.
USUAL_FAMILIES = 65
# Extra codes a family gathers in a year through rotation and companion codes, on average over families.
_EXTRA_CODES_A_YEAR = 0.85
_LATE_SHARE, _ENDING_SHARE = 0.14, 0.10
_ALWAYS_SHARE = 0.2  # the best sellers are neither launched nor ended


@dataclass(frozen=True)
class Families:
    """What a customer can want: attributes, log-popularity, log-level of quantity, weeks on sale.

    All arrays have one entry a family; the last ``unsold`` families have only dead codes.
    """

    brand: Ints
    sub_category: Ints
    segment: Ints
    package: Ints
    size: Floats
    popularity: Floats
    quantity: Floats
    first_week: Ints
    last_week: Ints

    def __len__(self) -> int:
        return len(self.brand)

    def attributes(self, family: Ints) -> dict[str, pa.Array]:
        """Give the attribute columns of the product table for codes of these families."""
        sub = [SUB_CATEGORIES[i] for i in self.sub_category[family]]
        return {
            "brand": pa.array([f"Marca {i + 1}" for i in self.brand[family]]),
            "category": pa.array([_CATEGORY[name] for name in sub]),
            "sub_category": pa.array(sub),
            "segment": pa.array([SEGMENTS[i] for i in self.segment[family]]),
            "package": pa.array([PACKAGES[i] for i in self.package[family]]),
            "size": pa.array(self.size[family]),
        }

    def matching(self, target: str) -> Ints:
        """Give the families with this category, sub_category, segment or brand; empty if there are none."""
        every = self.attributes(np.arange(len(self)))
        hit = np.zeros(len(self), dtype=bool)
        for name in ("category", "sub_category", "segment", "brand"):
            hit |= np.array([value == target for value in every[name].to_pylist()])
        return np.flatnonzero(hit)


def sold_families(spec: CompanySpec) -> int:
    """How many families share the sold codes: the longer the history, the more codes each of them uses up."""
    return max(1, round(spec.sold_codes / (1 + _EXTRA_CODES_A_YEAR * spec.weeks / 52)))


def build_families(spec: CompanySpec) -> Families:
    """Draw the families: the sold ones first, then as many with only dead codes as the catalogue needs."""
    rng = generator(spec.seed, "families")
    sold = sold_families(spec)
    count = sold + (spec.products - spec.sold_codes) // 4
    brands = max(2, round(1.1 * np.sqrt(8 * sold)))
    brand = rng.choice(brands, size=count, p=_zipf(brands))
    sub_of_brand = rng.choice(len(SUB_CATEGORIES), size=brands, p=_SUB_SHARE / _SUB_SHARE.sum())
    segment_of_brand = rng.choice(len(SEGMENTS), size=brands, p=_SEGMENT_SHARE)
    # The largest brands differ, so that a small company has all segments and categories as well.
    every = min(brands, len(SUB_CATEGORIES))
    sub_of_brand[:every] = np.arange(every)
    segment_of_brand[:4] = rng.permutation(len(SEGMENTS))[:brands]
    package, size = _shapes(rng, brand)
    popularity = np.concatenate([_heavy_tail(rng, sold), rng.normal(-2.0, 1.0, count - sold)])
    order = np.concatenate([np.argsort(-popularity[:sold]), np.arange(sold, count)])
    first, last = _on_sale(rng, count, spec.weeks)
    top = round(_ALWAYS_SHARE * sold)
    return Families(
        brand=brand[order],
        sub_category=sub_of_brand[brand][order],
        segment=segment_of_brand[brand][order],
        package=package[order],
        size=size[order],
        popularity=popularity[order],
        quantity=rng.normal(0.0, 0.3, count)[order],
        first_week=np.where(np.arange(count) < top, 0, first[order]),
        last_week=np.where(np.arange(count) < top, spec.weeks, last[order]),
    )


def _heavy_tail(rng: np.random.Generator, count: int) -> Floats:
    """Draw log-popularities near the quantiles of a normal, so that small companies have a tail as well."""
    ranks = rng.permutation(count)
    sd = _POPULARITY_SD * min(1.0, (USUAL_FAMILIES / count) ** 0.25)
    out: Floats = sd * ndtri((ranks + 0.5) / count) + rng.normal(0.0, 0.25, count)
    return out


def _zipf(count: int) -> Floats:
    weights = 1.0 / np.arange(1, count + 1) ** 0.7
    out: Floats = weights / weights.sum()
    return out


def _shapes(rng: np.random.Generator, brand: Ints) -> tuple[Ints, Floats]:
    """Give each family a package and a size; those of a brand differ."""
    combinations = [(p, s) for p, sizes in enumerate(_SIZES) for s in sizes]
    weight = np.array([_PACKAGE_SHARE[p] / len(_SIZES[p]) for p, _ in combinations])
    package, size = np.zeros(len(brand), dtype=np.int64), np.zeros(len(brand))
    for value in np.unique(brand):
        members = np.flatnonzero(brand == value)
        for k, member in enumerate(members):
            if k % len(combinations) == 0:
                order = np.argsort(-(np.log(weight) + rng.gumbel(size=len(weight))))
            package[member], base = combinations[order[k % len(combinations)]]
            size[member] = round(base + 0.01 * (k // len(combinations)), 2)
    return package, size


def _on_sale(rng: np.random.Generator, count: int, weeks: int) -> tuple[Ints, Ints]:
    """Draw which families are launched or end within the history; the rest is on sale all the time."""
    first = np.where(rng.random(count) < _LATE_SHARE, rng.integers(1, weeks + 1, count), 0)
    ending = rng.random(count) < _ENDING_SHARE
    last = np.where(ending, rng.integers(1, weeks + 1, count), weeks)
    short = last < first
    return np.where(short, 0, first), np.where(short, weeks, last)

"""What each customer may ever buy: a short list of families with a rate each, instead of a dense matrix.

A customer's taste for a family is the family's popularity plus what its type, its neighbourhood, its liking
for the brand and the package, and chance add. The list holds the families of highest taste; on it, the
favourites are habits (``on``), the rest is tried now and then and may become one.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, stdtrit

from sodai.data.simulator.catalogue import PACKAGES, USUAL_FAMILIES, Families
from sodai.data.simulator.chance import Flags, Floats, Hashes, Ints, hashed, key, normal, uniform
from sodai.data.simulator.customers import TYPES, Shops

_CUSTOMERS_AT_ONCE = 2048
_LENGTH_BASE, _LENGTH_PER_BASKET = 16, 3.0  # families on a customer's list
_HABITS_PER_BASKET, _HABITS_BASE = 2.0, 2.0  # of which are habits at first
_TYPE_SD, _PLACE_SD, _BRAND_SD, _PACKAGE_SD, _OWN_SD = 0.5, 0.45, 0.5, 0.35, 0.95
_LISTING_NOISE = 0.9
_FAVOURITISM = 0.83  # how steeply the rate of a habit rises with taste
_HIGHEST = 0.88  # no habit is bought with a higher probability, given an order
_QUANTITY_SD = 0.7
_QUANTITY_TAIL = 2.8  # degrees of freedom: a few pairs buy by the pallet


@dataclass(frozen=True)
class Habits:
    """The pairs of customer and family that can occur; all arrays have one entry a pair, by family.

    ``rate`` is the hazard of buying given an order while the habit is on, ``interval`` the weeks between
    purchases that follows from it, ``quantity`` the log of its usual items, ``on`` whether it starts as a
    habit, ``uid`` a hash of the pair. Pairs of family f are ``start[f]:start[f + 1]``.
    """

    customer: Ints
    family: Ints
    uid: Hashes
    rate: Floats
    interval: Floats
    quantity: Floats
    on: Flags
    start: Ints

    def __len__(self) -> int:
        return len(self.customer)


def build_habits(shops: Shops, families: Families, sold: int, seed: int) -> Habits:
    """Choose each customer's list and rates.

    Parameters
    ----------
    sold : int
        Only the first ``sold`` families can be bought.
    """
    parts = [
        _listed(np.arange(low, min(low + _CUSTOMERS_AT_ONCE, len(shops))), shops, families, sold, seed)
        for low in range(0, len(shops), _CUSTOMERS_AT_ONCE)
    ]
    customer, family, taste = (np.concatenate([part[i] for part in parts]) for i in range(3))
    on = _habits_at_first(customer, taste, shops)
    rate = _rates(customer, np.exp(_FAVOURITISM * taste), on, shops.basket)
    chance_of_order = expit(shops.activity[customer])
    uid = hashed(key(seed, "pair"), customer, family)
    tail = _student(uniform(key(seed, "usual items"), uid), _QUANTITY_TAIL)
    order = np.lexsort((customer, family))
    habits = Habits(
        customer=customer,
        family=family,
        uid=uid,
        rate=rate,
        interval=1 / (chance_of_order * -np.expm1(-rate)),
        quantity=0.5 + shops.quantity[customer] + families.quantity[family] + _QUANTITY_SD * tail,
        on=on,
        start=np.searchsorted(family[order], np.arange(sold + 1)),
    )
    names = ("customer", "family", "uid", "rate", "interval", "quantity", "on")
    return Habits(**{name: getattr(habits, name)[order] for name in names}, start=habits.start)


def _listed(rows: Ints, shops: Shops, families: Families, sold: int, seed: int) -> tuple[Ints, Ints, Floats]:
    """Give (customer, family, taste) of the lists of some customers; a customer's highest taste is 0."""
    taste = _taste(rows, shops, families, sold, seed)
    grid_customer, grid_family = np.repeat(rows, sold), np.tile(np.arange(sold), len(rows))
    noise = normal(key(seed, "listing"), grid_customer, grid_family).reshape(taste.shape)
    wide = max(1.0, (sold / USUAL_FAMILIES) ** 0.25)
    length = np.round(wide * (_LENGTH_BASE + _LENGTH_PER_BASKET * shops.basket[rows])).astype(np.int64)
    score = taste + _LISTING_NOISE * noise
    rank = np.argsort(np.argsort(-score, axis=1), axis=1)
    keep = (rank < length[:, None]).ravel()
    relative = (taste - taste.max(axis=1, keepdims=True)).ravel()
    return grid_customer[keep], grid_family[keep], relative[keep]


def _taste(rows: Ints, shops: Shops, families: Families, sold: int, seed: int) -> Floats:
    """Give the taste of some customers for all sold families, customers x families."""
    group = shops.taste[rows]
    columns = np.arange(sold)
    shape = (len(rows), sold)

    def draw(name: str, who: Ints, what: Ints) -> Floats:
        return normal(key(seed, name), np.repeat(who, sold), np.tile(what[:sold], len(rows))).reshape(shape)

    shelf = families.sub_category * 100 + families.segment
    taste = np.where(group[:, None] > 0, 0.35, 1.0) * families.popularity[None, :sold]
    taste = taste + np.where(group[:, None] > 0, 1.3, 0.0) * draw("taste group", group, columns)
    taste += _TYPE_SD * draw("type", group * len(TYPES) + shops.type[rows], shelf)
    taste += _PLACE_SD * draw("place", shops.place[rows], columns)
    taste += _BRAND_SD * draw("brand", rows, families.brand)
    taste += _PACKAGE_SD * draw("package", rows, families.package + len(PACKAGES) * families.segment)
    return taste + _OWN_SD * draw("own", rows, columns)


def _habits_at_first(customer: Ints, taste: Floats, shops: Shops) -> Flags:
    """Switch on the families that each customer likes best."""
    order = np.lexsort((-taste, customer))
    begin = np.searchsorted(customer[order], customer[order])
    rank = np.empty(len(customer), dtype=np.int64)
    rank[order] = np.arange(len(customer)) - begin
    out: Flags = rank < np.round(_HABITS_BASE + _HABITS_PER_BASKET * shops.basket)[customer]
    return out


def _rates(customer: Ints, weight: Floats, on: Flags, basket: Floats) -> Floats:
    """Scale each customer's weights so that its habits add up to its basket (bisection on the log scale)."""
    highest = -np.log1p(-_HIGHEST)
    count = np.bincount(customer[on], minlength=len(basket))
    goal = np.minimum(basket, 0.8 * _HIGHEST * count)
    low, high = np.full(len(basket), -12.0), np.full(len(basket), 12.0)
    for _ in range(40):
        middle = (low + high) / 2
        hazard = np.minimum(np.exp(middle)[customer[on]] * weight[on], highest)
        short = np.bincount(customer[on], weights=-np.expm1(-hazard), minlength=len(basket)) < goal
        low, high = np.where(short, middle, low), np.where(short, high, middle)
    out: Floats = np.minimum(np.exp(low)[customer] * weight, highest)
    return out


def _student(chance: Floats, freedom: float) -> Floats:
    """Turn uniforms into Student's t of unit variance."""
    out: Floats = stdtrit(freedom, chance) / np.sqrt(freedom / (freedom - 2))
    return out

"""From the pairs bought in a week to lines: orders and days, quantities, returns and exact duplicates."""

from dataclasses import dataclass

import numpy as np

from sodai.data.simulator.chance import Flags, Floats, Hashes, Ints, hashed, key, normal, uniform
from sodai.data.simulator.customers import Shops
from sodai.data.simulator.habits import Habits
from sodai.data.simulator.week import REVERSED, State

# Probability of a second order in a week with one, and of a third with two, for a median customer.
_MORE_ORDERS = (0.24, 0.18)
_AGAIN = 0.42  # probability that a pair bought in one order of the week is in another one as well
_QUANTITY_NOISE = 0.45
_SAME_AS_LAST = 0.30
_LEAST, _MOST = 3, 3000  # thirds of a case
_LEAST_DELIVERED = 2  # so that a part can come back and the purchase stays one
_RETURNED = 0.034  # share of lines of which a part comes back
_DUPLICATED = 0.0035
# Large orders are rounded: (from this many thirds on, to multiples of).
_ROUNDING = ((12, 3), (60, 15), (300, 30))


@dataclass(frozen=True)
class Purchases:
    """Pairs bought in a week: position in the habits, code, hash of both, factor of the events on items."""

    habit: Ints
    code: Ints
    uid: Hashes
    factor: Floats

    @classmethod
    def of(cls, habit: Ints, code: Ints, habits: Habits, factor: Floats) -> "Purchases":
        """Give purchases their hash and, from the factors of the families, their own."""
        return cls(habit, code, hashed(0, habits.uid[habit], code), factor[habits.family[habit]])


@dataclass(frozen=True)
class Lines:
    """Lines of a week; ``day`` counts from its first, ``order`` within the customer, items in thirds."""

    customer: Ints
    code: Ints
    order: Ints
    day: Ints
    thirds: Ints

    @classmethod
    def joined(cls, parts: "list[Lines]") -> "Lines":
        """Concatenate."""
        names = ("customer", "code", "order", "day", "thirds")
        return cls(**{name: np.concatenate([getattr(part, name) for part in parts]) for name in names})

    def where(self, rows: Flags | Ints, *, thirds: Ints | None = None) -> "Lines":
        """Give some of the lines, with other items where they are given."""
        kept = self.thirds[rows] if thirds is None else thirds
        return Lines(self.customer[rows], self.code[rows], self.order[rows], self.day[rows], kept)


def usual_thirds(bought: Purchases, state: State, habits: Habits, seed: int, week: int) -> Ints:
    """Draw the quantity of each purchase: the last one again, or the pair's usual one with noise."""
    noise = normal(key(seed, "quantity", week), bought.uid)
    fresh = _rounded(np.exp(habits.quantity[bought.habit] + _QUANTITY_NOISE * noise))
    last = state.thirds[bought.habit]
    same = (uniform(key(seed, "same", week), bought.uid) < _SAME_AS_LAST) & (last > 0)
    return np.where(same, last, fresh)


def write_lines(
    bought: Purchases, thirds: Ints, shops: Shops, habits: Habits, days: Floats, stream: tuple[int, int]
) -> Lines:
    """Spread purchases over the customer's orders of the week and add returns and duplicates.

    Parameters
    ----------
    thirds : int array, one entry a purchase
        Usual quantity of its first line.
    days : float array, 7
        The week's pull of each day on orders.
    stream : (seed, week)
        Names the random numbers.
    """
    seed, week = stream
    customer = habits.customer[bought.habit]
    orders = _orders(customer, shops, seed, week)
    first = np.floor(uniform(key(seed, "first order", week), bought.uid) * orders).astype(np.int64)
    reversed_ = uniform(key(seed, "reversed", week), bought.uid) < REVERSED
    parts = []
    for number in range(len(_MORE_ORDERS) + 1):
        again = (number < orders) & (uniform(key(seed, "again", week, number), bought.uid) < _AGAIN)
        rows = np.flatnonzero((first == number) | (again & (first != number)))
        noise = np.exp(0.5 * _QUANTITY_NOISE * normal(key(seed, "more", week, number), bought.uid[rows]))
        items = np.where(first[rows] == number, thirds[rows], _rounded(thirds[rows] / 3 * noise))
        items = np.maximum(np.round(items * bought.factor[rows]), _LEAST_DELIVERED).astype(np.int64)
        day = _days(customer[rows], number, shops, days, stream)
        lines = Lines(customer[rows], bought.code[rows], np.full(len(rows), number), day, items)
        name = hashed(key(seed, "line", week, number), bought.uid[rows])
        parts += [lines, *_returns_and_duplicates(lines, name, reversed_[rows])]
    return Lines.joined(parts)


def _orders(customer: Ints, shops: Shops, seed: int, week: int) -> Ints:
    """Draw how many orders each customer places in the week: large customers more."""
    orders = np.ones(len(customer), dtype=np.int64)
    for number, chance in enumerate(_MORE_ORDERS):
        own = chance * np.clip(shops.basket[customer] / 3.5, 0.5, 2.2)
        more = uniform(key(seed, "orders", week, number), customer) < own
        orders += more & (orders == number + 1)
    return orders


def _days(customer: Ints, number: int, shops: Shops, days: Floats, stream: tuple[int, int]) -> Ints:
    """Draw the day of an order: the customer's route, the day of the week, and what is closed."""
    seed, week = stream
    pull = np.cumsum(shops.days[customer] * days, axis=1)
    spot = uniform(key(seed, "day", week, number), customer) * pull[:, -1]
    out: Ints = (spot[:, None] >= pull[:, :-1]).sum(axis=1)
    return out


def _returns_and_duplicates(lines: Lines, name: Hashes, reversed_: Flags) -> list[Lines]:
    partly = ~reversed_ & (uniform(key(0, "return"), name) < _RETURNED)
    back = 1 + np.floor(np.sqrt(uniform(key(0, "returned"), name)) * (lines.thirds - 1)).astype(np.int64)
    twice = ~reversed_ & (uniform(key(0, "duplicate"), name) < _DUPLICATED)
    return [
        lines.where(reversed_, thirds=-lines.thirds[reversed_]),
        lines.where(partly, thirds=-back[partly]),
        lines.where(twice),
    ]


def _rounded(cases: Floats) -> Ints:
    """Turn cases into whole thirds, the more roundly the more there are."""
    thirds = np.round(3 * cases)
    for above, step in _ROUNDING:
        thirds = np.where(thirds >= above, step * np.round(thirds / step), thirds)
    return np.clip(thirds, _LEAST, _MOST).astype(np.int64)

"""One week: from what is known at its start to the chances of all pairs, to purchases, to the new state.

The truth is exact by construction. Given the state, a customer orders with probability ``order`` and then
takes each code with probability ``take``, independently; a purchase is wholly reversed with a fixed
probability. The label of a pair is therefore one Bernoulli draw with the product of the three.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from sodai.data.simulator.chance import Flags, Floats, Ints, key, normal, uniform
from sodai.data.simulator.customers import Shops
from sodai.data.simulator.demand import wander
from sodai.data.simulator.effects import Effects
from sodai.data.simulator.habits import Habits
from sodai.data.simulator.schedule import Schedule

REVERSED = 0.00045  # share of purchases that are taken back completely
_TRIAL = 0.045  # hazard of a pair that is no habit, as a share of its hazard as one
_LAPSED = 0.22  # the same for what was bought before, times the probability of buying it as a habit
_ADOPTED = 0.45  # share of tried products that become habits
_DROPPED, _LOYALTY = 0.04, 1.0  # share of habits that end in a week; the stronger they are, the fewer
_STEEP, _LOWEST, _CAP = 1.2, 0.4, 1.5  # how the hazard rises as the stock runs out
_COVER = 0.5  # elasticity of the interval to the quantity last bought
_MOOD_SD, _MOOD_MEMORY = 0.45, 0.88
_TREND_SD, _TREND_MEMORY = 0.16, 0.85
_FASHION_SD, _FASHION_MEMORY, _FASHION_ON_TRIAL = 0.22, 0.88, 2.0
_VOLUME_ON_BASKET = 0.9
_COMPANION_NOISE = 0.4


@dataclass(frozen=True)
class State:
    """What the simulator knows at the start of a week.

    By pair: ``on`` (a habit now), ``since`` (weeks since it was bought), ``cover`` (how long the last
    purchase lasts against a usual one), ``thirds`` (what it was, in thirds of a case; 0: never bought). By
    customer: ``mood`` (a logit), ``idle`` (weeks since the last order). By family the log ``trend``; by place
    and family the log ``fashion``.
    """

    on: Flags
    since: Floats
    cover: Floats
    thirds: Ints
    mood: Floats
    idle: Floats
    trend: Floats
    fashion: Floats


@dataclass(frozen=True)
class Setting:
    """What a week brings: its number, the factors on orders and on each family's demand, and the events."""

    seed: int
    week: int
    volume: float
    demand: Floats
    effects: Effects


@dataclass(frozen=True)
class Chances:
    """Pairs of customer and code with their probabilities; ``habit`` is the position of the family's pair."""

    habit: Ints
    code: Ints
    order: Floats
    take: Floats

    @property
    def probability(self) -> Floats:
        """Probability that the pair's net items in the week are above zero."""
        return self.order * self.take * (1 - REVERSED)


def first_state(shops: Shops, habits: Habits, seed: int) -> State:
    """Draw a state to start the burn-in from."""
    families, places = len(habits.start) - 1, int(shops.place.max()) + 1
    every_family, customers = np.arange(families), np.arange(len(shops))
    cell = np.arange(places * families)
    fashion = _FASHION_SD * normal(key(seed, "fashion 0"), cell // families, cell % families)
    return State(
        on=habits.on,
        since=np.floor(habits.interval * uniform(key(seed, "since 0"), habits.uid)) + 1,
        cover=np.ones(len(habits)),
        thirds=np.zeros(len(habits), dtype=np.int64),
        mood=_MOOD_SD * normal(key(seed, "mood 0"), customers),
        idle=np.ones(len(shops)),
        trend=_TREND_SD * normal(key(seed, "trend 0"), every_family),
        fashion=fashion.reshape(places, families),
    )


def order_chance(state: State, shops: Shops, setting: Setting) -> Floats:
    """Probability that each customer orders in the week; 0 before its first and after its last week."""
    usual = expit(shops.activity + state.mood)
    waited = np.clip(state.idle * expit(shops.activity), 0.3, 1.7)
    pace = setting.volume * setting.effects.orders * (1 + shops.regularity * (waited - 1))
    here = (shops.first_week <= setting.week) & (setting.week <= shops.last_week)
    out: Floats = np.where(here, -np.expm1(pace * np.log1p(-usual)), 0.0)
    return out


def hazard(state: State, shops: Shops, habits: Habits, setting: Setting) -> Floats:
    """Hazard with which each pair is bought, given an order of its customer."""
    stock = state.since / (habits.interval * state.cover)
    due = stock**_STEEP
    rhythm = np.minimum(_LOWEST + 2 * (1 - _LOWEST) * due / (1 + due), _CAP)
    fashion = state.fashion[shops.place[habits.customer], habits.family]
    wanted = setting.demand * setting.effects.demand * np.exp(state.trend) * setting.volume**_VOLUME_ON_BASKET
    known = np.where(state.thirds > 0, -np.expm1(-habits.rate), 0.0)
    other = (_TRIAL + _LAPSED * known) * np.exp(_FASHION_ON_TRIAL * fashion)
    interest = np.where(state.on, rhythm * np.exp(fashion), other)
    out: Floats = habits.rate * interest * wanted[habits.family]
    return out


def chances(
    wanted: Floats, order: Floats, shops: Shops, habits: Habits, schedule: Schedule, setting: Setting
) -> Chances:
    """Split each family's hazard over the codes that are sold in the week.

    Parameters
    ----------
    wanted : float array, one entry a pair of ``habits``
        Its hazard.
    order : float array, one entry a customer
        Its probability of an order.
    """
    week = setting.week
    left, parts = np.ones(len(habits)), []
    for position in schedule.companions(week):
        code = schedule.companion[position]
        family = schedule.family[code]
        noise = normal(key(setting.seed, "companion", week), np.array([code]))[0]
        members = np.arange(habits.start[family], habits.start[family + 1])
        share = schedule.companion_share[position] * np.exp(_COMPANION_NOISE * noise)
        share = np.minimum(share * shops.novelty[habits.customer[members]], 0.6) * left[members]
        left[members] -= share
        parts.append((members, np.full(len(members), code), share))
    moved = _moved_share(habits, schedule, setting)
    every, staying = np.arange(len(habits)), np.flatnonzero(moved < 1)
    parts += [
        (every, schedule.main[habits.family, week], left * moved),
        (staying, schedule.outgoing[habits.family[staying], week], (left * (1 - moved))[staying]),
    ]
    habit, code, share = (np.concatenate([part[i] for part in parts]) for i in range(3))
    take = -np.expm1(-wanted[habit] * share)
    chance = order[habits.customer[habit]]
    keep = take * chance > 0
    return Chances(habit[keep], code[keep], chance[keep], take[keep])


def bought(chance: Chances, habits: Habits, setting: Setting) -> Flags:
    """Draw which pairs are bought: one draw a customer, one a pair of customer and code."""
    seed, week = setting.seed, setting.week
    customer = habits.customer[chance.habit]
    orders = (
        uniform(key(seed, "order", week), np.arange(customer.max(initial=0) + 1))[customer] < chance.order
    )
    takes = uniform(key(seed, "take", week), habits.uid[chance.habit], chance.code) < chance.take
    return orders & takes


def after(state: State, habit: Ints, thirds: Ints, shops: Shops, habits: Habits, setting: Setting) -> State:
    """Move the state one week on.

    Parameters
    ----------
    habit, thirds : int arrays
        The pairs that were bought, and how much.
    """
    seed, week = setting.seed, setting.week
    was_bought = np.zeros(len(habits), dtype=bool)
    was_bought[habit] = True
    ordered = np.zeros(len(shops), dtype=bool)
    ordered[habits.customer[habit]] = True
    cover, last = state.cover.copy(), state.thirds.copy()
    last[habit] = thirds
    cover[habit] = np.clip((thirds / 3 / np.exp(habits.quantity[habit])) ** _COVER, 0.5, 2.0)
    change = uniform(key(seed, "interest", week), habits.uid)
    places, families = state.fashion.shape
    cell = np.arange(places * families)
    fashion = normal(key(seed, "fashion", week), cell // families, cell % families)
    mood = normal(key(seed, "mood", week), np.arange(len(shops)))
    trend = normal(key(seed, "trend", week), np.arange(families))
    kept = change > _DROPPED * np.exp(-_LOYALTY * habits.rate)
    return State(
        on=np.where(state.on, kept, was_bought & (change < _ADOPTED)),
        since=np.where(was_bought, 1.0, state.since + 1),
        cover=cover,
        thirds=last,
        mood=wander(state.mood, mood, _MOOD_MEMORY, _MOOD_SD),
        idle=np.where(ordered, 1.0, state.idle + 1),
        trend=wander(state.trend, trend, _TREND_MEMORY, _TREND_SD),
        fashion=wander(state.fashion, fashion.reshape(places, families), _FASHION_MEMORY, _FASHION_SD),
    )


def _moved_share(habits: Habits, schedule: Schedule, setting: Setting) -> Floats:
    """Share of each pair's demand that has gone over to the new main code, at a time of its own."""
    week = setting.week
    rotating = (schedule.outgoing[:, week] >= 0)[habits.family]
    moved = np.ones(len(habits))
    family = habits.family[rotating]
    began = week - schedule.step[family, week]
    late = uniform(key(setting.seed, "moves over"), habits.uid[rotating], began)
    gone = schedule.step[family, week] + 1 - late * schedule.length[family, week]
    moved[rotating] = np.clip(gone, 0.0, 1.0)
    return moved

"""Which code of a family is sold when: rotations of the main code, companion codes, and the dead rest.

A rotation puts a new code in the place of the main one; customers move over within one to four weeks, each
at a time of its own. Often the old code returns some months later. A companion code (a promotional pack, a
second plant) is sold beside the main one for a while to those who like such things.
"""

from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from sodai.data.simulator.catalogue import Families, sold_families
from sodai.data.simulator.chance import Floats, Ints, generator, key, uniform
from sodai.data.simulator.spec import CompanySpec, Event

_ROTATING = 0.45  # share of the extra codes that replace a main code; the others are companions
_RETURNING = 0.8  # share of replaced codes that come back
_RAMP_LENGTHS, _RAMP_SHARES = np.arange(1, 5), np.array([0.40, 0.30, 0.20, 0.10])
_COMPANION_SHARE = 0.045  # of the family's demand, median
_REST = 6  # weeks between two rotations of a family, at least


@dataclass(frozen=True)
class Schedule:
    """The codes and the weeks in which they are sold.

    Parameters
    ----------
    family, product_id : int arrays, one entry a code
        Code ``c`` belongs to ``family[c]``.
    main, outgoing : int arrays, families x weeks
        The main code, and the one it is replacing in that week (-1: none).
    step, length : int arrays, families x weeks
        Weeks since the rotation began and the weeks that it takes.
    companion, companion_first, companion_last : int arrays
        Companion codes with first and last week (inclusive); ``companion_share`` of the family's demand.
    replaces : int array, one entry a code
        The code that it was made to replace, or -1.
    """

    family: Ints
    product_id: Ints
    main: Ints
    outgoing: Ints
    step: Ints
    length: Ints
    companion: Ints
    companion_first: Ints
    companion_last: Ints
    companion_share: Floats
    replaces: Ints

    def companions(self, week: int) -> Ints:
        """Give the positions of the companions that are sold in a week."""
        return np.flatnonzero((self.companion_first <= week) & (week <= self.companion_last))

    def life(self, families: Families) -> tuple[Ints, Ints]:
        """First and last week in which each code can be sold; a dead code has -1 for both."""
        weeks = self.main.shape[1]
        on_sale = np.arange(weeks)[None, :] >= families.first_week[: len(self.main), None]
        on_sale &= np.arange(weeks)[None, :] <= families.last_week[: len(self.main), None]
        first = np.full(len(self.family), weeks)
        last = np.full(len(self.family), -1)
        for codes in (self.main, self.outgoing):
            sold = on_sale & (codes >= 0)
            week = np.broadcast_to(np.arange(weeks), codes.shape)[sold]
            np.minimum.at(first, codes[sold], week)
            np.maximum.at(last, codes[sold], week)
        family = self.family[self.companion]
        begin = np.maximum(self.companion_first, families.first_week[family])
        end = np.minimum(self.companion_last, families.last_week[family])
        alive = begin <= end
        np.minimum.at(first, self.companion[alive], begin[alive])
        np.maximum.at(last, self.companion[alive], end[alive])
        return np.where(last < 0, -1, first), last


def build_schedule(spec: CompanySpec, families: Families) -> Schedule:
    """Draw the rotations and companions of a company without events."""
    rng = generator(spec.seed, "schedule")
    sold, weeks = sold_families(spec), spec.weeks + 1
    extra = spec.sold_codes - sold
    main = np.repeat(np.arange(sold)[:, None], weeks, axis=1)
    schedule = Schedule(
        family=np.arange(spec.products),
        product_id=np.zeros(spec.products, dtype=np.int64),
        main=main,
        outgoing=np.full_like(main, -1),
        step=np.zeros_like(main),
        length=np.ones_like(main),
        companion=np.zeros(0, dtype=np.int64),
        companion_first=np.zeros(0, dtype=np.int64),
        companion_last=np.zeros(0, dtype=np.int64),
        companion_share=np.zeros(0),
        replaces=np.full(spec.products, -1),
    )
    rotations = _rotations(rng, families, sold, round(_ROTATING * extra), spec.weeks)
    _rotate(schedule, rotations, sold)
    first_companion, first_dead = sold + len(rotations), sold + extra
    companions = np.arange(first_companion, first_dead)
    chance = np.exp(0.4 * families.popularity[:sold])
    schedule.family[companions] = rng.choice(sold, size=len(companions), p=chance / chance.sum())
    schedule.family[first_dead:] = _dead_families(rng, len(families), sold, spec.products - first_dead)
    first = rng.integers(-20, spec.weeks, len(companions))
    last = first + rng.integers(5, 45, len(companions))
    return replace(
        schedule,
        product_id=_product_ids(rng, spec.products, sold, first_companion),
        companion=companions,
        companion_first=np.maximum(first, 0),
        companion_last=np.clip(last, 1, spec.weeks),
        companion_share=np.minimum(_COMPANION_SHARE * np.exp(rng.normal(0.0, 0.9, len(companions))), 0.3),
    )


def rotate_at_once(schedule: Schedule, event: Event, week: int, seed: int) -> Schedule:
    """Replace the share ``event.size`` of the main and companion codes from ``week`` on by new codes."""
    stream = key(seed, "event rotation", week)
    sold_now = np.union1d(schedule.main[:, week], schedule.companion[schedule.companions(week)])
    chosen = sold_now[np.argsort(uniform(stream, sold_now))[: round(event.size * len(sold_now))]]
    new = len(schedule.family) + np.arange(len(chosen))
    successor = np.arange(len(schedule.family))
    successor[chosen] = new
    main, outgoing = schedule.main.copy(), schedule.outgoing.copy()
    main[:, week:] = successor[main[:, week:]]
    later = outgoing[:, week:]
    outgoing[:, week:] = np.where(later >= 0, successor[later], -1)
    moved = (schedule.companion_last >= week) & np.isin(schedule.companion, chosen)
    cut = moved & (schedule.companion_first < week)
    ended = replace(
        schedule,
        main=main,
        outgoing=outgoing,
        companion_last=np.where(cut, week - 1, np.where(moved, -1, schedule.companion_last)),
    )
    added = {
        "family": schedule.family[chosen],
        "product_id": schedule.product_id.max() + 2 * (1 + np.arange(len(chosen))),
        "companion": successor[schedule.companion[moved]],
        "companion_first": np.maximum(schedule.companion_first[moved], week),
        "companion_last": schedule.companion_last[moved],
        "companion_share": schedule.companion_share[moved],
        "replaces": chosen,
    }
    return replace(ended, **{k: np.concatenate([getattr(ended, k), v]) for k, v in added.items()})


def product_table(families: Families, schedule: Schedule) -> pa.Table:
    """Give the product table of the input contract, by product_id."""
    columns = {"product_id": pa.array(schedule.product_id), **families.attributes(schedule.family)}
    return pa.table(columns).sort_by("product_id")


@dataclass(frozen=True)
class _Rotation:
    """A new code comes for a family in ``week``; the old one returns in week ``back``, if there is one."""

    family: int
    week: int
    ramp: int
    back: int


def _rotations(
    rng: np.random.Generator, families: Families, sold: int, count: int, weeks: int
) -> list[_Rotation]:
    """Draw rotations in weeks with the family on sale and rested from the last one; oldest first."""
    taken: dict[int, list[int]] = {}
    out: list[_Rotation] = []
    chance = np.exp(0.25 * np.minimum(families.popularity[:sold], 2.0))
    for _ in range(40 * count):
        if len(out) == count:
            break
        f = int(rng.choice(sold, p=chance / chance.sum()))
        week, ramp = int(rng.integers(1, weeks + 1)), int(rng.choice(_RAMP_LENGTHS, p=_RAMP_SHARES))
        back = week + int(rng.integers(_REST, 26)) if rng.random() < _RETURNING else weeks + _REST
        rested = all(abs(a - b) >= _REST for a in (week, back) for b in taken.get(f, []))
        if rested and families.first_week[f] < week <= families.last_week[f]:
            taken.setdefault(f, []).extend([week, back])
            out.append(_Rotation(f, week, ramp, back))
    return sorted(out, key=lambda rotation: rotation.week)


def _rotate(schedule: Schedule, rotations: list[_Rotation], first_code: int) -> None:
    """Enter rotations and returns into the schedule in the order of their weeks."""
    weeks = schedule.main.shape[1]
    switches = [(r.week, first_code + i, False, r) for i, r in enumerate(rotations)]
    switches += [(r.back, first_code + i, True, r) for i, r in enumerate(rotations) if r.back < weeks]
    for week, new, back, rotation in sorted(switches, key=lambda switch: switch[:2]):
        f = rotation.family
        if not back:
            schedule.family[new], schedule.replaces[new] = f, schedule.main[f, week]
            _switch(schedule, f, week, new, rotation.ramp)
        elif schedule.main[f, week] == new:
            _switch(schedule, f, week, int(schedule.replaces[new]), rotation.ramp)


def _switch(schedule: Schedule, family: int, week: int, code: int, ramp: int) -> None:
    span = slice(week, week + ramp)
    schedule.outgoing[family, span] = schedule.main[family, span]
    schedule.step[family, span] = np.arange(schedule.step[family, span].size)
    schedule.length[family, span] = ramp
    schedule.main[family, week:] = code


def _dead_families(rng: np.random.Generator, families: int, sold: int, count: int) -> Ints:
    """Spread dead codes: first one for each family that has nothing else, then anywhere."""
    own = np.arange(sold, families)[:count]
    return np.concatenate([own, rng.integers(0, families, count - len(own))])


def _product_ids(rng: np.random.Generator, products: int, first_new: int, end_new: int) -> Ints:
    """Give ids that grow with age: the codes made by rotations are the newest, all others are mixed."""
    ids = np.sort(rng.choice(60 * products + 100, size=products, replace=False)) + 1
    made = end_new - first_new
    mixed = rng.permutation(ids[: products - made])
    return np.concatenate([mixed[:first_new], ids[products - made :], mixed[first_new:]])

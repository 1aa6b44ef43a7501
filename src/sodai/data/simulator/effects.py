"""What the injected events do in each week, and how they are told in events.json."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np

from sodai.data.simulator.catalogue import SEGMENTS, SUB_CATEGORIES, Families
from sodai.data.simulator.chance import Floats, Ints
from sodai.data.simulator.spec import CompanySpec, Event
from sodai.settings import UsageError

# Who already orders every week cannot order more often: rates must rise more than lines are to.
_AGAINST_SATURATION = 1.4
# Log-sales of a family rise less than its log-popularity, because customers differ in taste.
_SALES_WITH_POPULARITY = 0.5


@dataclass(frozen=True)
class Resolved:
    """An event with the weeks in which it acts (``first`` to ``last``) and the families it is about."""

    event: Event
    target: str | None
    families: Ints
    first: int
    last: int

    def acts(self, week: int) -> bool:
        """Whether it acts in a week."""
        return self.first <= week <= self.last


@dataclass(frozen=True)
class Effects:
    """The joint effect of all events in one week: factors by family, and on the rate of orders."""

    demand: Floats
    items: Floats
    orders: float


def resolve(spec: CompanySpec, families: Families, sold: int) -> tuple[Resolved, ...]:
    """Find the weeks and families of each event.

    Raises
    ------
    UsageError
        If a target names nothing that is sold.
    """
    return tuple(_resolved(event, spec, families, sold) for event in spec.events)


def effects_in(week: int, events: Sequence[Resolved], sold: int) -> Effects:
    """Join the effects of the events that act in a week."""
    demand, items, orders = np.ones(sold), np.ones(sold), 1.0
    for resolved in events:
        if not resolved.acts(week):
            continue
        event = resolved.event
        if event.kind == "price_shock":
            demand[resolved.families] *= event.size
        elif event.kind == "category_outage":
            demand[resolved.families] *= 1 - event.size
        elif event.kind == "unit_change":
            items[resolved.families] *= event.size
        elif event.kind == "volume":
            part = np.sqrt(event.size) if event.target is None else event.size
            if event.target != "items":
                orders *= part**_AGAINST_SATURATION
                demand *= part**_AGAINST_SATURATION
            if event.target != "orders":
                items *= part
    return Effects(demand, items, orders)


def told(events: Sequence[Resolved], spec: CompanySpec) -> list[dict[str, Any]]:
    """Describe the events for a file: what was asked for and chosen, and the days of the effect."""
    return [
        {
            "kind": r.event.kind,
            "start": r.event.start,
            "size": r.event.size,
            "weeks": r.event.weeks,
            "target": r.target,
            "acts_from": spec.week_start(r.first),
            "acts_until": spec.week_start(r.first + r.event.weeks) - timedelta(days=1)
            if r.event.weeks
            else None,
        }
        for r in events
    ]


def _resolved(event: Event, spec: CompanySpec, families: Families, sold: int) -> Resolved:
    first = spec.week_of(event.start)
    last = spec.weeks if event.weeks is None else min(first + event.weeks - 1, spec.weeks)
    target = event.target or _default_target(event, families, sold)
    chosen = np.arange(sold)
    if target is not None and event.kind in ("price_shock", "category_outage", "unit_change"):
        chosen = families.matching(target)
        chosen = chosen[chosen < sold]
        if not len(chosen):
            raise UsageError(
                f"the event {event.kind} is about products that are not sold",
                got=target,
                allowed=", ".join(_targets(families, sold)),
            )
    return Resolved(event, target, chosen, first, last)


def _default_target(event: Event, families: Families, sold: int) -> str | None:
    weight = np.exp(_SALES_WITH_POPULARITY * families.popularity[:sold])
    if event.kind == "price_shock":
        return SEGMENTS[int(np.argmax(np.bincount(families.segment[:sold], weights=weight)))]
    if event.kind == "category_outage":
        return SUB_CATEGORIES[int(np.argmax(np.bincount(families.sub_category[:sold], weights=weight)))]
    return None


def _targets(families: Families, sold: int) -> list[str]:
    every = families.attributes(np.arange(sold))
    names = ("category", "sub_category", "segment", "brand")
    return [value for name in names for value in sorted(set(every[name].to_pylist()))]

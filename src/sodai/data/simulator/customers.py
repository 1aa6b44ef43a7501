"""The customer table: shops of several types, each with a place, a rhythm, a basket and a life span."""

from dataclasses import dataclass, fields

import numpy as np
import pyarrow as pa
from scipy.special import expit

from sodai.data.simulator.chance import Floats, Ints, generator
from sodai.data.simulator.spec import CompanySpec, Event

TYPES = ("ALMACEN", "MAYORISTA", "BOTILLERIA", "RESTAURANT", "SUPERMERCADO", "MINIMARKET", "KIOSKO")
_TYPE_SHARE = np.array([0.70, 0.13, 0.07, 0.04, 0.02, 0.01, 0.03])
_TYPE_BASKET = np.array([4.1, 8.0, 4.7, 6.2, 6.6, 13.0, 3.0])  # pairs in an order week, median
_TYPE_ACTIVITY = np.array([0.0, 0.5, -0.2, 0.6, 0.2, 1.0, -0.6])  # added to the logit of ordering in a week
_TYPE_QUANTITY = np.array([0.0, 0.6, 0.1, 1.1, 0.3, 0.5, -0.2])  # added to the log of items in a line
_ACTIVITY_LOGIT, _ACTIVITY_SD = 1.0, 1.4
_BASKET_SD, _BASKET_WITH_ACTIVITY = 0.50, 0.45
_LATE_SHARE, _LEAVING_SHARE, _NEVER_SHARE = 0.15, 0.045, 0.045  # in a year; never is a share of the table
_PEOPLE_PER_PLACE, _CUSTOMERS_PER_ZONE, _ZONES_PER_REGION = 60, 1500, 4
_MISSING_COORDINATE = 0.001
_TWO_ROUTE_DAYS = 0.6
_ROUTE_PULL = 9.0  # how much more likely an order is on a day of the customer's own route


@dataclass(frozen=True)
class Shops:
    """One entry a customer.

    ``taste`` numbers the group whose product tastes it shares (0: the company's first), ``activity`` is the
    logit of ordering in a week, ``regularity`` (0 to 1) how closely it keeps its rhythm,
    ``basket`` the pairs it buys in a week with an order, ``quantity`` added to the log of items in a line,
    ``novelty`` how much it likes companion codes, ``days`` (customers x 7) its pull to each day of a week,
    ``place`` its neighbourhood. It can order from ``first_week`` to ``last_week``.
    """

    customer_id: Ints
    type: Ints
    taste: Ints
    region: Ints
    zone: Ints
    place: Ints
    x: Floats
    y: Floats
    deliveries: Ints
    activity: Floats
    regularity: Floats
    basket: Floats
    quantity: Floats
    novelty: Floats
    days: Floats
    first_week: Ints
    last_week: Ints

    def __len__(self) -> int:
        return len(self.type)

    def table(self) -> pa.Table:
        """Give the customer table of the input contract."""
        return pa.table(
            {
                "customer_id": pa.array(self.customer_id),
                "region_id": pa.array(self.region),
                "zone_id": pa.array(self.zone),
                "customer_type": pa.array([TYPES[i] for i in self.type]),
                "Y": pa.array(self.y),
                "X": pa.array(self.x, mask=np.isnan(self.x)),
                "num_deliver_per_week": pa.array(self.deliveries),
                "num_visit_per_week": pa.array(np.ones(len(self), dtype=np.int64)),
            }
        )


def build_shops(spec: CompanySpec) -> Shops:
    """Draw the customers of a company without events."""
    rng = generator(spec.seed, "customers")
    return _drawn(rng, spec.customers, spec.weeks, zones=max(1, round(spec.customers / _CUSTOMERS_PER_ZONE)))


def add_customers(shops: Shops, event: Event, week: int, spec: CompanySpec) -> Shops:
    """Append the customers that an event brings; all arrive within six weeks from ``week`` on."""
    rng = generator(spec.seed, event.kind, week)
    count = max(1, round(event.size * spec.customers))
    new = _drawn(rng, count, spec.weeks, zones=max(1, round(count / _CUSTOMERS_PER_ZONE)))
    foreign = event.kind == "new_region"
    changes = {
        "customer_id": new.customer_id + int(shops.customer_id.max()),
        "first_week": np.minimum(week + rng.geometric(0.6, count) - 1, week + 5),
        "last_week": np.full(count, spec.weeks),
    }
    if foreign:
        changes |= {
            "region": new.region + int(shops.region.max()),
            "zone": new.zone + int(shops.zone.max()),
            "place": new.place + int(shops.place.max()) + 1,
            "taste": np.full(count, int(shops.taste.max()) + 1),
        }
    else:
        changes["place"] = rng.choice(shops.place, count)
    moved = 4.0 if foreign else 0.0
    parts = {f.name: changes.get(f.name, getattr(new, f.name)) for f in fields(Shops)}
    parts |= {"x": new.x + moved, "y": new.y + moved}
    return Shops(**{name: np.concatenate([getattr(shops, name), part]) for name, part in parts.items()})


def _drawn(rng: np.random.Generator, count: int, weeks: int, zones: int) -> Shops:
    kind = rng.choice(len(TYPES), size=count, p=_TYPE_SHARE)
    pace = rng.normal(size=count)
    basket = _BASKET_WITH_ACTIVITY * pace + np.sqrt(1 - _BASKET_WITH_ACTIVITY**2) * rng.normal(size=count)
    places = max(3, round(count / _PEOPLE_PER_PLACE))
    place = rng.choice(places, size=count, p=rng.dirichlet(np.full(places, 2.0)))
    zone_of_place = rng.integers(0, zones, places)
    centre = rng.normal(0.0, 0.6, (zones, 2))[zone_of_place] + rng.normal(0.0, 0.12, (places, 2))
    spot = centre[place] + rng.normal(0.0, 0.02, (count, 2))
    x = np.where(rng.random(count) < _MISSING_COORDINATE, np.nan, -70.6 + spot[:, 0])
    first, last = _lives(rng, count, weeks)
    return Shops(
        customer_id=np.sort(rng.choice(20 * count + 1000, size=count, replace=False)) + 1001,
        type=kind,
        taste=np.zeros(count, dtype=np.int64),
        region=1 + zone_of_place[place] // _ZONES_PER_REGION,
        zone=1 + zone_of_place[place],
        place=place,
        x=x,
        y=-33.4 + spot[:, 1],
        deliveries=np.clip(np.round(3 + 0.5 * pace + rng.normal(0.0, 0.3, count)), 1, 6).astype(np.int64),
        activity=_ACTIVITY_LOGIT + _TYPE_ACTIVITY[kind] + _ACTIVITY_SD * pace,
        regularity=rng.beta(1.5, 1.5, count),
        basket=_TYPE_BASKET[kind] * np.exp(_BASKET_SD * basket),
        quantity=_TYPE_QUANTITY[kind] + rng.normal(0.0, 0.45, count),
        novelty=rng.gamma(0.6, 1 / 0.6, count),
        days=_route_days(rng, count),
        first_week=first,
        last_week=last,
    )


def _lives(rng: np.random.Generator, count: int, weeks: int) -> tuple[Ints, Ints]:
    """Draw first and last week: most are there all the time, some arrive, some leave, a few never order."""
    late = rng.random(count) < expit(np.log(_LATE_SHARE) + np.log(weeks / 52))
    leaving = rng.random(count) < expit(np.log(_LEAVING_SHARE) + np.log(weeks / 52))
    first = np.where(late, rng.integers(0, weeks, count), 0)
    last = np.where(leaving, rng.integers(0, weeks, count), weeks)
    last = np.where(last < first, weeks, last)
    return first, np.where(rng.random(count) < _NEVER_SHARE, -1, last)


def _route_days(rng: np.random.Generator, count: int) -> Floats:
    """Give each customer one or two days of a week on which its order is usually taken."""
    days = np.ones((count, 7))
    first = rng.integers(0, 7, count)
    days[np.arange(count), first] += _ROUTE_PULL
    twice = np.flatnonzero(rng.random(count) < _TWO_ROUTE_DAYS)
    days[twice, (first[twice] + rng.choice([3, 4], len(twice))) % 7] += _ROUTE_PULL
    return days

"""A whole company: the world is drawn, settles in some unseen weeks, then becomes tables week by week."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa

from sodai.data.files import write_json, write_parquet
from sodai.data.simulator.catalogue import Families, build_families, sold_families
from sodai.data.simulator.customers import Shops, add_customers, build_shops
from sodai.data.simulator.demand import Demand, build_demand, family_season
from sodai.data.simulator.effects import Effects, Resolved, effects_in, resolve, told
from sodai.data.simulator.habits import Habits, build_habits
from sodai.data.simulator.orders import Lines, Purchases, usual_thirds, write_lines
from sodai.data.simulator.schedule import Schedule, build_schedule, product_table, rotate_at_once
from sodai.data.simulator.spec import CompanySpec
from sodai.data.simulator.week import (
    Chances,
    Setting,
    State,
    after,
    bought,
    chances,
    first_state,
    hazard,
    order_chance,
)
from sodai.data.tables import Tables
from sodai.settings.weeks import WEEK_DAYS

_SETTLING_WEEKS = 20
_TRUTH_FROM = 1e-6
_FIRST_ORDER_ID = 1001


@dataclass(frozen=True)
class Company:
    """A simulated company.

    Parameters
    ----------
    tables : Tables
        Customers, products and lines in the input contract.
    truth : pa.Table
        origin (date32, first day of a week), customer_id, product_id, probability (float64) that the pair's
        net items in ``[origin, origin + 7 days)`` are above zero, given all that the simulator knows when the
        week begins. Pairs that are not listed have a probability below 1e-6. The last origin is the day after
        the last day: the week to be predicted, of which there are no lines. No rows if the spec says so.
    codes : pa.Table
        product_id, sold_from, sold_until (date32, null for dead codes; the week to be predicted counts),
        replaces (the product_id of the code it was made to replace, or null).
    events : list of dict
        The injected events as in events.json.
    """

    tables: Tables
    truth: pa.Table
    codes: pa.Table
    events: list[dict[str, object]]


@dataclass(frozen=True)
class _World:
    spec: CompanySpec
    families: Families
    schedule: Schedule
    shops: Shops
    habits: Habits
    demand: Demand
    events: tuple[Resolved, ...]


def simulate(spec: CompanySpec) -> Company:
    """Simulate a company; the same spec gives the same bytes.

    Raises
    ------
    UsageError
        If an event's target names nothing that is sold.
    """
    world = _world(spec)
    lines: list[Lines] = []
    truth: list[pa.Table] = []
    for week, chance, drawn in _weeks(world):
        if spec.truth:
            truth.append(_truth_of(world, week, chance))
        if week < spec.weeks:
            lines.append(replace(drawn, day=drawn.day + WEEK_DAYS * week))
    return Company(
        tables=Tables(
            customers=world.shops.table(),
            products=product_table(world.families, world.schedule),
            lines=_line_table(world, Lines.joined(lines)),
        ),
        truth=pa.concat_tables(truth) if truth else _TRUTH_SCHEMA.empty_table(),
        codes=_code_table(world),
        events=told(world.events, spec),
    )


def write_company(company: Company, folder: Path) -> None:
    """Write clientes, productos, transacciones, truth and codes (parquet) and events.json into a folder."""
    write_parquet(folder / "clientes.parquet", company.tables.customers)
    write_parquet(folder / "productos.parquet", company.tables.products)
    write_parquet(folder / "truth.parquet", company.truth)
    write_parquet(folder / "codes.parquet", company.codes)
    write_json(folder / "events.json", company.events)
    write_parquet(folder / "transacciones.parquet", company.tables.lines)


def _world(spec: CompanySpec) -> _World:
    families, sold = build_families(spec), sold_families(spec)
    events = resolve(spec, families, sold)
    schedule, shops = build_schedule(spec, families), build_shops(spec)
    for r in events:
        if r.event.kind == "rotation":
            schedule = rotate_at_once(schedule, r.event, r.first, spec.seed)
        elif r.event.kind in ("new_region", "more_customers"):
            shops = add_customers(shops, r.event, r.first, spec)
    habits = build_habits(shops, families, sold, spec.seed)
    return _World(spec, families, schedule, shops, habits, build_demand(spec), events)


def _settled(world: _World) -> State:
    """Run weeks before the history in which everybody may order: habits and stocks are as in mid-life."""
    spec, sold = world.spec, len(world.habits.start) - 1
    always = replace(
        world.shops,
        first_week=np.full(len(world.shops), -_SETTLING_WEEKS),
        last_week=np.full(len(world.shops), spec.weeks),
    )
    schedule = replace(world.schedule, companion_last=np.full(len(world.schedule.companion), -1))
    nothing = Effects(np.ones(sold), np.ones(sold), 1.0)
    state = first_state(always, world.habits, spec.seed)
    for week in range(-_SETTLING_WEEKS, 0):
        setting = Setting(spec.seed, week, 1.0, np.ones(sold), nothing)
        chance = _chance(world.habits, schedule, always, state, replace(setting, week=0))
        rows = bought(chance, world.habits, setting)
        buys = Purchases.of(chance.habit[rows], chance.code[rows], world.habits, nothing.items)
        thirds = usual_thirds(buys, state, world.habits, spec.seed, week)
        state = after(state, buys.habit, thirds, always, world.habits, setting)
    return state


def _weeks(world: _World) -> Iterator[tuple[int, Chances, Lines]]:
    """Give number, probabilities and lines of each week, with one more than the history has."""
    spec, habits = world.spec, world.habits
    state = _settled(world)
    for week in range(spec.weeks + 1):
        effects = effects_in(week, world.events, len(habits.start) - 1)
        season = family_season(world.demand, world.families, week)[: len(habits.start) - 1]
        setting = Setting(spec.seed, week, float(world.demand.volume[week]), season, effects)
        chance = _chance(habits, world.schedule, world.shops, state, setting)
        rows = bought(chance, habits, setting)
        buys = Purchases.of(chance.habit[rows], chance.code[rows], habits, effects.items)
        thirds = usual_thirds(buys, state, habits, spec.seed, week)
        days = world.demand.days[week]
        yield week, chance, write_lines(buys, thirds, world.shops, habits, days, (spec.seed, week))
        state = after(state, buys.habit, thirds, world.shops, habits, setting)


def _chance(habits: Habits, schedule: Schedule, shops: Shops, state: State, setting: Setting) -> Chances:
    order = order_chance(state, shops, setting)
    return chances(hazard(state, shops, habits, setting), order, shops, habits, schedule, setting)


_TRUTH_SCHEMA = pa.schema(
    [
        ("origin", pa.date32()),
        ("customer_id", pa.int64()),
        ("product_id", pa.int64()),
        ("probability", pa.float64()),
    ]
)


def _truth_of(world: _World, week: int, chance: Chances) -> pa.Table:
    keep = np.flatnonzero(chance.probability >= _TRUTH_FROM)
    customer = world.shops.customer_id[world.habits.customer[chance.habit[keep]]]
    product = world.schedule.product_id[chance.code[keep]]
    order = np.lexsort((product, customer))
    origin = np.full(len(keep), np.datetime64(world.spec.week_start(week), "D"))
    columns = [origin, customer[order], product[order], chance.probability[keep][order]]
    return pa.table(columns, schema=_TRUTH_SCHEMA)


def _line_table(world: _World, lines: Lines) -> pa.Table:
    customer, product = world.shops.customer_id[lines.customer], world.schedule.product_id[lines.code]
    order = np.lexsort((-lines.thirds, product, lines.order, customer, lines.day))
    day, customer, number = lines.day[order], customer[order], lines.order[order]
    new = np.ones(len(order), dtype=bool)
    new[1:] = (day[1:] != day[:-1]) | (customer[1:] != customer[:-1]) | (number[1:] != number[:-1])
    return pa.table(
        {
            "customer_id": customer,
            "product_id": product[order],
            "order_id": _FIRST_ORDER_ID - 1 + np.cumsum(new),
            "purchase_date": np.datetime64(world.spec.first_day, "D") + day,
            "items": lines.thirds[order] / 3,
        }
    )


def _code_table(world: _World) -> pa.Table:
    first, last = world.schedule.life(world.families)
    dead, start = last < 0, np.datetime64(world.spec.first_day, "D")
    made = world.schedule.replaces >= 0
    replaced = world.schedule.product_id[np.where(made, world.schedule.replaces, 0)]
    return pa.table(
        {
            "product_id": pa.array(world.schedule.product_id),
            "sold_from": pa.array(start + WEEK_DAYS * first, mask=dead),
            "sold_until": pa.array(start + WEEK_DAYS * (last + 1) - 1, mask=dead),
            "replaces": pa.array(replaced, mask=~made),
        }
    ).sort_by("product_id")

"""On a large catalogue the work stays within the bounds of the settings."""

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta

import ibis.expr.types as ir
import pytest
from features_company import ORIGIN, Company, company
from ibis import BaseBackend

from sodai.features.candidates import candidates, family, neighbour, repeat, trend
from sodai.features.neighbours import OWNED, affinity, basket
from sodai.features.past import Past
from sodai.settings import load_settings
from sodai.settings.columns import PAIR

LIMITS = {
    "all_pairs_up_to": 1,
    "repeat_per_customer": 2,
    "family_per_customer": 2,
    "neighbour_per_customer": 2,
    "trend_per_customer": 2,
    "best_sellers": 4,
    "basket_products": 3,
    "affinity_per_product": 2,
}
HABIT_HALF_LIFE = 16
Source = Callable[[Past], ir.Table]


@pytest.fixture(scope="module")
def of() -> Company:
    return company(5, customers=25)


def past_of(of: Company, backend: BaseBackend, **limits: int) -> Past:
    settings = load_settings(features={"candidates": LIMITS | limits})
    return Past(of.on(backend), (ORIGIN,), settings, candidates)


def weeks_of(of: Company, origin: date) -> dict[tuple[int, int], set[int]]:
    """Weeks before the origin (1 = newest) in which a pair's net items are positive."""
    net: Counter[tuple[int, int, int]] = Counter()
    for customer, product, _, day, items in of.rows():
        if day < origin:
            net[customer, product, (origin - day - timedelta(days=1)).days // 7 + 1] += items
    weeks: dict[tuple[int, int], set[int]] = {}
    for (customer, product, week), items in net.items():
        if items > 0:
            weeks.setdefault((customer, product), set()).add(week)
    return weeks


def test_repeats_are_the_pairs_bought_most_and_lately(of: Company, backend: BaseBackend) -> None:
    found = repeat(past_of(of, backend)).to_pandas()
    habits: dict[int, list[tuple[float, int]]] = {}
    for (customer, product), weeks in weeks_of(of, ORIGIN).items():
        habit = sum(0.5 ** (week / HABIT_HALF_LIFE) for week in weeks)
        habits.setdefault(customer, []).append((-round(habit, 9), product))
    expected = {(customer, product) for customer, all_ in habits.items() for _, product in sorted(all_)[:2]}
    assert set(found[list(PAIR)].itertuples(index=False, name=None)) == expected


@pytest.mark.parametrize("source", [family, neighbour, trend])
def test_other_sources_name_what_is_no_repeat(of: Company, backend: BaseBackend, source: Source) -> None:
    past = past_of(of, backend)
    named = source(past).to_pandas()
    repeats = set(repeat(past).to_pandas()[list(PAIR)].itertuples(index=False, name=None))
    assert len(named) > 0
    assert not repeats & set(named[list(PAIR)].itertuples(index=False, name=None))
    assert named.groupby("customer_id").size().max() <= 2


def test_a_basket_holds_the_most_frequent_of_the_best_sold(of: Company, backend: BaseBackend) -> None:
    found = basket(past_of(of, backend)).to_pandas()
    held = {pair: {w for w in weeks if w <= 13} for pair, weeks in weeks_of(of, ORIGIN).items()}
    owners = Counter(product for (_, product), weeks in held.items() if weeks)
    sold = [product for product, _ in sorted(owners.items(), key=lambda item: (-item[1], item[0]))[:4]]
    for customer, rows in found.groupby("customer_id"):
        of_it = [(p, w) for (c, p), w in held.items() if c == customer and w and p in sold]
        best = sorted(of_it, key=lambda item: (-len(item[1]), min(item[1]), item[0]))[:3]
        assert set(rows[OWNED]) == {product for product, _ in best}


def test_a_product_is_linked_to_few_others(of: Company, backend: BaseBackend) -> None:
    few = affinity(past_of(of, backend)).to_pandas()
    many = affinity(past_of(of, backend, affinity_per_product=100)).to_pandas()
    assert few.groupby(OWNED).size().max() == 2
    assert many.groupby(OWNED).size().max() > 2
    assert few[OWNED].nunique() <= 4
    for owned, rows in few.groupby(OWNED):
        others = many[many[OWNED] == owned].sort_values(["recent", "product_id"], ascending=[False, True])
        assert list(
            rows.sort_values(["recent", "product_id"], ascending=[False, True])["product_id"]
        ) == list(others["product_id"][:2])


def test_a_small_catalogue_is_not_bounded(of: Company, backend: BaseBackend) -> None:
    past = past_of(of, backend, all_pairs_up_to=400)
    held = {pair for pair, weeks in weeks_of(of, ORIGIN).items() if min(weeks) <= 13}
    found = basket(past).to_pandas()
    assert set(found[["customer_id", OWNED]].itertuples(index=False, name=None)) == held

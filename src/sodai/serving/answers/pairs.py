"""Predictions of single pairs, each from the first source that can tell."""

import asyncio
from collections.abc import Sequence

import numpy as np

from sodai.serving.answers.common import Plain
from sodai.serving.answers.ranking import Ranking
from sodai.serving.fallback import ranked, reasons_for
from sodai.serving.services import Services
from sodai.serving.state import State
from sodai.serving.state.ids import Id

AT_ONCE = 500

Notes = dict[str, dict[str, str] | None]


async def predictions(
    services: Services, state: State, pairs: Sequence[tuple[Id, int]], *, reasons: bool
) -> tuple[list[Plain], Notes]:
    """Predict pairs of customer id and position of the product, in their order; and why not from the week."""
    rankings: dict[Id, Ranking] = {}
    notes: Notes = {}
    found = []
    for number, (identity, product) in enumerate(pairs):
        if number % AT_ONCE == AT_ONCE - 1:
            await asyncio.sleep(0)  # Others are answered in between.
        customer = state.customers.position.get(identity)
        one = _of_week(state, customer, product) if customer is not None else None
        if one is None:
            if identity not in rankings:
                rankings[identity] = await ranked(services, state, customer, None, of_week=False)
            one = _of_ranking(rankings[identity], product)
            notes[one["source"]] = rankings[identity].note
        if reasons:
            one["reasons"] = []
        found.append({"customer_id": identity, "product_id": state.products.values[product], **one})
    if reasons:
        await _add_reasons(services, state, pairs, found)
    return found, notes


async def _add_reasons(
    services: Services, state: State, pairs: Sequence[tuple[Id, int]], found: Sequence[Plain]
) -> None:
    """Add the reasons of pairs whose probability is a model's, all of a customer at once."""
    asked: dict[int, list[int]] = {}
    for identity, product in pairs:
        customer = state.customers.position.get(identity)
        if customer is not None:
            asked.setdefault(customer, []).append(product)
    told = {customer: await reasons_for(services, state, customer, asked[customer]) for customer in asked}
    for (identity, product), one in zip(pairs, found, strict=True):
        customer = state.customers.position.get(identity)
        if customer is not None and one["probability"] is not None:
            one["reasons"] = told[customer].get(product, [])


def _of_week(state: State, customer: int, product: int) -> Plain | None:
    lists = state.lists
    row = lists.row(customer, product) if lists is not None else None
    if lists is None or row is None:
        return None
    return {
        "probability": float(lists.probability[row]),
        "score": float(lists.probability[row]),
        "expected_items": float(lists.expected_items[row]),
        "rank": int(row - lists.starts[customer]) + 1,
        "buy": bool(lists.buy[row]),
        "source": "published_week",
        "reasons": None,
    }


def _of_ranking(ranking: Ranking, product: int) -> Plain:
    """Return what a ranking says of a product; a score of 0 where it does not name it."""
    places = np.flatnonzero(ranking.product == product)
    at = int(places[0]) if len(places) else None
    probability, expected = ranking.probability, ranking.expected_items
    known = at is not None and probability is not None
    return {
        "probability": float(probability[at]) if known and probability is not None else None,
        "score": float(ranking.score[at]) if at is not None else 0.0,
        "expected_items": float(expected[at]) if known and expected is not None else None,
        "rank": at + 1 if known and at is not None else None,
        "buy": None,
        "source": ranking.source,
        "reasons": None,
    }

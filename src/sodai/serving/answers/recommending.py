"""The answers of recommendations: a customer's list, a product's customers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from sodai.insights.sums import sums
from sodai.serving.answers.common import Plain, sourced
from sodai.serving.answers.policies import chosen
from sodai.serving.answers.ranking import Ranking
from sodai.serving.schemas.common import Source
from sodai.serving.schemas.recommendations import Policy
from sodai.serving.state.ids import Id
from sodai.serving.state.state import State

Reasons = Mapping[int, list[Plain]]


@dataclass(frozen=True, eq=False)
class Listed:
    """What was asked for and which places of a ranking answer it.

    ``customer`` is the position of a customer that is known.
    """

    identity: Id
    customer: int | None
    policy: Policy
    k: int
    places: NDArray[np.intp]
    bought: NDArray[np.bool_]

    @classmethod
    def of(cls, state: State, ranking: Ranking, asked: tuple[Id, Policy, int]) -> Self:
        """Choose the places; asked are customer id, policy and k."""
        identity, policy, k = asked
        customer = state.customers.position.get(identity)
        bought = (
            np.zeros(len(ranking.product), bool)
            if customer is None
            else state.history.was_bought(customer, ranking.product.astype(np.int32))
        )
        classes = (state.company.family_of[ranking.product], state.company.group_of[ranking.product])
        return cls(identity, customer, policy, k, chosen(policy, ranking.score, bought, classes, k), bought)


def recommendations(state: State, ranking: Ranking, listed: Listed, reasons: Reasons, today: date) -> Plain:
    """Lay out a customer's list."""
    rows = [
        _row(state, ranking, place, bool(listed.bought[place]), reasons) for place in listed.places.tolist()
    ]
    for position, row in enumerate(rows, 1):
        row["position"] = position
    return {
        **sourced(state, ranking.source, ranking.note, today),
        "customer_id": listed.identity,
        "known_customer": listed.customer is not None,
        "policy": listed.policy,
        "k": listed.k,
        "recommendations": rows,
    }


def _row(state: State, ranking: Ranking, place: int, bought: bool, reasons: Reasons) -> Plain:
    product = int(ranking.product[place])
    probability, expected, buy = ranking.probability, ranking.expected_items, ranking.buy
    return {
        "position": 0,
        "rank": place + 1 if probability is not None else None,
        "product_id": state.products.values[product],
        "product": state.company.names[product],
        "attributes": state.company.products.attributes(product),
        "probability": None if probability is None else float(probability[place]),
        "score": float(ranking.score[place]),
        "expected_items": None if expected is None else float(expected[place]),
        "buy": None if buy is None else bool(buy[place]),
        "bought_before": bought,
        "reasons": reasons.get(product, []),
    }


def product_customers(state: State, product: int, k: int, today: date) -> Plain:
    """Lay out who is most likely to buy a product; who bought it lately where it is not in the week."""
    lists = state.lists
    rows = lists.rows_of_product(product)[:k] if lists is not None else np.empty(0, np.int32)
    source = Source.WEEK if len(rows) or lists is not None else Source.RECENCY
    customers = _from_week(state, rows) if source is Source.WEEK else _from_history(state, product, k)
    return {
        **sourced(state, source, None if source is Source.WEEK else NO_WEEK, today),
        "product_id": state.products.values[product],
        "product": state.company.names[product],
        "k": k,
        "customers": customers,
    }


NO_WEEK = {
    "es": "No hay una semana publicada: se muestran los clientes que lo compraron últimamente.",
    "en": "There is no published week: these are the customers who bought it lately.",
}


def _from_week(state: State, rows: np.ndarray[Any, np.dtype[np.int32]]) -> list[Plain]:
    lists = state.lists
    if lists is None or not len(rows):
        return []
    bought = state.history.was_bought(lists.customer[rows], lists.product[rows])
    return [
        {
            "position": at + 1,
            "customer_id": state.customers.values[customer],
            "attributes": state.company.customers.attributes(customer),
            "probability": float(lists.probability[row]),
            "score": float(lists.probability[row]),
            "expected_items": float(lists.expected_items[row]),
            "rank": int(row - lists.starts[customer]) + 1,
            "bought_before": bool(bought[at]),
        }
        for at, (row, customer) in enumerate(zip(rows.tolist(), lists.customer[rows].tolist(), strict=True))
    ]


def _from_history(state: State, product: int, k: int) -> list[Plain]:
    rows = state.history.of_product(product)
    weight = 0.5 ** ((state.history.week[rows] - 1) / 8.0)
    score = sums(state.history.customer[rows], weight, len(state.customers))
    order = np.argsort(-score, kind="stable")[:k]
    return [
        {
            "position": at + 1,
            "customer_id": state.customers.values[customer],
            "attributes": state.company.customers.attributes(customer),
            "probability": None,
            "score": float(score[customer]),
            "expected_items": None,
            "rank": None,
            "bought_before": True,
        }
        for at, customer in enumerate(order[score[order] > 0].tolist())
    ]

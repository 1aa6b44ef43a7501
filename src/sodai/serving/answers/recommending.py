"""The answers of recommendations: a customer's list, a product's customers."""

from datetime import date
from typing import Any

import numpy as np

from sodai.insights.sums import sums
from sodai.serving.answers.common import Plain, sourced
from sodai.serving.answers.policies import chosen
from sodai.serving.answers.ranking import Ranking
from sodai.serving.schemas.common import Source
from sodai.serving.schemas.recommendations import Policy
from sodai.serving.state.ids import Id
from sodai.serving.state.state import State


def recommendations(state: State, ranking: Ranking, asked: tuple[Id, Policy, int], today: date) -> Plain:
    """Lay out a customer's list.

    Parameters
    ----------
    state : State
    ranking : Ranking
    asked : tuple
        Customer id, policy and k.
    today : date
    """
    identity, policy, k = asked
    customer = state.customers.find(identity)
    bought = _bought(state, customer, ranking)
    classes = (state.company.family_of[ranking.product], state.company.group_of[ranking.product])
    places = chosen(policy, ranking.score, bought, classes, k)
    reasons = _reasons(state, customer, ranking)
    rows = [_row(state, ranking, place, bool(bought[place]), reasons) for place in places.tolist()]
    for position, row in enumerate(rows, 1):
        row["position"] = position
    return {
        **sourced(state, ranking.source, ranking.note, today),
        "customer_id": identity if customer is None else state.customers.values[customer],
        "known_customer": customer is not None,
        "policy": policy,
        "k": k,
        "recommendations": rows,
    }


def _bought(state: State, customer: int | None, ranking: Ranking) -> np.ndarray[Any, np.dtype[np.bool_]]:
    if customer is None:
        return np.zeros(len(ranking.product), bool)
    return state.history.was_bought(customer, ranking.product.astype(np.int32))


class _Reasons:
    """Reasons of one customer's products; none where the list is not the week's."""

    def __init__(self, state: State, customer: int | None) -> None:
        self._state, self._customer = state, customer

    def of(self, product: int) -> list[Plain]:
        return [] if self._customer is None else self._state.reasons.of_pair(self._customer, product)


def _reasons(state: State, customer: int | None, ranking: Ranking) -> _Reasons:
    return _Reasons(state, customer if ranking.source is Source.WEEK else None)


def _row(state: State, ranking: Ranking, place: int, bought: bool, reasons: _Reasons) -> Plain:
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
        "reasons": reasons.of(product),
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

"""Ranked products of a customer, ranked customers of a product."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from sodai.serving.schemas.common import Answer, Attributes, Id, Share, Sourced, Text


class Policy(StrEnum):
    """Which products are listed: all, bought before, never bought, or fewer of one kind."""

    ALL = "all"
    REPEAT = "repeat"
    DISCOVER = "discover"
    DIVERSE = "diverse"


class Reason(Answer):
    """Why a pair is recommended; ``push`` in log-odds."""

    group: str
    push: float
    text: Text


class Recommendation(Answer):
    """One product of a customer's list.

    ``probability`` is calibrated and null where the answer comes from a baseline, which has only a ``score``
    to rank by. ``rank`` is the place among all products of the customer; ``position`` that in this list.
    """

    position: int
    rank: int | None
    product_id: Id
    product: str
    attributes: Attributes
    probability: Share | None
    score: float
    expected_items: float | None
    buy: Annotated[bool | None, Field(description="At or above the cut that maximises expected F1.")]
    bought_before: bool
    reasons: list[Reason]


class Recommendations(Sourced):
    """A customer's list."""

    customer_id: Id
    known_customer: bool
    policy: Policy
    k: int
    recommendations: list[Recommendation]


class LikelyCustomer(Answer):
    """One customer of a product's list."""

    position: int
    customer_id: Id
    attributes: Attributes
    probability: Share | None
    score: float
    expected_items: float | None
    rank: Annotated[int | None, Field(description="Place of the product in this customer's list.")]
    bought_before: bool


class ProductCustomers(Sourced):
    """Who is most likely to buy a product."""

    product_id: Id
    product: str
    k: int
    customers: list[LikelyCustomer]

"""Customers and products: attributes, history in short, search."""

from datetime import date
from typing import Annotated

from pydantic import Field

from sodai.serving.schemas.common import Answer, Attributes, Id, Page, Share, WeekRef


class Place(Answer):
    """Coordinates as delivered."""

    x: float
    y: float


class CustomerSummary(Answer):
    """A customer in a list."""

    customer_id: Id
    customer_type: str | None
    attributes: Attributes
    band: Annotated[str | None, Field(description="Band of purchase probability, see /v1/segments.")]
    best_probability: Share | None
    expected_items: float | None


class Activity(Answer):
    """The past of a customer or product in numbers; days are dates of purchases."""

    first_day: date | None
    last_day: date | None
    order_days: int
    active_weeks_13: int
    lines: int
    items: float


class TopProduct(Answer):
    """A product that a customer bought."""

    product_id: Id
    product: str
    purchases: Annotated[int, Field(description="Days with a purchase.")]
    items: float
    last_day: date


class CustomerAnswer(CustomerSummary):
    """A customer: attributes, history in short, and what is expected of it."""

    week: WeekRef | None
    place: Place | None
    activity: Activity
    products: int
    expected_products: float | None
    top_products: list[TopProduct]


class HistoryWeek(Answer):
    """One week of a customer; weeks are the seven days counted back from the origin."""

    first_day: date
    items: float
    products: int
    orders: int


class HistorySeries(Answer):
    """Items of one product by week, in the order of ``weeks``."""

    product_id: Id
    product: str
    items: list[float]


class HistoryAnswer(Answer):
    """What a customer bought, by week, oldest first; ``products`` are those bought most."""

    customer_id: Id
    week: WeekRef | None
    weeks: list[HistoryWeek]
    products: list[HistorySeries]
    other_items: Annotated[list[float], Field(description="Items of all other products by week.")]


class CustomersAnswer(Page):
    """Customers that were searched for."""

    customers: list[CustomerSummary]


class ProductSummary(Answer):
    """A product in a list."""

    product_id: Id
    product: str
    attributes: Attributes
    expected_items: float | None
    expected_buyers: float | None


class ProductsAnswer(Page):
    """Products that were searched for."""

    products: list[ProductSummary]


class ProductAnswer(ProductSummary):
    """A product: attributes and history in short."""

    week: WeekRef | None
    activity: Activity
    customers: Annotated[int, Field(description="Customers who ever bought it.")]


class FieldValues(Answer):
    """One attribute that lists can be filtered by, with its commonest values."""

    name: str
    label: dict[str, str]
    values: list[str]


class FieldsAnswer(Answer):
    """Attributes of customers and products that lists can be filtered by."""

    customers: list[FieldValues]
    products: list[FieldValues]


class MapPoint(Answer):
    """A customer on the map."""

    customer_id: Id
    x: float
    y: float
    customer_type: str | None
    band: str | None
    best_probability: Share | None
    expected_items: float | None


class MapAnswer(Answer):
    """All customers with coordinates; empty where the table has none."""

    week: WeekRef | None
    points: list[MapPoint]

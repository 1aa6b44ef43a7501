"""What the predictions mean for the business: segments, demand, what goes with what."""

from datetime import date
from typing import Annotated

from pydantic import Field

from sodai.serving.schemas.common import Answer, Id, Page, Share, WeekRef
from sodai.serving.schemas.entities import CustomerSummary


class Band(Answer):
    """A band of purchase probability: at least ``low`` and, but for the highest, below ``high``."""

    name: str
    low: float
    high: float


class Segment(Answer):
    """Customers of one band and type; the sums are of expected values over the target window."""

    band: str
    customer_type: str | None
    customers: int
    expected_items: float
    expected_products: float


class SegmentsAnswer(Answer):
    """Customers by purchase probability and type.

    A customer's purchase probability is that of its most likely product: it buys something with at least it.
    """

    week: WeekRef | None
    bands: list[Band]
    segments: list[Segment]


class CampaignAnswer(Page):
    """The customers of a segment, the most likely first."""

    week: WeekRef | None
    customers: list[CustomerSummary]


class PenetrationWeek(Answer):
    """One past week of a product: its share of the customers who bought anything."""

    first_day: date
    buyers: int
    active_customers: int
    penetration: Share
    items: float


class Demand(Answer):
    """What is expected of a product in the target window.

    ``low`` to ``high`` holds the total with probability ``confidence`` if pairs buy independently; a week
    that is good or bad for all is outside of it. ``penetration`` is the mean share of active customers who
    bought it over the last 4 weeks, ``trend`` that over the mean of the last 13 (1 is steady).
    """

    product_id: Id
    product: str
    expected_items: float
    low: float
    high: float
    expected_buyers: float
    last_week_items: float
    mean_week_items: Annotated[float, Field(description="Mean of the last 4 weeks.")]
    penetration: Share
    trend: float | None


class ProductDemandAnswer(Answer):
    """A product's expected demand and its penetration by week, oldest first."""

    week: WeekRef | None
    confidence: float
    demand: Demand
    weeks: list[PenetrationWeek]


class DemandAnswer(Page):
    """Expected demand of products, the largest first unless ordered otherwise."""

    week: WeekRef | None
    confidence: float
    products: list[Demand]


class CrossSell(Answer):
    """Two products that are bought on the same day by the same customer.

    ``support`` is the share of order days with both, ``confidence`` of those with the product that have the
    other too, ``lift`` that over the other's share of all order days.
    """

    product_id: Id
    product: str
    other_id: Id
    other: str
    baskets: int
    support: Share
    confidence: Share
    lift: float


class CrossSellAnswer(Answer):
    """What goes with what, the highest lift first among those with enough support."""

    week: WeekRef | None
    weeks: Annotated[int, Field(description="How many weeks back order days count.")]
    order_days: int
    pairs: list[CrossSell]

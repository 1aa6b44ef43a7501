"""What a simulated company is to be: its size, its dates, and the events that are injected into it."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal, get_args

from sodai.settings import UsageError
from sodai.settings.weeks import WEEK_DAYS

EventKind = Literal[
    "price_shock", "category_outage", "new_region", "unit_change", "rotation", "volume", "more_customers"
]
EVENT_KINDS: Final[tuple[str, ...]] = get_args(EventKind)
_SHARES = ("category_outage", "rotation")
_ALWAYS_ON = ("new_region", "rotation", "more_customers")
VOLUME_TARGETS: Final = ("orders", "items")


@dataclass(frozen=True)
class Event:
    """Something that happens to the company at a known date.

    Parameters
    ----------
    kind : str
        ``price_shock`` (demand of one segment times ``size``), ``category_outage`` (the share ``size`` of the
        demand for a category is lost), ``new_region`` and ``more_customers`` (new customers, ``size`` times
        as many as there were; the former in another place, with other tastes), ``unit_change`` (items times
        ``size``), ``rotation`` (the share ``size`` of the codes is replaced at once), ``volume`` (sales
        times ``size``: half of it by ordering more often, half by larger quantities).
    start : date
        It acts from the first week of the simulation that begins on or after this day.
    size : float
        How strong, see ``kind``.
    weeks : int, optional
        How long; without it to the end. A rotation and new customers are never undone.
    target : str, optional
        Which products: a value of category, sub_category, segment or brand. Without it the best-selling
        segment (price_shock) or sub_category (category_outage), or all products (unit_change). For
        ``volume``: ``orders`` or ``items`` to change only one of them.

    Raises
    ------
    UsageError
        If the kind is unknown, or size, weeks or target make no sense for it.
    """

    kind: EventKind
    start: date
    size: float
    weeks: int | None = None
    target: str | None = None

    def __post_init__(self) -> None:
        if self.kind not in EVENT_KINDS:
            raise UsageError(
                "an event of a kind that does not exist", got=self.kind, allowed=", ".join(EVENT_KINDS)
            )
        highest = 1.0 if self.kind in _SHARES else 1000.0
        if not 0 < self.size <= highest:
            raise UsageError(
                f"the size of a {self.kind} does not fit", got=self.size, allowed=f"0 < size <= {highest:g}"
            )
        if self.weeks is not None and (self.weeks < 1 or self.kind in _ALWAYS_ON):
            raise UsageError(
                f"the duration of a {self.kind} does not fit",
                got=self.weeks,
                allowed="none" if self.kind in _ALWAYS_ON else "1 or more weeks",
            )
        if self.kind == "volume" and self.target not in (None, *VOLUME_TARGETS):
            raise UsageError(
                "the target of a volume event does not fit", got=self.target, allowed="orders, items"
            )
        if self.kind in _ALWAYS_ON and self.target is not None:
            raise UsageError(f"a {self.kind} has no target", got=self.target)


@dataclass(frozen=True)
class CompanySpec:
    """A company to simulate: the same values give the same bytes.

    Parameters
    ----------
    customers : int
        Rows of the customer table, before any event. Some of them arrive late, leave, or never buy.
    products : int
        Rows of the product table. As in real catalogues most codes are dead: ``sold_codes`` of them are sold.
    weeks : int
        Length of the history in whole weeks.
    seed : int
        Every random number follows from it.
    last_day : date
        Last day of the history; the first origin after it is the day after.
    events : tuple of Event
        What happens on the way.
    shocks : float
        Strength of what hits the whole company in a week at once (dips, strong weeks, noise); 0 for none.
    truth : bool
        Whether the true probabilities are kept. They need about 40 times as many rows as there are customers,
        each week.

    Raises
    ------
    UsageError
        If a size is not positive, or an event lies outside the history.
    """

    customers: int = 300
    products: int = 60
    weeks: int = 52
    seed: int = 0
    last_day: date = date(2024, 12, 29)
    events: tuple[Event, ...] = ()
    shocks: float = 1.0
    truth: bool = True

    def __post_init__(self) -> None:
        for name in ("customers", "products", "weeks"):
            if getattr(self, name) < 1:
                raise UsageError(f"a company needs {name}", got=getattr(self, name), allowed="1 or more")
        if not 0 <= self.shocks <= 3:
            raise UsageError("the strength of the shocks does not fit", got=self.shocks, allowed="0 to 3")
        for event in self.events:
            if not 0 <= self.week_of(event.start) < self.weeks:
                raise UsageError(
                    f"the event {event.kind} lies outside the history",
                    got=event.start,
                    allowed=f"{self.first_day} to {self.week_start(self.weeks - 1)}",
                )

    @property
    def first_day(self) -> date:
        """First day of the history."""
        return self.last_day - timedelta(days=WEEK_DAYS * self.weeks - 1)

    @property
    def sold_codes(self) -> int:
        """Codes that are sold at some time: 12 % of the catalogue, but at least 40 (or all there are)."""
        return max(min(self.products, 40), round(0.12 * self.products))

    def week_start(self, week: int) -> date:
        """First day of a week counted from 0; week ``weeks`` is the one to be predicted."""
        return self.first_day + timedelta(days=WEEK_DAYS * week)

    def week_of(self, start: date) -> int:
        """Give the first week that begins on or after ``start``."""
        return -((self.first_day - start).days // WEEK_DAYS)

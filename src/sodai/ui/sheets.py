"""The lists that can be downloaded, as sheets."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from sodai.ui import words
from sodai.ui.client import Asking
from sodai.ui.desk import Desk
from sodai.ui.exports import Sheet, attributes_of

Query = Mapping[str, Sequence[str]]
PAGE: Final = 10_000
MOST_PAIRS: Final = 1000
MOST_BUYERS: Final = 1000

w = words.exports


def customer_sheet(desk: Desk, asked: Asking, query: Query) -> Sheet:
    """Lay out the call list of a customer."""
    write, id_ = desk.writer, _one(query, "id")
    answer = asked.recommendations(
        id_, _one(query, "policy", "all"), int(_one(query, "k", "10")), _one(query, "customer_type") or None
    )
    names = attributes_of([one.attributes for one in answer.recommendations], desk.hidden)
    headings = [
        w.POSITION,
        w.PRODUCT_ID,
        w.PRODUCT,
        w.PROBABILITY,
        w.EXPECTED_ITEMS,
        w.BOUGHT_BEFORE,
        w.REASONS,
    ]
    rows = [
        [
            one.position,
            one.product_id,
            one.product,
            one.probability,
            one.expected_items,
            write(w.YES if one.bought_before else w.NO),
            "; ".join(write(reason.text) for reason in one.reasons),
            *(one.attributes.get(name) for name in names),
        ]
        for one in answer.recommendations
    ]
    name = write(w.FILES["customer"], id=id_)
    return Sheet(name, [*map(write, headings), *(desk.labels.get(one, one) for one in names)], rows)


def product_sheet(desk: Desk, asked: Asking, query: Query) -> Sheet:
    """Lay out who is most likely to buy a product."""
    write, id_ = desk.writer, _one(query, "id")
    answer = asked.buyers(id_, MOST_BUYERS)
    names = attributes_of([one.attributes for one in answer.customers], desk.hidden)
    headings = [w.POSITION, w.CUSTOMER_ID, w.PROBABILITY, w.EXPECTED_ITEMS, w.BOUGHT_BEFORE]
    rows = [
        [
            one.position,
            one.customer_id,
            one.probability,
            one.expected_items,
            write(w.YES if one.bought_before else w.NO),
            *(one.attributes.get(name) for name in names),
        ]
        for one in answer.customers
    ]
    name = write(w.FILES["product"], id=id_)
    return Sheet(name, [*map(write, headings), *(desk.labels.get(one, one) for one in names)], rows)


def campaign_sheet(desk: Desk, asked: Asking, query: Query) -> Sheet:
    """Lay out all customers of some segments."""
    write, bands, types = desk.writer, query.get("band", ()), query.get("customer_type", ())
    found = asked.campaign(bands, types, PAGE)
    customers = list(found.customers)
    while len(customers) < found.total and found.customers:
        found = asked.campaign(bands, types, PAGE, len(customers))
        customers.extend(found.customers)
    names = attributes_of([one.attributes for one in customers], desk.hidden)
    rows = [
        [
            one.customer_id,
            one.best_probability,
            one.expected_items,
            write(words.common.BANDS[one.band]) if one.band else None,
            *(one.attributes.get(name) for name in names),
        ]
        for one in customers
    ]
    headings = [w.CUSTOMER_ID, w.PROBABILITY, w.EXPECTED_ITEMS, w.SEGMENT]
    labels = (desk.labels.get(one, one) for one in names)
    return Sheet(write(w.FILES["campaign"]), [*map(write, headings), *labels], rows)


def cross_selling_sheet(desk: Desk, asked: Asking, query: Query) -> Sheet:
    """Lay out what goes with what."""
    answer = asked.cross_selling(None, int(_one(query, "least", "20")), MOST_PAIRS)
    headings = [w.PRODUCT_ID, w.PRODUCT, w.OTHER_ID, w.OTHER, w.LIFT, w.CONFIDENCE, w.SUPPORT, w.BASKETS]
    rows = [
        [p.product_id, p.product, p.other_id, p.other, p.lift, p.confidence, p.support, p.baskets]
        for p in answer.pairs
    ]
    return Sheet(desk.writer(w.FILES["cross-selling"]), [desk.writer(one) for one in headings], rows)


SHEETS: Final[Mapping[str, Callable[[Desk, Asking, Query], Sheet]]] = {
    "customer": customer_sheet,
    "product": product_sheet,
    "campaign": campaign_sheet,
    "cross-selling": cross_selling_sheet,
}


def _one(query: Query, name: str, default: str = "") -> str:
    given = query.get(name) or (default,)
    return given[0][:200]

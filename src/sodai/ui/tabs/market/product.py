"""One product: what is expected of it, who would buy it, what goes with it."""

from dataclasses import dataclass
from typing import Any

import gradio as gr

from sodai.ui import words
from sodai.ui.client import Asking
from sodai.ui.desk import Desk
from sodai.ui.figures.demand import demand_figure, penetration_figure
from sodai.ui.filters import filter_box

MOST = 12
BUYERS = 20
TOGETHER = 8
LEAST_TOGETHER = 20


@dataclass(frozen=True)
class Product:
    """The finder, and the parts of the product that is open."""

    query: gr.Textbox
    where: gr.Dropdown
    order: gr.Dropdown
    found: gr.HTML
    id: gr.Textbox
    card: gr.HTML
    detail: gr.Column
    demand: gr.Plot
    penetration: gr.Plot
    buyers: gr.HTML
    together: gr.HTML

    @property
    def outputs(self) -> list[Any]:
        """What `opened` fills: the card first, for it tells of trouble too."""
        return [self.card, self.detail, self.id, self.demand, self.penetration, self.buyers, self.together]

    @property
    def empty(self) -> tuple[Any, ...]:
        """What the outputs after the card become when there is no answer."""
        return (gr.update(visible=False), *[gr.skip()] * (len(self.outputs) - 2))


def build(desk: Desk) -> Product:
    """Lay it out."""
    write, w = desk.writer, words.market
    with gr.Row(elem_classes="desk"):
        with gr.Column(scale=1, min_width=290, elem_classes="finder"):
            query = gr.Textbox(
                label=write(w.SEARCH), placeholder=write(w.SEARCH_HINT), max_lines=1, elem_id="product-query"
            )
            where = filter_box(desk, w.FILTERS, w.FILTERS_HINT, "product-where")
            orders = [(write(name), value) for value, name in w.ORDERS.items()]
            order = gr.Dropdown(
                orders,
                value="expected_items",
                label=write(w.ORDER),
                filterable=False,
                elem_id="product-order",
            )
            found = desk.panel(elem_id="product-found", elem_classes="waits")
        with gr.Column(scale=3, min_width=320):
            chosen = gr.Textbox(visible=False)
            card = desk.panel(
                desk.html("blank", title=w.CHOOSE, hint=w.CHOOSE_HINT),
                elem_id="product-card",
                elem_classes="waits",
            )
            with gr.Column(visible=False, elem_id="product-detail") as detail:
                with gr.Row():
                    with gr.Column(min_width=300):
                        desk.note(desk.html("heading", title=w.DEMAND_FIGURE, hint=None))
                        demand = gr.Plot(show_label=False, container=False, elem_id="demand-figure")
                    with gr.Column(min_width=300):
                        desk.note(desk.html("heading", title=w.PENETRATION_FIGURE, hint=w.PENETRATION_HINT))
                        penetration = gr.Plot(show_label=False, container=False, elem_id="penetration-figure")
                buyers = desk.note(elem_id="buyers")
                together = desk.note(elem_id="together")
    return Product(query, where, order, found, chosen, card, detail, demand, penetration, buyers, together)


def search(desk: Desk, asked: Asking, query: str, where: list[str], order: str) -> str:
    """Show the products that were searched for; without a search those that an order puts first."""
    searched = bool(query.strip() or where)
    answer = asked.products(query, where, MOST) if searched else asked.demand(order, MOST)
    return desk.html(
        "market/found",
        products=answer.products,
        total=answer.total,
        searched=searched,
        order=words.market.ORDERS[order],
    )


def opened(desk: Desk, asked: Asking, product: str, type_column: str) -> tuple[Any, ...]:
    """Fill the parts for a product."""
    told, demand = asked.product(product), asked.product_demand(product)
    trend = _trend(desk, demand.demand.trend)
    return (
        desk.html("market/card", product=told, demand=demand, trend=trend, labels=desk.labels),
        gr.update(visible=True),
        product,
        demand_figure(desk.writer, demand),
        penetration_figure(desk.writer, demand),
        desk.html("market/buyers", answer=asked.buyers(product, BUYERS), type_column=type_column),
        desk.html(
            "market/cross",
            answer=asked.cross_selling(product, LEAST_TOGETHER, TOGETHER),
            title=words.market.GOES_WITH,
            least=LEAST_TOGETHER,
        ),
    )


def _trend(desk: Desk, trend: float | None) -> str:
    if trend is None:
        return "–"
    change = trend - 1
    if abs(change) < 0.02:
        return desk.writer(words.market.STEADY)
    return f"{'▲' if change > 0 else '▼'} {desk.writer.percent(abs(change))}"

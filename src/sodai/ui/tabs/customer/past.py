"""What a customer bought: a figure by week, and the products bought most often."""

from dataclasses import dataclass
from typing import Any

import gradio as gr

from sodai.serving.schemas.entities import CustomerAnswer
from sodai.ui import words
from sodai.ui.client import Asking
from sodai.ui.desk import Desk
from sodai.ui.figures.history import history_figure

WEEKS = 26


@dataclass(frozen=True)
class Past:
    """The figure and the table."""

    figure: gr.Plot
    top: gr.HTML

    @property
    def outputs(self) -> list[Any]:
        """What `show` fills."""
        return [self.figure, self.top]


def build(desk: Desk) -> Past:
    """Lay it out."""
    desk.note(desk.html("about", text=words.customer.HISTORY_HINT))
    figure = gr.Plot(show_label=False, container=False, visible=False, elem_id="history-figure")
    return Past(figure, desk.note(elem_id="top-products"))


def show(desk: Desk, asked: Asking, customer: CustomerAnswer | None) -> tuple[Any, str]:
    """Fill both; nothing is drawn for a customer that never bought."""
    bought = customer is not None and customer.activity.lines > 0
    top = desk.html("customer/top", products=customer.top_products if customer and bought else [])
    if customer is None or not bought:
        return gr.update(value=None, visible=False), top
    history = asked.history(str(customer.customer_id), WEEKS)
    return gr.update(value=history_figure(desk.writer, history), visible=True), top

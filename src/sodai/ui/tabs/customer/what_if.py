"""What changes if lines come in: they are gathered here and sent to the API, which keeps nothing."""

from dataclasses import dataclass
from typing import Any

import gradio as gr

from sodai.publishing.report.text import Text
from sodai.ui import words
from sodai.ui.client import Asking
from sodai.ui.desk import Desk, Said

SHOWN = 10
Line = dict[str, Any]


@dataclass(frozen=True)
class WhatIf:
    """The line that is being typed, the lines so far, and what they change."""

    product: gr.Dropdown
    items: gr.Number
    add: gr.Button
    calculate: gr.Button
    clear: gr.Button
    lines: gr.State
    listed: gr.HTML
    scored: gr.HTML

    @property
    def outputs(self) -> list[Any]:
        """What `emptied` fills."""
        return [self.lines, self.listed, self.scored]


def build(desk: Desk) -> WhatIf:
    """Lay it out."""
    write, w = desk.writer, words.customer
    desk.note(desk.html("about", text=w.WHAT_IF_HINT))
    with gr.Row(elem_classes="controls"):
        product = gr.Dropdown(
            [],
            value=None,
            label=write(w.WHAT_IF_PRODUCT),
            allow_custom_value=True,
            elem_id="what-if-product",
            scale=3,
        )
        items = gr.Number(
            value=1, label=write(w.WHAT_IF_ITEMS), elem_id="what-if-items", scale=1, min_width=150
        )
    with gr.Row(elem_classes="buttons"):
        add = gr.Button(write(w.ADD), elem_id="what-if-add", scale=0)
        calculate = gr.Button(write(w.CALCULATE), variant="primary", elem_id="what-if-go", scale=0)
        clear = gr.Button(write(w.CLEAR), elem_id="what-if-clear", scale=0)
    listed = desk.panel(listing(desk, []), elem_id="what-if-lines")
    scored = desk.panel(elem_id="what-if-answer", elem_classes="waits")
    return WhatIf(product, items, add, calculate, clear, gr.State([]), listed, scored)


def listing(desk: Desk, lines: list[Line], trouble: Text | None = None) -> str:
    """Show the lines so far."""
    return desk.html("customer/lines", lines=lines, trouble=trouble)


def emptied(desk: Desk) -> tuple[list[Line], str, str]:
    """Take all lines away."""
    return [], listing(desk, []), ""


def added(
    desk: Desk, asked: Asking, product: str | None, items: float | None, lines: list[Line]
) -> tuple[str, Any]:
    """Add a line; refuse one without product or items."""
    if not product or not items:
        return listing(desk, lines, words.customer.CHOOSE_FIRST), gr.skip()
    name = asked.product(product).product
    longer = [*lines, {"product_id": product, "product": name, "items": float(items)}]
    return listing(desk, longer), longer


def removed(desk: Desk, said: Said, lines: list[Line]) -> tuple[str, list[Line]]:
    """Take one line away."""
    kept = [line for at, line in enumerate(lines) if str(at) != said.get("at")]
    return listing(desk, kept), kept


def scored(desk: Desk, asked: Asking, customer: str, lines: list[Line]) -> str:
    """Show the list as it would be with the lines."""
    if not lines:
        return listing(desk, [], words.customer.CHOOSE_FIRST)
    sent = [{"product_id": line["product_id"], "items": line["items"]} for line in lines]
    answer = asked.score(customer, sent, SHOWN)
    return desk.html("customer/scored", answer=answer, ordered={line["product_id"] for line in lines})

"""The probability of one pair, and what drives it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import gradio as gr

from sodai.serving.schemas.predictions import ExplanationAnswer
from sodai.ui import words
from sodai.ui.client import Asking
from sodai.ui.desk import Desk
from sodai.ui.figures.scale import chance_at
from sodai.ui.figures.waterfall import waterfall_figure

Choices = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Pair:
    """The product to explain, the answer in words and as a waterfall."""

    product: gr.Dropdown
    answer: gr.HTML
    figure: gr.Plot

    @property
    def outputs(self) -> list[Any]:
        """What `show` fills."""
        return [self.answer, self.figure]


def build(desk: Desk) -> Pair:
    """Lay it out."""
    write, w = desk.writer, words.customer
    product = gr.Dropdown(
        [],
        value=None,
        label=write(w.PAIR_PRODUCT),
        info=write(w.PAIR_PRODUCT_HINT),
        allow_custom_value=True,
        elem_id="pair-product",
    )
    answer = desk.panel(blank(desk), elem_id="pair-answer", elem_classes="waits")
    return Pair(
        product, answer, gr.Plot(show_label=False, container=False, visible=False, elem_id="waterfall")
    )


def blank(desk: Desk) -> str:
    """Say what will be here."""
    return desk.html("blank", title=words.customer.PAIR_CHOOSE, hint=words.customer.PAIR_CHOOSE_HINT)


def show(desk: Desk, asked: Asking, customer: str, product: str | None) -> tuple[str, Any]:
    """Explain a pair."""
    if not product:
        return blank(desk), gr.update(visible=False)
    answer = asked.explanation(customer, product)
    told = desk.html("customer/pair", answer=answer, adjusted=_adjusted(answer))
    return told, gr.update(value=waterfall_figure(desk.writer, answer), visible=True)


def _adjusted(answer: ExplanationAnswer) -> float | None:
    """Return the probability before calibration, where that is another one."""
    before = chance_at(answer.score_log_odds)
    return before if abs(before - answer.probability) >= 0.005 else None

"""Finding a customer by id, words and attributes."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import gradio as gr

from sodai.ui import words
from sodai.ui.client import Asking
from sodai.ui.desk import Desk
from sodai.ui.filters import filter_box

MOST = 12


@dataclass(frozen=True)
class Finder:
    """What a person searches with, and what was found."""

    query: gr.Textbox
    where: gr.Dropdown
    found: gr.HTML


def build(desk: Desk, start: Callable[..., Any]) -> Finder:
    """Lay the finder out, and search when the page is opened and as a person types."""
    write, w = desk.writer, words.customer
    query = gr.Textbox(
        label=write(w.SEARCH), placeholder=write(w.SEARCH_HINT), max_lines=1, elem_id="customer-query"
    )
    where = filter_box(desk, w.FILTERS, w.FILTERS_HINT, "customer-where")
    found = desk.panel(elem_id="customer-found", elem_classes="waits")
    gr.on(
        [start, query.change, query.submit, where.change, found.retry],  # one listener: the last one wins
        desk.asks(lambda asked, text, chosen: search(desk, asked, text, chosen)),
        [query, where],
        found,
        trigger_mode="always_last",
        show_progress="minimal",
        api_visibility="private",
    )
    return Finder(query, where, found)


def search(desk: Desk, asked: Asking, query: str, where: list[str]) -> str:
    """Show the customers that were searched for; those most likely to buy where nothing was."""
    searched = bool(query.strip() or where)
    answer = asked.customers(query, where, MOST) if searched else asked.campaign((), (), MOST)
    return desk.html(
        "customer/found",
        customers=answer.customers,
        total=answer.total,
        searched=searched,
        query=query.strip(),
    )

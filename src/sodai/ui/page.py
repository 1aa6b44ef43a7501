"""The page of one language: its frame, its tabs, and what it does when it is opened."""

from typing import Any

import gradio as gr

from sodai.ui import words
from sodai.ui.client import Asking
from sodai.ui.correlation import correlation_of
from sodai.ui.client import ApiTrouble
from sodai.ui.desk import Desk
from sodai.ui.filters import choices_of
from sodai.ui.tabs import analytics, customer, market
from sodai.ui.tabs.customer import find
from sodai.ui.tabs.customer.offers import Who
from sodai.ui.tabs.customer.tab import opened

PRIVATE: dict[str, Any] = {"api_visibility": "private"}


def build(desk: Desk, company: str, other_root: str) -> gr.Blocks:
    """Lay the page out and connect it."""
    write = desk.writer
    with gr.Blocks(title=f"{company} · {write(words.common.TITLE)}", analytics_enabled=False) as page:
        other = write.language.other
        desk.note(
            desk.html("header", company=company, other=str(other), other_root=other_root),
            elem_id="top",
        )
        week = desk.panel(elem_id="week")
        desk.note(desk.html("help"))
        with gr.Tabs(elem_id="main", elem_classes="outer") as tabs:
            with gr.Tab(write(words.common.TABS["customer"]), id="customer") as first:
                people = customer.build(desk)
            with gr.Tab(write(words.common.TABS["market"]), id="market") as second:
                goods = market.build(desk, second)
            with gr.Tab(write(words.common.TABS["analytics"]), id="analytics") as third:
                analytics.build(desk, third)
        _open(desk, page, people, tabs)
        third.select(None, js="() => window.sodai?.tab('analytics')", **PRIVATE)
        second.select(None, js="() => window.sodai?.tab('market')", **PRIVATE)
        first.select(None, js="() => window.sodai?.tab('customer')", **PRIVATE)
        clock = gr.Timer(desk.settings.refresh_seconds)
        for event in (page.load, clock.tick, week.retry):
            event(desk.asks(lambda asked: _week(desk, asked)), None, week, show_progress="hidden", **PRIVATE)
    return page


def _week(desk: Desk, asked: Asking) -> str:
    status = asked.status()
    window = desk.writer.window(status.week.origin, status.week.until) if status.week else ""
    return desk.html("week", status=status, window=window)


def _open(desk: Desk, page: gr.Blocks, people: customer.CustomerTab, tabs: gr.Tabs) -> None:
    finder = people.finder

    def filled(asked: Asking) -> tuple[Any, ...]:
        choices = choices_of(desk, asked.fields().customers)
        return find.search(desk, asked, "", []), gr.update(choices=choices, visible=bool(choices))

    page.load(desk.asks(filled, (gr.skip(),)), None, [finder.found, finder.where], show_progress="minimal", **PRIVATE)

    def addressed(request: gr.Request) -> Any:
        """Open what the address asks for."""
        id_ = str(request.query_params.get("customer", ""))[:200]
        if not id_:
            return tuple([gr.skip()] * len(people.outputs))
        asked = desk.api.asking(correlation_of(request.headers))
        try:
            return opened(desk, asked, Who(id_), "all", 10)
        except ApiTrouble as error:
            return desk.trouble(error), *people.empty

    page.load(addressed, None, people.outputs, show_progress="hidden", **PRIVATE)

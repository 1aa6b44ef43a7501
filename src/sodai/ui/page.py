"""The page of one language: its frame, its tabs, and what it does when it is opened."""

from collections.abc import Callable
from typing import Any

import gradio as gr

from sodai.ui import words
from sodai.ui.client import ApiTroubleError, Asking
from sodai.ui.correlation import correlation_of
from sodai.ui.desk import Desk
from sodai.ui.filters import choices_of
from sodai.ui.tabs import analytics, customer, market
from sodai.ui.tabs.customer.offers import Who
from sodai.ui.tabs.customer.tab import opened as customer_opened
from sodai.ui.tabs.market.product import opened as product_opened

QUIET: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}


def build(desk: Desk, company: str, other_root: str) -> gr.Blocks:
    """Lay the page out and connect it."""
    write, other = desk.writer, desk.writer.language.other
    page: gr.Blocks
    with gr.Blocks(title=write(words.common.TITLE, company=company), analytics_enabled=False) as page:
        frame = desk.html("header", company=company, other=str(other), other_root=other_root)
        desk.note(frame, elem_id="top")
        week = desk.panel(elem_id="week")
        desk.note(desk.html("help"))
        with gr.Tabs(elem_id="main", elem_classes="outer", overflow_behavior="wrap"):
            with _tab(desk, "customer") as first:
                people = customer.build(desk, page.load)
            with _tab(desk, "market") as second:
                goods = market.build(desk, second)
            with _tab(desk, "analytics") as third:
                analytics.build(desk, third)
        for name, tab in (("customer", first), ("market", second), ("analytics", third)):
            tab.select(None, js=f"() => window.sodai?.tab('{name}')", **QUIET)
        clock = gr.Timer(desk.settings.refresh_seconds)
        for event in (page.load, clock.tick, week.retry):
            event(desk.asks(lambda asked: _week(desk, asked)), None, week, **QUIET)
        _start(desk, page, people)
        _open_addressed(desk, page, people, goods)
    return page


def _tab(desk: Desk, name: str) -> gr.Tab:
    return gr.Tab(desk.writer(words.common.TABS[name]), id=name)


def _week(desk: Desk, asked: Asking) -> str:
    status = asked.status()
    window = desk.writer.window(status.week.origin, status.week.until) if status.week else ""
    return desk.html("week", status=status, window=window)


def _start(desk: Desk, page: gr.Blocks, people: customer.CustomerTab) -> None:
    def filters(asked: Asking) -> Any:
        choices = choices_of(desk, asked.fields().customers)
        return gr.update(choices=choices, visible=bool(choices))

    page.load(desk.asks(filters, silent=True), None, people.finder.where, **QUIET)


def _open_addressed(
    desk: Desk, page: gr.Blocks, people: customer.CustomerTab, goods: market.MarketTab
) -> None:
    def customer_of(asked: Asking, id_: str) -> tuple[Any, ...]:
        return customer_opened(desk, asked, Who(id_), "all", 10)

    def product_of(asked: Asking, id_: str) -> tuple[Any, ...]:
        return product_opened(desk, asked, id_, desk.type_column)

    for name, part, opened in (("customer", people, customer_of), ("product", goods.product, product_of)):
        page.load(_addressed(desk, name, part, opened), None, part.outputs, **QUIET)


def _addressed(
    desk: Desk, name: str, part: Any, opened: Callable[[Asking, str], tuple[Any, ...]]
) -> Callable[[gr.Request], Any]:
    def handler(request: gr.Request) -> Any:
        id_ = _asked_for(request, name)
        if not id_:
            return tuple(gr.skip() for _ in part.outputs)
        try:
            return opened(desk.api.asking(correlation_of(request.headers)), id_)
        except ApiTroubleError as error:
            return desk.trouble(error), *part.empty

    return handler


def _asked_for(request: gr.Request, name: str) -> str:
    return str(request.query_params.get(name, ""))[:200]

"""The tab as a whole."""

from dataclasses import dataclass
from typing import Any

import gradio as gr

from sodai.ui import words
from sodai.ui.client import Asking
from sodai.ui.desk import Desk, Said
from sodai.ui.figures.map import map_figure, outside
from sodai.ui.filters import choices_of
from sodai.ui.tabs.market import product, segments

PRIVATE: dict[str, Any] = {"api_visibility": "private", "show_progress": "minimal"}
PAIRS = 30


@dataclass(frozen=True)
class MarketTab:
    """The parts that are filled when the tab is opened."""

    product: product.Product


def build(desk: Desk, tab: gr.Tab) -> MarketTab:
    """Lay the tab out and connect it; each part is filled when it is first looked at."""
    write, w = desk.writer, words.market
    desk.note(desk.html("intro", text=w.INTRO))
    with gr.Tabs(elem_classes="inner", overflow_behavior="wrap"):
        with gr.Tab(write(w.PRODUCT), id="product"):
            one = product.build(desk)
        with gr.Tab(write(w.SEGMENTS), id="segments") as second:
            _segments(desk, second)
        with gr.Tab(write(w.CROSS), id="cross") as third:
            _cross(desk, third)
        with gr.Tab(write(w.MAP), id="map") as fourth:
            _map(desk, fourth)
    _product(desk, tab, one)
    return MarketTab(one)


def _product(desk: Desk, tab: gr.Tab, one: product.Product) -> None:
    def filters(asked: Asking) -> Any:
        choices = choices_of(desk, asked.fields().products)
        return gr.update(choices=choices, visible=bool(choices))

    def searched(asked: Asking, query: str, where: list[str], order: str) -> str:
        return product.search(desk, asked, query, where, order)

    def opened(asked: Asking, said: Said) -> tuple[Any, ...]:
        return product.opened(desk, asked, said["id"], desk.type_column)

    def again(asked: Asking, id_: str) -> tuple[Any, ...]:
        return product.opened(desk, asked, id_, desk.type_column)

    tab.select(desk.asks(filters, silent=True), None, one.where, **PRIVATE)
    gr.on(
        [tab.select, one.query.change, one.query.submit, one.where.change, one.order.change, one.found.retry],
        desk.asks(searched),
        [one.query, one.where, one.order],
        one.found,
        trigger_mode="always_last",
        **PRIVATE,
    )
    one.found.submit(desk.hears(opened, one.empty), None, one.outputs, **PRIVATE)
    one.card.retry(desk.asks(again, one.empty), [one.id], one.outputs, **PRIVATE)


def _segments(desk: Desk, tab: gr.Tab) -> None:
    parts = segments.build(desk)

    def shown(asked: Asking, bands: list[str], types: list[str]) -> tuple[Any, ...]:
        return segments.show(desk, asked, bands, types)

    def chosen(asked: Asking, bands: list[str], types: list[str]) -> str:
        return segments.campaign(desk, asked, bands, types)

    choice = [parts.bands, parts.types]
    outputs = [parts.table, parts.figure, parts.types, parts.campaign]
    empty = (gr.update(visible=False), gr.skip(), "")
    for event in (tab.select, parts.table.retry):
        event(desk.asks(shown, empty), choice, outputs, **PRIVATE)
    for event in (parts.bands.change, parts.types.change, parts.campaign.retry):
        event(desk.asks(chosen), choice, parts.campaign, trigger_mode="always_last", **PRIVATE)


def _cross(desk: Desk, tab: gr.Tab) -> None:
    least = gr.Slider(5, 200, value=20, step=5, label=desk.writer(words.market.LEAST), elem_id="least-orders")
    table = desk.panel(elem_id="cross-selling", elem_classes="waits")

    def shown(asked: Asking, baskets: int) -> str:
        answer = asked.cross_selling(None, int(baskets), PAIRS)
        return desk.html("market/cross", answer=answer, title=None, least=int(baskets))

    for event in (tab.select, least.release, table.retry):
        event(desk.asks(shown), [least], table, **PRIVATE)


def _map(desk: Desk, tab: gr.Tab) -> None:
    told = desk.panel(elem_id="map-told")
    figure = gr.Plot(show_label=False, container=False, visible=False, elem_id="map-figure")

    def shown(asked: Asking) -> tuple[Any, ...]:
        answer = asked.map()
        if not answer.points:
            blank = desk.html("blank", title=words.market.NO_MAP, hint=words.market.NO_MAP_HINT)
            return blank, gr.update(visible=False)
        drawn = map_figure(desk.writer, answer)
        hint = desk.html("market/map", outside=outside(answer))
        return hint, gr.update(value=drawn, visible=True)

    for event in (tab.select, told.retry):
        event(desk.asks(shown, (gr.update(visible=False),)), None, [told, figure], **PRIVATE)

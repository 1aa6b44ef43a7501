"""The tab as a whole; each part is filled when it is looked at."""

from typing import Any

import gradio as gr

from sodai.ui import words
from sodai.ui.client import Asking
from sodai.ui.desk import Desk
from sodai.ui.tabs.analytics import champions, decisions, health, quality

PRIVATE: dict[str, Any] = {"api_visibility": "private", "show_progress": "minimal"}


def build(desk: Desk, tab: gr.Tab) -> None:
    """Lay the tab out and connect it."""
    write, w = desk.writer, words.analytics
    desk.note(desk.html("intro", text=w.INTRO))
    with gr.Tabs(elem_classes="inner", overflow_behavior="wrap"):
        with gr.Tab(write(w.QUALITY), id="quality") as first:
            _quality(desk, tab, first)
        with gr.Tab(write(w.DRIFT), id="drift") as second:
            _decisions(desk, second)
        with gr.Tab(write(w.MODELS), id="models") as third:
            _champions(desk, third)
        with gr.Tab(write(w.HEALTH), id="health") as fourth:
            _health(desk, fourth)


def _quality(desk: Desk, outer: gr.Tab, tab: gr.Tab) -> None:
    part = quality.build(desk)
    empty = (gr.update(visible=False), *[gr.skip()] * (len(part.outputs) - 2))

    def shown(asked: Asking, metric: str | None) -> tuple[Any, ...]:
        return quality.show(desk, asked, metric)

    def followed(asked: Asking, metric: str) -> tuple[Any, ...]:
        return gr.skip(), quality.by_week(desk, asked.metrics(), metric)

    for event in (outer.select, tab.select, part.told.retry):
        event(desk.asks(shown, empty), [part.metric], part.outputs, **PRIVATE)
    part.metric.input(desk.asks(followed, (gr.skip(),)), [part.metric], [part.told, part.by_week], **PRIVATE)


def _decisions(desk: Desk, tab: gr.Tab) -> None:
    part = decisions.build(desk)
    empty = (gr.update(visible=False), "", "", gr.update(visible=False))

    def opened(asked: Asking, run: str | None) -> tuple[Any, ...]:
        choices, chosen = decisions.choices(desk, asked, run)
        return (*decisions.show(desk, asked, chosen), choices)

    def shown(asked: Asking, run: str | None) -> tuple[Any, ...]:
        return decisions.show(desk, asked, run)

    for event in (tab.select, part.told.retry):
        event(desk.asks(opened, (*empty, gr.skip())), [part.run], [*part.outputs, part.run], **PRIVATE)
    part.run.input(desk.asks(shown, empty), [part.run], part.outputs, **PRIVATE)


def _champions(desk: Desk, tab: gr.Tab) -> None:
    part = champions.build(desk)
    empty = ("", gr.update(visible=False), *[gr.skip()] * (len(part.outputs) - 3))
    for event in (tab.select, part.champion.retry):
        event(desk.asks(lambda asked: champions.show(desk, asked), empty), None, part.outputs, **PRIVATE)


def _health(desk: Desk, tab: gr.Tab) -> None:
    desk.note(desk.html("about", text=words.analytics.HEALTH_HINT))
    told = desk.panel(elem_id="health", elem_classes="waits")
    for event in (tab.select, told.retry):
        event(desk.asks(lambda asked: health.show(desk, asked)), None, told, **PRIVATE)

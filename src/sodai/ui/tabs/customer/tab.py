"""The tab as a whole: opening a customer fills its parts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import gradio as gr

from sodai.serving.schemas.entities import CustomerAnswer
from sodai.ui import words
from sodai.ui.client import ApiTroubleError, Asking
from sodai.ui.desk import Desk, Said
from sodai.ui.tabs.customer import find, offers, pair, past, what_if
from sodai.ui.tabs.customer.offers import Who

CHOICES = 50
PRIVATE: dict[str, Any] = {"api_visibility": "private", "show_progress": "minimal"}


@dataclass(frozen=True)
class CustomerTab:
    """The parts, and the customer that is open: its id and the type assumed for it."""

    finder: find.Finder
    id: gr.Textbox
    assumed_type: gr.Textbox
    card: gr.HTML
    detail: gr.Column
    inner: gr.Tabs
    offers: offers.Offers
    past: past.Past
    pair: pair.Pair
    what_if: what_if.WhatIf

    @property
    def outputs(self) -> list[Any]:
        """What `opened` fills: the card first, for it tells of trouble too."""
        return [
            self.card,
            self.detail,
            self.id,
            self.assumed_type,
            *self.offers.outputs,
            *self.past.outputs,
            self.pair.product,
            *self.pair.outputs,
            self.what_if.product,
            *self.what_if.outputs,
        ]

    @property
    def empty(self) -> tuple[Any, ...]:
        """What the outputs after the card become when there is no answer."""
        return (gr.update(visible=False), *[gr.skip()] * (len(self.outputs) - 2))


def build(desk: Desk, start: Callable[..., Any]) -> CustomerTab:
    """Lay the tab out and connect it."""
    desk.note(desk.html("intro", text=words.customer.INTRO))
    with gr.Row(elem_classes="desk"):
        with gr.Column(scale=1, min_width=290, elem_classes="finder"):
            finder = find.build(desk, start)
        with gr.Column(scale=3, min_width=320):
            tab = _detail(desk, finder)
    _connect(desk, tab)
    return tab


def _detail(desk: Desk, finder: find.Finder) -> CustomerTab:
    write, w = desk.writer, words.customer
    chosen = gr.Textbox(visible=False), gr.Textbox(visible=False)
    card = desk.panel(
        desk.html("blank", title=w.CHOOSE, hint=w.CHOOSE_HINT), elem_id="customer-card", elem_classes="waits"
    )
    with (
        gr.Column(visible=False, elem_id="customer-detail") as detail,
        gr.Tabs(elem_classes="inner", overflow_behavior="wrap") as inner,
    ):
        with gr.Tab(write(w.CALL_LIST), id="offers"):
            lists = offers.build(desk)
        with gr.Tab(write(w.HISTORY), id="past"):
            history = past.build(desk)
        with gr.Tab(write(w.PAIR), id="pair"):
            explained = pair.build(desk)
        with gr.Tab(write(w.WHAT_IF), id="what-if"):
            imagined = what_if.build(desk)
    return CustomerTab(finder, *chosen, card, detail, inner, lists, history, explained, imagined)


def opened(desk: Desk, asked: Asking, who: Who, policy: str, count: int) -> tuple[Any, ...]:
    """Fill every part for a customer; one that nobody knows gets the popular products."""
    customer = _customer(asked, who.id)
    lists = offers.show(desk, asked, who, policy, count)
    choices = _choices(desk, asked, who)
    return (
        _card(desk, asked, who, customer),
        gr.update(visible=True),
        who.id,
        who.assumed_type,
        *lists,
        *past.show(desk, asked, customer),
        gr.update(choices=choices, value=None),
        pair.blank(desk),
        gr.update(visible=False),
        gr.update(choices=choices, value=None),
        *what_if.emptied(desk),
    )


def _connect(desk: Desk, tab: CustomerTab) -> None:
    lists = tab.offers
    shown = [lists.policy, lists.count]

    def from_found(asked: Asking, said: Said, policy: str, count: int) -> tuple[Any, ...]:
        return opened(desk, asked, Who(said.get("id", ""), said.get("type", "")), policy, count)

    def from_card(asked: Asking, said: Said, id_: str, kind: str, policy: str, count: int) -> tuple[Any, ...]:
        who = Who(said["id"], said.get("type", "")) if "id" in said else Who(id_, kind)
        return opened(desk, asked, who, policy, count)

    def relisted(asked: Asking, id_: str, kind: str, policy: str, count: int) -> str:
        return offers.listed(desk, asked, Who(id_, kind), policy, count)

    tab.finder.found.submit(desk.hears(from_found, tab.empty), shown, tab.outputs, **PRIVATE)
    for again in (tab.card.submit, tab.card.retry):
        again(desk.hears(from_card, tab.empty), [tab.id, tab.assumed_type, *shown], tab.outputs, **PRIVATE)
    for change in (lists.policy.change, lists.count.release, lists.listed.retry):
        change(
            desk.asks(relisted),
            [tab.id, tab.assumed_type, *shown],
            lists.listed,
            trigger_mode="always_last",
            **PRIVATE,
        )
    _connect_answers(desk, tab)
    _connect_pair(desk, tab)
    _connect_what_if(desk, tab)


def _connect_answers(desk: Desk, tab: CustomerTab) -> None:
    lists = tab.offers

    def answered(asked: Asking, said: Said, id_: str, kind: str, policy: str, count: int) -> str:
        return offers.answered(desk, asked, said, Who(id_, kind), (policy, count))

    lists.listed.submit(
        desk.hears(answered),
        [tab.id, tab.assumed_type, lists.policy, lists.count],
        lists.listed,
        trigger_mode="multiple",
        **PRIVATE,
    )


def _connect_pair(desk: Desk, tab: CustomerTab) -> None:
    explained = tab.pair
    outputs, empty = explained.outputs, (gr.update(visible=False),)

    def shown(asked: Asking, id_: str, product: str | None) -> tuple[str, Any]:
        return pair.show(desk, asked, id_, product)

    def jumped(asked: Asking, said: Said, id_: str) -> tuple[Any, ...]:
        return *pair.show(desk, asked, id_, said["product"]), said["product"], gr.update(selected="pair")

    for event in (explained.product.input, explained.answer.retry):
        event(desk.asks(shown, empty), [tab.id, explained.product], outputs, **PRIVATE)
    tab.offers.listed.select(
        desk.hears(jumped, (*empty, gr.skip(), gr.update(selected="pair"))),
        [tab.id],
        [*outputs, explained.product, tab.inner],
        **PRIVATE,
    )


def _connect_what_if(desk: Desk, tab: CustomerTab) -> None:
    part = tab.what_if

    def added(asked: Asking, product: str | None, items: float | None, lines: list[what_if.Line]) -> Any:
        return what_if.added(desk, asked, product, items, lines)

    def removed(_: Asking, said: Said, lines: list[what_if.Line]) -> Any:
        return what_if.removed(desk, said, lines)

    def scored(asked: Asking, id_: str, lines: list[what_if.Line]) -> str:
        return what_if.scored(desk, asked, id_, lines)

    for event in (part.add.click, part.items.submit):
        event(
            desk.asks(added, (gr.skip(),)),
            [part.product, part.items, part.lines],
            [part.listed, part.lines],
            **PRIVATE,
        )
    part.listed.submit(desk.hears(removed, (gr.skip(),)), [part.lines], [part.listed, part.lines], **PRIVATE)
    for event in (part.calculate.click, part.scored.retry):
        event(desk.asks(scored), [tab.id, part.lines], part.scored, **PRIVATE)
    part.clear.click(lambda: what_if.emptied(desk), None, part.outputs, **PRIVATE)


def _customer(asked: Asking, id_: str) -> CustomerAnswer | None:
    try:
        return asked.customer(id_)
    except ApiTroubleError as error:
        if error.kind == "unknown-customer":
            return None
        raise


def _card(desk: Desk, asked: Asking, who: Who, customer: CustomerAnswer | None) -> str:
    if customer is None:
        types = sorted({one.customer_type for one in asked.segments().segments if one.customer_type})
        return desk.html("customer/unknown", id=who.id, types=types, chosen=who.assumed_type)
    attributes = {name: value for name, value in customer.attributes.items() if name not in desk.hidden}
    return desk.html("customer/card", customer=customer, attributes=attributes, labels=desk.labels)


def _choices(desk: Desk, asked: Asking, who: Who) -> Sequence[tuple[str, str]]:
    answer = asked.recommendations(who.id, "all", CHOICES, who.assumed_type or None)
    return [
        (f"{one.product} · {desk.writer.chance(one.probability)}", str(one.product_id))
        for one in answer.recommendations
    ]

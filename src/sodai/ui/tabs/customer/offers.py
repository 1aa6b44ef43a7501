"""The call list, what is always bought and what would be new, and what the customer answered."""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import gradio as gr

from sodai.serving.schemas.events import Event, EventKind
from sodai.serving.schemas.recommendations import Recommendations
from sodai.ui import words
from sodai.ui.client import Asking
from sodai.ui.desk import Desk, Said

SHORT = 6
ANSWERS = (EventKind.ACCEPTED, EventKind.REFUSED)


@dataclass(frozen=True)
class Offers:
    """The choices above the list, and the three lists."""

    policy: gr.Radio
    count: gr.Slider
    listed: gr.HTML
    repeat: gr.HTML
    discover: gr.HTML

    @property
    def outputs(self) -> list[Any]:
        """What `show` fills."""
        return [self.listed, self.repeat, self.discover]


def build(desk: Desk) -> Offers:
    """Lay the lists out."""
    write, w = desk.writer, words.customer
    with gr.Row(elem_classes="controls"):
        policies = [(write(name), value) for value, name in w.POLICIES.items()]
        policy = gr.Radio(policies, value="all", label=write(w.POLICY), elem_id="policy", scale=3)
        count = gr.Slider(5, 50, value=10, step=5, label=write(w.HOW_MANY), elem_id="count", scale=1)
    listed = desk.panel(elem_id="call-list", elem_classes="waits")
    with gr.Row(elem_classes="pair-of-lists"):
        repeat = desk.note(elem_id="repeat-list")
        discover = desk.note(elem_id="discover-list")
    return Offers(policy, count, listed, repeat, discover)


def show(desk: Desk, asked: Asking, who: "Who", policy: str, count: int) -> tuple[str, str, str]:
    """Fill the three lists."""
    short = (
        desk.html("customer/short", answer=_recommended(asked, who, name, SHORT), title=title, hint=hint)
        for name, title, hint in (
            ("repeat", words.customer.REPEAT, words.customer.REPEAT_HINT),
            ("discover", words.customer.DISCOVER, words.customer.DISCOVER_HINT),
        )
    )
    return (listed(desk, asked, who, policy, count), *short)  # type: ignore[return-value]


@dataclass(frozen=True)
class Who:
    """A customer, and the type to assume where nobody knows it."""

    id: str
    assumed_type: str = ""


def listed(desk: Desk, asked: Asking, who: Who, policy: str, count: int) -> str:
    """Show the call list with what was answered to it this week."""
    answer = _recommended(asked, who, policy, count)
    query = {"id": who.id, "policy": policy, "k": int(count)} | (
        {"customer_type": who.assumed_type} if who.assumed_type else {}
    )
    return desk.html(
        "customer/list",
        answer=answer,
        said=_said(asked, who, answer),
        known=answer.known_customer,
        nonce=secrets.token_hex(8),
        labels=desk.labels,
        facts=desk.shown,
        query=urlencode(query),
    )


def answered(desk: Desk, asked: Asking, said: Said, who: Who, shown: tuple[str, int]) -> str:
    """Keep that a product was accepted or refused, and show the list with it."""
    asked.keep(event_of(said, who.id))
    return listed(desk, asked, who, *shown)


def event_of(said: Said, customer: str) -> dict[str, Any]:
    """Make an event of a press; pressing the same button of the same list again is the same event."""
    parts = "|".join((said["nonce"], customer, said["product"], said["do"]))
    return {
        "key": f"ui-{hashlib.sha256(parts.encode()).hexdigest()[:32]}",
        "kind": said["do"],
        "customer_id": customer,
        "product_id": said["product"],
        "position": int(said["position"]),
    }


def _recommended(asked: Asking, who: Who, policy: str, count: int) -> Recommendations:
    return asked.recommendations(who.id, policy, int(count), who.assumed_type or None)


def _said(asked: Asking, who: Who, answer: Recommendations) -> Mapping[str, Event]:
    """Return the newest answer of this week for each product."""
    origin = answer.week.origin.isoformat() if answer.week else None
    newest_last = reversed(asked.events(who.id).events)
    return {str(e.product_id): e for e in newest_last if e.kind in ANSWERS and e.origin == origin}

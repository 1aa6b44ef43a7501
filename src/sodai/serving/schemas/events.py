"""Purchases, and what became of recommendations."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import AwareDatetime, Field

from sodai.serving.schemas.common import Answer, Id, Page, Question
from sodai.serving.schemas.predictions import GivenId


class EventKind(StrEnum):
    """What happened."""

    PURCHASE = "purchase"
    SHOWN = "shown"
    ACCEPTED = "accepted"
    REFUSED = "refused"


class EventRequest(Question):
    """Something that happened; the same ``key`` is the same event, however often it is sent."""

    key: Annotated[
        str,
        Field(
            min_length=1,
            max_length=128,
            pattern=r"^[A-Za-z0-9._:\-]+$",
            description="Chosen by the sender, unique.",
        ),
    ]
    kind: EventKind
    customer_id: GivenId
    product_id: GivenId
    items: Annotated[float | None, Field(ge=-1e6, le=1e6, description="Of a purchase.")] = None
    position: Annotated[int | None, Field(ge=1, le=100_000, description="Place in the list.")] = None
    at: Annotated[AwareDatetime | None, Field(description="When; now when left out.")] = None
    note: Annotated[str | None, Field(max_length=500)] = None


class Event(Answer):
    """An event as it was kept."""

    sequence: int
    key: str
    kind: EventKind
    customer_id: Id
    product_id: Id
    items: float | None
    position: int | None
    at: datetime | None
    note: str | None
    received_at: datetime
    correlation_id: str
    origin: Annotated[str | None, Field(description="Week that was live when it was received.")]


class EventAnswer(Answer):
    """The event is kept; ``repeated`` says that it was already."""

    repeated: bool
    event: Event


class EventsAnswer(Page):
    """Events, newest first."""

    events: list[Event]

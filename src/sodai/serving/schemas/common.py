"""What several answers share: ids, the week an answer is about, where it came from, and how errors look."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

Id = Annotated[int | str, Field(description="As delivered: a number where all ids are numbers, else text.")]
Attributes = Annotated[
    dict[str, int | float | str | None], Field(description="Attribute columns by their name in the table.")
]
Share = Annotated[float, Field(ge=0, le=1)]


class Answer(BaseModel):
    """Base of what is sent."""

    model_config = ConfigDict(frozen=True)


class Question(BaseModel):
    """Base of what is received: a field that does not exist is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Source(StrEnum):
    """Where an answer came from; the first that can answer does, in this order."""

    CACHE = "cache"
    WEEK = "published_week"
    CHAMPION = "champion"
    RECENCY = "recency_baseline"
    POPULARITY = "popularity"


class Text(Answer):
    """The same words in Spanish and in English."""

    es: str
    en: str


class WeekRef(Answer):
    """The week that an answer is about."""

    origin: Annotated[date, Field(description="First day of the target window.")]
    until: Annotated[date, Field(description="Last day of the target window.")]
    expired: Annotated[bool, Field(description="Whether the window has ended by today's date.")]
    model_version: int | None = None


class Sourced(Answer):
    """An answer that says where it came from.

    ``basis`` is what the figures were made from; it differs from ``source`` where the answer was kept in the
    cache. ``note`` says, in words, why it is not what was hoped for.
    """

    source: Source
    basis: Source
    note: Text | None = None
    week: WeekRef | None = None


class Problem(BaseModel):
    """An error, as RFC 9457 (problem+json) has it."""

    type: str = Field(
        description="Identifies the kind of problem.", examples=["urn:sodai:problem:unknown-product"]
    )
    title: str
    status: int
    detail: str
    instance: str = Field(description="Path of the request.")
    correlation_id: str = Field(description="Also in the header X-Request-ID and in the log.")
    hint: str | None = None
    errors: list[dict[str, Any]] | None = Field(None, description="Fields that are not valid, and why.")


class Page(Answer):
    """Which part of a list this is."""

    total: Annotated[int, Field(ge=0, description="How many there are in all.")]
    offset: Annotated[int, Field(ge=0)]
    limit: Annotated[int, Field(ge=1)]

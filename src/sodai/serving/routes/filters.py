"""Filters by attribute in the query string: ``where=customer_type:ABARROTES``, as often as needed."""

from collections.abc import Iterable
from typing import Annotated

from fastapi import Query

from sodai.serving.problems import INVALID, ApiError

Filters = Annotated[
    tuple[str, ...],
    Query(
        max_length=20,
        description="attribute:value, as often as needed, any of one attribute; see /v1/fields.",
        examples=["brand:Brand 7"],
    ),
]


def split(filters: Iterable[str]) -> dict[str, set[str]]:
    """Take filters apart: the values asked for of each attribute, any of which will do.

    Raises
    ------
    ApiError
        If one has no colon.

    Examples
    --------
    >>> split(["brand:Brand 7", "size:1 l", "brand:Brand 7"])
    {'brand': {'Brand 7'}, 'size': {'1 l'}}
    """
    parts = [text.partition(":") for text in filters]
    wrong = next((name for name, colon, _ in parts if not colon or not name), None)
    if wrong is not None:
        raise ApiError(
            INVALID, "a filter is not attribute:value", got=repr(wrong)[:60], allowed="attribute:value"
        )
    found: dict[str, set[str]] = {}
    for name, _, value in parts:
        found.setdefault(name, set()).add(value)
    return found

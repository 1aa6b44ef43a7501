"""Filters by attribute: one box for all attributes, filled with what the company has."""

from collections.abc import Iterable

import gradio as gr

from sodai.publishing.report.text import Text
from sodai.serving.schemas.entities import FieldValues
from sodai.ui.desk import Desk

LONGEST = 40


def filter_box(desk: Desk, label: Text, hint: Text, name: str) -> gr.Dropdown:
    """Add a box of filters, still empty."""
    return gr.Dropdown(
        choices=[], value=[], multiselect=True, label=desk.writer(label), info=desk.writer(hint), elem_id=name
    )


def choices_of(desk: Desk, fields: Iterable[FieldValues]) -> list[tuple[str, str]]:
    """List ``(what a person reads, what the API is told)`` for every value of every attribute that divides.

    An attribute with one value only divides nothing.
    """
    return [
        (f"{field.label.get(desk.writer.language, field.name)}: {value}", f"{field.name}:{value}")
        for field in fields
        if len(field.values) > 1
        for value in field.values[:LONGEST]
    ]

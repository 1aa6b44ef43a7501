"""Segments of customers, and the campaign list that some of them make."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import gradio as gr

from sodai.serving.schemas.market import Segment, SegmentsAnswer
from sodai.ui import words
from sodai.ui.client import Asking
from sodai.ui.desk import Desk
from sodai.ui.figures.segments import segments_figure

SHOWN = 20


@dataclass(frozen=True)
class Segments:
    """The table and figure of all, the choice of some, and their customers."""

    figure: gr.Plot
    table: gr.HTML
    bands: gr.CheckboxGroup
    types: gr.Dropdown
    campaign: gr.HTML


def build(desk: Desk) -> Segments:
    """Lay it out."""
    write, w = desk.writer, words.market
    desk.note(desk.html("about", text=w.SEGMENTS_HINT))
    table = desk.panel(elem_id="segments", elem_classes="waits")
    figure = gr.Plot(show_label=False, container=False, visible=False, elem_id="segments-figure")
    with gr.Row(elem_classes="controls"):
        names = [(write(name), value) for value, name in words.common.BANDS.items()]
        bands = gr.CheckboxGroup(
            names, value=["very_high", "high"], label=write(w.BANDS_CHOSEN), elem_id="bands"
        )
        types = gr.Dropdown([], value=[], multiselect=True, label=write(w.TYPES_CHOSEN), elem_id="types")
    campaign = desk.panel(elem_id="campaign", elem_classes="waits")
    return Segments(figure, table, bands, types, campaign)


def show(desk: Desk, asked: Asking, bands: list[str], types: list[str]) -> tuple[Any, ...]:
    """Fill the table, the figure, the types to choose from, and the campaign."""
    answer = asked.segments()
    table = desk.html("market/segments", rows=_rows(desk, answer), bands=answer.bands)
    names = sorted({one.customer_type for one in answer.segments if one.customer_type})
    drawn = segments_figure(desk.writer, answer) if answer.segments else None
    return (
        table,
        gr.update(value=drawn, visible=drawn is not None),
        gr.update(choices=names, visible=len(names) > 1),
        campaign(desk, asked, bands, types),
    )


def campaign(desk: Desk, asked: Asking, bands: list[str], types: list[str]) -> str:
    """Show the first customers of the segments that were chosen."""
    query = urlencode([*(("band", band) for band in bands), *(("customer_type", kind) for kind in types)])
    answer = asked.campaign(bands, types, SHOWN)
    return desk.html("market/campaign", answer=answer, query=query)


@dataclass(frozen=True)
class _Cell:
    customers: int
    share: float  # percent of ink


@dataclass(frozen=True)
class _Row:
    name: str
    cells: list[_Cell]
    customers: int
    expected_items: float
    products_each: float
    total: bool = False


def _rows(desk: Desk, answer: SegmentsAnswer) -> list[_Row]:
    names = {one.customer_type for one in answer.segments}
    of = {name: [one for one in answer.segments if one.customer_type == name] for name in names}
    rows = [
        _row(answer, segments, name or desk.writer(words.common.UNTYPED)) for name, segments in of.items()
    ]
    rows.sort(key=lambda row: -row.customers)
    if len(rows) > 1:
        rows.append(_row(answer, answer.segments, desk.writer(words.market.TOTAL), total=True))
    return rows


def _row(answer: SegmentsAnswer, segments: list[Segment], name: str, *, total: bool = False) -> _Row:
    customers = sum(one.customers for one in segments)
    in_band = [sum(one.customers for one in segments if one.band == band.name) for band in answer.bands]
    most = 60.0
    return _Row(
        name=name,
        cells=[_Cell(count, 0.0 if total else most * count / max(customers, 1)) for count in in_band],
        customers=customers,
        expected_items=sum(one.expected_items for one in segments),
        products_each=sum(one.expected_products for one in segments) / max(customers, 1),
        total=total,
    )

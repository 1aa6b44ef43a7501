"""Segments: customers of each type by band of purchase probability."""

import plotly.graph_objects as go

from sodai.serving.schemas.market import SegmentsAnswer
from sodai.ui import words
from sodai.ui.figures.style import BANDS, figure
from sodai.ui.writing import Writer


def segments_figure(writer: Writer, answer: SegmentsAnswer) -> go.Figure:
    """Stack the bands of each type, the largest type on top."""
    sizes: dict[str, int] = {}
    for one in answer.segments:
        name = one.customer_type or writer(words.common.UNTYPED)
        sizes[name] = sizes.get(name, 0) + one.customers
    types = sorted(sizes, key=lambda name: sizes[name])
    made = figure(writer, 90 + 34 * len(types), barmode="stack", bargap=0.35)
    for band in answer.bands:
        of_band = {
            one.customer_type or writer(words.common.UNTYPED): one
            for one in answer.segments
            if one.band == band.name
        }
        made.add_bar(
            orientation="h",
            y=types,
            x=[of_band[name].customers if name in of_band else 0 for name in types],
            name=writer(words.common.BANDS[band.name]),
            marker_color=BANDS[band.name],
            hovertemplate="%{y}: %{x:,}<extra>%{fullData.name}</extra>",
        )
    made.update_xaxes(
        title_text=writer(words.market.CUSTOMERS), showgrid=True, gridcolor="rgba(128,136,148,.25)"
    )
    made.update_yaxes(showgrid=False)
    made.update_layout(legend={"traceorder": "normal"})
    return made

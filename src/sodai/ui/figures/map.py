"""Where the customers are: dots, no tiles, for no other host is asked."""

import math

import numpy as np
import plotly.graph_objects as go

from sodai.serving.schemas.entities import MapAnswer, MapPoint
from sodai.ui import words
from sodai.ui.figures.style import BANDS, figure
from sodai.ui.writing import Writer

MOST_AS_DRAWING = 4000


def map_figure(writer: Writer, answer: MapAnswer) -> go.Figure:
    """Draw every customer, coloured by band; many of them on a canvas, which is quicker."""
    made = figure(writer, 560, showlegend=True)
    draw = go.Scatter if len(answer.points) <= MOST_AS_DRAWING else go.Scattergl
    largest = max((point.expected_items or 0.0 for point in answer.points), default=0.0) or 1.0
    for band in (*reversed(words.common.BANDS), None):
        points = [point for point in answer.points if point.band == band]
        if points:
            made.add_trace(
                draw(
                    x=[point.x for point in points],
                    y=[point.y for point in points],
                    mode="markers",
                    name=writer(words.common.BANDS[band] if band else words.common.NO_BAND),
                    marker={
                        "color": BANDS[band],
                        "size": [
                            5 + 17 * math.sqrt((point.expected_items or 0.0) / largest) for point in points
                        ],
                        "opacity": 0.75,
                        "line": {"width": 0.5, "color": "rgba(255,255,255,.6)"},
                    },
                    text=[_told(writer, point) for point in points],
                    hovertemplate="%{text}<extra></extra>",
                )
            )
    made.update_layout(dragmode="pan", legend={"itemsizing": "constant"})
    bounds = view(answer)
    made.update_xaxes(range=bounds[0], constrain="domain")
    made.update_yaxes(range=bounds[1], constrain="domain")
    made.update_xaxes(fixedrange=False, showgrid=True, gridcolor="rgba(128,136,148,.18)", nticks=6)
    made.update_yaxes(fixedrange=False, scaleanchor="x", gridcolor="rgba(128,136,148,.18)", nticks=8)
    return made


def view(answer: MapAnswer) -> tuple[list[float], list[float]]:
    """Choose what is seen at first: where nearly all are, for one wrong coordinate would shrink the rest."""
    spans = []
    for values in ([point.x for point in answer.points], [point.y for point in answer.points]):
        low, high = np.quantile(values, [0.02, 0.98]).tolist()
        room = 0.25 * (high - low) or 1.0
        spans.append([max(low - room, min(values) - 0.1 * room), min(high + room, max(values) + 0.1 * room)])
    return spans[0], spans[1]


def outside(answer: MapAnswer) -> int:
    """Count the customers that are not in view at first."""
    (left, right), (low, high) = view(answer)
    return sum(not (left <= point.x <= right and low <= point.y <= high) for point in answer.points)


def _told(writer: Writer, point: MapPoint) -> str:
    lines = (
        writer(words.customer.CUSTOMER, id=str(point.customer_id)),
        point.customer_type or "",
        f"{writer(words.common.PROBABILITY)}: {writer.chance(point.best_probability)}",
        f"{writer(words.common.EXPECTED_ITEMS)}: {writer.items(point.expected_items)}",
    )
    return "<br>".join(line for line in lines if line)

"""Horizontal bars with a name each: importance by family, what moved."""

from collections.abc import Sequence

import plotly.graph_objects as go

from sodai.ui.figures.style import ACCENT, MODEL, figure, in_percent, wrapped
from sodai.ui.writing import Writer


def bars_figure(
    writer: Writer,
    rows: Sequence[tuple[str, float]],
    *,
    as_percent: bool = False,
    width: int = 30,
    limits: Sequence[float | None] = (),
) -> go.Figure:
    """Draw ``(name, value)`` from the top down, in the order given; ``limits`` are marked on the bars."""
    scale = 100 if as_percent else 1
    names = [wrapped(name, width) for name, _ in rows]
    lines = sum(name.count("<br>") for name in names)
    made = figure(writer, 60 + 28 * len(rows) + 12 * lines, showlegend=False, bargap=0.35)
    made.add_bar(
        orientation="h",
        y=list(range(len(rows))),
        x=[scale * value for _, value in rows],
        marker_color=MODEL,
        customdata=names,
        hovertemplate=f"%{{customdata}}: %{{x:.3~g}}{' %' if as_percent else ''}<extra></extra>",
    )
    if limits:
        made.add_scatter(
            x=[None if value is None else scale * value for value in limits],
            y=list(range(len(rows))),
            mode="markers",
            marker={"symbol": "diamond", "size": 9, "color": ACCENT},
            hovertemplate="%{x:.3~g}<extra></extra>",
        )
    made.update_yaxes(
        tickmode="array",
        tickvals=list(range(len(rows))),
        ticktext=names,
        autorange="reversed",
        showgrid=False,
    )
    made.update_xaxes(showgrid=True, gridcolor="rgba(128,136,148,.25)", rangemode="tozero")
    if as_percent:
        in_percent(writer, made.update_xaxes)
    return made

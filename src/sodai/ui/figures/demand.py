"""A product by week: what was sold and what is expected, and how many of the customers buy it."""

import plotly.graph_objects as go

from sodai.serving.schemas.market import ProductDemandAnswer
from sodai.ui import words
from sodai.ui.figures.style import ACCENT, BASELINE, MODEL, figure, in_percent
from sodai.ui.writing import Writer


def demand_figure(writer: Writer, answer: ProductDemandAnswer) -> go.Figure:
    """Draw the items of each week as bars, and the next week with its interval."""
    w, demand, past = words.market, answer.demand, answer.weeks
    made = figure(writer, 300, bargap=0.25)
    made.add_bar(
        x=list(range(len(past))),
        y=[week.items for week in past],
        name=writer(w.SOLD),
        marker_color=BASELINE,
        customdata=[writer.week(week.first_day) for week in past],
        hovertemplate="%{customdata}<br>%{y:,.1f}<extra></extra>",
    )
    made.add_bar(
        x=[len(past)],
        y=[demand.expected_items],
        name=writer(w.EXPECTED_MARK),
        marker_color=MODEL,
        error_y={
            "type": "data",
            "symmetric": False,
            "array": [demand.high - demand.expected_items],
            "arrayminus": [demand.expected_items - demand.low],
            "color": ACCENT,
            "thickness": 2,
            "width": 6,
        },
        hovertemplate="%{y:,.1f}<extra></extra>",
    )
    _weeks(writer, made, answer)
    made.update_yaxes(title_text=writer(words.common.ITEMS), rangemode="tozero")
    return made


def penetration_figure(writer: Writer, answer: ProductDemandAnswer) -> go.Figure:
    """Draw the share of active customers who bought the product, week by week."""
    past = answer.weeks
    made = figure(writer, 300, showlegend=False)
    made.add_scatter(
        x=list(range(len(past))),
        y=[100 * week.penetration for week in past],
        mode="lines+markers",
        line={"color": MODEL, "width": 2.5},
        marker={"size": 5},
        fill="tozeroy",
        fillcolor="rgba(63,127,232,.12)",
        customdata=[writer.week(week.first_day) for week in past],
        hovertemplate="%{customdata}<br>%{y:.1f} %<extra></extra>",
    )
    _weeks(writer, made, answer)
    in_percent(writer, made.update_yaxes)
    made.update_yaxes(rangemode="tozero")
    return made


def _weeks(writer: Writer, made: go.Figure, answer: ProductDemandAnswer) -> None:
    days = [writer.short_day(week.first_day) for week in answer.weeks]
    made.update_xaxes(tickmode="array", tickvals=list(range(0, len(days), 5)), ticktext=days[::5])

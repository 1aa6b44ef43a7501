"""What a customer bought by week, a colour a product."""

import plotly.graph_objects as go

from sodai.serving.schemas.entities import HistoryAnswer
from sodai.ui import words
from sodai.ui.figures.style import BASELINE, SERIES, figure
from sodai.ui.writing import Writer


def history_figure(writer: Writer, answer: HistoryAnswer) -> go.Figure:
    """Stack the items of each week."""
    days = [writer.short_day(week.first_day) for week in answer.weeks]
    titles = [writer(words.customer.WEEK_OF, day=writer.day(week.first_day)) for week in answer.weeks]
    made = figure(writer, 380, barmode="stack", bargap=0.18)
    series = [(one.product, one.items) for one in answer.products]
    others = [max(0.0, value) for value in answer.other_items]
    if any(others):
        series.append((writer(words.customer.OTHER_PRODUCTS), others))
    for at, (name, items) in enumerate(series):
        made.add_bar(
            x=list(range(len(days))),
            y=items,
            name=name,
            customdata=titles,
            marker_color=SERIES[at] if at < len(answer.products) else BASELINE,
            hovertemplate=f"%{{customdata}}<br>{name}: %{{y:,.1f}}<extra></extra>",
        )
    made.update_xaxes(tickmode="array", tickvals=list(range(0, len(days), 4)), ticktext=days[::4])
    made.update_yaxes(title_text=writer(words.common.ITEMS), rangemode="tozero")
    made.update_layout(legend={"y": -0.18, "yanchor": "top", "font": {"size": 12}})
    return made

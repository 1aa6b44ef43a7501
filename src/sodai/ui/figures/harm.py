"""What keeping the champion costs: its quality by week beside the baseline."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import plotly.graph_objects as go

from sodai.publishing.report.words import SCORES
from sodai.ui.figures.style import BASELINE, MODEL, figure
from sodai.ui.writing import Writer


def harm_figure(
    writer: Writer, before: Sequence[Mapping[str, Any]], since: Sequence[Mapping[str, Any]]
) -> go.Figure:
    """Draw the weeks before the champion was trained and those since, with a line between."""
    made = figure(writer, 300)
    weeks = [*before, *since]
    named = (
        ("baseline_pr_auc", SCORES["baseline"], BASELINE),
        ("pr_auc", SCORES["champion"], MODEL),
    )
    for column, name, colour in named:
        made.add_scatter(
            x=[writer.week(date.fromisoformat(week["origin"])) for week in weeks],
            y=[week[column] for week in weeks],
            mode="lines+markers",
            name=writer(name),
            line={"color": colour, "width": 2.5},
            hovertemplate="%{x}<br>%{y:.3f}<extra>%{fullData.name}</extra>",
        )
    made.update_xaxes(type="category")
    if before and since:
        made.add_vline(x=len(before) - 0.5, line={"color": BASELINE, "dash": "dot", "width": 1.5})
    return made

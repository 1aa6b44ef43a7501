"""Quality of the model: by length of the list, by week, calibration, expected against real."""

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from sodai.publishing.report.words import SCORES, named
from sodai.serving.schemas.model import Curve, MetricsAnswer
from sodai.ui import words
from sodai.ui.figures.style import ACCENT, BASELINE, GOOD, MODEL, figure, in_percent
from sodai.ui.writing import Writer

COLOURS: Mapping[str, str] = {
    "baseline": BASELINE,
    "champion": GOOD,
    "popularity": ACCENT,
    "repeat": "#9a5fc4",
}


def score_name(writer: Writer, score: str, main: str) -> str:
    """Name a score; the one that is judged is the model."""
    return writer(words.analytics.MODEL if score == main else named(SCORES, score))


def precision_figure(writer: Writer, answer: MetricsAnswer) -> go.Figure:
    """Draw precision by length of the list, a line a score."""
    made = figure(writer, 320)
    for curve in _model_last(answer.precision_at, answer.main_score):
        made.add_scatter(
            x=[point.x for point in curve.points],
            y=[100 * point.y for point in curve.points],
            mode="lines+markers",
            name=score_name(writer, curve.score, answer.main_score),
            line=_line(curve.score, answer.main_score),
            marker={"size": 5},
            hovertemplate="K = %{x}: %{y:.1f} %<extra>%{fullData.name}</extra>",
        )
    made.update_xaxes(title_text=writer(words.analytics.LENGTH), dtick=5)
    in_percent(writer, made.update_yaxes)
    made.update_yaxes(rangemode="tozero")
    return made


def week_figure(writer: Writer, answer: MetricsAnswer, metric: str, *, as_percent: bool) -> go.Figure:
    """Draw a metric week by week, a line a score."""
    made = figure(writer, 320)
    scale = 100 if as_percent else 1
    shown = (answer.main_score, *(score for score in answer.scores if score in {"baseline", "champion"}))
    for score in reversed(list(dict.fromkeys(shown))):
        rows = [one for one in answer.by_week if (one.metric, one.score) == (metric, score)]
        made.add_scatter(
            x=[writer.week(one.origin) for one in rows],
            y=[None if one.value is None else scale * one.value for one in rows],
            mode="lines+markers",
            name=score_name(writer, score, answer.main_score),
            line=_line(score, answer.main_score),
            marker={"size": 8},
            hovertemplate="%{x}<br>%{y:.4~g}<extra>%{fullData.name}</extra>",
        )
    if as_percent:
        in_percent(writer, made.update_yaxes)
    made.update_xaxes(type="category")
    return made


def calibration_figure(writer: Writer, answer: MetricsAnswer) -> go.Figure:
    """Draw what was said against what happened, beside the diagonal."""
    made = figure(writer, 340)
    top = max((max(p.x, p.y) for c in answer.calibration for p in c.points), default=1.0)
    end = min(100.0, 105 * top)
    made.add_scatter(
        x=[0, end],
        y=[0, end],
        mode="lines",
        name=writer(words.analytics.PERFECT),
        line={"color": BASELINE, "width": 1.5, "dash": "dash"},
        hoverinfo="skip",
    )
    for curve in answer.calibration:
        pairs = [writer(words.analytics.PAIRS, n=writer.number(point.size)) for point in curve.points]
        made.add_scatter(
            x=[100 * point.x for point in curve.points],
            y=[100 * point.y for point in curve.points],
            mode="lines+markers",
            name=score_name(writer, curve.score, answer.main_score),
            line={"color": MODEL, "width": 2.5},
            marker={"size": 8},
            customdata=pairs,
            hovertemplate="%{x:.1f} % → %{y:.1f} %<br>%{customdata}<extra></extra>",
        )
    for axis, title in (
        (made.update_xaxes, words.analytics.SAID),
        (made.update_yaxes, words.analytics.HAPPENED),
    ):
        in_percent(writer, axis)
        axis(range=[0, end], title_text=writer(title))
    return made


def totals_figure(writer: Writer, answer: MetricsAnswer) -> go.Figure:
    """Draw the purchases that were expected and those that there were, week by week."""
    weeks = [writer.week(one.origin) for one in answer.predicted_actual]
    made = figure(writer, 340, barmode="group", bargap=0.3)
    for name, colour, values in (
        (words.analytics.PREDICTED, MODEL, [one.expected for one in answer.predicted_actual]),
        (words.analytics.REAL, BASELINE, [one.actual for one in answer.predicted_actual]),
    ):
        made.add_bar(
            x=weeks,
            y=values,
            name=writer(name),
            marker_color=colour,
            hovertemplate="%{x}<br>%{y:,.0f}<extra>%{fullData.name}</extra>",
        )
    made.update_xaxes(type="category")
    return made


def _line(score: str, main: str) -> dict[str, object]:
    return {
        "color": MODEL if score == main else COLOURS.get(score, ACCENT),
        "width": 3 if score == main else 2,
    }


def _model_last(curves: Sequence[Curve], main: str) -> list[Curve]:
    return sorted(curves, key=lambda curve: curve.score == main)

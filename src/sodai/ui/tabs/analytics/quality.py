"""Quality of the model over the past weeks, beside the baseline."""

from dataclasses import dataclass
from typing import Any

import gradio as gr

from sodai.publishing.report.words import lower_is_better, metric_name
from sodai.serving.schemas.model import Figure, MetricsAnswer
from sodai.ui import words
from sodai.ui.client import Asking
from sodai.ui.desk import Desk
from sodai.ui.figures.quality import (
    calibration_figure,
    precision_figure,
    score_name,
    totals_figure,
    week_figure,
)

# What the table shows, and what can be followed week by week.
SHOWN = (
    "pr_auc",
    "precision",
    "recall",
    "ndcg",
    "hit",
    "ece",
    "coverage",
    "diversity",
    "novelty",
    "sum_ratio",
)
PERCENT = frozenset({"precision", "recall", "hit", "coverage", "sales_coverage"})
FIRST = "precision@10"


@dataclass(frozen=True)
class Quality:
    """The table, the figures, and the metric followed by week."""

    told: gr.HTML
    precision: gr.Plot
    metric: gr.Dropdown
    by_week: gr.Plot
    calibration: gr.Plot
    totals: gr.Plot
    figures: gr.Column

    @property
    def outputs(self) -> list[Any]:
        """What `show` fills."""
        return [
            self.told,
            self.figures,
            self.precision,
            self.metric,
            self.by_week,
            self.calibration,
            self.totals,
        ]


def build(desk: Desk) -> Quality:
    """Lay it out."""
    w = words.analytics
    told = desk.panel(elem_id="quality", elem_classes="waits")
    with gr.Column(visible=False) as figures:
        with gr.Row():
            with gr.Column(min_width=300):
                desk.note(desk.html("heading", title=w.PRECISION_AT, hint=w.PRECISION_AT_HINT))
                precision = gr.Plot(show_label=False, container=False, elem_id="precision-figure")
            with gr.Column(min_width=300):
                desk.note(desk.html("heading", title=w.BY_WEEK, hint=None))
                metric = gr.Dropdown(
                    [], label=desk.writer(w.BY_WEEK_METRIC), filterable=False, elem_id="metric"
                )
                by_week = gr.Plot(show_label=False, container=False, elem_id="week-figure")
        with gr.Row():
            with gr.Column(min_width=300):
                desk.note(desk.html("heading", title=w.CALIBRATION, hint=w.CALIBRATION_HINT))
                calibration = gr.Plot(show_label=False, container=False, elem_id="calibration-figure")
            with gr.Column(min_width=300):
                desk.note(desk.html("heading", title=w.PREDICTED_REAL, hint=None))
                totals = gr.Plot(show_label=False, container=False, elem_id="totals-figure")
    return Quality(told, precision, metric, by_week, calibration, totals, figures)


def show(desk: Desk, asked: Asking, metric: str | None) -> tuple[Any, ...]:
    """Fill everything."""
    answer = asked.metrics()
    known = list(dict.fromkeys(one.metric for one in answer.by_week))
    chosen = metric if metric in known else FIRST if FIRST in known else known[0]
    choices = [(desk.writer(metric_name(name)), name) for name in known if _base(name) in SHOWN]
    return (
        _table(desk, answer),
        gr.update(visible=True),
        precision_figure(desk.writer, answer),
        gr.update(choices=choices, value=chosen),
        by_week(desk, answer, chosen),
        calibration_figure(desk.writer, answer),
        totals_figure(desk.writer, answer),
    )


def by_week(desk: Desk, answer: MetricsAnswer, metric: str) -> Any:
    """Draw one metric week by week."""
    return week_figure(desk.writer, answer, metric, as_percent=_base(metric) in PERCENT)


@dataclass(frozen=True)
class _Row:
    name: str
    values: list[str]
    interval: str
    lower: bool


@dataclass(frozen=True)
class _Verdict:
    tone: str
    text: str


def _table(desk: Desk, answer: MetricsAnswer) -> str:
    scores = [answer.main_score, *(score for score in answer.scores if score != answer.main_score)]
    found = {(one.metric, one.score): one for one in answer.figures}
    names = [one for one in dict.fromkeys(figure.metric for figure in answer.figures) if _base(one) in SHOWN]
    names.sort(key=lambda name: (SHOWN.index(_base(name)), name))
    return desk.html(
        "analytics/quality",
        verdict=_verdict(desk, answer),
        refused=answer.refused,
        weeks=len({one.origin for one in answer.by_week}),
        scores=[score_name(desk.writer, score, answer.main_score) for score in scores],
        rows=[_row(desk, name, [found.get((name, score)) for score in scores]) for name in names],
    )


def _row(desk: Desk, metric: str, figures: list[Figure | None]) -> _Row:
    def told(value: float | None) -> str:
        percent = _base(metric) in PERCENT
        return desk.writer.percent(value, 1) if percent else desk.writer.number(value, 3)

    main = figures[0]
    both = main is not None and main.low is not None and main.high is not None
    return _Row(
        name=desk.writer(metric_name(metric)),
        values=[told(one.value if one else None) for one in figures],
        interval=f"{told(main.low)} – {told(main.high)}" if main is not None and both else "–",
        lower=lower_is_better(metric),
    )


def _verdict(desk: Desk, answer: MetricsAnswer) -> _Verdict | None:
    metric, main = answer.gate_metric, answer.main_score
    wanted = (metric, main, "baseline")
    gap = next((d for d in answer.differences if (d.metric, d.score, d.reference) == wanted), None)
    if gap is None or gap.low is None or gap.high is None:
        return None
    w, write = words.analytics, desk.writer
    text, tone = (
        (w.BETTER, "good") if gap.low > 0 else (w.WORSE, "bad") if gap.high < 0 else (w.NOT_BETTER, "")
    )
    value = {one.score: one.value for one in answer.figures if one.metric == metric}
    return _Verdict(
        tone,
        write(
            text,
            metric=write(metric_name(metric)),
            model=write.number(value.get(main), 3),
            baseline=write.number(value.get("baseline"), 3),
            difference=write.number(gap.value, 3, signed=True),
            interval=f"[{write.number(gap.low, 3, signed=True)}; {write.number(gap.high, 3, signed=True)}]",
        ),
    )


def _base(metric: str) -> str:
    return metric.partition("@")[0]

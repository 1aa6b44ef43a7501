"""What drives the probability of a pair: from any pair to this one, step by step (SHAP).

The steps add up in log-odds; the axis says the probabilities that these are.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from sodai.serving.schemas.predictions import ExplanationAnswer
from sodai.ui import words
from sodai.ui.figures.scale import chance_at, log_odds
from sodai.ui.figures.style import BAD, BASELINE, GOOD, figure, wrapped
from sodai.ui.writing import Writer

STEPS = 9
LABEL_WIDTH = 24
TICKS = (0.0001, 0.001, 0.01, 0.05, 0.2, 0.5, 0.8, 0.95, 0.99, 0.999)


def waterfall_figure(writer: Writer, answer: ExplanationAnswer) -> go.Figure:
    """Draw what each group of facts adds, the strongest first, and the weakest as one."""
    steps = _steps(writer, answer)
    low, high = _range(steps)
    made = figure(writer, 60 + 38 * len(steps), showlegend=False)
    made.add_bar(
        orientation="h",
        y=list(range(len(steps))),
        base=[low if step.whole else step.start for step in steps],
        x=[step.end - (low if step.whole else step.start) for step in steps],
        marker_color=[_colour(step) for step in steps],
        hovertext=[f"{step.label}<br>→ {writer.percent(chance_at(step.end), 1)}" for step in steps],
        hovertemplate="%{hovertext}<extra></extra>",
        width=0.62,
    )
    ticks = [tick for tick in TICKS if low <= log_odds(tick) <= high]
    made.update_xaxes(
        range=[low, high],
        tickmode="array",
        tickvals=[log_odds(tick) for tick in ticks],
        ticktext=[writer.percent(tick, _decimals(tick)) for tick in ticks],
        showgrid=True,
        gridcolor="rgba(128,136,148,.25)",
        tickangle=0,
    )
    labels = [step.label for step in steps]
    made.update_yaxes(
        autorange="reversed",
        tickmode="array",
        tickvals=list(range(len(labels))),
        ticktext=labels,
        showgrid=False,
    )
    return made


@dataclass(frozen=True)
class _Step:
    """A bar from ``start`` to ``end`` in log-odds; a whole one begins at the edge."""

    label: str
    start: float
    end: float
    whole: bool = False


def _steps(writer: Writer, answer: ExplanationAnswer) -> list[_Step]:
    ranked = sorted(answer.groups.items(), key=lambda item: -abs(item[1]))
    pushes = [(_group(writer, name), push) for name, push in ranked[:STEPS]]
    if ranked[STEPS:]:
        pushes.append((writer(words.customer.OTHERS), sum(push for _, push in ranked[STEPS:])))
    reached = answer.base_log_odds
    steps = [_Step(writer(words.customer.START), 0.0, reached, whole=True)]
    for label, push in pushes:
        steps.append(_Step(label, reached, reached + push))
        reached += push
    return [*steps, _Step(writer(words.customer.RESULT), 0.0, answer.score_log_odds, whole=True)]


def _group(writer: Writer, name: str) -> str:
    known = words.customer.GROUPS.get(name)
    return wrapped(writer(known) if known else name, LABEL_WIDTH)


def _colour(step: _Step) -> str:
    return BASELINE if step.whole else GOOD if step.end >= step.start else BAD


def _decimals(tick: float) -> int:
    return 2 if tick < 0.001 else 1 if tick < 0.01 or tick > 0.99 else 0


def _range(steps: Sequence[_Step]) -> tuple[float, float]:
    reached = [step.end for step in steps]
    low, high = min(reached), max(reached)
    room = 0.08 * max(high - low, 1.0)
    return low - room, high + room

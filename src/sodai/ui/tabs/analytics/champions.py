"""The champion, what it looks at, who was champion before, and the runs."""

from dataclasses import dataclass
from typing import Any

import gradio as gr

from sodai.publishing.report.words import ALGORITHMS, FAMILIES, named
from sodai.serving.schemas.model import FeatureWeight, ModelAnswer, PromotionEntry, RunEntry
from sodai.ui import words
from sodai.ui.client import ApiTroubleError, Asking
from sodai.ui.desk import Desk
from sodai.ui.figures.bars import bars_figure

MOST = 15
CLEAR = 0.2  # below it, a feature raises as often as it lowers


@dataclass(frozen=True)
class Champions:
    """The parts."""

    champion: gr.HTML
    families: gr.Plot
    features: gr.HTML
    ledger: gr.HTML
    card: gr.Markdown
    weights: gr.Column

    @property
    def outputs(self) -> list[Any]:
        """What `show` fills."""
        return [self.champion, self.ledger, self.weights, self.families, self.features, self.card]


def build(desk: Desk) -> Champions:
    """Lay it out."""
    w = words.analytics
    champion = desk.panel(elem_id="champion", elem_classes="waits")
    with gr.Column(visible=False) as weights:
        desk.note(desk.html("heading", title=w.IMPORTANCE, hint=w.IMPORTANCE_HINT))
        families = gr.Plot(show_label=False, container=False, elem_id="importance-figure")
        features = desk.note(elem_id="features")
    ledger = desk.note(elem_id="ledger")
    with gr.Accordion(desk.writer(w.CARD), open=False, elem_id="model-card"):
        card = gr.Markdown()
    return Champions(champion, families, features, ledger, card, weights)


def show(desk: Desk, asked: Asking) -> tuple[Any, ...]:
    """Fill the parts; before the first champion there are only runs."""
    runs = asked.runs().runs
    ledger = _ledger(desk, asked.promotions().promotions, runs)
    try:
        model, importance = asked.model(), asked.importance()
    except ApiTroubleError as error:
        if error.kind != "not-found":
            raise
        hint = words.trouble.WHAT["not-found"][1]
        blank = desk.html("blank", title=words.analytics.NO_CHAMPION, hint=hint)
        return blank, ledger, gr.update(visible=False), None, "", ""
    shares = [(desk.writer(named(FAMILIES, one.family)), one.share) for one in importance.families]
    return (
        _champion(desk, model),
        ledger,
        gr.update(visible=True),
        bars_figure(desk.writer, shares, as_percent=True),
        desk.html("analytics/features", rows=[_feature(desk, one) for one in importance.features[:MOST]]),
        desk.writer(model.card) if model.card else "",
    )


def _champion(desk: Desk, model: ModelAnswer) -> str:
    algorithm = desk.writer(named(ALGORITHMS, model.algorithm)) if model.algorithm else "–"
    return desk.html("analytics/champion", model=model, algorithm=algorithm)


def _feature(desk: Desk, one: FeatureWeight) -> dict[str, Any]:
    w = words.analytics
    way = one.direction or 0.0
    word, tone = (w.RAISES, "up") if way > CLEAR else (w.LOWERS, "down") if way < -CLEAR else (w.MIXED, "")
    family = desk.writer(named(FAMILIES, one.family))
    return {"meaning": one.meaning, "family": family, "share": one.share, "direction": word, "tone": tone}


def _ledger(desk: Desk, promotions: list[PromotionEntry], runs: list[RunEntry]) -> str:
    write, w = desk.writer, words.analytics
    reasons = {one.run_id: one.gate_why for one in runs if one.gate_why}
    told = [
        {
            "at": one.at,
            "action": write(w.ACTIONS[one.action]) if one.action in w.ACTIONS else one.action,
            "version": one.version,
            "previous": one.previous,
            "why": write(reasons[one.run_id])
            if one.run_id in reasons and one.action == "promote"
            else one.why,
        }
        for one in promotions
    ]
    rows = [
        {
            "origin": one.origin,
            "run_id": one.run_id,
            "live": one.live,
            "status": write(w.STATES_OF_RUNS[one.status]) if one.status in w.STATES_OF_RUNS else one.status,
            "path": write(w.PATHS[one.path]) if one.path in w.PATHS else one.path or "–",
            "gate": write(w.GATES[one.gate]) if one.gate in w.GATES else one.gate or "–",
            "version": one.model_version or "–",
        }
        for one in runs
    ]
    return desk.html("analytics/ledger", promotions=told, runs=rows)

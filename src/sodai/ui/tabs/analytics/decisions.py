"""What moved, and what was decided with it, run by run."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import gradio as gr

from sodai.publishing.report.words import FAMILIES, named
from sodai.serving.schemas.model import DriftAnswer, MovedFeature, RunAnswer
from sodai.ui import words
from sodai.ui.client import ApiTroubleError, Asking
from sodai.ui.desk import Desk
from sodai.ui.figures.bars import bars_figure
from sodai.ui.figures.harm import harm_figure

MOST = 12


@dataclass(frozen=True)
class Decisions:
    """The run that is looked at, its decisions, what moved, what it costs."""

    run: gr.Dropdown
    told: gr.HTML
    figure: gr.Plot
    table: gr.HTML
    costs: gr.HTML
    weeks: gr.Plot

    @property
    def outputs(self) -> list[Any]:
        """What `show` fills."""
        return [self.told, self.figure, self.table, self.costs, self.weeks]


def build(desk: Desk) -> Decisions:
    """Lay it out."""
    desk.note(desk.html("about", text=words.analytics.DRIFT_HINT))
    run = gr.Dropdown([], label=desk.writer(words.analytics.RUN), filterable=False, elem_id="run")
    told = desk.panel(elem_id="decisions", elem_classes="waits")
    figure = gr.Plot(show_label=False, container=False, visible=False, elem_id="drift-figure")
    table, costs = desk.note(elem_id="moved"), desk.note(elem_id="costs")
    weeks = gr.Plot(show_label=False, container=False, visible=False, elem_id="harm-figure")
    return Decisions(run, told, figure, table, costs, weeks)


def choices(desk: Desk, asked: Asking, run: str | None) -> tuple[Any, str | None]:
    """List the runs, newest first, and choose one."""
    runs = asked.runs().runs
    ids = [one.run_id for one in runs]
    chosen = run if run in ids else ids[0] if ids else None
    named_ = [(f"{desk.writer.day(one.origin)} · {one.run_id}", one.run_id) for one in runs]
    return gr.update(choices=named_, value=chosen, visible=bool(ids)), chosen


def show(desk: Desk, asked: Asking, run: str | None) -> tuple[Any, ...]:
    """Show a run's decisions, what it measured, and what that costs."""
    hidden = gr.update(visible=False)
    if run is None:
        blank = desk.html("blank", title=words.analytics.NO_RUNS, hint=words.analytics.NO_RUNS_HINT)
        return blank, hidden, "", "", hidden
    told, drift = asked.run(run), _drift(asked, run)
    moved = _moved(drift) if drift else []
    weeks = _weeks(desk, drift)
    return (
        _decisions(desk, told, drift, bool(moved)),
        gr.update(value=_bars(desk, moved), visible=True) if moved else hidden,
        desk.html("analytics/moved", rows=[_row(desk, one) for one in moved]) if moved else "",
        desk.html("analytics/harm", outlook=(drift.harm or {}).get("outlook")) if drift and weeks else "",
        hidden if weeks is None else gr.update(value=weeks, visible=True),
    )


def _decisions(desk: Desk, run: RunAnswer, drift: DriftAnswer | None, moved: bool) -> str:
    note = drift.note if drift and drift.note else desk.writer(words.analytics.NO_DRIFT)
    path = words.analytics.PATHS.get(run.path) if run.path else None
    gate = words.analytics.GATES.get(run.gate) if run.gate else None
    return desk.html("analytics/run", run=run, path=path, gate=gate, moved=moved, note=note)


def _drift(asked: Asking, run: str) -> DriftAnswer | None:
    try:
        return asked.drift(run)
    except ApiTroubleError as error:
        if error.kind == "not-found":
            return None
        raise


def _moved(drift: DriftAnswer) -> list[MovedFeature]:
    """List what was bought and predicted, then the features, first those furthest beyond the limit."""
    features = [one for one in drift.features if one.statistics][:MOST]
    whole = [one for one in (drift.label, drift.prediction) if one is not None and one.statistics]
    return [*whole, *features]


def _bars(desk: Desk, moved: list[MovedFeature]) -> Any:
    rows = [(_name(desk, one), _distance(one)) for one in moved]
    return bars_figure(desk.writer, rows, limits=[(one.effect or {}).get("margin") for one in moved])


def _weeks(desk: Desk, drift: DriftAnswer | None) -> Any:
    """Draw what keeping the champion costs; None where fewer than two weeks are known."""
    harm = (drift.harm if drift else None) or {}
    before, since = harm.get("validation") or [], harm.get("since") or []
    return harm_figure(desk.writer, before, since) if len(before) + len(since) > 1 else None


def _distance(one: MovedFeature) -> float:
    return float((one.effect or {}).get("value", one.statistics.get("js", 0.0)))


def _name(desk: Desk, one: MovedFeature) -> str:
    named_ = {"label": words.analytics.LABEL, "prediction": words.analytics.PREDICTION}
    return desk.writer(named_[one.family]) if one.family in named_ else one.name


def _row(desk: Desk, one: MovedFeature) -> dict[str, Any]:
    effect = one.effect or {}
    return {
        "name": _name(desk, one),
        "family": desk.writer(named(FAMILIES, one.family)),
        "distance": _distance(one),
        "limit": effect.get("margin"),
        "since": date.fromisoformat(effect["since"]) if effect.get("since") else None,
        "use": one.use,
        "stake": one.stake,
        "before": one.mean_reference,
        "now": one.mean_recent,
    }

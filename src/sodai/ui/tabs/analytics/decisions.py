"""What moved, and what was decided with it, run by run."""

from dataclasses import dataclass
from typing import Any

import gradio as gr

from sodai.publishing.report.words import FAMILIES, named
from sodai.serving.schemas.model import DriftAnswer, MovedFeature, RunAnswer
from sodai.ui import words
from sodai.ui.client import ApiTroubleError, Asking
from sodai.ui.desk import Desk
from sodai.ui.figures.bars import bars_figure

MOST = 12


@dataclass(frozen=True)
class Decisions:
    """The run that is looked at, its decisions, what moved."""

    run: gr.Dropdown
    told: gr.HTML
    figure: gr.Plot
    table: gr.HTML

    @property
    def outputs(self) -> list[Any]:
        """What `show` fills."""
        return [self.told, self.figure, self.table]


def build(desk: Desk) -> Decisions:
    """Lay it out."""
    desk.note(desk.html("about", text=words.analytics.DRIFT_HINT))
    run = gr.Dropdown([], label=desk.writer(words.analytics.RUN), filterable=False, elem_id="run")
    told = desk.panel(elem_id="decisions", elem_classes="waits")
    figure = gr.Plot(show_label=False, container=False, visible=False, elem_id="drift-figure")
    return Decisions(run, told, figure, desk.note(elem_id="moved"))


def choices(desk: Desk, asked: Asking, run: str | None) -> tuple[Any, str | None]:
    """List the runs, newest first, and choose one."""
    runs = asked.runs().runs
    ids = [one.run_id for one in runs]
    chosen = run if run in ids else ids[0] if ids else None
    named_ = [(f"{desk.writer.day(one.origin)} · {one.run_id}", one.run_id) for one in runs]
    return gr.update(choices=named_, value=chosen, visible=bool(ids)), chosen


def show(desk: Desk, asked: Asking, run: str | None) -> tuple[Any, ...]:
    """Show a run's decisions, and what it measured."""
    if run is None:
        blank = desk.html("blank", title=words.analytics.NO_RUNS, hint=words.analytics.NO_RUNS_HINT)
        return blank, gr.update(visible=False), ""
    told, drift = asked.run(run), _drift(asked, run)
    moved = _moved(drift) if drift else []
    drawn = bars_figure(desk.writer, [(_name(desk, one), _js(one)) for one in moved]) if moved else None
    return (
        _decisions(desk, told, drift, bool(moved)),
        gr.update(value=drawn, visible=drawn is not None),
        desk.html("analytics/moved", rows=[_row(desk, one) for one in moved]) if moved else "",
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
    features = sorted((one for one in drift.features if one.statistics), key=lambda one: -_js(one))[:MOST]
    whole = [one for one in (drift.label, drift.prediction) if one is not None and one.statistics]
    return [*whole, *features]


def _js(one: MovedFeature) -> float:
    return one.statistics.get("js", 0.0)


def _name(desk: Desk, one: MovedFeature) -> str:
    named_ = {"label": words.analytics.LABEL, "prediction": words.analytics.PREDICTION}
    return desk.writer(named_[one.family]) if one.family in named_ else one.name


def _row(desk: Desk, one: MovedFeature) -> dict[str, Any]:
    return {
        "name": _name(desk, one),
        "family": desk.writer(named(FAMILIES, one.family)),
        "js": one.statistics.get("js"),
        "psi": one.statistics.get("psi"),
        "before": one.mean_reference,
        "now": one.mean_recent,
    }

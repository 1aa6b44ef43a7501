"""Figures of quality: precision and recall, calibration, weeks, lists and slices."""

from collections.abc import Iterable
from typing import Any

from sodai.publishing.report.blocks import Figure
from sodai.publishing.report.curves import Points
from sodai.publishing.report.run import Record, RunSummary
from sodai.publishing.report.text import Text, day, joined, same
from sodai.publishing.report.words import SCORES, SLICES, metric_name, named

COLOURS = {
    "challenger": "var(--model)",
    "champion": "var(--second)",
    "baseline": "var(--baseline)",
    "popularity": "var(--third)",
    "repeat": "var(--fourth)",
}


def colour(run: RunSummary, score: str) -> str:
    """Colour of a score: the run's own model always has the model's."""
    return "var(--model)" if score == run.main_score else COLOURS.get(score, "var(--second)")


def scores_of(run: RunSummary) -> list[str]:
    """List the scores that were judged, the run's own model first."""
    scores = list((run.metrics or {}).get("scores", ()))
    return sorted(scores, key=lambda name: name != run.main_score)


def titled(score: str) -> Text:
    """Name a score at the beginning of a line."""
    name = named(SCORES, score)
    return Text(name.es.capitalize(), name.en.capitalize())


def slice_name(dimension: str, name: str) -> Text:
    """Name a slice with what it is a class of."""
    return joined([named(SLICES, dimension), named(SLICES, name)], ": ")


def _lines(run: RunSummary, lines: Iterable[Points], **more: Any) -> list[dict[str, Any]]:
    return [
        {
            "type": "scatter",
            "mode": "lines",
            "x": list(line.x),
            "y": list(line.y),
            "line": {"color": colour(run, line.score), "width": 2.5 if line.score == run.main_score else 1.8},
            **more,
        }
        for line in lines
    ]


def precision_recall_figure(run: RunSummary) -> Figure | None:
    """Draw precision by recall."""
    lines = run.curves.precision_recall
    if not lines:
        return None
    return Figure(
        "precision-recall",
        Text("Precisión según cobertura", "Precision by recall"),
        data=_lines(run, lines),
        layout={"xaxis": {"range": [0, 1]}, "yaxis": {"range": [0, 1.02]}},
        words={
            "x": Text("Parte de las compras encontrada (recall)", "Share of purchases found (recall)"),
            "y": Text("Parte de lo ofrecido que se compra", "Share of offers bought (precision)"),
            "names": [titled(line.score) for line in lines],
            "hover": [same("%{y:.3f}<extra>%{fullData.name}</extra>") for _ in lines],
        },
        note=Text("Más arriba es mejor.", "Higher is better."),
    )


def calibration_figure(run: RunSummary) -> Figure | None:
    """Draw what was promised against what happened."""
    lines = run.curves.calibration
    if not lines or not lines[0].x:
        return None
    line = lines[0]
    return Figure(
        "calibration",
        Text("Calibración", "Calibration"),
        data=[
            {
                "type": "scatter",
                "mode": "lines",
                "x": [0, 1],
                "y": [0, 1],
                "line": {"color": "var(--baseline)", "dash": "dot", "width": 1.5},
            },
            {
                "type": "scatter",
                "mode": "lines+markers",
                "x": list(line.x),
                "y": list(line.y),
                "customdata": list(line.size),
                "line": {"color": "var(--model)", "width": 2},
                "marker": {"size": 8},
            },
        ],
        layout={"xaxis": {"range": [0, 1]}, "yaxis": {"range": [0, 1.02]}},
        words={
            "x": Text("Probabilidad que dio el modelo", "Probability given by the model"),
            "y": Text("Parte que se compró", "Share that was bought"),
            "names": [Text("Calibración perfecta", "Perfect calibration"), titled(line.score)],
            "hover": [
                same("<extra></extra>"),
                Text(
                    "probabilidad %{x:.3f}<br>comprado %{y:.3f}<br>%{customdata:,} pares<extra></extra>",
                    "probability %{x:.3f}<br>bought %{y:.3f}<br>%{customdata:,} pairs<extra></extra>",
                ),
            ],
        },
        note=Text(
            "Cada punto reúne pares que suman las mismas compras esperadas; sobre la línea punteada,"
            " lo que se"
            " promete es lo que ocurre.",
            "Each point gathers pairs that add up to equally many expected purchases; on the dotted"
            " line, what is"
            " promised is what happens.",
        ),
    )


def weekly_figure(run: RunSummary) -> Figure | None:
    """Draw the gate's metric by test week."""
    rows = [w for w in (run.metrics or {}).get("by_week", ()) if w["metric"] == run.gate_metric]
    scores = [s for s in scores_of(run) if any(w["score"] == s for w in rows)]
    if not rows:
        return None
    data = []
    for score in scores:
        own = [w for w in rows if w["score"] == score]
        data.append(
            {
                "type": "scatter",
                "mode": "lines+markers",
                "x": [w["origin"] for w in own],
                "y": [w["value"] for w in own],
                "line": {"color": colour(run, score), "width": 2.5 if score == run.main_score else 1.8},
                "marker": {"size": 7},
            }
        )
    name = metric_name(run.gate_metric)
    return Figure(
        "weekly",
        Text(f"{name.es} por semana", f"{name.en} by week"),
        wide=True,
        data=data,
        layout={
            "xaxis": {"type": "date", "tickvals": sorted({w["origin"] for w in rows})},
            "yaxis": {"rangemode": "tozero"},
        },
        words={
            "y": name,
            "names": [titled(s) for s in scores],
            "xticks": [day(origin) for origin in sorted({w["origin"] for w in rows})],
            "hover": [same("%{y:.3f}<extra>%{fullData.name}</extra>") for _ in scores],
        },
    )


def list_figures(run: RunSummary) -> list[Figure]:
    """Draw recall and precision by the length of the list."""
    wanted = (
        (
            "recall-at",
            run.curves.recall_at,
            Text("Recall según el largo de la lista", "Recall by length of the list"),
            Text("Parte de lo comprado que está en la lista", "Share of purchases in the list"),
        ),
        (
            "precision-at",
            run.curves.precision_at,
            Text("Precisión según el largo de la lista", "Precision by length of the list"),
            Text("Parte de la lista que se compra", "Share of the list bought"),
        ),
    )
    return [
        Figure(
            name,
            title,
            data=_lines(run, lines),
            layout={"xaxis": {"dtick": 5, "range": [1, 20]}, "yaxis": {"rangemode": "tozero"}},
            words={
                "x": Text("Productos en la lista (K)", "Products in the list (K)"),
                "y": y,
                "names": [titled(line.score) for line in lines],
                "hover": [same("K = %{x}: %{y:.3f}<extra>%{fullData.name}</extra>") for _ in lines],
            },
        )
        for name, lines, title, y in wanted
        if lines
    ]


def slices_of(
    run: RunSummary,
) -> tuple[list[tuple[str, str]], list[str], dict[tuple[str, str, str], Record]]:
    """Find the gate's metric by slice: the slices, the scores that have it, and the measurements by both."""
    rows = [s for s in (run.metrics or {}).get("slices", ()) if s["metric"] == run.gate_metric]
    scores = [s for s in dict.fromkeys((run.main_score, "baseline")) if any(r["score"] == s for r in rows)]
    found = {(r["dimension"], r["name"], r["score"]): r for r in rows if r["score"] in scores}
    return list(dict.fromkeys((dimension, name) for dimension, name, _ in found)), scores, found


def slice_figure(run: RunSummary) -> Figure:
    """Draw the gate's metric of each slice with its intervals."""
    kinds, scores, by_key = slices_of(run)
    order = kinds[::-1]
    data = []
    for at, score in enumerate(scores):
        apart = 0.16 * (0.5 * (len(scores) - 1) - at)
        found = [by_key.get((*kind, score)) for kind in order]
        value = [None if f is None else f["value"] for f in found]
        data.append(
            {
                "type": "scatter",
                "mode": "markers",
                "x": value,
                "y": [place + apart for place in range(len(order))],
                "error_x": {
                    "type": "data",
                    "symmetric": False,
                    "array": [_gap(f, "high", "value") for f in found],
                    "arrayminus": [_gap(f, "value", "low") for f in found],
                    "thickness": 1.5,
                    "width": 4,
                },
                "marker": {"color": colour(run, score), "size": 9},
            }
        )
    return Figure(
        "slices",
        Text("Con intervalos", "With intervals"),
        wide=True,
        data=data,
        layout={
            "height": 110 + 36 * len(order),
            "yaxis": {"tickvals": list(range(len(order))), "automargin": True},
            "xaxis": {"rangemode": "tozero"},
        },
        words={
            "x": metric_name(run.gate_metric),
            "yticks": [slice_name(*kind) for kind in order],
            "names": [titled(s) for s in scores],
            "hover": [same("%{x:.3f}<extra>%{fullData.name}</extra>") for _ in scores],
        },
    )


def _gap(found: Record | None, upper: str, lower: str) -> float | None:
    if found is None or found[upper] is None or found[lower] is None:
        return None
    return float(found[upper] - found[lower])

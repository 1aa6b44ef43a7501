"""The model itself: how it was chosen, what it looks at, and what it recommends to whom and why."""

from collections.abc import Mapping, Sequence
from typing import Any

from sodai.publishing.report.blocks import Block, Card, Cards, Details, Figure, Paragraph, Section, Table
from sodai.publishing.report.run import Record, RunSummary
from sodai.publishing.report.text import Text, counted, fixed, percent, same
from sodai.publishing.report.words import ALGORITHMS, FAMILIES, named

TOP_FEATURES = 20
FAMILY_COLOURS = ("var(--model)", "var(--second)", "var(--third)", "var(--fourth)", "var(--fifth)")


def trials(run: RunSummary) -> Section | None:
    """Build the section on the study; None where the champion was kept."""
    study = run.study
    if not study:
        return None
    blocks: list[Block] = [Paragraph(Text(study["reason_es"], study["reason_en"]))]
    if any(trial["value"] is not None for trial in study["trials"]):
        blocks.append(_trials_figure(study["trials"]))
    best = sorted(study["values"].items(), key=lambda item: -(item[1] or 0.0))
    counts = {name: sum(t["family"] == name for t in study["trials"]) for name, _ in best}
    rows = [
        [_capital(named(ALGORITHMS, name)), counted(counts[name] or None), fixed(value, 4)]
        for name, value in best
    ]
    head = [Text("Algoritmo", "Algorithm"), Text("Intentos", "Trials"), Text("Mejor PR-AUC", "Best PR-AUC")]
    chosen = frozenset(at for at, (name, _) in enumerate(best) if name == study["family"])
    blocks.append(Table(head, rows, strong=chosen))
    params = (run.training or {}).get("params")
    if params:
        blocks.append(Details(Text("Hiperparámetros", "Hyperparameters"), [pairs_table(flat(params))]))
    return Section("trials", Text("Cómo se eligió el modelo", "How the model was chosen"), blocks)


def _trials_figure(found: Sequence[Record]) -> Figure:
    families = list(dict.fromkeys(trial["family"] for trial in found))
    data: list[dict[str, Any]] = []
    for family, colour in zip(families, FAMILY_COLOURS * len(families), strict=False):
        own = [trial for trial in found if trial["family"] == family]
        data.append(
            {
                "type": "scatter",
                "mode": "markers",
                "x": [t["number"] for t in own],
                "y": [_reached(t) for t in own],
                "marker": {
                    "color": colour,
                    "size": 8,
                    "symbol": ["circle" if t["value"] is not None else "x-thin-open" for t in own],
                },
            }
        )
    finished = [t for t in found if t["value"] is not None]
    best = [max(t["value"] for t in finished[: at + 1]) for at in range(len(finished))]
    data.append(
        {
            "type": "scatter",
            "mode": "lines",
            "x": [t["number"] for t in finished],
            "y": best,
            "line": {"color": "var(--ink)", "width": 1.2, "shape": "hv", "dash": "dot"},
        }
    )
    return Figure(
        "trials",
        Text("Los intentos", "The trials"),
        wide=True,
        data=data,
        layout={},
        words={
            "x": Text("Intento", "Trial"),
            "y": Text("PR-AUC de validación", "Validation PR-AUC"),
            "names": [
                *(_capital(named(ALGORITHMS, f)) for f in families),
                Text("Mejor hasta ahí", "Best so far"),
            ],
            "hover": [same("%{x}: %{y:.4f}<extra>%{fullData.name}</extra>") for _ in data],
        },
        note=Text(
            "Las cruces son intentos que se cortaron antes, medidos con menos datos.",
            "Crosses are trials that were stopped early, measured on less data.",
        ),
    )


def _reached(trial: Record) -> float | None:
    rungs = trial.get("rungs") or (None,)
    value: float | None = trial["value"] if trial["value"] is not None else rungs[-1]
    return value


def importance(run: RunSummary) -> Section | None:
    """Build the section on what the model looks at."""
    found = run.importance
    if not found or not found["features"]:
        return None
    about = Text(
        "Valores SHAP en log-odds (antes de calibrar) sobre una muestra de {n} pares, pareja entre"
        " pares conocidos y"
        " nuevos y entre probabilidades altas y bajas.",
        "SHAP values in log-odds (before calibration) on a sample of {n} pairs, even over known and"
        " new pairs and"
        " over high and low probabilities.",
    ).format(n=counted(found["rows"]))
    blocks: list[Block] = [
        _family_figure(found["families"]),
        _feature_figure(found["features"][:TOP_FEATURES]),
    ]
    blocks.append(Details(Text("La muestra", "The sample"), [_strata(found["strata"])]))
    return Section("importance", Text("En qué se fija el modelo", "What the model looks at"), blocks, about)


def _family_figure(families: Sequence[Record]) -> Figure:
    rows = list(families)[::-1]
    return Figure(
        "families",
        Text("Por familia de variables", "By family of features"),
        wide=True,
        data=[
            {
                "type": "bar",
                "orientation": "h",
                "x": [f["share"] for f in rows],
                "y": list(range(len(rows))),
                "customdata": [f["features"] for f in rows],
                "marker": {"color": "var(--model)"},
            }
        ],
        layout={
            "height": 80 + 32 * len(rows),
            "xaxis": {"tickformat": ".0%"},
            "yaxis": {"tickvals": list(range(len(rows))), "automargin": True},
        },
        words={
            "x": Text("Parte de la importancia", "Share of importance"),
            "yticks": [_capital(named(FAMILIES, f["name"])) for f in rows],
            "names": [same("")],
            "hover": [
                Text(
                    "%{x:.1%}, %{customdata} variables<extra></extra>",
                    "%{x:.1%}, %{customdata} features<extra></extra>",
                )
            ],
        },
    )


def _feature_figure(features: Sequence[Record]) -> Figure:
    rows = list(features)[::-1]
    return Figure(
        "features",
        Text("Las variables que más pesan", "The features that weigh most"),
        wide=True,
        data=[
            {
                "type": "bar",
                "orientation": "h",
                "x": [f["mean_abs"] for f in rows],
                "y": list(range(len(rows))),
                "customdata": [[f["name"], f["share"]] for f in rows],
                "marker": {"color": [_direction_colour(f["direction"]) for f in rows]},
            }
        ],
        layout={
            "height": 90 + 32 * len(rows),
            "yaxis": {"tickvals": list(range(len(rows))), "automargin": True},
        },
        words={
            "x": Text("|SHAP| medio (log-odds)", "Mean |SHAP| (log-odds)"),
            "yticks": [Text(f["meaning_es"], f["meaning_en"]) for f in rows],
            "names": [same("")],
            "hover": [
                same("%{hovertext}<br>%{customdata[0]}: %{x:.3f} (%{customdata[1]:.1%})<extra></extra>")
            ],
        },
        note=Text(
            "Azul: más de ello hace más probable la compra. Naranja: menos probable. Gris: sin"
            " dirección clara.",
            "Blue: more of it makes a purchase more likely. Orange: less likely. Grey: no clear direction.",
        ),
    )


def _direction_colour(direction: float | None) -> str:
    if direction is None or abs(direction) < 0.3:
        return "var(--baseline)"
    return "var(--model)" if direction > 0 else "var(--third)"


def _strata(strata: Sequence[Record]) -> Table:
    head = [
        Text("Probabilidad", "Probability"),
        Text("Par", "Pair"),
        Text("Pares", "Pairs"),
        Text("En la muestra", "In the sample"),
    ]
    rows = []
    for stratum in strata:
        low, high = percent(stratum["low"]), percent(stratum["high"])
        rows.append(
            [
                Text(f"{low.es} a {high.es}", f"{low.en} to {high.en}"),
                Text("conocido", "known") if stratum["seen"] else Text("nuevo", "new"),
                counted(stratum["pairs"]),
                counted(stratum["drawn"]),
            ]
        )
    return Table(head, rows, words=2)


def examples(run: RunSummary) -> Section | None:
    """Build the section of example recommendations."""
    if not run.examples:
        return None
    about = Text(
        "El comienzo de la lista de tres clientes: uno que compra mucho, uno intermedio y uno que"
        " compra poco.",
        "The top of the list of three customers: one who buys much, one in the middle and one who"
        " buys little.",
    )
    blocks = [
        Cards(
            Text("Cliente {c}", "Customer {c}").format(c=example.customer_id),
            [
                Card(
                    rank=r.rank,
                    product=r.product,
                    product_id=r.product_id,
                    probability=percent(r.probability),
                    items=fixed(r.expected_items, 1),
                    buy=r.buy,
                    reasons=r.reasons,
                )
                for r in example.recommendations
            ],
        )
        for example in run.examples
    ]
    return Section("examples", Text("Ejemplos de recomendaciones", "Example recommendations"), blocks, about)


def flat(values: Mapping[str, Any], prefix: str = "") -> list[tuple[str, Any]]:
    """Flatten nested mappings to dotted names.

    >>> flat({"a": {"b": 1}, "c": [2]})
    [('a.b', 1), ('c', [2])]
    """
    found: list[tuple[str, Any]] = []
    for name, value in values.items():
        if isinstance(value, Mapping) and value:
            found += flat(value, f"{prefix}{name}.")
        else:
            found.append((f"{prefix}{name}", value))
    return found


def pairs_table(rows: Sequence[tuple[str, Any]]) -> Table:
    """Lay names and values out as a table."""
    head = [Text("Nombre", "Name"), Text("Valor", "Value")]
    return Table(head, [[same(name), same(_said(value))] for name, value in rows], words=2)


def _said(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value)) or "–"
    if isinstance(value, float):
        return f"{value:.6g}"
    return "–" if value in (None, {}, "") else str(value)


def settings(run: RunSummary) -> Section | None:
    """Build the section of settings."""
    if not run.settings:
        return None
    rows = flat(run.settings)
    fixed_by = [
        (name, run.run[name]) for name in ("run_id", "data", "fingerprint", "code_version") if name in run.run
    ]
    unfold = Text("{n} ajustes", "{n} settings").format(n=counted(len(rows)))
    blocks: list[Block] = [pairs_table(fixed_by), Details(unfold, [pairs_table(rows)])]
    return Section("settings", Text("Ajustes", "Settings"), blocks)


def _capital(text: Text) -> Text:
    return Text(f"{text.es[0].upper()}{text.es[1:]}", f"{text.en[0].upper()}{text.en[1:]}")

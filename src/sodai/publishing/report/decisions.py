"""What moved, which way the run went, and what the gate said."""

from collections.abc import Mapping
from typing import Any

from sodai.publishing.report.blocks import Block, Details, Figure, Paragraph, Section, Table
from sodai.publishing.report.run import Record, RunSummary
from sodai.publishing.report.text import (
    Text,
    counted,
    day,
    fixed,
    interval,
    percent,
    same,
)
from sodai.publishing.report.words import FAMILIES, GUARDRAILS, SCORES, metric_name, named

SHOWN = 12


def drift(run: RunSummary) -> Section | None:
    """Build the section on what moved between what the champion learned from and the newest weeks."""
    record = run.drift
    if not record:
        return None
    title = Text("Qué cambió en los datos", "What moved in the data")
    about = Text(
        "Las semanas más recientes frente a aquello de lo que aprendió el modelo. La distancia va de"
        " 0 (igual)"
        " a 1 (nada en común); el PSI se compara con el que daría el puro azar del muestreo.",
        "The newest weeks against what the model learned from. The distance runs from 0 (alike) to 1"
        " (nothing in"
        " common); PSI stands beside what sampling alone would give.",
    )
    if record["status"] != "measured":
        few = Text(
            "No hay datos suficientes para comparar: {why}.", "There is too little data to compare: {why}."
        )
        return Section("drift", title, [Paragraph(few.format(why=record["note"]), "note")], about)
    moved = _moved(record)
    blocks: list[Block] = [Paragraph(_sides(record)), *_rates(record)]
    if moved:
        blocks += [
            _drift_figure(moved, run),
            Details(Text("Las cifras", "The figures"), [_drift_table(moved, run)]),
        ]
    return Section("drift", title, blocks, about)


def _moved(record: Record) -> list[Record]:
    measured = [f for f in record["features"] if f["status"] == "measured"]
    return sorted(measured, key=lambda f: (-(_value(f, "js") or 0.0), f["name"]))[:SHOWN]


def _value(column: Record, name: str) -> float | None:
    return next((s["value"] for s in column["statistics"] if s["name"] == name), None)


def _sides(record: Record) -> Text:
    counts = {
        f"{side}_{key}": counted(record[side][key])
        for side in ("reference", "recent")
        for key in ("rows", "customers")
    }
    ends = {
        f"{side}_{end}": day(record[side][f"{end}_origin"])
        for side in ("reference", "recent")
        for end in ("first", "last")
    }
    return Text(
        "Referencia: {reference_rows} filas de {reference_customers} clientes, orígenes {reference_first} a"
        " {reference_last}. Reciente: {recent_rows} filas de {recent_customers} clientes, orígenes"
        " {recent_first} a {recent_last}.",
        "Reference: {reference_rows} rows of {reference_customers} customers, origins {reference_first} to"
        " {reference_last}. Recent: {recent_rows} rows of {recent_customers} customers, origins"
        " {recent_first}"
        " to {recent_last}.",
    ).format(**counts, **ends)


def _rates(record: Record) -> list[Block]:
    label = record.get("label")
    if not label or label["mean_reference"] is None:
        return []
    said = Text(
        "Tasa de compra de los pares candidatos: {old} antes, {new} ahora.",
        "Purchase rate of the candidate pairs: {old} before, {new} now.",
    )
    rates = {"old": percent(label["mean_reference"], 2), "new": percent(label["mean_recent"], 2)}
    return [Paragraph(said.format(**rates))]


def _meaning(name: str, run: RunSummary) -> Text:
    """Return what a feature means, as the explanation said; else its name."""
    for feature in (run.importance or {}).get("features", ()):
        if feature["name"] == name:
            return Text(feature["meaning_es"], feature["meaning_en"])
    return same(name.replace("_", " "))


def _drift_figure(moved: list[Record], run: RunSummary) -> Figure:
    rows = moved[::-1]
    meanings = [_meaning(f["name"], run) for f in rows]
    return Figure(
        "drift-moved",
        Text("Lo que más se movió", "What moved most"),
        wide=True,
        data=[
            {
                "type": "bar",
                "orientation": "h",
                "x": [_value(f, "js") for f in rows],
                "y": list(range(len(rows))),
                "customdata": [[f["name"], _value(f, "psi"), _value(f, "psi_noise")] for f in rows],
                "marker": {"color": "var(--model)"},
            }
        ],
        layout={
            "height": 90 + 28 * len(rows),
            "yaxis": {"tickvals": list(range(len(rows))), "automargin": True},
            "xaxis": {"rangemode": "tozero"},
        },
        words={
            "x": Text("Distancia de Jensen-Shannon", "Jensen-Shannon distance"),
            "yticks": meanings,
            "names": [same("")],
            "hover": [
                Text(
                    "%{hovertext}<br>%{customdata[0]}<br>distancia %{x:.3f}<br>PSI %{customdata[1]:.4f},"
                    " azar %{customdata[2]:.4f}<extra></extra>",
                    "%{hovertext}<br>%{customdata[0]}<br>distance %{x:.3f}<br>PSI %{customdata[1]:.4f},"
                    " chance %{customdata[2]:.4f}<extra></extra>",
                )
            ],
        },
    )


def _drift_table(moved: list[Record], run: RunSummary) -> Table:
    head = [
        Text("Variable", "Feature"),
        Text("Familia", "Family"),
        Text("Distancia", "Distance"),
        Text("PSI", "PSI"),
        Text("PSI del azar", "PSI by chance"),
        Text("KS o V de Cramér", "KS or Cramér's V"),
        Text("q", "q"),
        Text("Media antes", "Mean before"),
        Text("Media ahora", "Mean now"),
    ]
    rows = []
    for column in moved:
        effect = _value(column, "ks")
        rows.append(
            [
                _meaning(column["name"], run),
                named(FAMILIES, column["family"]),
                fixed(_value(column, "js")),
                fixed(_value(column, "psi"), 4),
                fixed(_value(column, "psi_noise"), 4),
                fixed(effect if effect is not None else _value(column, "cramers_v")),
                fixed(column["q_value"]),
                fixed(column["mean_reference"], 2),
                fixed(column["mean_recent"], 2),
            ]
        )
    return Table(head, rows, words=2)


def path_and_gate(run: RunSummary) -> Section | None:
    """Build the section on the branch and the gate."""
    blocks: list[Block] = []
    if run.path:
        went = {
            "retrain_model": Text("Se reentrenó", "The model was retrained"),
            "load_champion": Text("Se conservó el modelo campeón", "The champion was kept"),
            "block": Text("La semana quedó bloqueada", "The week was blocked"),
        }[run.path["path"]]
        why = Text(run.path["why_es"], run.path["why_en"])
        said = Text(f"{went.es}. {why.es}", f"{went.en}. {why.en}")
        blocks.append(Paragraph(said, "warn" if run.blocked else ""))
    if run.decision:
        tone = "good" if run.decision["promote"] else "note"
        reasons = [
            Text(*both) for both in zip(run.decision["reasons_es"], run.decision["reasons_en"], strict=True)
        ]
        blocks += [Paragraph(reason, tone if at == 0 else "") for at, reason in enumerate(reasons)]
        blocks += _gate_tables(run.decision)
    if not blocks:
        return None
    return Section("path", Text("Camino y compuerta", "Path and gate"), blocks)


def _gate_tables(decision: Mapping[str, Any]) -> list[Block]:
    tables: list[Block] = []
    if decision.get("differences"):
        head = [
            Text("Comparación", "Comparison"),
            Text("Métrica", "Metric"),
            Text("Diferencia", "Difference"),
            Text("Intervalo", "Interval"),
        ]
        rows = [
            [
                Text(
                    *(
                        f"{a} − {b}"
                        for a, b in zip(named(SCORES, d["score"]), named(SCORES, d["reference"]), strict=True)
                    )
                ),
                metric_name(d["metric"]),
                fixed(d["value"], 4, signed=True),
                interval(d["low"], d["high"], 4, signed=True),
            ]
            for d in decision["differences"]
        ]
        tables.append(Table(head, rows, words=2))
    if decision.get("guardrails"):
        head = [
            Text("Límite", "Guardrail"),
            Text("Valor", "Value"),
            Text("Máximo", "At most"),
            Text("Cumple", "Holds"),
        ]
        rows = [
            [
                named(GUARDRAILS, rail["name"]),
                fixed(rail["value"], 4),
                fixed(rail["limit"], 4),
                Text("sí", "yes") if rail["passed"] else Text("no", "no"),
            ]
            for rail in decision["guardrails"]
        ]
        tables.append(Table(head, rows))
    return tables

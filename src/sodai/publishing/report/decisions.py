"""Which way the run went, and what the gate said."""

from collections.abc import Mapping
from typing import Any

from sodai.publishing.report.blocks import Block, Paragraph, Section, Table
from sodai.publishing.report.run import RunSummary
from sodai.publishing.report.text import Text, fixed, interval
from sodai.publishing.report.words import GUARDRAILS, SCORES, metric_name, named


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

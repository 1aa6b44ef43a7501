"""The first thing a person reads: what the model is worth against the best simple rule, in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sodai.publishing.report.blocked import blocked
from sodai.publishing.report.blocks import Block, Paragraph, Section, Tile, Tiles
from sodai.publishing.report.run import RunSummary
from sodai.publishing.report.text import Text, counted, day, fixed, interval, percent, plural
from sodai.publishing.report.words import SCORES, SIMPLE, lower_is_better, metric_name, named

BETTER = Text(
    "El modelo es mejor que la mejor regla simple ({rule}): {metric} {value} frente a {other},"
    " una diferencia de {difference} con intervalo del {confidence} {interval}.",
    "The model is better than the best simple rule ({rule}): {metric} {value} against {other}, a"
    " difference of {difference} with {confidence} interval {interval}.",
)
EQUAL = Text(
    "El modelo no se distingue de la mejor regla simple ({rule}): {metric} {value} frente a {other},"
    " y el intervalo del {confidence} de la diferencia, {interval}, incluye el cero.",
    "The model cannot be told from the best simple rule ({rule}): {metric} {value} against {other}, and the"
    " {confidence} interval of the difference, {interval}, includes zero.",
)
WORSE = Text(
    "El modelo queda por debajo de la mejor regla simple ({rule}): {metric} {value} frente a {other},"
    " una diferencia de {difference} con intervalo del {confidence} {interval}.",
    "The model falls short of the best simple rule ({rule}): {metric} {value} against {other}, a"
    " difference of {difference} with {confidence} interval {interval}.",
)
UNKNOWN = Text(
    "No hubo semanas con compras suficientes para medir el modelo.",
    "There were no weeks with enough purchases to measure the model.",
)
IN_LISTS = Text(
    "En promedio, el {mine} de lo que compró un cliente estaba entre los {k} primeros de su lista;"
    " con la regla simple, el {theirs}.",
    "On average, {mine} of what a customer bought was among the first {k} of the list;"
    " {theirs} with the simple rule.",
)
WEEKS = (
    Text("Medido en {n} semana pasada", "Measured on {n} past week"),
    Text("Medido en {n} semanas pasadas", "Measured on {n} past weeks"),
)
UNSEEN = Text(
    " que el modelo no había visto, sobre todos los pares candidatos.",
    " that the model had not seen, over all candidate pairs.",
)
SEEN = Text(
    " que el modelo ya había visto: las cifras lo favorecen.",
    " that the model had already seen, so the figures flatter it.",
)


@dataclass(frozen=True)
class Compared:
    """A metric of the model beside the best simple rule, with the paired difference."""

    metric: str
    rule: str
    value: float | None
    other: float | None
    difference: float | None
    low: float | None
    high: float | None


def compared(run: RunSummary, metric: str) -> Compared | None:
    """Hold the run's model against the simple rule that is best by the gate's metric."""
    found = figures(run)
    rules = [name for name in SIMPLE if (run.gate_metric, name) in found]
    mine = found.get((metric, run.main_score))
    if mine is None or not rules:
        return None
    sign = -1 if lower_is_better(run.gate_metric) else 1
    rule = max(rules, key=lambda name: sign * (found[run.gate_metric, name]["value"] or 0.0))
    gap = difference(run, metric, run.main_score, rule)
    return Compared(metric, rule, mine["value"], found[metric, rule]["value"], **gap)


def figures(run: RunSummary) -> dict[tuple[str, str], Mapping[str, Any]]:
    """Return all measurements by metric and score."""
    return {(m["metric"], m["score"]): m for m in (run.metrics or {}).get("measurements", ())}


def difference(run: RunSummary, metric: str, score: str, reference: str) -> dict[str, float | None]:
    """Find the paired difference ``score - reference`` with its interval, whichever way it was kept."""
    nothing: dict[str, float | None] = {"difference": None, "low": None, "high": None}
    for found in (run.metrics or {}).get("differences", ()):
        if found["metric"] != metric or {found["score"], found["reference"]} != {score, reference}:
            continue
        if None in (found["value"], found["low"], found["high"]):
            return nothing
        if found["score"] == score:
            return {"difference": found["value"], "low": found["low"], "high": found["high"]}
        return {"difference": -found["value"], "low": -found["high"], "high": -found["low"]}
    return nothing


def verdict(run: RunSummary) -> Text:
    """Say in one sentence what the model is worth."""
    found = compared(run, run.gate_metric)
    if found is None or found.low is None or found.high is None:
        return UNKNOWN
    above, below = (WORSE, BETTER) if lower_is_better(found.metric) else (BETTER, WORSE)
    words = above if found.low > 0 else below if found.high < 0 else EQUAL
    return words.format(
        rule=named(SCORES, found.rule),
        metric=metric_name(found.metric),
        value=fixed(found.value),
        other=fixed(found.other),
        difference=fixed(found.difference, signed=True),
        interval=interval(found.low, found.high, signed=True),
        confidence=percent((run.metrics or {}).get("confidence", 0.95)),
    )


def headline(run: RunSummary) -> Section:
    """Build the section at the top."""
    if run.blocked:
        return blocked(run)
    blocks: list[Block] = [Paragraph(verdict(run), "lead")]
    blocks += [Paragraph(text) for text in (_lists(run), _measured_on(run)) if text]
    blocks.append(Tiles(_tiles(run)))
    return Section("headline", Text("En resumen", "In short"), blocks)


def _lists(run: RunSummary) -> Text | None:
    ks = run.settings.get("evaluation", {}).get("ks") or ()
    found = compared(run, f"recall@{min(ks)}") if ks else None
    if found is None or found.value is None or found.other is None:
        return None
    shares = {"mine": percent(found.value), "theirs": percent(found.other)}
    return IN_LISTS.format(k=min(ks), **shares)


def _measured_on(run: RunSummary) -> Text | None:
    evaluated = run.summaries.get("evaluate_model")
    if not evaluated:
        return None
    weeks = plural(len(evaluated.get("weeks", ())), *WEEKS)
    seen = evaluated.get("seen_by_champion") and run.main_score == "champion"
    tail = SEEN if seen else UNSEEN
    return Text(weeks.es + tail.es, weeks.en + tail.en)


def _tiles(run: RunSummary) -> list[Tile]:
    listed = run.summaries.get("generate_predictions", {})
    horizon = counted(run.run.get("horizon_days"))
    tiles = [
        Tile(
            Text("Semana que se predice", "Predicted from"),
            day(run.run.get("origin")),
            Text("{n} días", "{n} days").format(n=horizon),
        )
    ]
    if listed:
        tiles += [
            Tile(
                Text("Pares en la lista", "Pairs in the list"),
                counted(listed.get("pairs")),
                Text("{n} clientes", "{n} customers").format(n=counted(listed.get("customers"))),
            ),
            Tile(
                Text("Para ofrecer", "To offer"),
                counted(listed.get("buys")),
                Text("desde probabilidad {p}", "from probability {p}").format(p=percent(listed.get("cut"))),
            ),
        ]
    for metric in (run.gate_metric, "ndcg@10", "ece"):
        found = compared(run, metric)
        if found and found.value is not None:
            tiles.append(
                Tile(
                    metric_name(metric),
                    fixed(found.value, 4 if metric == "ece" else 3),
                    Text("{rule}: {v}", "{rule}: {v}").format(
                        rule=named(SCORES, found.rule), v=fixed(found.other, 4 if metric == "ece" else 3)
                    ),
                )
            )
    return tiles

"""How good the model is: every metric beside the baselines, curves, weeks and slices."""

from collections.abc import Sequence

from sodai.publishing.report.blocks import Block, Details, Section, Table
from sodai.publishing.report.headline import difference, figures
from sodai.publishing.report.quality_figures import (
    calibration_figure,
    list_figures,
    precision_recall_figure,
    scores_of,
    slice_figure,
    slice_name,
    slices_of,
    titled,
    weekly_figure,
)
from sodai.publishing.report.run import Record, RunSummary
from sodai.publishing.report.text import Text, counted, fixed, interval, joined, percent, same
from sodai.publishing.report.words import SCORES, metric_name, named

LISTS = ("coverage", "sales_coverage", "gini", "novelty", "diversity", "groups")


def quality(run: RunSummary) -> Section | None:
    """Build the section on quality."""
    if not run.metrics:
        return None
    confidence = percent(run.metrics.get("confidence"))
    about = Text(
        "Todas las cifras sobre los mismos pares, con intervalos del {c} por remuestreo de clientes. Las"
        " diferencias son pareadas.",
        "All figures on the same pairs, with {c} intervals from resampling customers. Differences"
        " are paired.",
    ).format(c=confidence)
    metrics = list(dict.fromkeys(m["metric"] for m in run.metrics["measurements"]))
    plain = [m for m in metrics if not m.startswith("novel_") and m.partition("@")[0] not in LISTS]
    novel = [m for m in metrics if m.startswith("novel_")]
    lists = [m for m in metrics if m.partition("@")[0] in LISTS]
    blocks: list[Block] = [metric_table(run, plain)]
    blocks += [figure for figure in (precision_recall_figure(run), calibration_figure(run)) if figure]
    blocks += [figure for figure in (weekly_figure(run), *list_figures(run)) if figure]
    if novel:
        blocks.append(
            Details(
                Text("Solo pares nuevos para el cliente", "Only pairs new to the customer"),
                [metric_table(run, novel)],
            )
        )
    if lists:
        blocks.append(
            Details(Text("Cómo son las listas", "What the lists are like"), [metric_table(run, lists)])
        )
    return Section("quality", Text("Calidad", "Quality"), blocks, about)


def metric_table(run: RunSummary, metrics: Sequence[str]) -> Table:
    """Lay metrics out beside every score, with the paired difference to the baseline."""
    scores = scores_of(run)
    others = [name for name in scores if name != run.main_score]
    found = figures(run)
    head = [Text("Métrica", "Metric")]
    head += [titled(score) for score in scores]
    if others:
        against = "baseline" if "baseline" in others else others[0]
        to = named(SCORES, against)
        head.append(Text(f"Diferencia con {to.es}", f"Difference to {to.en}"))
    rows = []
    for metric in metrics:
        cells = [_measured(found.get((metric, score))) for score in scores]
        if others:
            gap = difference(run, metric, run.main_score, against)
            ends = interval(gap["low"], gap["high"], signed=True)
            cells.append(joined([fixed(gap["difference"], signed=True), ends], " "))
        rows.append([metric_name(metric), *cells])
    return Table(head, rows)


def _measured(found: Record | None) -> Text:
    if found is None:
        return same("–")
    return joined([fixed(found["value"]), interval(found["low"], found["high"])], " ")


def slices(run: RunSummary) -> Section | None:
    """Build the section on slices: the gate's metric by class of customer."""
    table = slice_table(run)
    if table is None:
        return None
    about = Text(
        "{m} en cada clase de clientes, junto a la línea base.",
        "{m} in each class of customers, beside the baseline.",
    ).format(m=metric_name(run.gate_metric))
    blocks: list[Block] = [slice_figure(run), table]
    return Section("slices", Text("Por segmento", "By slice"), blocks, about)


def slice_table(run: RunSummary) -> Table | None:
    """Lay out the gate's metric by slice, for the run's model and the baseline."""
    kinds, scores, found = slices_of(run)
    if not kinds:
        return None
    head = [Text("Segmento", "Slice"), Text("Clientes", "Customers"), Text("Compras", "Purchases")]
    head += [titled(score) for score in scores]
    rows = []
    for kind in kinds:
        of_any = next(found[*kind, score] for score in scores if (*kind, score) in found)
        cells = [counted(of_any["customers"]), counted(of_any["positives"])]
        cells += [_measured(found.get((*kind, score))) for score in scores]
        rows.append([slice_name(*kind), *cells])
    return Table(head, rows)

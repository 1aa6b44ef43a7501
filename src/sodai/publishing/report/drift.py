"""What moved between what the champion learned from and the newest weeks, and what it costs to keep it."""

from sodai.publishing.report.blocks import Block, Details, Figure, Paragraph, Section, Table
from sodai.publishing.report.run import Record, RunSummary
from sodai.publishing.report.text import Text, counted, day, fixed, interval, percent, same

SHOWN = 12


def drift(run: RunSummary) -> Section | None:
    """Build the section on what moved between what the champion learned from and the newest weeks."""
    record = run.drift
    if not record:
        return None
    title = Text("Qué cambió en los datos", "What moved in the data")
    about = Text(
        "Las semanas más recientes frente a aquello de lo que aprendió el modelo. La distancia va de 0"
        " (igual) a 1 (nada en común) y se juzga contra lo usual: lo que se mueven las semanas sanas con"
        " la misma antigüedad.",
        "The newest weeks against what the model learned from. The distance runs from 0 (alike) to 1 (nothing"
        " in common) and is judged against the usual: how far healthy weeks of the same age move.",
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
    measured = [f for f in record["features"] if f["status"] == "measured" and f["effect"]]
    return sorted(measured, key=lambda f: (f["effect"]["margin"] - f["effect"]["value"], f["name"]))[:SHOWN]


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
    places = list(range(len(rows)))
    effects = [f["effect"] for f in rows]
    return Figure(
        "drift-moved",
        Text("Lo que más se movió, y hasta dónde es usual", "What moved most, and how far is usual"),
        wide=True,
        data=[
            {
                "type": "bar",
                "orientation": "h",
                "x": [e["value"] for e in effects],
                "y": places,
                "customdata": [[f["name"], f["effect"]["margin"]] for f in rows],
                "error_x": {
                    "type": "data",
                    "symmetric": False,
                    "array": [e["high"] - e["value"] for e in effects],
                    "arrayminus": [e["value"] - e["low"] for e in effects],
                    "thickness": 1,
                },
                "marker": {"color": "var(--model)"},
            },
            {
                "type": "scatter",
                "mode": "markers",
                "x": [e["margin"] for e in effects],
                "y": places,
                "hoverinfo": "skip",
                "marker": {
                    "symbol": "line-ns-open",
                    "size": 16,
                    "color": "var(--second)",
                    "line": {"width": 3},
                },
            },
        ],
        layout={
            "height": 110 + 28 * len(rows),
            "showlegend": True,
            "yaxis": {"tickvals": places, "automargin": True},
            "xaxis": {"rangemode": "tozero"},
        },
        words={
            "x": Text("Distancia de Jensen-Shannon", "Jensen-Shannon distance"),
            "yticks": [_meaning(f["name"], run) for f in rows],
            "names": [Text("ahora", "now"), Text("hasta aquí es usual", "usual up to here")],
            "hover": [
                Text(
                    "%{hovertext}<br>%{customdata[0]}<br>distancia %{x:.3f}, usual %{customdata[1]:.3f}"
                    "<extra></extra>",
                    "%{hovertext}<br>%{customdata[0]}<br>distance %{x:.3f}, usual %{customdata[1]:.3f}"
                    "<extra></extra>",
                ),
                same(""),
            ],
        },
    )


def _drift_table(moved: list[Record], run: RunSummary) -> Table:
    head = [
        Text("Variable", "Feature"),
        Text("Distancia", "Distance"),
        Text("Intervalo", "Interval"),
        Text("Usual hasta", "Usual up to"),
        Text("q", "q"),
        Text("Desde", "Since"),
        Text("Uso en el modelo", "Use by the model"),
        Text("Peso de sus clientes", "Weight of its customers"),
        Text("Media antes", "Mean before"),
        Text("Media ahora", "Mean now"),
        Text("PSI", "PSI"),
        Text("KS o V", "KS or V"),
    ]
    caption = Text(
        "Peso de sus clientes: cuánto compran los que cambiaron; 1 es como la media. KS de números,"
        " V de Cramér de categorías.",
        "Weight of its customers: how much those who moved buy; 1 is as much as the average. KS of numbers,"
        " Cramér's V of categories.",
    )
    return Table(head, [_row(column, run) for column in moved], caption=caption)


def _row(column: Record, run: RunSummary) -> list[Text]:
    effect, gap = column["effect"], _value(column, "ks")
    return [
        _meaning(column["name"], run),
        fixed(effect["value"]),
        interval(effect["low"], effect["high"]),
        fixed(effect["margin"]),
        fixed(effect["q_value"]),
        day(effect["since"]),
        percent(column["use"], 1),
        fixed(column.get("stake"), 2),
        fixed(column["mean_reference"], 2),
        fixed(column["mean_recent"], 2),
        fixed(_value(column, "psi")),
        fixed(gap if gap is not None else _value(column, "cramers_v")),
    ]


def harm(run: RunSummary) -> Section | None:
    """Build the section on what keeping the champion costs: its weeks, and where it errs."""
    found = (run.drift or {}).get("harm")
    if not found or not (found["validation"] or found["since"]):
        return None
    about = Text(
        "La calidad del campeón en cada semana que no había visto, antes y después de su entrenamiento. A la"
        " derecha de la línea, lo que pasó desde entonces.",
        "The champion's quality in every week that it had not seen, before and after it was trained. What"
        " happened since stands to the right of the line.",
    )
    weeks = len(found["validation"]) + len(found["since"])
    blocks: list[Block] = [*([_weeks_figure(found)] if weeks > 1 else []), *_outlook(found)]
    if found["misfits"]:
        errs = Text("Dónde se equivoca", "Where it errs")
        blocks.append(Details(errs, [_misfit_table(found["misfits"])]))
    title = Text("Qué cuesta conservar al campeón", "What keeping the champion costs")
    return Section("harm", title, blocks, about) if blocks else None


def _weeks_figure(found: Record) -> Figure:
    weeks = [*found["validation"], *found["since"]]
    days = [week["origin"] for week in weeks]
    series = (("pr_auc", "var(--model)"), ("baseline_pr_auc", "var(--baseline)"))
    first = found["since"][0]["origin"] if found["since"] else None
    line = {
        "type": "line",
        "x0": first,
        "x1": first,
        "y0": 0,
        "y1": 1,
        "yref": "paper",
        "line": {"dash": "dot"},
    }
    return Figure(
        "harm-weeks",
        Text("PR-AUC por semana", "PR-AUC by week"),
        wide=True,
        data=[
            {
                "type": "scatter",
                "mode": "lines+markers",
                "x": days,
                "y": [week[name] for week in weeks],
                "line": {"color": colour},
            }
            for name, colour in series
        ],
        layout={"showlegend": True, "xaxis": {"type": "date"}, "shapes": [line] if first else []},
        words={
            "x": Text("Origen", "Origin"),
            "y": same("PR-AUC"),
            "names": [Text("campeón", "champion"), Text("línea base", "baseline")],
            "hover": [same("%{x}: %{y:.3f}"), same("%{x}: %{y:.3f}")],
        },
    )


def _outlook(found: Record) -> list[Block]:
    ahead = found["outlook"]
    if not ahead or ahead["low"] is None:
        return []
    said = Text(
        "PR-AUC que se espera de la semana que viene: {value}, intervalo {ends}.",
        "PR-AUC to be expected of the coming week: {value}, interval {ends}.",
    )
    return [Paragraph(said.format(value=fixed(ahead["pr_auc"]), ends=interval(ahead["low"], ahead["high"])))]


def _misfit_table(misfits: list[Record]) -> Table:
    head = [
        Text("Atributo", "Attribute"),
        Text("Valor que más cuesta", "Value that costs most"),
        Text("Vendido sobre esperado", "Sold over expected"),
        Text("Pérdida", "Loss"),
        Text("Usual", "Usual"),
        Text("q", "q"),
    ]
    rows = [
        [
            same(m["attribute"]),
            same(m["value"]),
            fixed(m["ratio"], 2),
            percent(m["loss"], 2),
            percent(m["usual"], 2),
            fixed(m["q_value"]),
        ]
        for m in sorted(misfits, key=lambda m: m["q_value"])
    ]
    return Table(head, rows, words=2)

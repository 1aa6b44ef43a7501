"""What arrived and what became of it: cleaning, quarantine, weeks and candidates."""

from sodai.publishing.report.blocks import Block, Paragraph, Section, Table
from sodai.publishing.report.run import RunSummary
from sodai.publishing.report.text import Text, counted, day, joined, percent, same
from sodai.publishing.report.words import RULES, named


def arrived(run: RunSummary) -> Section | None:
    """Build the section on cleaning."""
    report = run.validation
    if not report:
        return None
    said = Text(
        "Llegaron {lines_in} líneas y quedaron {lines_out}, del {first} al {last}, de {customers} clientes y"
        " {products} productos. Se rechazó el {share} de las líneas ({refused}).",
        "{lines_in} lines arrived and {lines_out} remain, from {first} to {last}, of {customers} customers"
        " and {products} products. {share} of the lines were refused ({refused}).",
    ).format(
        **{
            name: counted(report.get(name))
            for name in ("lines_in", "lines_out", "customers", "products", "refused")
        },
        first=day(report.get("first_day")),
        last=day(report.get("last_day")),
        share=percent(report.get("refused_share"), 2),
    )
    blocks: list[Block] = [Paragraph(said)]
    rows = [
        [named(RULES, name), counted(count), percent(count / report["lines_in"], 2)]
        for name, count in sorted(report.get("rules", {}).items(), key=lambda item: -item[1])
        if count
    ]
    if rows:
        head = [Text("Regla", "Rule"), Text("Líneas", "Lines"), Text("Parte", "Share")]
        blocks.append(Table(head, rows))
    entities = [joined([same(name), counted(n)], ": ") for name, n in report.get("entities", {}).items() if n]
    if entities:
        left_out = Text(
            "Filas fuera de las tablas de clientes y productos: ", "Rows left out of customers and products: "
        )
        listed = joined(entities)
        blocks.append(Paragraph(Text(left_out.es + listed.es, left_out.en + listed.en)))
    blocks += [
        Paragraph(Text(warning["es"], warning["en"]), "warn") for warning in report.get("warnings", ())
    ]
    quarantine = run.summaries.get("validate_data", {}).get("quarantine")
    if quarantine and report.get("refused"):
        where = Text(
            "Lo rechazado se guarda con su motivo en {file}.",
            "What was refused is kept with its reason in {file}.",
        )
        blocks.append(Paragraph(where.format(file=str(quarantine)), "note"))
    return Section("arrived", Text("Qué llegó", "What arrived"), blocks)


def weeks(run: RunSummary) -> Section | None:
    """Build the section on weeks, features and candidates."""
    features = run.summaries.get("create_features")
    if not features:
        return None
    panel = features.get("panel_origins") or []
    said = Text(
        "Cada par candidato se describe con {features} variables. El modelo aprende de {n} semanas pasadas"
        " ({first} a {last}); la lista se hace sobre {pairs} pares.",
        "Each candidate pair is described by {features} features. The model learns from {n} past weeks"
        " ({first} to {last}); the list is made over {pairs} pairs.",
    ).format(
        features=counted(features.get("features")),
        n=counted(len(panel)),
        first=day(min(panel, default=None)),
        last=day(max(panel, default=None)),
        pairs=counted(features.get("rows", {}).get("snapshot")),
    )
    blocks: list[Block] = [Paragraph(said)]
    recall = _recall(run)
    if recall:
        blocks.append(Paragraph(recall))
    counts = (run.metrics or {}).get("weeks", ())
    if counts:
        keys = ("pairs", "customers", "products", "positives", "customers_with_positives")
        head = [
            Text("Semana de prueba", "Test week"),
            Text("Pares", "Pairs"),
            Text("Clientes", "Customers"),
            Text("Productos", "Products"),
            Text("Compras", "Purchases"),
            Text("Clientes que compraron", "Customers who bought"),
        ]
        rows = [[day(week["origin"]), *(counted(week.get(key)) for key in keys)] for week in counts]
        blocks.append(Table(head, rows))
    return Section("weeks", Text("Datos y semanas", "Data and weeks"), blocks)


def _recall(run: RunSummary) -> Text | None:
    found = run.candidates
    if not found or not found.get("bought"):
        return None
    reachable = found["found"] / found["reachable"] if found.get("reachable") else None
    return Text(
        "De los {bought} pares comprados en las semanas de prueba, el {all} estaba entre los candidatos;"
        " de los que se podían alcanzar (cliente y producto ya conocidos), el {reachable}.",
        "Of the {bought} pairs bought in the test weeks, {all} were among the candidates; of those within"
        " reach (customer and product known), {reachable}.",
    ).format(
        bought=counted(found["bought"]),
        all=percent(found["found"] / found["bought"], 1),
        reachable=percent(reachable, 1),
    )

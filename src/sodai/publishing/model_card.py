"""The model card: what a version is for, what it learned from, how good it is, and where not to trust it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from sodai.data.files import write_atomic
from sodai.publishing.report.blocks import Block, Paragraph, Section, Table
from sodai.publishing.report.headline import verdict
from sodai.publishing.report.model import flat, pairs_table
from sodai.publishing.report.quality import metric_table, slice_table
from sodai.publishing.report.run import RunSummary
from sodai.publishing.report.text import Text, counted, day, fixed, percent, same
from sodai.publishing.report.words import ALGORITHMS, FAMILIES, named

LANGUAGES: Final = ("es", "en")
FILES: Final = {"en": "model_card.md", "es": "model_card.es.md"}

PURPOSE = Text(
    "Da, para cada cliente y producto, la probabilidad de que el cliente lo compre en los {h} días desde el"
    " origen. Ventas llama con la lista, bodega prepara stock con las unidades esperadas y los analistas la"
    " revisan. No sirve para fijar precios ni para decidir sobre personas.",
    "It gives, for each customer and product, the probability that the customer buys it in the {h} days from"
    " the origin. Sales calls with the list, the warehouse stocks by the expected units, analysts check it."
    " It is not made for setting prices or for decisions about people.",
)
LIMITS: Final = (
    Text(
        "Solo conoce lo que muestran las tablas: no ve precios, promociones, quiebres de stock ni"
        " competidores.",
        "It knows what the tables show and nothing else: no prices, promotions, stock-outs or competitors.",
    ),
    Text(
        "Una compra que no ocurrió por falta de stock cuenta como falta de interés.",
        "A purchase that did not happen for lack of stock counts as lack of interest.",
    ),
    Text(
        "De clientes y productos sin historia sabe poco: sus probabilidades vienen de sus atributos"
        " y de lo que"
        " compran otros.",
        "Of customers and products without a history it knows little: their probabilities come from"
        " attributes"
        " and from what others buy.",
    ),
    Text(
        "Las cifras valen para las semanas en que se midió; un cambio de hábitos las desmejora hasta"
        " el próximo"
        " reentrenamiento.",
        "The figures hold for the weeks that it was measured on; a change of habits makes them worse"
        " until the"
        " next retraining.",
    ),
    Text(
        "Los intervalos remuestrean clientes: no incluyen lo que cambia de una semana a otra.",
        "Intervals resample customers: they do not include what changes from week to week.",
    ),
)


def card_sections(run: RunSummary) -> list[Section]:
    """Build the parts of the card that the run has something to say about."""
    purpose = Paragraph(PURPOSE.format(h=counted(run.run.get("horizon_days"))))
    found: list[Section | None] = [
        Section("purpose", Text("Para qué es", "Purpose"), [purpose]),
        _model(run),
        _data(run),
        _figures(run),
        _calibration(run),
        _slices(run),
        _features(run),
        _promotion(run),
        Section("limits", Text("Límites", "Limits"), [Paragraph(text, "item") for text in LIMITS]),
    ]
    return [section for section in found if section is not None]


def render_model_card(run: RunSummary, language: str = "en") -> str:
    """Render the card of the run's model as Markdown.

    Parameters
    ----------
    run : RunSummary
        A part that is missing leaves its section out.
    language : {"en", "es"}
    """
    at = LANGUAGES.index(language)
    title = Text("Ficha del modelo: {c}, versión {v}", "Model card: {c}, version {v}").format(
        c=str(run.settings.get("company", "SodAI")), v=str(_version(run) or "–")
    )
    lines = [f"# {title[at]}", ""]
    for section in card_sections(run):
        lines += [f"## {section.title[at]}", ""]
        for block in section.blocks:
            lines += _markdown(block, at)
        lines += [""] if lines[-1] else []
    return "\n".join(lines).rstrip() + "\n"


def write_model_card(run: RunSummary, folder: Path) -> dict[str, Path]:
    """Write ``model_card.md`` (English) and ``model_card.es.md`` into ``folder``; return them by language."""
    written = {}
    for language, name in FILES.items():
        text = render_model_card(run, language)
        write_atomic(folder / name, lambda temporary, text=text: _write(temporary, text))  # type: ignore[misc]
        written[language] = folder / name
    return written


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def _markdown(block: Block, at: int) -> list[str]:
    if isinstance(block, Table):
        head = [cell[at] for cell in block.head]
        rule = ["---" if place < block.words else "---:" for place in range(len(head))]
        rows = [[_cell(cell[at]) for cell in row] for row in block.rows]
        return [*(f"| {' | '.join(row)} |" for row in (head, rule, *rows)), ""]
    if isinstance(block, Paragraph):
        return [f"- {block.text[at]}"] if block.tone == "item" else [block.text[at], ""]
    return []


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _version(run: RunSummary) -> int | str | None:
    source = run.summaries.get("retrain_model") or run.summaries.get("load_champion") or {}
    return source.get("version")


def _model(run: RunSummary) -> Section | None:
    source = run.summaries.get("retrain_model") or run.summaries.get("load_champion")
    if not source:
        return None
    training = run.training or {}
    meta = training.get("meta", {})
    trained = meta.get("trained_at_origin") or source.get("trained_at_origin")
    calibration = training.get("calibration") or source.get("calibration")
    rows = [
        [Text("Algoritmo", "Algorithm"), named(ALGORITHMS, str(source.get("algorithm")))],
        [Text("Versión en el registro", "Version in the registry"), same(_version(run))],
        [Text("Corrida", "Run"), same(run.run.get("run_id", "–"))],
        [Text("Entrenado en el origen", "Trained at origin"), day(trained)],
        [Text("Calibración", "Calibration"), same(calibration or "–")],
        [Text("Semilla", "Seed"), same(run.run.get("seed", "–"))],
    ]
    blocks: list[Block] = [Table([Text("Qué", "What"), Text("Valor", "Value")], rows, words=2)]
    if training.get("why_es"):
        blocks.append(Paragraph(Text(training["why_es"], training["why_en"])))
    if training.get("params"):
        blocks.append(pairs_table(flat(training["params"])))
    return Section("model", Text("El modelo", "The model"), blocks)


def _data(run: RunSummary) -> Section | None:
    meta = (run.training or {}).get("meta")
    if not meta:
        return None
    rows = [
        [Text("Fuente", "Source"), same(run.run.get("data", "–"))],
        [
            Text("Huella de los datos", "Fingerprint of the data"),
            same(str(run.run.get("fingerprint", "–"))[:16]),
        ],
        [
            Text("Primer origen aprendido", "First origin learned from"),
            day(str(meta.get("first_origin") or "")),
        ],
        [
            Text("Último origen aprendido", "Last origin learned from"),
            day(str(meta.get("last_origin") or "")),
        ],
        [Text("Filas", "Rows"), counted(meta.get("training_rows"))],
        [Text("Compras entre ellas", "Purchases among them"), counted(meta.get("positives"))],
    ]
    blocks = [Table([Text("Qué", "What"), Text("Valor", "Value")], rows, words=2)]
    return Section("data", Text("De qué aprendió", "What it learned from"), blocks)


def _figures(run: RunSummary) -> Section | None:
    if not run.metrics:
        return None
    names = dict.fromkeys(m["metric"] for m in run.metrics["measurements"])
    blocks: list[Block] = [Paragraph(verdict(run)), metric_table(run, list(names))]
    return Section("figures", Text("Calidad, con intervalos", "Quality, with intervals"), blocks)


def _calibration(run: RunSummary) -> Section | None:
    lines = run.curves.calibration
    if not lines or not lines[0].x:
        return None
    head = [
        Text("Probabilidad media", "Mean probability"),
        Text("Parte comprada", "Share bought"),
        Text("Pares", "Pairs"),
    ]
    points = zip(lines[0].x, lines[0].y, lines[0].size, strict=True)
    rows = [[fixed(x), fixed(y), counted(size)] for x, y, size in points]
    return Section("calibration", Text("Calibración", "Calibration"), [Table(head, rows, words=0)])


def _slices(run: RunSummary) -> Section | None:
    table = slice_table(run)
    return None if table is None else Section("slices", Text("Por segmento", "By slice"), [table])


def _features(run: RunSummary) -> Section | None:
    if not run.importance:
        return None
    head = [Text("Familia", "Family"), Text("Variables", "Features"), Text("Importancia", "Importance")]
    rows = [
        [named(FAMILIES, family["name"]), counted(family["features"]), percent(family["share"], 1)]
        for family in run.importance["families"]
    ]
    said = Text(
        "Parte de la importancia (|SHAP| medio) en una muestra de {n} pares.",
        "Share of importance (mean |SHAP|) on a sample of {n} pairs.",
    ).format(n=counted(run.importance["rows"]))
    blocks: list[Block] = [Paragraph(said), Table(head, rows)]
    return Section("features", Text("Variables por familia", "Features by family"), blocks)


def _promotion(run: RunSummary) -> Section | None:
    if not run.decision:
        return None
    both: Sequence[tuple[str, str]] = list(
        zip(run.decision["reasons_es"], run.decision["reasons_en"], strict=True)
    )
    blocks = [Paragraph(Text(*reason), "item") for reason in both]
    return Section(
        "promotion", Text("Cómo llegó a ser campeón, o por qué no", "How it was promoted, or why not"), blocks
    )

"""The top of the report of a blocked week: nothing was published, why, and what goes on serving."""

from sodai.publishing.report.blocks import Paragraph, Section
from sodai.publishing.report.run import RunSummary
from sodai.publishing.report.text import Text, day

SAID = Text(
    "Semana bloqueada: no se publicó la lista del {origin}.",
    "Blocked week: the list of {origin} was not published.",
)
STAYS = Text(
    "La última semana buena sigue publicada. Para levantar el bloqueo, corrija la entrega y vuelva a correr.",
    "The last good week stays live. To lift the block, mend the delivery and run again.",
)


def blocked(run: RunSummary) -> Section:
    """Build the section at the top of a blocked week, instead of what a model would be worth."""
    path = run.path or {}
    return Section(
        "headline",
        Text("En resumen", "In short"),
        [
            Paragraph(SAID.format(origin=day(run.run.get("origin"))), "lead"),
            Paragraph(Text(path["why_es"], path["why_en"]), "warn"),
            Paragraph(STAYS),
        ],
    )

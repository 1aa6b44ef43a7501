"""Put the page together: one HTML file that opens anywhere and asks no other host for anything."""

import json
from collections.abc import Callable, Iterator, Sequence
from importlib import resources
from pathlib import Path

from sodai.data.files import write_atomic
from sodai.publishing.report.arrived import arrived, weeks
from sodai.publishing.report.blocks import Block, Details, Figure, Section
from sodai.publishing.report.decisions import path_and_gate
from sodai.publishing.report.drift import drift, harm
from sodai.publishing.report.headline import headline
from sodai.publishing.report.model import examples, importance, settings, trials
from sodai.publishing.report.quality import quality, slices
from sodai.publishing.report.run import RunSummary
from sodai.publishing.report.text import Text, day
from sodai.publishing.report.timings import timings

Part = Callable[[RunSummary], Section | None]

PARTS: tuple[Part, ...] = (
    headline,
    arrived,
    weeks,
    drift,
    harm,
    path_and_gate,
    quality,
    slices,
    importance,
    trials,
    examples,
    timings,
    settings,
)


DRIFT_PARTS: tuple[Part, ...] = (path_and_gate, harm, drift)


def sections_of(run: RunSummary, parts: Sequence[Part] = PARTS) -> list[Section]:
    """Build the sections that the run has something to say about, in the order of the page."""
    return [section for part in parts if (section := part(run)) is not None]


def render_report(run: RunSummary, parts: Sequence[Part] = PARTS) -> str:
    """Render the run report, or some parts of it.

    Parameters
    ----------
    run : RunSummary
        A part that is missing leaves its section out.
    parts : sequence of callable
        All of them, or ``DRIFT_PARTS``.

    Returns
    -------
    str
        HTML with styles, scripts (plotly.js among them) and both languages inside; Spanish is shown first.
    """
    from jinja2 import Environment, StrictUndefined  # noqa: PLC0415 - not on the way of every command
    from markupsafe import Markup  # noqa: PLC0415
    from plotly.offline import get_plotlyjs  # noqa: PLC0415

    sections = sections_of(run, parts)
    page = resources.files(__package__) / "page"
    read = {name: (page / f"report.{name}").read_text(encoding="utf-8") for name in ("html.j2", "css", "js")}
    template = Environment(autoescape=True, undefined=StrictUndefined).from_string(read["html.j2"])
    company = str(run.settings.get("company", "SodAI"))
    origin = day(run.run.get("origin"))
    return template.render(
        title=Text("{c}: informe de la semana del {o}", "{c}: report for the week of {o}").format(
            c=company, o=origin
        ),
        subtitle=Text("Corrida {r}", "Run {r}").format(r=str(run.run.get("run_id", ""))),
        footer=Text(
            "Hecho por SodAI. Este archivo no necesita red: todo lo que muestra está dentro.",
            "Made by SodAI. This file needs no network: all that it shows is inside.",
        ),
        sections=sections,
        css=Markup(read["css"]),  # noqa: S704 - our own files
        script=Markup(read["js"]),  # noqa: S704
        plotly=Markup(get_plotlyjs()),  # noqa: S704
        figures=Markup(_json(sections)),  # noqa: S704 - escaped for a script element
    )


def write_report(run: RunSummary, path: Path, parts: Sequence[Part] = PARTS) -> Path:
    """Render the run report into ``path``."""
    page = render_report(run, parts)
    write_atomic(path, lambda temporary: _write(temporary, page))
    return path


def _write(path: Path, page: str) -> None:
    path.write_text(page, encoding="utf-8")


def figures_of(blocks: Sequence[Block]) -> Iterator[Figure]:
    """List the figures among blocks, those behind folds too."""
    for block in blocks:
        if isinstance(block, Figure):
            yield block
        elif isinstance(block, Details):
            yield from figures_of(block.blocks)


def _json(sections: Sequence[Section]) -> str:
    """Figures by name, so that nothing in a text can end the script element."""
    specs = {figure.name: figure.spec() for section in sections for figure in figures_of(section.blocks)}
    plain = json.dumps(specs, ensure_ascii=False, allow_nan=False)
    return plain.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")

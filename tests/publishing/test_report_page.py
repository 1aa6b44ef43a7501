"""The page as a browser gets it: complete in both languages, self-contained, and safe."""

import json
import re
from dataclasses import fields, is_dataclass, replace
from html.parser import HTMLParser

import plotly.graph_objects as go
import pytest
from report_run import ATTACK, write_run

from sodai.publishing.report import RunSummary, read_run, render_report, write_report
from sodai.publishing.report.decisions import path_and_gate
from sodai.publishing.report.render import figures_of, sections_of
from sodai.publishing.report.text import Text

ALL = [
    "headline",
    "arrived",
    "weeks",
    "drift",
    "path",
    "quality",
    "slices",
    "importance",
    "trials",
    "examples",
    "timings",
    "settings",
]


class Page(HTMLParser):
    """What a browser would fetch, run and show."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: dict[str, list[str]] = {"style": [], "script": [], "body": []}
        self._inside = "body"
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag in {"style", "script"}:
            self._inside = tag
            self.text[tag].append("")

    def handle_endtag(self, tag):
        if tag in {"style", "script"}:
            self._inside = "body"

    def handle_data(self, data):
        if self._inside == "body":
            self.text["body"].append(data)
        else:
            self.text[self._inside][-1] += data


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> RunSummary:
    return read_run(write_run(tmp_path_factory.mktemp("run")))


@pytest.fixture(scope="module")
def html(run) -> str:
    return render_report(run)


@pytest.fixture(scope="module")
def page(html) -> Page:
    return Page(html)


def test_every_section_is_there_in_order(page):
    assert [attrs["id"] for tag, attrs in page.tags if tag == "section"] == ALL


def test_a_blocked_week_says_so_first(run):
    why = {"why_es": "Llegó el 3 % de las líneas.", "why_en": "3 % of the lines arrived."}
    blocked = replace(
        run, path={"path": "block", "rule": "broken_delivery", **why}, metrics=None, decision=None
    )
    top, *others = sections_of(blocked)
    said = [block.text for block in top.blocks]
    assert said[0].es.startswith("Semana bloqueada")
    assert said[1] == Text(why["why_es"], why["why_en"])
    assert "quality" not in [section.name for section in others]


def test_nothing_is_fetched_from_anywhere(page):
    fetching = ("src", "srcset", "data", "poster", "action", "background", "ping")
    for tag, attrs in page.tags:
        assert tag not in {"link", "img", "iframe", "object", "embed", "video", "audio", "base"}
        assert not [name for name in attrs if name in fetching]
        assert (attrs.get("href") or "#").startswith("#")
    for style in page.text["style"]:
        assert "url(" not in style
        assert "@import" not in style
    own_script = page.text["script"][-1]
    assert not re.search(r"https?:|fetch\(|XMLHttpRequest|import\(|WebSocket", own_script)


def test_the_page_forbids_the_browser_to_ask_any_host(page):
    policy = next(
        attrs["content"] for _, attrs in page.tags if attrs.get("http-equiv") == "Content-Security-Policy"
    )
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'none'"
    assert not re.search(r"https?:|\*|'self'", policy)


def test_plotly_is_inside_once(page):
    assert sum("plotly.js v" in script[:300] for script in page.text["script"]) == 1
    assert len(page.text["script"]) == 3


def test_data_cannot_end_a_script_or_become_a_tag(html, page):
    assert ATTACK not in html
    assert ATTACK in "".join(page.text["body"]), "the product is shown under its name, however odd"
    assert not [attrs for tag, attrs in page.tags if tag == "b"]


def texts(part) -> list[Text]:
    if isinstance(part, Text):
        return [part]
    if is_dataclass(part):
        return [text for field in fields(part) for text in texts(getattr(part, field.name))]
    if isinstance(part, dict):
        return [text for value in part.values() for text in texts(value)]
    if isinstance(part, list | tuple):
        return [text for value in part for text in texts(value)]
    return []


def test_every_text_is_there_in_both_languages(run):
    found = texts(sections_of(run))
    assert len(found) > 300
    for text in found:
        assert bool(text.es) == bool(text.en)
        assert "{" not in text.es.replace("%{", "")
        assert "{" not in text.en.replace("%{", "")
        assert "nan" not in re.split(r"\W+", text.en.lower())


def test_spanish_is_first_and_a_button_changes_it(html, page):
    assert '<html lang="es">' in html
    assert html.count('class="es" lang="es"') > 100
    shown = [attrs.get("class") for tag, attrs in page.tags if tag == "span"]
    assert shown.count("es") == shown.count("en")
    assert any(attrs.get("id") == "language" for tag, attrs in page.tags if tag == "button")
    assert ':root[lang="es"] .en, :root[lang="en"] .es { display: none; }' in page.text["style"][0]


def test_numbers_are_written_as_each_language_does(html):
    assert "Llegaron 1.000 líneas y quedaron 960" in html
    assert "1,000 lines arrived and 960 remain" in html
    assert "18 nov 2024" in html
    assert "2,50\u00a0%" in html


def test_figures_are_good_plotly_with_words_for_every_trace(run):
    figures = [figure for section in sections_of(run) for figure in figures_of(section.blocks)]
    assert len({figure.name for figure in figures}) == len(figures) >= 10
    for figure in figures:
        spec = json.loads(re.sub(r"var\(--\w+\)", "#123456", json.dumps(figure.spec())))
        go.Figure(spec["data"], spec["layout"])  # raises on a property that plotly does not have
        for language in ("es", "en"):
            words = spec[language]
            assert len(words["names"]) == len(words["hover"]) == len(spec["data"])
            for axis in ("x", "y"):
                ticks = words.get(f"{axis}ticks")
                assert ticks is None or len(ticks) == len(spec["layout"][f"{axis}axis"]["tickvals"])
        assert set(spec["es"]) == set(spec["en"])


def test_colours_of_figures_are_defined_for_light_dark_and_paper(run, page):
    figures = [figure for section in sections_of(run) for figure in figures_of(section.blocks)]
    used = set(re.findall(r"var\((--\w+)\)", json.dumps([figure.spec() for figure in figures])))
    css = page.text["style"][0]
    assert used
    for name in used:
        assert len(re.findall(rf"{name}: #", css)) == 3


def test_examples_show_names_and_reasons_in_order(run):
    first = run.examples[0].recommendations
    assert [r.rank for r in first] == [1, 2, 3, 4, 5]
    assert first[0].product == f"{ATTACK} 0.5"
    assert first[2].product == "0.5", "what is missing is left out of the name"
    assert [reason.en for reason in first[0].reasons] == ["buys it every 9 days", "bought it 3 days ago"]
    assert [example.customer_id for example in run.examples] == ["0", "2", "3"]


def test_a_run_that_kept_its_champion_has_no_study(tmp_path):
    kept = read_run(write_run(tmp_path, retrained=False))
    sections = {section.name: section for section in sections_of(kept)}
    assert list(sections) == [name for name in ALL if name != "trials"]
    assert kept.main_score == "champion"
    assert "Champion" in render_report(kept)
    timings = {row[0].en: (row[1].en, row[2].en) for row in sections["timings"].blocks[1].rows}
    assert timings["Retraining"] == ("skipped", "–")
    assert timings["Champion loading"] == ("done", "1.5 s")
    assert timings["Publication"] == ("running", "–")


@pytest.mark.parametrize("name", ALL[:-1])
def test_a_run_that_stopped_early_still_makes_a_page(run, name):
    """Whatever single part is missing, the rest is shown."""
    parts = {
        "arrived": {"validation": None},
        "drift": {"drift": None},
        "quality": {"metrics": None},
        "importance": {"importance": None},
        "trials": {"study": None},
        "examples": {"examples": ()},
        "timings": {"tasks": ()},
    }
    changes = parts.get(name, {"summaries": {}})
    poorer = RunSummary(**{f.name: getattr(run, f.name) for f in fields(run)} | changes)
    assert "</html>" in render_report(poorer)


def test_a_run_that_has_hardly_begun_makes_a_page():
    html = render_report(RunSummary(run={}))
    assert "No hubo semanas con compras suficientes" in html


def test_a_drift_record_without_data_says_so(run):
    record = dict(run.drift) | {
        "status": "insufficient",
        "note": "there are no reference rows",
        "features": [],
    }
    poorer = RunSummary(**{f.name: getattr(run, f.name) for f in fields(run)} | {"drift": record})
    section = next(s for s in sections_of(poorer) if s.name == "drift")
    assert section.blocks[0].text.en == "There is too little data to compare: there are no reference rows."


def test_the_same_run_makes_the_same_file(run, html, tmp_path):
    file = write_report(run, tmp_path / "report.html")
    assert file.read_text(encoding="utf-8") == html
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]
    assert file.stat().st_size < 6_000_000


@pytest.mark.parametrize(("promote", "tone"), [(True, "good"), (False, "note")])
def test_a_refusal_is_not_shown_as_good_news(run, promote, tone):
    """Even where the model in use changed: the baseline takes an empty place."""
    section = path_and_gate(replace(run, decision={**run.decision, "promote": promote, "moved": True}))
    verdict = next(block for block in section.blocks if block.text.en == run.decision["reasons_en"][0])
    assert verdict.tone == tone

"""The model card in both languages."""

import re

import pytest
from report_run import write_run

from sodai.publishing.model_card import render_model_card, write_model_card
from sodai.publishing.report import RunSummary, read_run


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> RunSummary:
    return read_run(write_run(tmp_path_factory.mktemp("run")))


def headings(text: str) -> list[str]:
    return re.findall(r"^## (.+)$", text, re.MULTILINE)


def test_the_card_says_what_it_has_to(run):
    card = render_model_card(run)
    assert card.startswith("# Model card: SodAI, version 3\n")
    assert headings(card) == [
        "Purpose",
        "The model",
        "What it learned from",
        "Quality, with intervals",
        "Calibration",
        "By slice",
        "Features by family",
        "How it was promoted, or why not",
        "Limits",
    ]
    assert "| Algorithm | gradient boosting |" in card
    assert "| members.weight | 0.25 |" in card
    assert "| First origin learned from | 5 Feb 2024 |" in card
    measured = next(
        m for m in run.metrics["measurements"] if (m["metric"], m["score"]) == ("pr_auc", "challenger")
    )
    row = next(line for line in card.splitlines() if line.startswith("| PR-AUC |"))
    assert f"{measured['value']:.3f} [{measured['low']:.3f}, {measured['high']:.3f}]" in row
    assert f"- {run.decision['reasons_en'][0]}" in card


def test_both_languages_have_the_same_shape(run):
    es, en = (render_model_card(run, language) for language in ("es", "en"))
    assert len(es.splitlines()) == len(en.splitlines())
    assert [line.count("|") for line in es.splitlines()] == [line.count("|") for line in en.splitlines()]
    assert not set(headings(es)) & set(headings(en))
    assert "mejor que la mejor regla simple" in es


def test_tables_are_whole_markdown(run):
    lines = render_model_card(run).splitlines()
    for at, line in enumerate(lines):
        if re.fullmatch(r"\|( ---:? \|)+", line):
            assert lines[at - 1].count("|") == line.count("|") == lines[at + 1].count("|")
            assert lines[at - 2] == ""
        if line.startswith("#"):
            assert at == 0 or lines[at - 1] == ""


def test_a_kept_champion_has_a_card_too(tmp_path):
    card = render_model_card(read_run(write_run(tmp_path, retrained=False)))
    assert "version 2" in card
    assert "| Trained at origin | 7 Oct 2024 |" in card
    assert "What it learned from" not in headings(card)
    assert "- It stays." in card


def test_an_empty_run_makes_a_card():
    assert headings(render_model_card(RunSummary(run={}))) == ["Purpose", "Limits"]


def test_both_files_are_written(run, tmp_path):
    files = write_model_card(run, tmp_path)
    assert {language: file.name for language, file in files.items()} == {
        "en": "model_card.md",
        "es": "model_card.es.md",
    }
    assert files["es"].read_text(encoding="utf-8").startswith("# Ficha del modelo")
    assert files["en"].read_text(encoding="utf-8").startswith("# Model card")

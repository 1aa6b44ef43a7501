"""The worked examples of the room run, and the catalogue and its page name the same metrics."""

import doctest
import importlib
import pkgutil
from pathlib import Path

import pytest

import sodai.evaluation
from sodai.evaluation import catalogue

MODULES = [module.name for module in pkgutil.iter_modules(sodai.evaluation.__path__, "sodai.evaluation.")]


@pytest.mark.parametrize("name", MODULES)
def test_examples_run(name):
    module = importlib.import_module(name)
    assert doctest.testmod(module, extraglobs={}).failed == 0


def test_every_metric_is_described_in_both_languages_and_in_the_docs():
    page = (Path(__file__).parents[2] / "docs" / "metrics.md").read_text(encoding="utf-8")
    for metric in catalogue((5, 10)):
        assert metric.meaning_en.endswith(".")
        assert metric.meaning_es.endswith(".")
        assert "{" not in metric.meaning_en + metric.meaning_es
        assert f"`{metric.name.removeprefix('novel_').split('@')[0]}" in page

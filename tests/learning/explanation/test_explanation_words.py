"""Numbers, plurals and meanings by language, and that the phrasebook is complete and well-formed."""

import pytest

from sodai.features import catalogue
from sodai.learning.explanation import GROUPS, Meanings, group_of
from sodai.learning.explanation.meanings import attribute_of, spanish
from sodai.learning.explanation.phrasebook import SENTENCES
from sodai.learning.explanation.wording import Phrase, names_in
from sodai.settings import load_settings

SETTINGS = load_settings()
FEATURES = catalogue(SETTINGS)
NAMES = {f.name for f in FEATURES}


@pytest.mark.parametrize(
    ("spec", "value", "es", "en"),
    [
        ("days", 1.0, "1 día", "1 day"),
        ("days", 12.4, "12 días", "12 days"),
        ("days", 0.2, "1 día", "1 day"),
        ("days", 1234.0, "1.234 días", "1,234 days"),
        ("every", 1.2, "todos los días", "every day"),
        ("every", 9.0, "cada 9 días", "every 9 days"),
        ("weeks_ago", 1.0, "la última semana", "last week"),
        ("weeks_ago", 3.0, "hace 3 semanas", "3 weeks ago"),
        ("times", 1.0, "1 vez", "once"),
        ("times", 2.0, "2 veces", "2 times"),
        ("percent", 0.123, "12 %", "12%"),
        ("percent", 0.0042, "0,4 %", "0.4%"),
        ("more", 1.3, "30 %", "30%"),
        ("items", 1.0, "1 unidad", "1 unit"),
        ("items", 3.5, "3,5 unidades", "3.5 units"),
        ("items", 0.5, "0,5 unidades", "0.5 units"),
        ("number", 1234.56, "1.234,6", "1,234.6"),
        ("# caja|# cajas", 1.0, "1 caja", "1 caja"),
        ("# caja|# cajas", 0.0, "0 cajas", "0 cajas"),
        ("", -0.04, "0", "0"),
    ],
)
def test_a_number_is_said_as_the_language_does(spec, value, es, en):
    template = f"{{x:{spec}}}"
    assert (Phrase("es").fill(template, {"x": value}), Phrase("en").fill(template, {"x": value})) == (es, en)


def test_text_is_said_as_it_is():
    assert Phrase("es").fill("{x}", {"x": "SUPERMERCADO"}) == "SUPERMERCADO"


@pytest.mark.parametrize("sentence", SENTENCES, ids=lambda s: s.en[:40])
def test_a_sentence_is_well_formed(sentence):
    assert sentence.group in GROUPS
    assert set(names_in(sentence.es)) == set(names_in(sentence.en)), "both languages say the same"
    assert set(sentence.names) <= NAMES, "and only what the catalogue has"
    values = dict.fromkeys(sentence.names, 1.0)
    assert "{" not in Phrase("es").fill(sentence.es, values) + Phrase("en").fill(sentence.en, values)
    if sentence.about:
        assert any(sentence.speaks_of(name) for name in NAMES), "it speaks of features that exist"


@pytest.mark.parametrize("feature", FEATURES, ids=lambda f: f.name)
def test_every_feature_has_a_group_and_a_meaning_in_both_languages(feature):
    assert group_of(feature.name) != "other"
    assert spanish(feature.name) or attribute_of(feature.name)
    meanings = Meanings(FEATURES, SETTINGS.explanation.labels)
    for language in ("es", "en"):
        said = meanings.of(feature.name, language)
        assert said[0].isupper() or said[0] == "1"
        assert not said.endswith(".")
        assert "{" not in said


def test_windows_are_said_in_the_meaning():
    meanings = Meanings(FEATURES, SETTINGS.explanation.labels)
    assert meanings.of("pair_weeks_bought_13", "es") == "Semanas con compra entre las últimas 13"
    assert meanings.of("product_share_1", "es").endswith("en 1 semana")
    assert meanings.of("static_product_brand", "es") == "Marca del producto"
    assert meanings.of("static_customer_X", "en") == "X of the customer"


def test_labels_of_attributes_come_from_the_settings():
    settings = load_settings(explanation={"labels": {"colour": {"es": "color", "en": "colour"}}})
    meanings = Meanings([], settings.explanation.labels)
    assert meanings.of("static_product_colour", "es") == "Color del producto"
    assert meanings.of("static_product_shelf_life", "en") == "Shelf life of the product"

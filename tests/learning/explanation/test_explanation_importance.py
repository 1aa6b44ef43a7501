"""The stratified sample and the importance that is measured on it."""

import json

import numpy as np
import pytest
from explanation_rows import fit, frame
from hypothesis import given
from hypothesis import strategies as st

from sodai.features import Feature
from sodai.learning.explanation import Importance, explain, stratified
from sodai.settings import load_settings

CATALOGUE = [
    Feature("a", "first", "How much a.", "days"),
    Feature("b", "first", "How much b.", "days"),
    Feature("c", "second", "How much c.", "days"),
]


@given(
    st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=300), st.integers(1, 200), st.integers(0, 5)
)
def test_the_sample_is_as_large_as_asked_and_even_over_strata(pairs, size, seed):
    probability = np.array([p for p, _ in pairs], dtype=np.float64)
    seen = np.array([known for _, known in pairs], dtype=bool)
    positions, strata = stratified(probability, seen, size, seed)
    assert len(positions) == min(size, len(pairs)) == sum(s.drawn for s in strata)
    assert len(set(positions.tolist())) == len(positions)
    assert sum(s.pairs for s in strata) == len(pairs)
    largest = max((s.drawn for s in strata), default=0)
    assert all(s.drawn == s.pairs or s.drawn >= largest - 1 for s in strata)
    again, _ = stratified(probability, seen, size, seed)
    assert np.array_equal(positions, again)


def test_every_stratum_says_what_it_holds():
    _, strata = stratified(np.array([0.001, 0.3, 0.3, 1.0]), np.array([False, True, False, True]), 10, 0)
    assert [(s.low, s.high, s.seen, s.pairs) for s in strata] == [
        (0.0, 0.01, False, 1),
        (0.2, 0.5, True, 1),
        (0.2, 0.5, False, 1),
        (0.5, 1.0, True, 1),
    ]


@pytest.fixture(scope="module")
def explained():
    rows = frame()
    algorithm = fit("logistic", rows)
    settings = load_settings(explanation={"sample_rows": 200})
    seen = np.arange(len(rows)) % 2 == 0
    return explain(algorithm, rows.features, algorithm.predict(rows.features), seen, CATALOGUE, settings)


def test_importance_is_the_mean_size_of_contributions(explained):
    found = explained.importance
    assert (found.rows, found.algorithm) == (200, "logistic")
    by_name = {f.name: f for f in found.features}
    at = explained.contributions.features.index("b")
    assert by_name["b"].mean_abs == pytest.approx(np.abs(explained.contributions.shap[:, at]).mean())
    assert sum(f.share for f in found.features) == pytest.approx(1)
    assert [f.mean_abs for f in found.features] == sorted((f.mean_abs for f in found.features), reverse=True)
    assert {f.name for f in found.features[:2]} <= {"a", "b", "zone"}, "what the labels were made of"


def test_directions_are_those_of_the_labels(explained):
    by_name = {f.name: f for f in explained.importance.features}
    assert by_name["a"].direction > 0.5
    assert by_name["b"].direction < -0.9
    assert by_name["zone"].direction is None


def test_a_family_is_the_sum_of_its_features_row_by_row(explained):
    families = {f.name: f for f in explained.importance.families}
    columns = [explained.contributions.features.index(name) for name in ("a", "b")]
    expected = np.abs(explained.contributions.shap[:, columns].sum(axis=1)).mean()
    assert families["first"].mean_abs == pytest.approx(expected)
    assert families["first"].features == 2
    assert sum(f.share for f in families.values()) == pytest.approx(1)
    assert families["other"].features == 5, "features that the catalogue does not know"


def test_importance_survives_json(explained):
    plain = json.loads(json.dumps(explained.importance.to_dict(), allow_nan=False))
    assert Importance.from_dict(plain) == explained.importance


def test_meanings_come_in_both_languages(explained):
    a = next(f for f in explained.importance.features if f.name == "a")
    assert (a.meaning_en, a.meaning_es) == ("How much a", "a")

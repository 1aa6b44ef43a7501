import numpy as np
import pytest
from learning_panel import Panel

from sodai.learning.choice import Verdict, explain
from sodai.learning.measures import average_precision, expit
from sodai.learning.selection import Finalists, judge


@pytest.fixture(scope="module")
def two_views(panel: Panel):
    """Two scores that each know half of the truth."""
    frame = panel.frame
    random = np.random.default_rng(0)
    log_odds = np.log(panel.truth / (1 - panel.truth))
    scores = {name: expit(log_odds + random.normal(0, 1.2, len(frame))) for name in ("forest", "boosting")}
    values = {name: average_precision(frame.label, score, frame.weight) for name, score in scores.items()}
    return frame, Finalists({"forest": {"num_trees": 3}, "boosting": {}}, scores, values)


def test_a_blend_that_gains_is_chosen(two_views):
    frame, finalists = two_views
    verdict, configs, scores = judge(finalists, frame)
    assert verdict.family == "blend"
    assert verdict.blend_gain > 0.01
    assert set(configs["blend"]["weights"]) == {"forest", "boosting"}
    assert configs["blend"]["members"]["forest"] == {"num_trees": 3}
    assert verdict.values["blend"] == average_precision(frame.label, scores, frame.weight)
    english, spanish = explain(verdict, ("2024-01-01", "2024-01-08"))
    assert "A blend of" in english
    assert "random forest" in english
    assert "bosque aleatorio" in spanish


def test_a_blend_that_does_not_gain_is_not(two_views):
    frame, finalists = two_views
    worse = Finalists(
        finalists.configs,
        {"boosting": finalists.scores["boosting"], "forest": finalists.scores["boosting"]},
        {"boosting": 0.5, "forest": 0.5},
    )
    verdict, configs, scores = judge(worse, frame)
    assert verdict.family == "boosting"
    assert "blend" not in configs
    np.testing.assert_array_equal(scores, finalists.scores["boosting"])
    english, spanish = explain(verdict, ("2024-01-01",))
    assert "must bring at least 0.0010" in english
    assert "deben aportar al menos 0,0010" in spanish


def test_a_family_out_of_reach_is_not_blended(two_views):
    frame, finalists = two_views
    far = Finalists(finalists.configs, finalists.scores, {"boosting": 0.6, "forest": 0.2})
    assert judge(far, frame)[0].blend_gain is None


def test_the_explanation_names_the_second_best():
    verdict = Verdict("boosting", {"boosting": 0.61, "forest": 0.6, "logistic": 0.5}, (), None, 0.001)
    english, spanish = explain(verdict, ("2024-01-01", "2024-01-08"))
    assert english == (
        "Gradient boosting was chosen: PR-AUC 0.6100 on the 2 validation weeks 2024-01-01 to 2024-01-08;"
        " random forest follows with 0.6000."
    )
    assert spanish == (
        "Se eligió boosting de gradiente: PR-AUC 0,6100 en las 2 semanas de validación del 2024-01-01 al"
        " 2024-01-08; le sigue bosque aleatorio con 0,6000."
    )

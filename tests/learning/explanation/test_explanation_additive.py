"""Contributions sum up to the score of every algorithm, and agree with LightGBM's and shap's own."""

import importlib
import warnings

import lightgbm as lgb
import numpy as np
import pytest
from explanation_rows import CONFIGS, fit, frame
from hypothesis import given, settings
from hypothesis import strategies as st

from sodai.learning.algorithms.blend import FLOOR
from sodai.learning.explanation import additive, contributions
from sodai.learning.explanation.tree_shap import tree_shap
from sodai.learning.measures import logit


@pytest.fixture(scope="module")
def fitted():
    learnt = frame()
    return {name: fit(name, learnt) for name in CONFIGS}


@pytest.mark.parametrize("name", list(CONFIGS))
def test_contributions_sum_to_the_log_odds_of_the_score(fitted, name):
    rows = frame(80, seed=1).features
    found = contributions(fitted[name], rows, frame().features)
    expected = logit(fitted[name].predict(rows), FLOOR)
    assert found.log_odds == pytest.approx(expected, abs=2e-5)
    assert found.features == fitted[name].schema.names


@given(
    st.lists(
        st.lists(st.floats(-5, 50, width=32) | st.just(float("nan")), min_size=3, max_size=3), min_size=1
    )
)
@settings(max_examples=8, deadline=None)
def test_the_sum_holds_for_any_values(fitted, values):
    rows = frame(len(values), seed=2).features
    rows[["a", "b", "c"]] = np.array(values, dtype=np.float32)
    for name in ("boosting", "forest", "logistic", "blend"):
        found = contributions(fitted[name], rows, frame(50).features)
        assert found.log_odds == pytest.approx(logit(fitted[name].predict(rows), FLOOR), abs=2e-5)


@pytest.mark.parametrize("name", ["boosting", "forest"])
def test_tree_shap_is_what_lightgbm_computes(fitted, name):
    algorithm = fitted[name]
    matrix = algorithm.schema.encode(frame(150, seed=3).features)
    values, base = tree_shap(algorithm.booster, matrix)
    expected = algorithm.booster.predict(matrix, pred_contrib=True)
    assert values == pytest.approx(expected[:, :-1], abs=1e-10)
    assert base == pytest.approx(expected[0, -1], abs=1e-10)


def test_tree_shap_knows_every_treatment_of_missing_values():
    random = np.random.default_rng(4)
    matrix = np.asfortranarray(random.choice([np.nan, 0.0, 1.0, 2.0, 3.0], (400, 4)).astype(np.float32))
    label = random.random(400) < 0.2 + 0.2 * np.nan_to_num(matrix[:, 0])
    for extra in ({}, {"use_missing": False}, {"zero_as_missing": True}):
        parameters = {
            "objective": "binary",
            "min_data_in_leaf": 3,
            "verbosity": -1,
            "num_threads": 1,
            **extra,
        }
        booster = lgb.train(parameters, lgb.Dataset(matrix, label, categorical_feature=[3]), 8)
        values, _ = tree_shap(booster, matrix)
        assert values == pytest.approx(booster.predict(matrix, pred_contrib=True)[:, :-1], abs=1e-10), extra


def test_linear_contributions_are_those_of_shap(fitted):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of matplotlib, at shap's import
        shap = importlib.import_module("shap")
    algorithm, rows, background = fitted["logistic"], frame(30, seed=5).features, frame(100, seed=6).features
    inputs = algorithm.inputs.apply(algorithm.schema.encode(rows)).astype(np.float64)
    center = algorithm.inputs.apply(algorithm.schema.encode(background)).astype(np.float64)
    explainer = shap.LinearExplainer((algorithm.coefficients, algorithm.intercept), center)
    by_input = explainer.shap_values(inputs)
    expected = np.zeros((30, len(algorithm.schema.names)))
    for at, column in enumerate(algorithm.inputs.columns):
        expected[:, column] += by_input[:, at]
    assert contributions(algorithm, rows, background).shap == pytest.approx(expected, abs=1e-6)


@pytest.mark.slow
def test_an_algorithm_of_many_features_that_nobody_knows_is_asked_by_shap(fitted, monkeypatch):
    monkeypatch.setattr(additive, "_SPLITS", {})
    rows = frame(5, seed=8).features
    found = contributions(fitted["logistic"], rows, frame(40).features)
    monkeypatch.undo()
    assert found.log_odds == pytest.approx(logit(fitted["logistic"].predict(rows), FLOOR), abs=2e-5)
    exact = contributions(fitted["logistic"], rows, frame(40).features)
    assert found.shap == pytest.approx(exact.shap, abs=1e-4), "a linear model has one answer"


def test_a_few_features_are_explained_by_the_definition(fitted):
    """With two features: half of what the first adds alone, and half of what it adds to the other."""
    worth = {(0, 0): 1.0, (1, 0): 3.0, (0, 1): 2.0, (1, 1): 8.0}
    values, base = additive._all_subsets(
        lambda part: np.array([worth[tuple(row.astype(int))] for row in part]),
        np.ones((1, 2)),
        np.zeros((1, 2)),
    )
    assert base == 1.0
    assert values.tolist() == [[(3 - 1) / 2 + (8 - 2) / 2, (2 - 1) / 2 + (8 - 3) / 2]]


def test_what_an_algorithm_does_not_read_contributes_nothing(fitted):
    found = contributions(fitted["frequency"], frame(20, seed=7).features, frame().features)
    read = {"pair_decayed_weeks_8", "customer_decayed_exposure_8", "product_type_share_4"}
    for at, name in enumerate(found.features):
        assert np.any(found.shap[:, at]) == (name in read)


def test_a_model_of_one_label_has_nothing_to_explain():
    rows = frame(40)
    constant = fit("boosting", rows.where(rows.label == 0))
    found = contributions(constant, rows.features)
    assert not found.shap.any()
    assert found.log_odds == pytest.approx(logit(constant.predict(rows.features), FLOOR))


def test_no_rows_give_no_contributions(fitted):
    found = contributions(fitted["blend"], frame(10).features.iloc[:0], frame(10).features)
    assert found.shap.shape == (0, len(found.features))


def test_a_table_of_contributions_keeps_the_keys(fitted):
    found = contributions(fitted["boosting"], frame(3).features)
    table = found.table({"customer_id": [7, 8, 9]})
    assert table.column_names[:2] == ["customer_id", "base"]
    assert table["a"].to_numpy() == pytest.approx(found.shap[:, found.features.index("a")], rel=1e-5)

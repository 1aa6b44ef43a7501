import json

import numpy as np
import pytest
from learning_panel import Panel, simulate
from optuna.trial import FixedTrial
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, log_loss

from sodai.learning import FAMILIES, Design, Schema, algorithm
from sodai.learning.algorithms import build, restore
from sodai.learning.algorithms.blend import Blend, BlendConfig, combine, fit_weights
from sodai.learning.algorithms.frequency import Frequency, FrequencyConfig
from sodai.learning.inputs import Inputs
from sodai.learning.measures import logit
from sodai.settings import InputError, UsageError

BLEND = {
    "members": {"frequency": {}, "boosting": {"num_rounds": 20}},
    "weights": {"frequency": 0.4, "boosting": 0.6},
    "bias": -0.1,
}
CONFIGS = {
    "frequency": {},
    "logistic": {},
    "forest": {"num_trees": 30},
    "boosting": {"num_rounds": 60},
    "blend": BLEND,
}


@pytest.fixture(scope="module")
def split(panel: Panel):
    frame = panel.frame
    early = frame.origin < np.datetime64("2024-02-12")
    return frame.where(early), frame.where(~early), panel.truth[~early]


@pytest.mark.parametrize("name", CONFIGS)
def test_every_algorithm_learns_and_comes_back_from_disk(name, split, tmp_path):
    train, later, truth = split
    fitted = build(name, CONFIGS[name], seed=1, threads=1).fit(train)
    scores = fitted.predict(later.features)
    assert ((scores >= 0) & (scores <= 1)).all()
    assert np.corrcoef(scores, truth)[0, 1] > 0.7
    again = build(name, CONFIGS[name], seed=1, threads=1).fit(train)
    np.testing.assert_array_equal(again.predict(later.features), scores)
    fitted.save(tmp_path)
    back = restore(tmp_path, fitted.schema, threads=1)
    np.testing.assert_allclose(back.predict(later.features), scores, rtol=1e-6)
    shares = fitted.importance()
    assert sum(shares.values()) == pytest.approx(1)
    assert back.importance() == pytest.approx(shares, rel=1e-3, abs=1e-6)


@pytest.mark.parametrize("name", CONFIGS)
def test_columns_may_come_in_any_order_and_categories_may_be_new(name, split):
    train, later, _ = split
    fitted = build(name, CONFIGS[name], seed=0, threads=1).fit(train)
    few = later.features.head(20)
    shuffled = few[few.columns[::-1]].assign(more=1)
    np.testing.assert_array_equal(fitted.predict(shuffled), fitted.predict(few))
    strange = few.astype({"zone": str, "depot": str}).assign(zone="moon", depot=99)
    assert np.isfinite(fitted.predict(strange)).all()
    empty = few.assign(**dict.fromkeys(few.columns.drop(["zone", "depot"]), np.nan))
    assert np.isfinite(fitted.predict(empty)).all()
    assert len(fitted.predict(few.head(0))) == 0


@pytest.mark.parametrize("name", CONFIGS)
def test_rows_of_one_label_give_their_share(name, split, tmp_path):
    train, later, _ = split
    nobody = train.where(train.label == 0)
    fitted = build(name, CONFIGS[name], seed=0, threads=1).fit(nobody)
    scores = fitted.predict(later.features)
    assert len(set(scores)) == 1
    assert 0 < scores[0] < 0.01
    assert fitted.importance() == {}
    fitted.save(tmp_path)
    np.testing.assert_array_equal(restore(tmp_path, fitted.schema, threads=1).predict(later.features), scores)


@pytest.mark.parametrize("name", FAMILIES)
def test_a_dozen_rows_are_enough_to_run(name):
    frame = simulate(weeks=1, rows=200).frame
    few = frame.where(np.append(np.flatnonzero(frame.label == 1)[:3], np.flatnonzero(frame.label == 0)[:9]))
    assert np.isfinite(build(name, seed=0, threads=1).fit(few).predict(frame.features)).all()


@pytest.mark.parametrize("name", FAMILIES)
def test_weights_count_like_copies(name):
    frame = simulate(weeks=4, rows=500).frame
    positions = np.arange(len(frame))
    doubled = frame.where(np.concatenate([positions, positions[frame.label == 0]]))
    weighted = frame.where(positions)
    object.__setattr__(weighted, "weight", np.where(frame.label == 0, 2.0, 1.0))
    means = [
        build(name, CONFIGS[name], seed=0, threads=1).fit(data).predict(frame.features).mean()
        for data in (doubled, weighted)
    ]
    assert means[0] == pytest.approx(means[1], rel=0.05)


@pytest.mark.parametrize("name", FAMILIES)
def test_the_defaults_can_be_suggested(name):
    kind = algorithm(name)
    defaults = kind.config_type()
    params = {f"{name}_{key}": value for key, value in defaults.model_dump().items()}
    assert kind.final(kind.suggest(FixedTrial(params))) == defaults


def test_no_rows_no_fit_and_no_fit_no_scores(split):
    train, later, _ = split
    with pytest.raises(InputError, match="no rows"):
        Frequency().fit(later.where(np.zeros(len(later), bool)))
    with pytest.raises(InputError, match="was not fitted"):
        Frequency().predict(train.features)


def test_an_unknown_algorithm_is_refused():
    with pytest.raises(UsageError, match="oracle; allowed: frequency"):
        algorithm("oracle")


def test_frequency_worked_by_hand():
    frame = simulate(weeks=1, rows=60).frame
    frame.features[["pair_decayed_weeks_4", "customer_decayed_exposure_4", "product_type_share_4"]] = [
        3.0,
        6.0,
        0.1,
    ]
    frame.features.loc[1, "product_type_share_4"] = np.nan
    frame.features.loc[2, "pair_decayed_weeks_4"] = np.nan
    fitted = Frequency(FrequencyConfig(half_life=4, prior_strength=2)).fit(frame)
    prevalence = Design.of(frame).prevalence
    expected = [0.4, (3 + 2 * prevalence) / 8, 0.2 / 8]
    np.testing.assert_allclose(fitted.predict(frame.features)[:3], expected, rtol=1e-5)


def test_frequency_says_which_feature_it_lacks():
    frame = simulate(weeks=1, rows=200).frame
    with pytest.raises(InputError, match="pair_decayed_weeks_8"):
        Frequency().fit(Design.of(frame, _without(frame, "pair_decayed_weeks_8")))


def _without(frame, name):
    return Schema.learn(frame.features.drop(columns=name), frame.categorical)


def test_logistic_agrees_with_scikit_learn_on_its_inputs(split):
    train, later, _ = split
    fitted = algorithm("logistic")(threads=1).fit(train)
    design = Design.of(train)
    inputs = Inputs.learn(design.matrix, design.schema.categorical_positions, "quantile")
    reference = LogisticRegression(C=1.0, max_iter=1000).fit(inputs.apply(design.matrix), train.label)
    expected = reference.predict_proba(inputs.apply(design.schema.encode(later.features)))[:, 1]
    np.testing.assert_allclose(fitted.predict(later.features), expected, atol=0.02)


def test_linear_inputs_are_on_one_scale_and_leave_out_what_says_nothing():
    design = Design.of(simulate(weeks=4).frame)
    inputs = Inputs.learn(design.matrix, design.schema.categorical_positions, "log")
    made = inputs.apply(design.matrix)
    numeric = made[:, : len(inputs.numeric)]
    assert np.abs(numeric).max() <= 4
    assert np.abs(numeric.std(axis=0) - 1).max() < 0.5
    names = [design.schema.names[at] for at in inputs.columns]
    assert "constant" not in names
    assert names.count("patchy") == 2
    assert names.count("zone") == 3
    assert Inputs.from_json(json.loads(json.dumps(inputs.to_json()))) == inputs


def test_logistic_is_bounded_in_rows(split):
    train, later, truth = split
    kind = algorithm("logistic")
    scores = kind(kind.config_type(max_rows=500), threads=1).fit(train).predict(later.features)
    assert np.corrcoef(scores, truth)[0, 1] > 0.6


def test_forest_is_as_good_as_the_forest_of_scikit_learn(split):
    train, later, _ = split
    scores = (
        build("forest", {"num_trees": 60, "max_features": 0.5}, seed=0, threads=1)
        .fit(train)
        .predict(later.features)
    )
    design = Design.of(train)
    filled = np.nan_to_num(design.matrix, nan=-9.0)
    reference = RandomForestClassifier(60, min_samples_leaf=20, max_features=0.5, random_state=0, n_jobs=1)
    theirs = reference.fit(filled, train.label).predict_proba(
        np.nan_to_num(design.schema.encode(later.features), nan=-9.0)
    )
    mine = average_precision_score(later.label, scores)
    assert mine > average_precision_score(later.label, theirs[:, 1]) - 0.02
    assert (
        log_loss(later.label, np.clip(scores, 1e-6, 1))
        < log_loss(later.label, np.clip(theirs[:, 1], 1e-6, 1)) + 0.02
    )


def test_boosting_stops_by_later_rows_and_settles_the_rounds(split):
    train, later, _ = split
    kind = algorithm("boosting")
    fitted = kind(kind.config_type(num_rounds=400, learning_rate=0.2), threads=1)
    fitted.fit(Design.of(train), Design.of(later, Design.of(train).schema))
    rounds = fitted.config.num_rounds
    assert 1 <= rounds < 400
    alone = kind(fitted.config, threads=1).fit(train)
    assert alone.config.num_rounds == rounds
    np.testing.assert_allclose(alone.predict(later.features), fitted.predict(later.features), rtol=1e-6)


def test_fits_that_share_bins_do_not_disturb_each_other(split):
    train, later, _ = split
    shared = Design.of(train)
    kind = algorithm("boosting")
    configs = [
        kind.config_type(num_rounds=10, min_data_in_leaf=m, num_leaves=n)
        for m, n in ((5, 31), (200, 7), (5, 31))
    ]
    together = [kind(config, threads=1).fit(shared).predict(later.features) for config in configs]
    np.testing.assert_array_equal(together[0], together[2])
    np.testing.assert_array_equal(together[1], kind(configs[1], threads=1).fit(train).predict(later.features))


def test_a_blend_adds_weighted_log_odds():
    scores = {"a": np.array([0.5, 0.9]), "b": np.array([0.2, 0.5])}
    blended = combine(scores, {"a": 0.5, "b": 1.0}, 0.3)
    np.testing.assert_allclose(logit(blended), [np.log(0.25) + 0.3, 0.5 * np.log(9) + 0.3])


def test_blend_weights_find_the_informative_member():
    random = np.random.default_rng(0)
    truth = random.normal(-1, 1.5, 4000)
    label = (random.random(4000) < 1 / (1 + np.exp(-truth))).astype(np.int8)
    scores = {
        "sharp": 1 / (1 + np.exp(-truth - random.normal(0, 0.3, 4000))),
        "idle": random.random(4000),
    }
    weights = fit_weights(scores, label, np.ones(4000))
    assert set(weights) == {"sharp"}
    assert weights["sharp"] == pytest.approx(1, abs=0.15)


def test_a_blend_is_not_tuned():
    with pytest.raises(UsageError, match="not tuned"):
        Blend(BlendConfig(members={}, weights={})).suggest(FixedTrial({}))
